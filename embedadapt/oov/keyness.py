"""How much an unknown word is the corpus's own: its keyness against general language.

Dunning's log-likelihood ratio G2 ("Accurate Methods for the Statistics of Surprise and
Coincidence", Computational Linguistics 19, 1993) of its count against the count that general
language lets expect, times its dispersion. A table that lacks a word has seen it no oftener than
its rarest, so it is from the table that the expectation comes. Dispersion keeps company names back:
they stand often, but in few documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from embedadapt.core.vocabulary import Vocabulary


@dataclass(frozen=True)
class Keyness:
    """Measures the words of one corpus.

    n_tokens, n_documents: of the corpus. share: an unknown word's in general language, at most.
    """

    n_tokens: int
    n_documents: int
    share: float

    def of(self, count: int, n_documents: int) -> float:
        """A word's G2, negative where it is rarer than expected, times its dispersion.

        >>> spread = Keyness(n_tokens=1_000_000, n_documents=100, share=1e-6)
        >>> round(spread.of(40, 30)), round(spread.of(40, 1))
        (198, 7)
        """
        expected = self.n_tokens * self.share
        ratio = 2 * (count * log(count / expected) - (count - expected))
        return (ratio if count >= expected else -ratio) * self.dispersion(count, n_documents)

    def dispersion(self, count: int, n_documents: int) -> float:
        """Documents a word stands in, of those it would if dealt out at random; 1 at most."""
        dealt = self.n_documents * (1 - exp(-count / self.n_documents))
        return min(1.0, n_documents / dealt)


def general_share(vocabulary: Vocabulary) -> float:
    """The share in general language that a word not in the table has at most: that of the rarest
    word by the table's counts, else by Zipf's law over as many words."""
    if vocabulary.counts is not None and vocabulary.total:
        return max(1, int(vocabulary.counts.min())) / vocabulary.total
    n_words = max(1, len(vocabulary))
    return 1 / (n_words * (log(n_words) + 0.5772))
