"""The specificity of words to a domain, and scales that depend on it.

The specificity of a word is log(share of the corpus) - log(share of general text), the log ratio of
corpus linguistics (Hardie 2014), in nats: 0 for a word that the domain uses as often as general
text, 3 for one that it uses twenty times as often. General words keep their vectors; domain words
move as training determined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from embedadapt.core.types import Doubles1d, Floats1d

STEEPNESS = 4.0
"""Steepness of the step between words that stay and words that move: the scale rises from .1 to .9
within 1.1 nats of specificity. At one neighbor overlap 2, 4 and 8 are near each other on licenses
(docs/scales.md)."""

REACH = 0.9
"""Length of the move of a domain word, relative to its vector; its direction is what was learned.
Training moves a word of 10 occurrences by a fourth of its length, one of 10,000 by three fourths.
The value was chosen by hand on contracts and medical abstracts, by clause topics and human
judgments; on the licenses the held-out loss prefers less (docs/scales.md)."""

MOST_STRETCHED = 3.0
"""Largest factor by which a delta is lengthened to REACH, since what rare words learned is partly
noise."""

DIMENSIONS = 0.25
"""Length of the domain dimensions in the layout "concat", relative to the base's vectors."""

FAR_ABOVE = 3.0
"""Specificity from which a word is a domain word: e^3, twenty times its general share."""

NO_WORD = 50.0
"""A threshold that no word reaches."""

GENERAL_SHARE = 1e-5
"""Share of general text from which a word is a general word: ten in a million, the customary bound
of frequent words (van Heuven et al. 2014, "SUBTLEX-UK", Zipf value 4)."""


def specificities(counts: ArrayLike, general_shares: ArrayLike) -> Floats1d:
    """The specificity of each word of a corpus.

    Parameters
    ----------
    counts : (n_words,) int array
        Occurrences in the corpus; at least 1.
    general_shares : (n_words,) float array
        Share of the tokens of general text, above 0; NaN if it is not known.

    Returns
    -------
    (n_words,) float32 array
        In nats; NaN if the general share is NaN.

    Examples
    --------
    >>> [round(float(one), 1) for one in specificities([200, 1], [0.01, 1 / 201])]
    [4.6, 0.0]
    """
    counts = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    logs = np.log(counts / counts.sum()) - np.log(np.asarray(general_shares, dtype=np.float64))
    return np.asarray(logs, dtype=np.float32)


def shares_of(counts: ArrayLike, specificity: ArrayLike) -> Doubles1d:
    """General shares of words, (n_words,) float64, from their counts and specificities."""
    counts = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    return np.asarray(counts / counts.sum() / np.exp(np.asarray(specificity, np.float64)))


@dataclass(frozen=True)
class BySpecificity:
    """A scale for each word, which increases with its specificity from 0 to `share`.

    General words stay where they are and domain words move, with a smooth transition around a
    threshold.

    Parameters
    ----------
    threshold : float
        Specificity, in nats, of a word that gets half of `share`.
    share : float
        Scale of the most specific words: 1 applies their whole delta, 0 leaves every word in place.
    dimensions : float
        Length of the domain dimensions in the layout "concat", relative to the base's vectors.

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
            Specificity of each word in nats; NaN if it is not known.

        Returns
        -------
        (n_words,) float32 array
            Scales from 0 to `share`; 0 if the specificity is not known.
        """
        above = np.asarray(specificity, dtype=np.float64) - self.threshold
        scales = self.share / (1 + np.exp(-STEEPNESS * np.nan_to_num(above, nan=-np.inf)))
        return np.asarray(scales, dtype=np.float32)

    def __str__(self) -> str:
        if self.threshold >= NO_WORD:
            return "0 for every word of the base"
        share = "" if self.share == 1 else f"{self.share:g} "
        return f"{share}by specificity from {self.threshold:.2f}"
