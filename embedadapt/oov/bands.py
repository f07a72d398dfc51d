"""Coverage by frequency: are the words that are missing those that the corpus is made of?"""

from __future__ import annotations

from collections.abc import Container, Mapping

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Longs1d
from embedadapt.oov.result import Band
from embedadapt.text.new_words import LEARNED_FROM

FROM = (1, 2, LEARNED_FROM, 20, 100, 1_000)
"""Least frequencies of the bands: words met once, words too rare to learn, and those that `adapt`
learns by default."""


def frequency_bands(counts: Mapping[str, int], unknown: Container[str]) -> tuple[Band, ...]:
    """Words by their number in the corpus, a band from each of FROM to the next.

    >>> bands = frequency_bands({"the": 9, "of": 7, "lessor": 1}, {"lessor"})
    >>> [(band.least, band.most, band.n_types, band.unknown_types) for band in bands][:3]
    [(1, 1, 1, 1), (2, 4, 0, 0), (5, 19, 2, 0)]
    """
    numbers = np.fromiter(counts.values(), np.int64, len(counts))
    is_unknown = np.fromiter((word in unknown for word in counts), np.bool_, len(counts))
    lasts = [least - 1 for least in FROM[1:]]
    return tuple(
        _band(least, last, numbers, is_unknown)
        for least, last in zip(FROM, [*lasts, None], strict=True)
    )


def _band(least: int, most: int | None, counts: Longs1d, is_unknown: NDArray[np.bool_]) -> Band:
    inside = counts >= least
    if most is not None:
        inside &= counts <= most
    missing = inside & is_unknown
    return Band(
        least=least,
        most=most,
        n_types=int(np.count_nonzero(inside)),
        unknown_types=int(np.count_nonzero(missing)),
        n_tokens=int(counts[inside].sum()),
        unknown_tokens=int(counts[missing].sum()),
    )
