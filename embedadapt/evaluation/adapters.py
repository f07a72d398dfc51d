"""The contents of an adapter, and the differences of two, without their base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.adapter import Adapter, check_same_base
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.settings import flat
from embedadapt.core.types import Floats1d, Floats2d, Longs1d
from embedadapt.evaluation.drift import MIN_COUNT
from embedadapt.evaluation.neighbors import has_letter
from embedadapt.text.keyness import DomainRanking

FORMAT = 1
"""Format number of what `to_dict` returns."""

AS_FREQUENT = 50
"""Words on each side, in order of frequency, with whose moves a word's move is compared."""


@dataclass(frozen=True)
class WordMove:
    """How far training moved a word of the base.

    Parameters
    ----------
    word : str
        The word.
    count : int
        Its tokens in the corpus.
    n_documents : int or None
        Training documents that use it; None in an adapter without document counts.
    length : float
        Euclidean length of its delta.
    times : float
        The length divided by the median length for equally frequent words, since frequent words
        move further in any sense.
    """

    word: str
    count: int
    n_documents: int | None
    length: float
    times: float


@accepts_old_names
@dataclass(frozen=True)
class AdapterSummary:
    """The contents of an adapter.

    Parameters
    ----------
    base, fingerprint : str
        Name of the base ("" if it had none), and its `WordVectors.fingerprint`.
    dim : int
        Dimensions of the base.
    n_words, n_new : int
        Words, and new words among them.
    n_dimensions : int
        Domain dimensions.
    n_surface_forms : int
        Number of further spellings of the words.
    n_tokens : int
        Tokens of the corpus whose words the adapter has; 0 if it has no counts.
    moved : tuple of WordMove
        The words of the base that moved furthest by `WordMove.times`, among those with at least
        MIN_COUNT tokens; domain words first.
    new_words : tuple of (str, int)
        New words and their counts, by keyness.
    knows_documents : bool
        Whether the ranks also depend on the number of documents that use a word.
    settings, scores, provenance, normalization : mapping
        As in the adapter.

    Examples
    --------
    >>> summary = embedadapt.show_adapter(adapter)
    >>> summary.n_words - summary.n_new, summary.to_dict()["dim"]
    (1642, 50)
    """

    base: str
    fingerprint: str
    dim: int
    n_words: int
    n_new: int
    n_dimensions: int
    n_surface_forms: int
    n_tokens: int
    moved: tuple[WordMove, ...]
    new_words: tuple[tuple[str, int], ...]
    knows_documents: bool
    settings: Mapping[str, Any]
    scores: Mapping[str, Any]
    provenance: Mapping[str, Any]
    normalization: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready, one entry per field.
        """
        return {"format": FORMAT, **asdict(self)}


def summarize_adapter(adapter: Adapter, *, n: int = 20) -> AdapterSummary:
    """The contents of an adapter, with n moved words and n new words, domain words first."""
    words, counts = adapter.vocabulary.words, _counts(adapter)
    ranking = DomainRanking.of_adapter(adapter)
    new = np.flatnonzero(adapter.base_rows < 0).astype(np.int32)
    return AdapterSummary(
        base=adapter.provenance.get("base", ""),
        fingerprint=adapter.base_fingerprint,
        dim=adapter.dim,
        n_words=len(words),
        n_new=adapter.n_new,
        n_dimensions=adapter.n_dimensions,
        n_surface_forms=len(adapter.surface_forms),
        n_tokens=adapter.vocabulary.total,
        moved=moved_furthest(adapter, ranking, n),
        new_words=tuple((words[row], int(counts[row])) for row in ranking.new_words(new)[:n]),
        knows_documents=ranking.document_counts is not None,
        settings=dict(adapter.settings),
        scores=dict(adapter.scores),
        provenance=dict(adapter.provenance),
        normalization=adapter.normalization.to_dict(),
    )


def moved_furthest(adapter: Adapter, ranking: DomainRanking, n: int) -> tuple[WordMove, ...]:
    """The n words of the base that moved furthest for their frequency, domain words first."""
    counts = _counts(adapter)
    order = np.argsort(-counts, kind="stable")
    judged = (adapter.base_rows >= 0) & (counts >= MIN_COUNT)
    fit = [row for row in order if judged[row] and has_letter(adapter.vocabulary.words[row])]
    rows = np.array(fit, dtype=np.int32)
    lengths = np.linalg.norm(adapter.delta[rows], axis=1)
    usual = _running_median(lengths, AS_FREQUENT)
    times = np.divide(lengths, usual, out=np.zeros_like(lengths), where=usual > 0)
    return tuple(
        WordMove(
            adapter.vocabulary.words[rows[i]],
            int(counts[rows[i]]),
            ranking.documents_of(rows[i]),
            float(lengths[i]),
            float(times[i]),
        )
        for i in ranking.moved_words(rows, times)[:n]
    )


@dataclass(frozen=True)
class SharedWord:
    """A word of two adapters.

    Parameters
    ----------
    word : str
        The word.
    counts : (int, int)
        Its tokens in the corpus of each adapter.
    cosine : float
        Cosine between its two deltas, or between its two vectors if it is a new word.
    """

    word: str
    counts: tuple[int, int]
    cosine: float


@dataclass(frozen=True)
class AdapterComparison:
    """How two adapters of one base differ.

    Parameters
    ----------
    n_words : (int, int)
        Words in each.
    n_shared : int
        Words in both.
    only : pair of tuples of (str, int)
        For each adapter the most frequent words that the other lacks, with their counts.
    agreement : float or None
        Median cosine between the two deltas of a word, over the words of the base with at least
        MIN_COUNT tokens in each corpus; None if there are none.
    apart : tuple of SharedWord
        The words with the lowest cosines, among those that both adapters move further than the
        median word.
    new_in_both : tuple of SharedWord
        The new words of both adapters with the lowest cosines.
    settings : mapping of str to pair
        Settings that differ; None if an adapter lacks the setting.

    Examples
    --------
    >>> difference = embedadapt.diff_adapters(adapter, adapter)
    >>> difference.n_shared == difference.n_words[0], difference.settings
    (True, {})
    """

    n_words: tuple[int, int]
    n_shared: int
    only: tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]
    agreement: float | None
    apart: tuple[SharedWord, ...]
    new_in_both: tuple[SharedWord, ...]
    settings: Mapping[str, tuple[Any, Any]]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready, one entry per field.
        """
        return {"format": FORMAT, **asdict(self)}


def compare_adapters(one: Adapter, other: Adapter, *, n: int = 20) -> AdapterComparison:
    """How two adapters differ, with at most n words in each list.

    Raises AdapterError unless both were trained from the same base.
    """
    check_same_base(one, other)
    words = [word for word in one.vocabulary if word in other.vocabulary]
    rows = [each.vocabulary.lookup(words) for each in (one, other)]
    counts = np.stack([_counts(one)[rows[0]], _counts(other)[rows[1]]], axis=1)
    cosines, lengths = _agreement(_learned(one)[rows[0]], _learned(other)[rows[1]])
    is_new = one.base_rows[rows[0]] < 0
    judged = ~is_new & (counts.min(axis=1) >= MIN_COUNT)
    judged &= np.fromiter(map(has_letter, words), bool, count=len(words))
    usual = np.median(lengths[judged], axis=0) if judged.any() else 0
    far = judged & (lengths > usual).all(axis=1)

    def furthest_apart(among: NDArray[np.bool_]) -> tuple[SharedWord, ...]:
        chosen = np.flatnonzero(among)
        chosen = chosen[np.argsort(cosines[chosen], kind="stable")][:n]
        return tuple(
            SharedWord(words[i], (int(counts[i, 0]), int(counts[i, 1])), float(cosines[i]))
            for i in chosen
        )

    return AdapterComparison(
        n_words=(len(one.vocabulary), len(other.vocabulary)),
        n_shared=len(words),
        only=(_known_to_one(one, other, n), _known_to_one(other, one, n)),
        agreement=float(np.median(cosines[judged])) if judged.any() else None,
        apart=furthest_apart(far),
        new_in_both=furthest_apart(is_new),
        settings=_differing(*(_settings_of(each) for each in (one, other))),
    )


def _settings_of(adapter: Adapter) -> dict[str, Any]:
    """The settings in their present form; those that the parts of a merged adapter share."""
    if "epochs" not in adapter.settings:
        return flat(adapter.settings)
    return flat(AdaptationConfig.from_dict(adapter.settings).to_dict())


def _differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (ours.get(name), theirs.get(name))
        for name in {**ours, **theirs}
        if ours.get(name) != theirs.get(name)
    }


def _learned(adapter: Adapter) -> Floats2d:
    """The delta of each word of the base and the vector of each new word, (n_words, dim)."""
    learned = adapter.delta.copy()
    learned[adapter.base_rows < 0] += adapter.starts
    return learned


def _agreement(ours: Floats2d, theirs: Floats2d) -> tuple[Floats1d, Floats2d]:
    """Cosine of each pair of rows, (n,), 0 if one is zero; and their lengths, (n, 2)."""
    lengths = np.stack([np.linalg.norm(rows, axis=1) for rows in (ours, theirs)], axis=1)
    products = np.einsum("ij,ij->i", ours, theirs)
    both = lengths.prod(axis=1)
    return np.divide(products, both, out=np.zeros_like(both), where=both > 0), lengths


def _known_to_one(one: Adapter, other: Adapter, n: int) -> tuple[tuple[str, int], ...]:
    counts = _counts(one)
    alone = np.flatnonzero(other.vocabulary.lookup(one.vocabulary) < 0)
    alone = alone[np.argsort(-counts[alone], kind="stable")][:n]
    return tuple((one.vocabulary.words[row], int(counts[row])) for row in alone)


def _running_median(values: Floats1d, reach: int) -> Floats1d:
    """Median of each value and the `reach` values on either side, fewer at the ends."""
    windows = (values[max(0, i - reach) : i + reach + 1] for i in range(len(values)))
    return np.array([np.median(window) for window in windows], dtype=np.float32)


def _counts(adapter: Adapter) -> Longs1d:
    counts = adapter.vocabulary.counts
    return np.zeros(len(adapter.vocabulary), dtype=np.int64) if counts is None else counts
