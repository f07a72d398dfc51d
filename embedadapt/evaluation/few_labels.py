"""How well a classifier of texts does that learns from a table's vectors and few labels."""

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
from embedadapt.text.labelled import LabelledTexts, Labels1d, rows_by_class
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.tokenize import tokenize
from embedadapt.text.vectorizer import EmbeddingVectorizer, Weighting

PER_CLASS: Mapping[str, int | None] = {"5": 5, "10": 10, "50": 50, "all": None}
"""Labels a class; None draws as many texts as there are, with replacement."""

CEILING = "TF-IDF"
"""The words themselves as features, against which vectors, which say less, are read."""


@dataclass(frozen=True)
class FewLabels:
    """Macro-F1 on the test texts of a logistic regression, from few and from all labels.

    Features are EmbeddingVectorizer's, each scaled to unit variance. What a weighting learns of
    words, it learns from all training texts: labels are what is few. Each seed draws the same
    labels whatever the table.
    """

    texts: LabelledTexts
    n_seeds: int
    weighting: Weighting = "mean"

    def rows(self, table: WordVectors) -> Ints1d:
        """Of all words of the texts."""
        normalizer = Normalizer(normalization_of(table), table.vocabulary)
        rows_of = row_finder(table.vocabulary, normalizer)
        found = {row for text in self.texts.texts for row in rows_of(tokenize(text))}
        return np.array(sorted(found), dtype=np.int32)

    def take(self, table: WordVectors) -> Samples:
        """By labels a class; nothing where the texts cannot be learned from."""
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        if self._lacking:
            return {}
        vectorizer = EmbeddingVectorizer(table, weighting=self.weighting)
        return self.learn(make_pipeline(vectorizer, StandardScaler()))

    def learn(self, features: Any) -> Samples:
        """By labels a class, of a scikit-learn transformer of texts that is not fitted yet."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import f1_score

        (texts, labels), (test_texts, test_labels) = self.texts.training, self.texts.test
        known, asked = features.fit_transform(texts), features.transform(test_texts)

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
        """With what the words themselves reach."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        n_classes = len(set(self.texts.labels))
        title = f"Few labels: macro-F1 of {n_classes} classes"
        if self._lacking:
            return Scores(title, "", {}, (f"Not measured: {self._lacking}.",))
        words = self.learn(TfidfVectorizer(tokenizer=tokenize, token_pattern=None))
        about = (
            f"from so many labels a class, mean of {self.n_seeds} draws; {CEILING} sees the words "
            "themselves"
        )
        return Scores(title, about, scored(taken) | scored({CEILING: words}))

    @property
    def _lacking(self) -> str:
        """What there is too little of to learn and to judge; "" for nothing."""
        for part, (texts, labels) in (("train", self.texts.training), ("test", self.texts.test)):
            if len(set(labels)) < 2:
                return f"two classes are needed to {part}, the {len(texts)} texts for it have fewer"
        return ""


def draw(labels: Labels1d, per_class: int | None, seed: int) -> Longs1d:
    """Rows of so many texts of each class, or of as many as there are; see PER_CLASS."""
    rng = np.random.default_rng(seed)
    if per_class is None:
        return rng.choice(len(labels), len(labels))
    return np.concatenate(
        [rng.choice(c, min(per_class, len(c)), replace=False) for c in rows_by_class(labels)]
    )
