"""Texts as features for scikit-learn: means of their words' vectors, alone or beside TF-IDF."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import CorpusError, MissingExtraError, SettingsError
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.text.encode import row_finder
from embedadapt.text.identify import scripts_of
from embedadapt.text.normalize import Normalizer, normalization_for
from embedadapt.text.readers.memory import shown
from embedadapt.text.segment import SCRIPTS

try:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin, clone
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtraError(
        "EmbeddingVectorizer",
        expected="scikit-learn",
        found="none",
        hint="In a clone of embedadapt: pip install '.[sklearn]'",
    ) from error

Weighting = Literal["mean", "tfidf", "sif"]

SIF = 1e-3
"""A word's weight is SIF / (SIF + its share of the tokens): the paper's range is 1e-4 to 1e-3."""


ROW_LENGTH = 10**0.5
"""Typical length of a row of features. `LogisticRegression()` then regularizes as with C=10 on rows
of unit length: with TF-IDF rows of medical abstracts and of articles of French law, C of 10, 30 and
100 are level, and C=1 is behind from 50 labels a class on."""

VECTORS_SCALE = 0.2
"""Best on average of 0.15, 0.2, 0.25, 0.35 and 0.5 on medical abstracts and on articles of French
law, with 5 and 10 labels a class; 0.15 and 0.25 are within 0.002 of macro-F1."""


class EmbeddingVectorizer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Turn each text into the weighted mean of its words' vectors: a scikit-learn transformer.

    Texts are tokenized and looked up by the conventions of the vectors. Words without a vector are
    ignored. A text without any known word gets zeros, and a warning says how many there are. Split
    texts of a language written without spaces into words first.

    Parameters
    ----------
    vectors : WordVectors or PieceVectors
        The vectors, adapted or not. Clones share them. With PieceVectors, a text is the mean of its
        pieces; "mean" without `standardize` encodes texts as the library of the pieces does.
    weighting : {"tfidf", "mean", "sif"}, default "tfidf"
        Weight of a word that occurs n times in the text. "tfidf": n x (1 + ln((1 + texts) / (1 +
        texts with the word))), as in TfidfVectorizer. "mean": n. "sif": n x SIF / (SIF + the word's
        share of all tokens), and the first singular vector of the means is removed (Arora et al.,
        "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017). The texts given
        to `fit` determine the weights.
    standardize : bool, default True
        Center each dimension and scale it to the same variance, so that a row has a length of about
        ROW_LENGTH whatever the number of dimensions. Domain dimensions, which are smaller than the
        base's, then get the same weight, and a plain `LogisticRegression()` needs no scaler. False
        returns the means themselves, which cosine similarities need.
    with_tfidf : bool or TfidfVectorizer, default False
        Whether to append TF-IDF features to the means, in rows of length ROW_LENGTH. True uses
        `TfidfVectorizer(sublinear_tf=True)`; a vectorizer is cloned and used. The output is then
        sparse.
    vectors_scale : float, default 0.2
        Length of the means relative to that of the TF-IDF features; 0 uses TF-IDF alone. Choose it
        by cross-validation if there are enough labels: with more labels, a smaller scale is better.

    Attributes
    ----------
    normalization_ : Normalization
        Conventions by which words are looked up; not with vectors of pieces.
    word_weights_ : (n_words,) float32
        Weight of each word, or piece, of the vectors.
    component_ : (dim,) float32
        Direction that was removed; only for "sif".
    center_, scale_ : (dim,) float32
        A row is (mean - center_) * scale_.
    tfidf_ : TfidfVectorizer
        The TF-IDF vectorizer, fitted on the same texts; only for `with_tfidf`.

    Examples
    --------
    >>> from embedadapt.core.vocabulary import Vocabulary
    >>> rows = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> vectors = WordVectors(Vocabulary(["rent", "lease"]), rows)
    >>> texts = ["The rent: RENT, 2 leases, 1 lease.", "Nil"]
    >>> EmbeddingVectorizer(vectors, weighting="mean", standardize=False).fit_transform(texts)
    array([[0.6666667 , 0.33333334],
           [0.        , 0.        ]], dtype=float32)
    >>> beside = EmbeddingVectorizer(vectors, with_tfidf=True).fit(["A rent.", "A lease."])
    >>> [str(name) for name in beside.get_feature_names_out()][1:]
    ['embeddingvectorizer1', 'tfidf_lease', 'tfidf_rent']
    """

    def __init__(
        self,
        vectors: WordVectors | PieceVectors,
        *,
        weighting: Weighting = "tfidf",
        standardize: bool = True,
        with_tfidf: bool | TfidfVectorizer = False,
        vectors_scale: float = VECTORS_SCALE,
    ) -> None:
        self.vectors = vectors
        self.weighting = weighting
        self.standardize = standardize
        self.with_tfidf = with_tfidf
        self.vectors_scale = vectors_scale

    def fit(self, texts: Iterable[str], labels: object = None) -> EmbeddingVectorizer:
        """Learn weights, scales and TF-IDF from texts.

        Parameters
        ----------
        texts : iterable of str
            Read once.
        labels : ignored
            Ignored; scikit-learn's pipelines pass it.

        Returns
        -------
        EmbeddingVectorizer
            This transformer.

        Raises
        ------
        SettingsError
            A parameter is out of range.
        CorpusError
            `texts` are no texts, or have no words although `with_tfidf` is set.
        """
        self.fit_transform(texts, labels)
        return self

    def fit_transform(self, texts: Iterable[str], labels: object = None) -> Any:
        """Learn weights, scales and TF-IDF from texts, and return their features.

        Parameters
        ----------
        texts : iterable of str
            Read once.
        labels : ignored
            Ignored; scikit-learn's pipelines pass it.

        Returns
        -------
        (n_texts, dim) float32 array or csr_matrix
            With TF-IDF, (n_texts, dim + n_tfidf_words), sparse.

        Raises
        ------
        SettingsError
            A parameter is out of range.
        CorpusError
            `texts` are no texts, or have no words although `with_tfidf` is set.
        """
        del labels
        self._check_parameters()
        texts = _listed(texts)
        if isinstance(self.vectors, WordVectors):
            self.normalization_ = normalization_for(self.vectors, texts)
        self._n_features_out = self.vectors.dim
        counts = self._count(texts)
        self.word_weights_ = self._weights(counts)
        means = self._means(counts)
        if self.weighting == "sif":
            self.component_ = _first_singular_vector(means)
            means = self._without_component(means)
        has_words = _with_words(texts, counts)
        self.center_, self.scale_ = self._center_and_scale(means[has_words])
        features = self._scaled(means, has_words)
        if not self.with_tfidf:
            return features
        is_own = isinstance(self.with_tfidf, TfidfVectorizer)
        self.tfidf_ = clone(self.with_tfidf) if is_own else tfidf_vectorizer()
        try:
            return _beside(features, self.tfidf_.fit_transform(texts))
        except ValueError as error:
            raise CorpusError("texts", expected="texts with words", found=str(error)) from error

    def transform(self, texts: Iterable[str]) -> Any:
        """Return the features of texts.

        Parameters
        ----------
        texts : iterable of str
            Read once.

        Returns
        -------
        (n_texts, dim) float32 array or csr_matrix
            With TF-IDF, (n_texts, dim + n_tfidf_words), sparse.

        Raises
        ------
        NotFittedError
            `fit` was not called before.
        CorpusError
            `texts` are no texts.
        """
        check_is_fitted(self, "word_weights_")
        texts = _listed(texts)
        counts = self._count(texts)
        means = self._means(counts)
        if self.weighting == "sif":
            means = self._without_component(means)
        features = self._scaled(means, _with_words(texts, counts))
        return _beside(features, self.tfidf_.transform(texts)) if self.with_tfidf else features

    def get_feature_names_out(self, input_features: object = None) -> Any:
        """Return the names of the features.

        Parameters
        ----------
        input_features : ignored
            Only scikit-learn passes them.

        Returns
        -------
        (n_features,) object array
            `embeddingvectorizer0` and so on, then `tfidf_` and the word.
        """
        names = super().get_feature_names_out(input_features)
        if not self.with_tfidf:
            return names
        words = [f"tfidf_{word}" for word in self.tfidf_.get_feature_names_out()]
        return np.array([*names, *words], dtype=object)

    def _check_parameters(self) -> None:
        if self.weighting not in get_args(Weighting):
            raise SettingsError(
                "weighting", expected="tfidf, mean or sif", found=repr(self.weighting)
            )
        if not 0 <= self.vectors_scale < np.inf:
            raise SettingsError(
                "vectors_scale", expected="a number of 0 or more", found=repr(self.vectors_scale)
            )

    def _count(self, texts: Sequence[str]) -> Any:
        """Count each known word in each text: (n_texts, n_words) sparse float32."""
        columns: list[int] = []
        offsets = [0]
        for rows in self._rows(texts):
            columns += (row for row in rows if row >= 0)
            offsets.append(len(columns))
        shape = (len(offsets) - 1, len(self.vectors))
        counts = csr_matrix((np.ones(len(columns), np.float32), columns, offsets), shape=shape)
        counts.sum_duplicates()
        return counts

    def _rows(self, texts: Sequence[str]) -> Iterator[Iterable[int]]:
        """Yield the row of each token of each text, below 0 for a word without one."""
        if isinstance(self.vectors, PieceVectors):
            yield from self.vectors.cut(texts)
            return
        vocabulary = self.vectors.vocabulary
        normalizer = Normalizer(self.normalization_, vocabulary)
        rows_of = row_finder(vocabulary, normalizer)
        for text in texts:
            yield rows_of(normalizer.tokens(text))

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
        """Return the weighted means; SIF divides by the number of words, not by the weights."""
        weighted = counts.copy()
        weighted.data *= self.word_weights_[counts.indices]
        totals = np.asarray((counts if self.weighting == "sif" else weighted).sum(axis=1))
        means: Floats2d = (weighted @ self.vectors.matrix) / np.where(totals > 0, totals, 1)
        return self.vectors.finished(means) if isinstance(self.vectors, PieceVectors) else means

    def _without_component(self, features: Floats2d) -> Floats2d:
        cleared: Floats2d = features - np.outer(features @ self.component_, self.component_)
        return cleared

    def _center_and_scale(self, means: Floats2d) -> tuple[Floats1d, Floats1d]:
        """Return what is subtracted from a mean, and what the rest is multiplied by, (dim,) each.

        A dimension that does not vary gets the scale 0.
        """
        dim, length = means.shape[1], ROW_LENGTH * (self.vectors_scale if self.with_tfidf else 1)
        center, scale = np.zeros(dim), np.ones(dim)
        if self.standardize or self.with_tfidf:
            rows = means.astype(np.float64)
            center = rows.mean(axis=0) if len(rows) else center
            deviation = np.sqrt(np.square(rows - center).sum(axis=0) / max(1, len(rows)))
            if not self.standardize:
                deviation[:] = np.sqrt(np.square(deviation).mean())
            varies = deviation > 1e-6 * np.abs(rows).max(initial=0)
            scale = length / dim**0.5 * varies / np.where(varies, deviation, 1)
        return center.astype(np.float32), scale.astype(np.float32)

    def _scaled(self, means: Floats2d, has_words: NDArray[np.bool_]) -> Floats2d:
        scaled: Floats2d = (means - self.center_) * self.scale_ * has_words[:, None]
        return scaled

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        return tags


def tfidf_vectorizer() -> TfidfVectorizer:
    """Make the TF-IDF features that `with_tfidf=True` puts beside the means, of unit length."""
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32)


def _listed(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise CorpusError("texts", expected="several texts", found="one", hint="Put it in a list.")
    listed = list(texts)
    for text in listed:
        if not isinstance(text, str):
            raise CorpusError("texts", expected="texts", found=f"a {type(text).__name__}")
    return listed


def _with_words(texts: Sequence[str], counts: Any) -> NDArray[np.bool_]:
    """Whether each text has a known word, (n_texts,). Warns of those that have other words only."""
    has_words: NDArray[np.bool_] = np.diff(counts.indptr) > 0
    others = [text for text, has in zip(texts, has_words, strict=True) if not has and text.strip()]
    if others:
        cut = any(scripts_of(text) & SCRIPTS for text in others)
        hint = " Split text without spaces into words first (embedadapt oov --segmenter)." * cut
        warnings.warn(
            f"texts without a word that has a vector, which get zeros: {len(others):,} of "
            f"{len(texts):,}; the first is {shown(others[0])}.{hint}",
            stacklevel=3,
        )
    return has_words


def _beside(features: Floats2d, tfidf: Any) -> Any:
    return hstack([csr_matrix(features), ROW_LENGTH * tfidf], format="csr", dtype=np.float32)


def _first_singular_vector(features: Floats2d) -> Floats1d:
    """Return the direction that the rows share most, (dim,). Its sign does not matter."""
    _, directions = np.linalg.eigh(features.T @ features)
    first: Floats1d = directions[:, -1]
    return first
