"""Texts as features for scikit-learn: each the weighted mean of its words' vectors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np

from embedadapt.core.errors import CorpusError, MissingExtraError, SettingsError
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.text.encode import row_finder
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.tokenize import tokenize

try:
    from scipy.sparse import csr_matrix
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtraError(
        "EmbeddingVectorizer",
        expected="scikit-learn",
        found="none",
        hint="pip install embedadapt[sklearn]",
    ) from error

Weighting = Literal["mean", "tfidf", "sif"]

SIF = 1e-3
"""A word's weight is SIF / (SIF + its share of the tokens): the paper's range is 1e-4 to 1e-3."""


class EmbeddingVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Each text's weighted mean of its words' vectors: a scikit-learn transformer.

    vectors:
        The table, plain or adapted. Clones share it. Words that it lacks are passed over; a text
        that has none of its words gets zeros.
    weighting:
        How a word of n occurrences in the text counts. "mean": n. "tfidf": n x (1 + ln((1 + texts)
        / (1 + texts with the word))), as in TfidfVectorizer. "sif": n x SIF / (SIF + the word's
        share of all tokens), and what the texts have most in common, the first singular vector of
        their means, is taken out (Arora et al., "A Simple but Tough-to-Beat Baseline for Sentence
        Embeddings", ICLR 2017). Texts and shares are those given to `fit`.

    Texts are tokenised as everywhere here, and looked up by the table's own conventions.

    After `fit`: normalization_, word_weights_ (n_words,) float32, and for "sif" component_ (dim,)
    float32.

    >>> from embedadapt.core.vocabulary import Vocabulary
    >>> rows = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> vectors = WordVectors(Vocabulary(["rent", "lease"]), rows)
    >>> EmbeddingVectorizer(vectors).fit_transform(["The rent: RENT, 2 leases, 1 lease.", "Nil"])
    array([[0.6666667 , 0.33333334],
           [0.        , 0.        ]], dtype=float32)
    """

    def __init__(self, vectors: WordVectors, *, weighting: Weighting = "mean") -> None:
        self.vectors = vectors
        self.weighting = weighting

    def fit(self, texts: Iterable[str], labels: object = None) -> EmbeddingVectorizer:
        """Learns the words' weights from `texts`. Raises CorpusError for anything but texts."""
        self.fit_transform(texts, labels)
        return self

    def fit_transform(self, texts: Iterable[str], labels: object = None) -> Floats2d:
        """(n_texts, dim) float32 of the texts learned from."""
        del labels  # scikit-learn's pipelines pass them
        if self.weighting not in get_args(Weighting):
            raise SettingsError(
                "weighting", expected="mean, tfidf or sif", found=repr(self.weighting)
            )
        self.normalization_ = normalization_of(self.vectors)
        self._n_features_out = self.vectors.dim
        counts = self._count(texts)
        self.word_weights_ = self._weights(counts)
        features = self._means(counts)
        if self.weighting == "sif":
            self.component_ = _first_singular_vector(features)
            features = self._without_component(features)
        return features

    def transform(self, texts: Iterable[str]) -> Floats2d:
        """(n_texts, dim) float32. Raises NotFittedError before `fit`."""
        check_is_fitted(self, "word_weights_")
        features = self._means(self._count(texts))
        return self._without_component(features) if self.weighting == "sif" else features

    def _count(self, texts: Iterable[str]) -> Any:
        """(n_texts, n_words) sparse float32: how often each text has each word of the table."""
        if isinstance(texts, str):
            raise CorpusError(
                "texts", expected="several texts", found="one", hint="Put it in a list."
            )
        vocabulary = self.vectors.vocabulary
        rows_of = row_finder(vocabulary, Normalizer(self.normalization_, vocabulary))
        columns: list[int] = []
        offsets = [0]
        for text in texts:
            if not isinstance(text, str):
                raise CorpusError("texts", expected="texts", found=f"a {type(text).__name__}")
            columns += (row for row in rows_of(tokenize(text)) if row >= 0)
            offsets.append(len(columns))
        shape = (len(offsets) - 1, len(self.vectors))
        counts = csr_matrix((np.ones(len(columns), np.float32), columns, offsets), shape=shape)
        counts.sum_duplicates()
        return counts

    def _weights(self, counts: Any) -> Floats1d:
        n_texts, n_words = counts.shape
        if self.weighting == "mean":
            return np.ones(n_words, dtype=np.float32)
        if self.weighting == "tfidf":
            n_with = np.bincount(counts.indices, minlength=n_words)
            weights = 1 + np.log((1 + n_texts) / (1 + n_with))
        else:
            shares = np.bincount(counts.indices, counts.data, n_words) / max(1, counts.data.sum())
            weights = SIF / (SIF + shares)
        return np.asarray(weights, dtype=np.float32)

    def _means(self, counts: Any) -> Floats2d:
        """The weighted means; SIF divides by the number of words, not by the weights' sum."""
        weighted = counts.copy()
        weighted.data *= self.word_weights_[counts.indices]
        totals = np.asarray((counts if self.weighting == "sif" else weighted).sum(axis=1))
        means: Floats2d = (weighted @ self.vectors.matrix) / np.where(totals > 0, totals, 1)
        return means

    def _without_component(self, features: Floats2d) -> Floats2d:
        cleared: Floats2d = features - np.outer(features @ self.component_, self.component_)
        return cleared

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        return tags


def _first_singular_vector(features: Floats2d) -> Floats1d:
    """(dim,): the direction that the rows share most. Its sign does not matter."""
    _, directions = np.linalg.eigh(features.T @ features)
    first: Floats1d = directions[:, -1]
    return first
