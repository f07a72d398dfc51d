from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.few_labels import BESIDE, PER_CLASS, TFIDF, FewLabels, draw
from embedadapt.text.labeled import LabeledTexts

TOPICS, N_WORDS = ("rent", "tax", "sport"), 30
WORDS = [f"{topic}{chr(97 + i % 26)}{i // 26}" for topic in TOPICS for i in range(N_WORDS)]


def texts(n_a_class: int) -> LabeledTexts:
    """Three words of one topic each, every other text to judge on."""
    rng = np.random.default_rng(1)
    labels = np.repeat(TOPICS, n_a_class)
    firsts = N_WORDS * np.repeat(np.arange(3), n_a_class)
    drawn = firsts[:, None] + rng.integers(0, N_WORDS, (len(labels), 3))
    is_test = np.arange(len(labels)) % 2 == 0
    return LabeledTexts([" ".join(WORDS[i] for i in row) for row in drawn], labels, is_test)


def table(scale: float) -> WordVectors:
    """Noise, plus each word's topic at a scale."""
    noise = np.random.default_rng(3).normal(size=(len(WORDS), 8))
    rows = noise + scale * np.repeat(np.eye(3, 8), N_WORDS, axis=0)
    return WordVectors(Vocabulary(WORDS), rows.astype(np.float32))


def test_vectors_that_hold_the_topics_need_fewer_labels() -> None:
    measure = FewLabels(texts(80), n_seeds=3)
    scores = measure.scores({"base": measure.take(table(0)), "told": measure.take(table(3))})
    assert scores.columns == tuple(PER_CLASS)
    beside = [f"{BESIDE}base", f"{BESIDE}told"]
    assert list(scores.vectors) == ["base", "told", TFIDF, *beside]
    for column in ("5", "10"):
        base, told, words, with_base, with_told = (
            scores.vectors[name][column] for name in scores.vectors
        )
        assert told.value.low > base.value.high
        assert told.change is not None and told.change.low > 0
        assert words.change is None and base.n == 120
        assert with_told.change is not None and with_base.change is not None
        gain = with_told.value.value - words.value.value
        assert with_told.change.value == pytest.approx(gain), "over TF-IDF, not over the base"
        assert gain > 0.02 and with_base.change.value < gain
    told, words = (scores.vectors[name]["5"].value for name in ("told", TFIDF))
    assert told.low > words.high, "an unseen word says nothing"
    assert (
        measure.take(table(0))["5"].values.tolist() == measure.take(table(0))["5"].values.tolist()
    )


def test_labels_are_drawn_by_class_and_alike_for_a_seed() -> None:
    labels = np.array(["a"] * 8 + ["b"] * 3)
    assert sorted(labels[draw(labels, 5, seed=1)]) == ["a"] * 5 + ["b"] * 3
    assert len(set(draw(labels, 5, seed=1))) == 8, "none twice"
    assert draw(labels, 5, seed=1).tolist() == draw(labels, 5, seed=1).tolist()
    assert any((draw(labels, 2, s) != draw(labels, 2, 1)).any() for s in range(2, 6))
    assert len(draw(labels, None, seed=1)) == len(labels)


@pytest.mark.parametrize(("part", "kept"), [("train", False), ("test", True)])
def test_one_class_is_said_to_be_too_few(part: str, kept: bool) -> None:
    some = texts(10)
    lone = replace(some, labels=np.where(some.is_test == kept, "rent", some.labels))
    measure = FewLabels(lone, n_seeds=1)
    assert measure.take(table(1)) == {}
    scores = measure.scores({"base": {}})
    assert scores.vectors == {} and f"two classes are needed to {part}" in scores.notes[0]


def test_every_word_of_the_texts_is_looked_at() -> None:
    rows = FewLabels(texts(80), n_seeds=1).rows(table(0))
    assert set(rows) == set(range(len(WORDS)))
