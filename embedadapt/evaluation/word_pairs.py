"""How well cosines agree with human judgments of similarity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Doubles1d, Doubles2d, Ints1d, Longs2d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.sets import lines_of, set_path

SETS = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
"""Sets in gensim's wheel: Finkelstein et al. 2002, Hill, Reichart and Korhonen 2015."""

FEWEST_PAIRS = 10


@dataclass(frozen=True, eq=False)
class WordPairs:
    """Pairs of words with human judgments: two arrays (n,) of words, and (n,) scores.

    A higher score means more similar.

    unknown_is_zero: count a pair with an unknown side as a cosine of 0, as gensim's
        `evaluate_word_pairs(dummy4unknown=True)` does, instead of leaving it out.
    """

    first: Sequence[str]
    second: Sequence[str]
    scores: Doubles1d
    unknown_is_zero: bool = False

    @property
    def words(self) -> Iterable[str]:
        """All sides of the pairs, and the words of a side that has several."""
        sides = (*self.first, *self.second)
        return (*sides, *chain.from_iterable(map(parts_of, sides)))

    def outcomes(self, table: WordVectors) -> Doubles1d:
        """Cosine of each pair, (n,); NaN, or 0, for a pair with a side without a vector.

        A word is looked up as it is written, then in lower case. Several words, separated by
        spaces, that the vectors do not join are the mean of those that are known.
        """
        one, other = sides(table, self.first), sides(table, self.second)
        lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        cosines: Doubles1d = np.einsum("nd,nd->n", one, other) / np.maximum(lengths, 1e-12)
        return np.nan_to_num(cosines) if self.unknown_is_zero else cosines

    def figure(self, outcomes: Doubles1d, rows: Longs2d) -> Doubles1d:
        """Spearman's rho of each draw; NaN under FEWEST_PAIRS known pairs, or where all are judged
        alike."""
        known = np.isfinite(outcomes[rows])
        ours, theirs = (_centered_ranks(values[rows], known) for values in (outcomes, self.scores))
        lengths = np.sqrt((ours * ours).sum(axis=1) * (theirs * theirs).sum(axis=1))
        has_rho = (known.sum(axis=1) >= FEWEST_PAIRS) & (lengths > 0)
        rho = (ours * theirs).sum(axis=1) / np.where(has_rho, lengths, np.nan)
        return cast("Doubles1d", rho)


def _centered_ranks(values: Doubles2d, known: NDArray[np.bool_]) -> Doubles2d:
    """Ranks of the known values of each row minus their mean, 0 for the others, (n_draws, n)."""
    from scipy.stats import rankdata  # slow to import

    ranks = rankdata(np.where(known, values, np.inf), axis=1)
    n_known = known.sum(axis=1, keepdims=True)
    means = ranks.sum(axis=1, keepdims=True, where=known) / np.maximum(n_known, 1)
    return np.where(known, ranks - means, 0.0)


def read_word_pairs(path: str | Path) -> WordPairs:
    """Read two words and a number per line, separated by tabs or else spaces, or a set of SETS.

    With tabs, a side may have several words. Lines that begin with `#` and a first line without a
    number are skipped. Raises FormatError with the line of the first one that is neither.
    """
    path = set_path(path, SETS)
    rows: list[tuple[str, str, float]] = []
    for number, line in enumerate(lines_of(path), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t") if "\t" in line else line.split()
        try:
            first, second, score = fields[0].strip(), fields[1].strip(), float(fields[2])
            if not isfinite(score):
                raise ValueError
        except (IndexError, ValueError):
            if number == 1:
                continue
            raise FormatError(
                f"{path}, line {number}",
                expected="two words and a number, separated by tabs",
                found=repr(line[:60]),
            ) from None
        rows.append((first, second, score))
    if not rows:
        raise FormatError(str(path), expected="word pairs with a score", found="none")
    first_words, second_words, scores = zip(*rows, strict=True)
    return WordPairs(first_words, second_words, np.array(scores))


def sides(table: WordVectors, names: Sequence[str]) -> Doubles2d:
    """The vectors of words, or of several words each, (n, dim) float64; NaN for unknown ones."""
    rows = lookup(table, names)
    found = np.where(rows[:, None] >= 0, table.matrix[rows], np.nan).astype(np.float64)
    for i in np.flatnonzero(rows < 0).tolist():
        parts = lookup(table, parts_of(names[i]))
        if (parts >= 0).any():
            found[i] = table.matrix[parts[parts >= 0]].mean(axis=0)
    return found


def parts_of(name: str) -> list[str]:
    """The words of several with spaces between; none for one word.

    >>> parts_of("Cramp in lower leg, nocturnal"), parts_of("lease")
    (['Cramp', 'in', 'lower', 'leg', 'nocturnal'], [])
    """
    return [word.strip(",;:()[]") for word in name.split()] if " " in name else []


def lookup(table: WordVectors, words: Sequence[str]) -> Ints1d:
    """Rows of words as they are written, or else in lower case, (n,) int32; -1 for unknown ones."""
    rows = table.vocabulary.lookup(words)
    lowered = table.vocabulary.lookup([word.lower() for word in words])
    found: Ints1d = np.where(rows >= 0, rows, lowered)
    return found
