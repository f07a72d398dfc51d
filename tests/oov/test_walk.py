"""Documents counted by numbers show what going through their sentences word by word shows."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.oov import census
from embedadapt.oov.census import take_censuses
from embedadapt.oov.expansions import expansion_at, may_be_acronym
from embedadapt.oov.findings import Findings
from embedadapt.oov.occurrences import Places, Spread
from embedadapt.oov.result import DocumentCounts, SentenceCounts
from embedadapt.oov.sightings import PLACES, Sighting
from embedadapt.oov.written import written
from embedadapt.text.function_words import likeliest_language
from embedadapt.text.keys import bare_vocabulary
from embedadapt.text.misspellings import Place
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences
from tests.oov.make import LOWER, WORDS, Texts, table

TELLING = """
    The LESSOR, l’acheteur non-exclusive (the Indemnitor § x@y.com ( ) NDA NDA cDNAs) Non-Disclosure
    Agreement of and le la et der und die 12 1. force_majeure force majeure Inc. end. \n \n\n
"""
pieces = st.sampled_from([*WORDS, *TELLING.split(" ")]) | st.text(max_size=5)
texts = st.lists(st.lists(pieces, max_size=30).map(" ".join), min_size=1, max_size=6)
JOINING = (table((*WORDS, "force_majeure")), replace(LOWER, phrases=True))


def slowly(texts: list[str], vectors: WordVectors, rules: Normalization) -> Findings:
    """What documents show, sentence by sentence; without their occurrences."""
    known = vectors.vocabulary.index
    normalizer = Normalizer(rules, vectors.vocabulary)
    found = Findings()
    seen: defaultdict[str, Sighting] = defaultdict(Sighting)
    for number, text in enumerate(texts):
        tokens = list(map(normalizer.tokens, sentences(text)))
        words = list(map(normalizer.sentence, tokens))
        for tally, parts in (
            (found.raw, [text.split()]), (found.tokens, tokens), (found.words, words)
        ):  # fmt: skip
            unknown = [sum(word not in known for word in part) for part in parts]
            tally.counts.update(word for part in parts for word in part)
            tally.n_affected += any(unknown)
        for as_written, sentence in zip(tokens, words, strict=True):
            look_at(sentence, as_written, normalizer, seen, found)
        raw = text.split()
        found.documents.append(
            DocumentCounts(
                f"{number}.txt",
                len(raw),
                sum(piece not in known for piece in raw),
                sum(map(len, words)),
                sum(word not in known for sentence in words for word in sentence),
            )
        )
    found.seen.by_word = {word: sighting for word, sighting in seen.items() if sighting.places}
    for token, n in found.tokens.counts.items():
        words = normalizer.words(token)
        for word, form in zip(words, written(token, words), strict=True):
            if word in known:
                found.known[word] += n
                found.small[word] += n * form.islower()
            elif word in found.seen.by_word:
                found.seen.by_word[word].add(form, n)
    return found


def look_at(sentence, tokens, normalizer, seen, found) -> None:
    unknown = [i for i, word in enumerate(sentence) if not normalizer.knows(word)]
    several = sum(any(map(str.isalpha, sentence[i])) for i in unknown) > 1
    found.sentences += SentenceCounts(1, bool(unknown), several)
    if not unknown:
        return
    small = (token for token in tokens if token == token.lower())
    language = likeliest_language(small, main="en")
    first = next((i for i, word in enumerate(sentence) if word[0].isalpha()), len(sentence))
    for i in unknown:
        sighting = seen[sentence[i]]
        if len(sighting.places) < PLACES:
            before, behind = sentence[max(0, i - 2) : i], sentence[i + 1 : i + 3]
            sighting.places.append(Place(tuple(before), tuple(behind)))
        sighting.initial += i <= first
        sighting.languages.update((language,) if language else ())
    if "(" in tokens:
        for at, token in enumerate(tokens):
            word = normalizer.words(token)[0]
            is_acronym = may_be_acronym(token) and not normalizer.knows(word)
            if is_acronym and (expansion := expansion_at(tokens, at)):
                seen[word].expansions[expansion] += 1


def census_of(corpus: Texts, vectors: tuple[WordVectors, Normalization], few: int) -> Findings:
    """What is found; texts of more than `few` characters go through the compiled loops."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(census, "FEW_CHARACTERS", few)
        return take_censuses(corpus, [vectors])[0].found


@settings(max_examples=60)
@given(
    texts,
    st.sampled_from([(table(), LOWER), JOINING]),
    st.sampled_from([-1, census.FEW_CHARACTERS]),
)
def test_by_numbers_and_word_by_word(texts, vectors_and_rules, few) -> None:
    expected = slowly(texts, *vectors_and_rules)
    found = census_of(Texts(tuple(texts)), vectors_and_rules, few)
    for one, other in (
        (found.raw, expected.raw), (found.tokens, expected.tokens), (found.words, expected.words)
    ):  # fmt: skip
        assert (one.counts, one.n_affected) == (other.counts, other.n_affected)
    assert found.documents == expected.documents
    assert found.sentences == expected.sentences
    assert found.seen.by_word == expected.seen.by_word
    assert (found.known, found.small) == (expected.known, expected.small)


@given(texts)
def test_little_text_shows_what_the_compiled_loops_find(texts) -> None:
    corpus = Texts(tuple(texts))
    one, other = (census_of(corpus, (table(), LOWER), few) for few in (-1, census.FEW_CHARACTERS))
    assert (one.known, one.small) == (other.known, +other.small)
    assert one.seen.by_word == other.seen.by_word  # with their forms
    assert (one.occurrences.signatures == other.occurrences.signatures).all()
    for pair in pairwise(" ".join(texts).lower().split()):
        assert one.pairs.count(*pair) == other.pairs.count(*pair)
    assert (one.occurrences.few is None) == (other.occurrences.few is None)


@pytest.mark.parametrize("few", [-1, census.FEW_CHARACTERS])
def test_a_key_is_known_beside_marks(few) -> None:
    tagged = table(("the_DET", "rent_NOUN", "rent_VERB", "run_NOUN", ",", "."))
    text = "the_DET, rent_VERB. The run_NOUN, rent. zork_NOUN, the run_DET ,the_DET."
    found = census_of(Texts((text,)), (tagged, replace(LOWER, tags="_")), few)
    unknown = found.words.unknown(bare_vocabulary(tagged.vocabulary, Normalization(tags="_")))
    assert unknown == {"zork_noun": 1, "det": 1}


@given(texts, st.sampled_from([-1, census.FEW_CHARACTERS]))
def test_in_which_documents_unknown_words_stand(texts, few) -> None:
    vectors = table()
    normalizer = Normalizer(LOWER, vectors.vocabulary)
    found = census_of(Texts(tuple(texts)), (vectors, LOWER), few).occurrences
    in_documents: defaultdict[str, list[int]] = defaultdict(list)
    uses: list[tuple[int, str, int]] = []
    for number, text in enumerate(texts):
        words = Counter(
            word
            for sentence in map(normalizer.tokens, sentences(text))
            for word in normalizer.sentence(sentence)
        )
        known = [n for word, n in words.items() if normalizer.knows(word)]
        assert found.n_known[number] == sum(known)
        for word, n in words.items():
            if not normalizer.knows(word):
                in_documents[word].append(number)
                uses.append((number, word, n))
    assert dict(found.spread) == {word: len(numbers) for word, numbers in in_documents.items()}
    assert dict(found.places) == {word: numbers[:3] for word, numbers in in_documents.items()}
    columns = (found.documents, found.words, found.counts)
    entries = zip(*(column.tolist() for column in columns), strict=True)
    assert sorted((d, found.names[word], n) for d, word, n in entries) == sorted(uses)


def test_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Sublessor{} pays. The NDA (Non-Disclosure Act) is."
    texts = Texts(tuple(text.format(n % 7) for n in range(40)))
    whole = census_of(texts, (table(), LOWER), -1)
    monkeypatch.setattr(census, "BATCH", 100)
    found = census_of(texts, (table(), LOWER), -1)
    assert found.seen.by_word == whole.seen.by_word
    assert found.words == whole.words
    assert found.documents == whole.documents
    assert (found.occurrences.signatures == whole.occurrences.signatures).all()
    assert dict(found.places) == dict(whole.places)


def test_documents_of_words_by_their_numbers() -> None:
    """As a Counter and a dict: a word that was not met is in neither."""
    index, n_documents = {"lessor": 0, "lessee": 1, "rent": 2}, np.array([2, 0, 1])
    spread = Spread(index, n_documents)
    places = Places(index, n_documents, np.array([4, 7, 5], np.int32))
    assert [spread[word] for word in ("lessor", "lessee", "rent", "the")] == [2, 0, 1, 0]
    assert dict(places) == {"lessor": [4, 7], "rent": [5]}
    for found in (spread, places):
        assert [word in found for word in ("lessor", "lessee", "the")] == [True, False, False]
        assert [*found] == ["lessor", "rent"] and len(found) == 2
