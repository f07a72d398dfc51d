"""The words whose neighbors are compared: general words and domain words, separately.

General words should keep their neighbors, and domain words should not: counted together, vectors
that learned nothing would look best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedadapt.core.adapter import Adapter
from embedadapt.core.specificity import FAR_ABOVE, GENERAL_SHARE, shares_of
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import has_letter
from embedadapt.evaluation.retention import frequent_rows

N_GENERAL = 1_000
N_DOMAIN = 500
FEWEST_OCCURRENCES = 20
"""Fewest occurrences of a domain word that is measured: rarer ones move by chance."""


@dataclass(frozen=True, eq=False)
class WordGroups:
    """Rows of candidates whose neighbors are compared, (n,) int32 for each group.

    general:
        General words that the corpus uses: at least GENERAL_SHARE of general text, and less than
        FAR_ABOVE specific. Words that the corpus does not use cannot move, and would only improve
        the result.
    shared:
        Words that are as frequent in general text, but FAR_ABOVE specific or more: `party` and
        `agreement` in contracts.
    domain:
        All words that are FAR_ABOVE specific or more and occur FEWEST_OCCURRENCES times or more.
    by_specificity:
        False if no specificity is known: `general` then holds the most frequent words of the
        base that the corpus uses, and the other groups are empty.
    """

    general: Ints1d
    shared: Ints1d
    domain: Ints1d
    by_specificity: bool = True

    @classmethod
    def of(cls, candidates: WordVectors, adapter: Adapter) -> WordGroups:
        """The groups of an adapter's words among candidates, which are the first rows of its base.

        Each group has N_GENERAL or N_DOMAIN words at most, evenly spaced from the most frequent to
        the rarest.
        """
        words, counts = adapter.vocabulary, adapter.vocabulary.counts
        if adapter.specificity is None or counts is None:
            nothing = np.empty(0, dtype=np.int32)
            general = frequent_rows(candidates, words, N_GENERAL)
            return cls(general, nothing, nothing, by_specificity=False)
        rows = adapter.base_rows
        fit = (rows >= 0) & (rows < len(candidates)) & ~np.isnan(adapter.specificity)
        fit[fit] &= candidates.norms[rows[fit]] > 0
        fit[fit] &= np.array([has_letter(words.words[i]) for i in np.flatnonzero(fit)], dtype=bool)
        is_general = fit & (shares_of(counts, adapter.specificity) >= GENERAL_SHARE)
        is_domain = fit & (adapter.specificity >= FAR_ABOVE)
        return cls(
            general=_spread(rows[is_general & ~is_domain], N_GENERAL),
            shared=_spread(rows[is_general & is_domain], N_DOMAIN),
            domain=_spread(rows[is_domain & (counts >= FEWEST_OCCURRENCES)], N_DOMAIN),
        )


def domain_share(adapter: Adapter) -> float | None:
    """Share of the corpus's tokens that are domain words of the base (FAR_ABOVE specific).

    None if no specificity is known.
    """
    counts = adapter.vocabulary.counts
    if adapter.specificity is None or counts is None or not counts.sum():
        return None
    is_domain = (adapter.base_rows >= 0) & (adapter.specificity >= FAR_ABOVE)
    return float(counts[is_domain].sum() / counts.sum())


def _spread(rows: Ints1d, n: int) -> Ints1d:
    """Some of the rows, evenly spaced and ascending, (at most n,) int32."""
    rows = np.sort(rows)
    if len(rows) <= n:
        return rows.astype(np.int32)
    return rows[np.linspace(0, len(rows) - 1, n).round().astype(np.int64)].astype(np.int32)
