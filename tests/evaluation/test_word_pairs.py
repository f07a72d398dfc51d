import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from embedadapt.core.errors import FormatError, MissingExtraError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.analogies import Analogies, read_analogies
from embedadapt.evaluation.measures import ItemSet
from embedadapt.evaluation.resampling import Outcomes
from embedadapt.evaluation.sets import set_path
from embedadapt.evaluation.word_pairs import FEWEST_PAIRS, WordPairs, read_word_pairs
from embedadapt.formats import load_vectors
from tests.oracles import KeyedVectors, needs_gensim

ROOT = Path(__file__).parents[2]
GLOVE = load_vectors(ROOT / "corpora/pretrained/glove.6B.50d.60k.safetensors", limit=20_000)


def as_gensim(table: WordVectors) -> KeyedVectors:
    vectors = KeyedVectors(table.dim)
    vectors.add_vectors(list(table.vocabulary.words), np.asarray(table.matrix))
    return vectors


def taken(table: WordVectors, items: ItemSet) -> Outcomes:
    """As `SetMeasure` takes it."""
    return Outcomes(items.outcomes(table), items.figure, seed=1)


def test_a_set_whose_package_is_missing_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(MissingExtraError, match=r"^wordsim353: .*'\.\[gensim\]'.*as a file"):
        read_word_pairs("wordsim353")


@needs_gensim
def test_rho_is_gensims() -> None:
    ours = taken(GLOVE, read_word_pairs("wordsim353"))
    path = set_path("wordsim353", {"wordsim353": "wordsim353.tsv"})
    _, spearman, missing = as_gensim(GLOVE).evaluate_word_pairs(str(path))
    assert ours.value == pytest.approx(spearman[0], abs=1e-6)
    assert (1 - ours.n / len(ours.outcomes)) * 100 == pytest.approx(missing)


def test_rho_of_each_draw_is_scipys() -> None:
    """With ties among cosines and judgments, and unknown pairs; too few known ones have none."""
    rng = np.random.default_rng(3)
    pairs = WordPairs(["a"] * 25, ["b"] * 25, rng.integers(0, 6, 25).astype(np.float64))
    cosines = np.where(rng.random(25) < 0.5, np.nan, rng.integers(0, 9, 25) / 9)
    rows = rng.integers(0, 25, (50, 25))
    rows[-1] = np.flatnonzero(np.isfinite(cosines))[0]  # all alike
    found = pairs.figure(cosines, rows)
    for i, drawn in enumerate(rows):
        known = drawn[np.isfinite(cosines[drawn])]
        if len(known) < FEWEST_PAIRS or i == 49:
            assert np.isnan(found[i])
        else:
            expected = stats.spearmanr(cosines[known], pairs.scores[known]).statistic
            assert found[i] == pytest.approx(expected, abs=1e-12)
    assert 1 < np.isnan(found).sum() < 40


@needs_gensim
def test_accuracy_is_gensims(tmp_path: Path) -> None:
    """On the countries' capitals, which gensim answers from the same words."""
    lines = [
        f": capitals\n{' '.join(q)}" for q in read_analogies("google-analogies").questions[:300]
    ]
    (tmp_path / "some.txt").write_text("\n".join(lines))
    ours = taken(GLOVE, read_analogies(tmp_path / "some.txt").drawn(seed=1))
    theirs, _ = as_gensim(GLOVE).evaluate_word_analogies(str(tmp_path / "some.txt"))
    assert ours.n > 100
    assert ours.value == pytest.approx(theirs, abs=0.02)


def test_an_analogy_is_answered_by_the_nearest_of_the_others() -> None:
    words = ["man", "king", "woman", "queen", "apple"]
    rows = np.float32([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 0, -1]])
    table = WordVectors(Vocabulary(words), rows)
    right = Analogies([("man", "king", "woman", "queen")])
    wrong = Analogies([("man", "king", "woman", "apple"), ("man", "king", "woman", "unheard")])
    assert taken(table, right).value == 1
    assert taken(table, wrong).value == 0 and taken(table, wrong).n == 1


def test_unknown_pairs_count_zero_as_in_gensim() -> None:
    path = set_path("wordsim353", {"wordsim353": "wordsim353.tsv"})
    rows = np.arange(3000, dtype=np.int32)
    few = WordVectors(GLOVE.vocabulary.select(rows), GLOVE.matrix[rows])
    pairs = replace(read_word_pairs("wordsim353"), unknown_is_zero=True)
    ours = taken(few, pairs)
    _, spearman, missing = as_gensim(few).evaluate_word_pairs(str(path), dummy4unknown=True)
    assert ours.n == len(pairs.scores) and missing > 10
    assert ours.value == pytest.approx(spearman[0], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "message"), [("a b\n", "none"), ("x y 1\na b high\n", "line 2"), ("", "none")]
)
def test_what_is_no_set_of_pairs_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pairs.tsv").write_text(text)
    with pytest.raises(FormatError, match=message):
        read_word_pairs(tmp_path / "pairs.tsv")


def test_a_set_unknown_by_name_is_refused() -> None:
    with pytest.raises(FormatError, match="one of wordsim353, simlex999"):
        read_word_pairs("wordsim354")


def test_words_are_looked_up_as_they_stand_then_in_small_letters(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("The\tlaw\t1\nCourt\tlaw\t9\ncourt\tjudge\t8\n")
    assert taken(GLOVE, read_word_pairs(tmp_path / "pairs.tsv")).n == 3


def test_a_side_of_several_words_is_the_mean_of_those_that_are_known() -> None:
    vectors = WordVectors(
        Vocabulary(["lung", "disease", "asthma"]), np.eye(3, 2, dtype=np.float32) + np.float32(0.5)
    )
    pairs = WordPairs(["Lung disease", "rare thing"], ["asthma", "lung"], np.array([1.0, 2.0]))
    found = pairs.outcomes(vectors)
    mean = (vectors["lung"] + vectors["disease"]) / 2
    cosine = mean @ vectors["asthma"] / np.linalg.norm(mean) / np.linalg.norm(vectors["asthma"])
    assert found[0] == pytest.approx(cosine)
    assert np.isnan(found[1])
    assert {"Lung", "disease"} <= set(pairs.words)


@pytest.mark.parametrize("read", [read_word_pairs, read_analogies])
def test_a_list_in_another_encoding_is_one_line(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    (tmp_path / "list").write_bytes("été\thiver\t5\n".encode("latin-1"))
    with pytest.raises(FormatError, match="list: expected UTF-8"):
        read(tmp_path / "list")


@pytest.mark.parametrize("score", ["nan", "inf", "1e999"])
def test_a_score_is_finite(tmp_path: Path, score: str) -> None:
    (tmp_path / "pairs").write_text(f"a\tb\t1\nc\td\t{score}\n")
    with pytest.raises(FormatError, match="line 2: expected two words and a number"):
        read_word_pairs(tmp_path / "pairs")
