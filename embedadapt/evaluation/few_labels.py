"""How well vectors serve a text classifier that has few labels to learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.measures import Samples, scored
from embedadapt.evaluation.resampling import Repeated
from embedadapt.evaluation.result import Scores
from embedadapt.text.encode import row_finder
from embedadapt.text.labeled import LabeledTexts, Labels1d, rows_by_class
from embedadapt.text.normalize import Normalizer, normalization_for
from embedadapt.text.vectorizer import (
    ROW_LENGTH,
    EmbeddingVectorizer,
    Weighting,
    tfidf_vectorizer,
)

PER_CLASS: Mapping[str, int | None] = {"5": 5, "10": 10, "50": 50, "all": None}
"""Labels per class; None draws as many texts as there are, with replacement."""

TFIDF = "TF-IDF"
"""The words themselves as features, which vectors must improve on to be useful."""

BESIDE = f"{TFIDF} + "
"""Prefix of the names of rows with both kinds of features."""


@dataclass(frozen=True)
class FewLabels:
    """Macro-F1 of a logistic regression on the test texts, trained on few and on all labels.

    Features are those of `EmbeddingVectorizer`: the means alone, by `weighting`, and beside TF-IDF
    with its default settings. `LogisticRegression()` takes them as they are; TF-IDF alone gets rows
    of the same length. All training texts, without their labels, determine the weights of words and
    the scales: only labels are few. Each seed draws the same labels for all features.
    """

    texts: LabeledTexts
    n_seeds: int
    weighting: Weighting = "mean"

    def rows(self, table: WordVectors) -> Ints1d:
        """Rows of all words of the texts."""
        normalizer = Normalizer(normalization_for(table, self.texts.texts), table.vocabulary)
        rows_of = row_finder(table.vocabulary, normalizer)
        found = {row for text in self.texts.texts for row in rows_of(normalizer.tokens(text))}
        return np.array(sorted(found), dtype=np.int32)

    def take(self, table: WordVectors) -> Samples:
        """Scores by labels per class, of the vectors alone and, named BESIDE, beside TF-IDF.

        There are none where the texts cannot be learned from.
        """
        if self._lacking:
            return {}
        alone = EmbeddingVectorizer(table, weighting=self.weighting)
        beside = EmbeddingVectorizer(table, with_tfidf=True)
        taken = self.learn(beside).items()
        return {**self.learn(alone), **{BESIDE + name: sample for name, sample in taken}}

    def learn(self, features: Any, factor: float = 1) -> Samples:
        """Scores by labels per class, of a text transformer that is not fitted yet.

        factor: factor of the features.
        """
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import f1_score

        (texts, labels), (test_texts, test_labels) = self.texts.training, self.texts.test
        known = factor * features.fit_transform(texts)
        asked = factor * features.transform(test_texts)

        def macro_f1(rows: Longs1d) -> float:
            model = LogisticRegression(max_iter=1000, tol=1e-3).fit(known[rows], labels[rows])
            return float(f1_score(test_labels, model.predict(asked), average="macro"))

        return {
            name: Repeated(
                np.array([macro_f1(draw(labels, k, seed)) for seed in range(self.n_seeds)]),
                n=len(test_labels),
            )
            for name, k in PER_CLASS.items()
        }

    def scores(self, taken: Mapping[str, Samples]) -> Scores:
        """Rows of scores: for each of the vectors, for TF-IDF, and for each beside TF-IDF."""
        n_classes = len(set(self.texts.labels))
        title = f"Few labels: macro-F1 of {n_classes} classes"
        if self._lacking:
            return Scores(title, "", {}, (f"Not measured: {self._lacking}.",))
        words = self.learn(tfidf_vectorizer(), ROW_LENGTH)
        alone = {table: {k: of[k] for k in PER_CLASS if k in of} for table, of in taken.items()}
        beside = {
            BESIDE + table: {k: of[BESIDE + k] for k in PER_CLASS if BESIDE + k in of}
            for table, of in taken.items()
        }
        about = (
            f"from so many labels a class, mean of {self.n_seeds} draws; rows of {BESIDE}vectors "
            f"are marked as above or below {TFIDF} alone"
        )
        return Scores(title, about, scored(alone) | scored({TFIDF: words, **beside}, TFIDF))

    @property
    def _lacking(self) -> str:
        """What there is too little of for training and test; "" for nothing."""
        for part, (texts, labels) in (("train", self.texts.training), ("test", self.texts.test)):
            if len(set(labels)) < 2:
                return f"two classes are needed to {part}, the {len(texts)} texts for it have fewer"
        return ""


def draw(labels: Labels1d, per_class: int | None, seed: int) -> Longs1d:
    """Rows of so many texts of each class, or of all that there are; see PER_CLASS."""
    rng = np.random.default_rng(seed)
    if per_class is None:
        return rng.choice(len(labels), len(labels))
    return np.concatenate(
        [rng.choice(c, min(per_class, len(c)), replace=False) for c in rows_by_class(labels)]
    )
