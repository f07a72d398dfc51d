"""Traditional and simplified Chinese, each looked up in the other."""

import sys
from collections.abc import Sequence

import numpy as np
import pytest

import embedadapt
from embedadapt.core.corpus import Document
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.causes import Waterfall
from embedadapt.oov.census import FEW_CHARACTERS
from embedadapt.text import chinese
from embedadapt.text.chinese import form_of
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, infer_normalization, normalization_of
from embedadapt.text.segment import cutter, with_spaces

SIMPLIFIED = (
    *("国会", "合同", "法院", "租赁", "头发", "发展", "里面", "台湾", "软件", "电脑"),
    *("的", "和", "是", "不"),
)
TRADITIONAL = (
    *("國會", "合同", "法院", "租賃", "頭髮", "發展", "裡面", "臺灣", "軟件", "電腦"),
    *("的", "和", "是", "不"),
)


def vectors(words: Sequence[str]) -> WordVectors:
    rows = np.random.default_rng(0).normal(size=(len(words), 4)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (SIMPLIFIED, "simplified"),
        (TRADITIONAL, "traditional"),
        ([*dict.fromkeys((*SIMPLIFIED, *TRADITIONAL))], "keep"),
        (["国会", "契約", "の", "です", "学校", "ひと"], "keep"),
        (["the", "of"], "keep"),
        ([], "keep"),
    ],
)
def test_the_form_of_vectors_is_told_by_their_characters(words: Sequence[str], form: str) -> None:
    assert form_of(words) == form
    assert infer_normalization(Vocabulary(words)).chinese == form


@pytest.mark.parametrize(
    ("known", "text"), [(SIMPLIFIED, TRADITIONAL), (TRADITIONAL, SIMPLIFIED)], ids=["s", "t"]
)
def test_words_in_the_other_form_are_looked_up_in_that_of_the_vectors(
    known: Sequence[str], text: Sequence[str]
) -> None:
    pytest.importorskip("opencc")
    table = Vocabulary(known)
    normalizer = Normalizer(infer_normalization(table), table)
    assert normalizer.sentence(text) == [*known]
    assert normalizer.words("飛機") == ("飛機",)
    waterfall = Waterfall(infer_normalization(table), table)
    assert waterfall.fix(text[0]) == "chinese" and waterfall.fix("飛機") is None
    assert embedadapt.find_neighbors(vectors(known), text[0])[text[0]].lookup.words == (known[0],)


def test_text_in_the_other_form_is_segmented_by_the_words_of_the_vectors() -> None:
    pytest.importorskip("opencc")
    cut = cutter("words", Vocabulary(SIMPLIFIED).index)
    assert with_spaces("臺灣的軟件和國會", cut) == "臺灣 的 軟件 和 國會"
    report = embedadapt.analyze_oov(
        vectors(SIMPLIFIED), embedadapt.Texts(["臺灣的軟件和國會。電腦的發展是租賃"])
    )
    assert report.spaceless is not None


def test_without_the_library_a_cause_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opencc", None)
    chinese.converter.cache_clear()
    try:
        texts = [" ".join(TRADITIONAL)] * 3
        report = embedadapt.analyze_oov(vectors(SIMPLIFIED), texts)
        (cause,) = (cause for cause in report.causes if cause.key == "other_form")
        assert cause.left_tokens == 24 and "extra `chinese`" in cause.fix
        fine = embedadapt.analyze_oov(vectors(SIMPLIFIED), [" ".join(SIMPLIFIED), "飞机 法院"])
        assert [word.cause for word in fine.words] == ["term"]
    finally:
        chinese.converter.cache_clear()


def test_text_is_counted_and_reported_in_the_form_of_the_vectors() -> None:
    """The compiled loops leave words in the other form to the Normalizer."""
    pytest.importorskip("opencc")
    table = vectors(SIMPLIFIED)
    text = " ".join([*TRADITIONAL, "飛機"]) + "\n"
    corpus = [Document("a", text)]
    counted = count_corpus(corpus, Normalizer(normalization_of(table), table.vocabulary))
    assert set(counted.vocabulary.words) == {*SIMPLIFIED, "飛機"}
    assert counted.surface_forms["軟件"] == "软件"
    texts = [text * (FEW_CHARACTERS // len(text) // 9)] * 10
    assert sum(map(len, texts)) > FEW_CHARACTERS  # else no loop is compiled
    assert [word.word for word in embedadapt.analyze_oov(table, texts).words] == ["飛機"]
