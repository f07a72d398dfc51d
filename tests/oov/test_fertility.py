"""How tokenizers cut words: the fast count against the slow twin, and small cases by hand."""

import json
import pickle

import pytest

pytest.importorskip("tokenizers")

from embedadapt.core.corpus import Document
from embedadapt.core.engine import HERE
from embedadapt.core.errors import CorpusError
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.oov.fertility import analyze_tokenizers, is_shattered
from embedadapt.oov.shattering import FertilityReport, Saving
from tests import naive
from tests.oov.make import Texts
from tests.pieces import KINDS, LICENCES, tokenizer, tokenizer_json

LETTERS = "abcdefghijklmnopqrstuvwxyzLESOR"


def tiny() -> PieceTokenizer:
    """WordPiece with a few words and all letters of those."""
    tokens = ["[UNK]", "the", "less", "pay", "##or", "##s", ".", "-", *LETTERS]
    tokens += [f"##{letter}" for letter in LETTERS if letter != "s"]
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100,
             "vocab": {token: number for number, token in enumerate(tokens)}}  # fmt: skip
    described = {"version": "1.0", "pre_tokenizer": {"type": "BertPreTokenizer"}, "model": model}
    return PieceTokenizer(json.dumps(described), "tiny/tokenizer.json")


def report(*texts: str, cutter: PieceTokenizer | None = None) -> FertilityReport:
    return analyze_tokenizers(Texts(texts), [cutter or tiny()]).best


@pytest.mark.parametrize("kind", KINDS)
def test_fertility_is_that_of_the_slow_twin(kind: str) -> None:
    texts = tuple(path.read_text("utf-8")[:20_000] for path in LICENCES[:4])
    found = report(*texts, cutter=tokenizer(kind))
    slow = naive.fertility(tokenizer_json(kind), [*texts], spaced=kind == "byte-level BPE")
    assert found.words.n_words == slow["n_words"] == sum(b.words.n_words for b in found.bands)
    assert found.words.n_pieces == slow["n_pieces"] == sum(d.n_pieces for d in found.documents)
    assert found.n_tokens == slow["n_tokens"]
    assert found.savings[-1].n_tokens == slow["saved"]
    assert found.words.whole == slow["n_single"]
    assert found.words.fertility == slow["n_pieces"] / slow["n_words"]


def test_a_corpus_by_hand() -> None:
    found = report("the lessor pays the lessors.", "zeal §")
    # the | less ##or | pay ##s | the | less ##or ##s | . and z ##e ##a ##l | [UNK]
    assert [(one.n_words, one.n_pieces, one.n_tokens) for one in found.documents] == [
        *((5, 9, 10), (1, 4, 5))
    ]
    assert (found.words.n_types, found.words.whole, found.words.shattered) == (5, 2, 1)
    assert (found.unknown.tokens, found.unknown.types, found.unknown.examples) == (1, 1, ("§",))
    assert found.bytes.tokens == 0
    [word] = found.shattered
    assert (word.word, word.pieces, word.n_letters) == ("zeal", ("z", "##e", "##a", "##l"), 4)
    assert (word.saved, word.by_case) == (3, False)
    assert found.savings == ()  # nothing is used five times


def test_an_unknown_word_is_not_whole() -> None:
    assert report("the été the").words.whole == 2


def test_words_that_are_cut_alike_are_one_added_word() -> None:
    lower = json.loads(tiny().content) | {"normalizer": {"type": "Lowercase"}}
    text = "lessors Lessors lessors Lessors lessors the pays"
    found = report(text, cutter=PieceTokenizer(json.dumps(lower)))
    assert found.savings == (Saving(1, 10),)
    assert report(text).savings == ()  # three uses of one spelling, two of the other


def test_words_shattered_for_their_capitals_alone_are_told_apart() -> None:
    found = report("LESSOR lessor zeal")
    assert {word.word: word.by_case for word in found.shattered} == {"LESSOR": True, "zeal": False}
    assert [word.word for word in found.by_case] == ["LESSOR"]


@pytest.mark.parametrize(
    ("word", "n_pieces", "n_letters", "expected"),
    [
        ("licensors", 3, 1, False),
        ("indemnify", 4, 0, True),
        ("non-exclusive", 2, 0, False),
        ("a/b", 2, 2, False),
        ("SGML", 3, 2, True),
    ],
)
def test_what_is_shattered(word: str, n_pieces: int, n_letters: int, expected: bool) -> None:
    assert is_shattered(word, n_pieces, n_letters) is expected


def test_bytes_of_a_character_that_the_vocabulary_lacks() -> None:
    found = report("the 契約 the", cutter=tokenizer("BPE"))
    assert (found.bytes.tokens, found.bytes.types, found.unknown.tokens) == (6, 1, 0)
    assert found.bytes.examples == ("契約",)


class InParts:
    """An engine that counts every document alone."""

    workers = 1

    def split(self, corpus):
        return [[document] for document in corpus]

    share = staticmethod(HERE.share)
    map_reduce = staticmethod(HERE.map_reduce)


def test_parts_of_a_corpus_come_to_the_same() -> None:
    texts = Texts(tuple(path.read_text("utf-8")[:3_000] for path in LICENCES[:5]))
    both = [tokenizer("WordPiece"), pickle.loads(pickle.dumps(tokenizer("BPE")))]
    whole, parts = (
        analyze_tokenizers(texts, both),
        analyze_tokenizers(texts, both, engine=InParts()),
    )
    assert whole.to_dict() == parts.to_dict()
    assert whole.best.n_tokens == min(one.n_tokens for one in whole.reports)


def test_a_corpus_without_words() -> None:
    with pytest.raises(CorpusError, match="no words"):
        analyze_tokenizers([Document("a", "12 . 13")], [tiny()])
