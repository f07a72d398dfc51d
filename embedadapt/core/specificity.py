"""How much a word belongs to a domain, and the scale of its delta that follows from it.

The specificity of a word is log(share of the corpus) - log(share of general text), the log ratio of
corpus linguistics (Hardie 2014) in nats: 0 for a word that the domain uses as everyone does, 3 for
one that it uses twenty times as often. A word of everyone keeps its vector; a word of the domain
goes where training brought it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embedadapt.core.types import Doubles1d, Floats1d

STEEPNESS = 4.0
"""Of the step from words that stay to words that move: from .1 to .9 of the scale within 1.1 nats
of specificity. At one neighbor overlap 2, 4 and 8 are near each other on licenses
(docs/scales.md)."""

REACH = 0.9
"""How far a word of the domain goes, in lengths of its vector, in the direction that it learned.
Training moves a word of 10 occurrences by a fourth of its length, one of 10,000 by three fourths.
Chosen by hand on contracts and medical abstracts, by clause topics and people's judgments; on the
licenses the held-out loss prefers less of it (docs/scales.md)."""

MOST_STRETCHED = 3.0
"""Times, that a delta is lengthened for it: what rare words learned is partly noise."""

DIMENSIONS = 0.25
"""Length of the domain dimensions in the layout concat, in lengths of the base's vectors."""

FAR_ABOVE = 3.0
"""Specificity from which a word is the domain's: e^3, twenty times its general share."""

NO_WORD = 50.0
"""A threshold that no word reaches."""

GENERAL_SHARE = 1e-5
"""Share of general text from which a word is everyone's: ten in a million, the customary bound of
frequent words (van Heuven et al. 2014, "SUBTLEX-UK", Zipf value 4)."""


def specificities(counts: ArrayLike, general_shares: ArrayLike) -> Floats1d:
    """The specificity of each word of a corpus.

    Parameters
    ----------
    counts : (n_words,) int
        Occurrences in the corpus; at least 1.
    general_shares : (n_words,) float
        Share of the tokens of general text, above 0; NaN where it is not known.

    Returns
    -------
    (n_words,) float32
        In nats; NaN where the general share is.

    Examples
    --------
    >>> [round(float(one), 1) for one in specificities([200, 1], [0.01, 1 / 201])]
    [4.6, 0.0]
    """
    counts = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    logs = np.log(counts / counts.sum()) - np.log(np.asarray(general_shares, dtype=np.float64))
    return np.asarray(logs, dtype=np.float32)


def shares_of(counts: ArrayLike, specificity: ArrayLike) -> Doubles1d:
    """(n_words,) float64: the general shares that words of these counts and specificities have."""
    counts = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    return np.asarray(counts / counts.sum() / np.exp(np.asarray(specificity, np.float64)))


@dataclass(frozen=True)
class BySpecificity:
    """A scale for each word: near 0 well below a threshold of specificity, near `share` above it.

    Parameters
    ----------
    threshold : float
        Specificity, in nats, at which a word goes half of the way.
    share : float
        How far the most specific words go: 1 is the whole way, 0 leaves every word as it was.
    dimensions : float
        Length of the domain dimensions in the layout concat, in lengths of the base's vectors.

    Examples
    --------
    >>> BySpecificity(threshold=1.5).of(np.array([0.0, 1.5, 3.0, np.nan])).round(2).tolist()
    [0.0, 0.5, 1.0, 0.0]
    """

    threshold: float
    share: float = 1.0
    dimensions: float = DIMENSIONS

    def of(self, specificity: ArrayLike) -> Floats1d:
        """Return the scale of each word.

        Parameters
        ----------
        specificity : (n_words,) float array
            In nats; NaN where it is not known.

        Returns
        -------
        (n_words,) float32 array
            From 0 to `share`; 0 where the specificity is not known.
        """
        above = np.asarray(specificity, dtype=np.float64) - self.threshold
        scales = self.share / (1 + np.exp(-STEEPNESS * np.nan_to_num(above, nan=-np.inf)))
        return np.asarray(scales, dtype=np.float32)

    def __str__(self) -> str:
        if self.threshold >= NO_WORD:
            return "0 for every word of the base"
        share = "" if self.share == 1 else f"{self.share:g} "
        return f"{share}by specificity from {self.threshold:.2f}"
