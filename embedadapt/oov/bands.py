"""Coverage by frequency: are the words that are missing those that the corpus is made of?"""

from __future__ import annotations

from collections.abc import Container, Mapping

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
    lasts = [least - 1 for least in FROM[1:]]
    return tuple(
        _band(least, last, counts, unknown)
        for least, last in zip(FROM, [*lasts, None], strict=True)
    )


def _band(least: int, most: int | None, counts: Mapping[str, int], unknown: Container[str]) -> Band:
    inside = {word: n for word, n in counts.items() if least <= n <= (most or n)}
    missing = [n for word, n in inside.items() if word in unknown]
    return Band(
        least=least,
        most=most,
        n_types=len(inside),
        unknown_types=len(missing),
        n_tokens=sum(inside.values()),
        unknown_tokens=sum(missing),
    )
