from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.errors import CorpusError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import SubwordTable
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.causes import FIXES
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.tokenize import tokenize
from tests.naive import oov_causes
from tests.oov.make import LOWER, WORDS, Texts, report, table

LEASE = "The Lessor shall pay, l’acheteur pay. Lessor's non-exclusive indemnitor (the lessor)"

TELLING = [
    "The",
    "LESSOR,",
    "l’acheteur",
    "L'ACHETEUR",
    "lessor's",
    "non-exclusive",
    "(the",
    "Indemnitor",
    "indemnitor's",
    "§",
    "12.5%",
    "AB-12",
    "x@y.com",
    "…",
    "été",
]
pieces = st.one_of(st.sampled_from([*WORDS, *TELLING]), st.text(max_size=6))
texts = st.lists(st.lists(pieces, max_size=12).map(" ".join), max_size=4)


def test_the_ladder_by_hand():
    found = report(LEASE)
    # 11 pieces, of which only `shall` is in the table
    assert (found.raw.n_tokens, found.raw.unknown_tokens) == (11, 10)
    # 15 tokens; unknown: The, Lessor, l’acheteur, Lessor's, non-exclusive, indemnitor
    assert (found.tokenized.n_tokens, found.tokenized.unknown_tokens) == (15, 6)
    # 18 words: the elision, the genitive and the compound are two each
    assert (found.normalized.n_tokens, found.normalized.unknown_tokens) == (18, 1)
    assert found.normalized.token_rate == pytest.approx(1 / 18)


def test_each_piece_is_booked_to_the_first_fix_that_saves_it():
    causes = {cause.key: cause for cause in report(LEASE).causes}
    booked = {key: [example.text for example in cause.examples] for key, cause in causes.items()}
    assert booked == {
        "punctuation": ["(the", "lessor)", "pay,", "pay."],
        "case": ["Lessor", "The"],
        "apostrophe": ["Lessor's", "l’acheteur"],
        "hyphen": ["non-exclusive"],
        "term": ["indemnitor"],
    }
    assert causes["case"].setting == "case=lower"
    assert causes["apostrophe"].setting == "apostrophe=straight, elision=split"
    assert causes["apostrophe"].examples[0].words == ("lessor", "'s")


@given(texts)
def test_causes_add_up_and_match_the_slow_twin(texts):
    if not any(text.split() for text in texts):
        return
    found = report(*texts)
    assert sum(cause.tokens for cause in found.causes) == found.raw.unknown_tokens
    assert sum(cause.types for cause in found.causes) == found.raw.unknown_types
    assert sum(cause.left_tokens for cause in found.causes) == found.normalized.unknown_tokens
    assert sum(cause.left_types for cause in found.causes) == found.normalized.unknown_types
    expected = oov_causes(texts, set(WORDS), readings())
    fixed = {cause.key: cause.tokens for cause in found.causes if cause.fixed}
    left = sum(cause.tokens for cause in found.causes if not cause.fixed)
    assert {None: left, **fixed} == {None: 0, **expected}


def readings():
    """Every fix spelled out, on top of those before."""
    vocabulary = table().vocabulary

    def reading(normalization):
        normalizer = Normalizer(normalization, vocabulary)
        return lambda piece: [w for token in tokenize(piece) for w in normalizer.words(token)]

    steps = [Normalization()]
    for changes in (
        {"case": "lower"},
        {"apostrophe": "straight", "elision": "split"},
        {"hyphen": "split"},
        {"unicode": "NFC"},
    ):
        steps.append(replace(steps[-1], **changes))
    keys = ("punctuation", "case", "apostrophe", "hyphen", "unicode")
    return list(zip(keys, map(reading, steps), strict=True))


def test_the_fixes_are_tried_in_the_documented_order():
    assert [kind.key for kind in FIXES] == [
        "punctuation", "keys", "case", "apostrophe", "hyphen", "identifier", "digits", "unicode",
        "turkish", "chinese", "placeholder",
    ]  # fmt: skip


@given(texts)
def test_rungs_match_plain_counting(texts):
    if not any(text.split() for text in texts):
        return
    found = report(*texts)
    raw = Counter(piece for text in texts for piece in text.split())
    assert found.raw.n_tokens == raw.total()
    assert found.raw.unknown_tokens == sum(n for piece, n in raw.items() if piece not in WORDS)
    assert found.raw.unknown_types == len(set(raw) - set(WORDS))
    assert found.raw.affected_documents == sum(
        any(piece not in WORDS for piece in text.split()) for text in texts
    )
    assert sum(d.raw_unknown for d in found.documents) == found.raw.unknown_tokens
    assert sum(d.unknown_tokens for d in found.documents) == found.normalized.unknown_tokens
    assert [d.name for d in found.documents] == [f"{i}.txt" for i in range(len(texts))]


def test_the_normalised_rung_counts_what_training_counts():
    corpus = Texts((LEASE, "Indemnitor pays the Lessor."))
    counts = count_corpus(corpus, Normalizer(LOWER, table().vocabulary))
    found = analyze_tables(corpus, [(table(), LOWER)])[0]
    assert found.normalized.n_tokens == counts.vocabulary.total
    unknown = {word.word: (word.count, word.n_documents) for word in found.words}
    assert unknown["indemnitor"] == (2, 2)
    row = counts.vocabulary.index["indemnitor"]
    assert unknown["indemnitor"] == (counts.vocabulary.counts[row], counts.document_counts[row])


def test_words_are_ranked_by_keyness():
    everywhere = "an indemnitor here"
    found = report(everywhere, everywhere, everywhere, "Xencor Xencor Xencor § 77 §")
    ranked = [word.word for word in found.words]
    assert ranked == ["an", "here", "indemnitor", "xencor"]  # as often, but in one document
    assert found.words[0].keyness == found.words[2].keyness > found.words[3].keyness
    few = analyze_tables(Texts((everywhere,)), [(table(), LOWER)], top_words=1)[0]
    assert [bool(word.context) for word in few.words] == [True, False, False]


def test_several_tables_are_reported_as_each_alone():
    corpus = Texts((LEASE, "Xencor shall pay the indemnitor.", "Shall the Lessor's indemnitor?"))
    tables = [(table(), LOWER), (table((*WORDS, "indemnitor", "Xencor")), Normalization())]
    together = analyze_tables(corpus, tables)
    assert together == tuple(analyze_tables(corpus, [one])[0] for one in tables)
    assert together[0].normalized.unknown_types != together[1].normalized.unknown_types


def test_each_word_has_its_line():
    line = report("Nothing.\n\nWhereas THE INDEMNITOR shall pay the lessor. More.").words[0].context
    assert line.parts == ("Whereas THE ", "INDEMNITOR", " shall pay the lessor.")
    assert line.document == "0.txt"


def test_phrases_are_looked_up_joined():
    words = (*WORDS, "force_majeure")
    text = "the force majeure shall pay"
    joined = analyze_tables(Texts((text,)), [(table(words), replace(LOWER, phrases=True))])[0]
    assert joined.normalized.n_tokens == 4
    assert joined.normalized.unknown_tokens == 0
    assert report(text, words=words).normalized.unknown_tokens == 2


def test_words_composed_from_ngrams_are_told_apart():
    subwords = SubwordTable(np.ones((50, 3), np.float32), None, min_n=3, max_n=4)
    found = report("the indemnitor § shall", subwords=subwords)
    assert found.normalized.unknown_tokens == 2
    assert found.normalized.composed_tokens == 2  # <§> has one n-gram of three characters
    short = SubwordTable(np.ones((50, 3), np.float32), None, min_n=4, max_n=6)
    found = report("the indemnitor § shall", subwords=short)
    assert (found.normalized.composed_tokens, found.normalized.no_vector_tokens) == (1, 1)
    assert [word.composed for word in found.words] == [True]
    assert report("the indemnitor").normalized.composed_tokens == 0


def test_shared_keys_are_reported():
    assert report("the", n_shared_keys=480_000).vectors.n_shared_keys == 480_000


def test_nothing_unknown():
    found = report("the lessor shall pay")
    assert found.raw.unknown_tokens == 0
    assert found.causes == ()
    assert found.words == ()


@pytest.mark.parametrize("texts", [(), ("",), (" \n\t", "")])
def test_a_corpus_without_words_is_an_error(texts):
    with pytest.raises(CorpusError, match="no words"):
        report(*texts)


def test_the_dictionary_is_numbered_and_keeps_small_rates():
    found = report("the " * 9999 + "indemnitor").to_dict()
    assert found["format"] == 7
    assert found["readings"][2]["token_rate"] == 1 / 10_000
    assert found["words"][0]["word"] == "indemnitor"


def test_pieces_that_the_table_holds_are_no_less_known_when_they_are_read():
    words = ("<user>", "<num>", "[MASK]", "_URL_", ":)", "the", "said", "རྡོ་རྗེ་")
    found = report("the <user> said :) <num> [MASK] _URL_ རྡོ་རྗེ་ " * 5, words=words)
    assert [reading.unknown_tokens for reading in found.readings] == [0, 0, 0]
    assert report("(<user> said <num>, _URL_.", words=words).normalized.unknown_types == 3
