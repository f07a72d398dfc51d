"""Analogies: man is to king as woman is to what?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Doubles1d, Ints1d, Longs2d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.evaluation.neighbors import QUERIES_AT_ONCE, candidates_of, unit_rows
from embedadapt.evaluation.sets import lines_of, set_path
from embedadapt.evaluation.word_pairs import lookup

SETS = {"google-analogies": "questions-words.txt"}
"""Sets in gensim's wheel: Mikolov et al. 2013 (arXiv:1301.3781), 19,544 questions."""

MOST_QUESTIONS = 3_000
"""Questions of a set that are used at most, drawn by the seed: the interval is then at most 1.8
points wide."""


@dataclass(frozen=True)
class Analogies:
    """Questions of four words: a is to b as c is to d."""

    questions: Sequence[tuple[str, str, str, str]]

    def drawn(self, seed: int) -> Analogies:
        """At most MOST_QUESTIONS of the questions."""
        asked = np.random.default_rng(seed).permutation(len(self.questions))[:MOST_QUESTIONS]
        return Analogies([self.questions[i] for i in np.sort(asked)])

    @property
    def words(self) -> Iterable[str]:
        """None: answers are searched among the first words, where the questions' words are too."""
        return ()

    def outcomes(self, table: WordVectors) -> Doubles1d:
        """1 for a right answer, 0 for a wrong one, NaN if a word is unknown, (n,).

        The answer is the candidate nearest to b - a + c, of unit vectors, without the three words:
        3CosAdd (Levy and Goldberg 2014, section 3.1), among the first words (`candidates_of`).
        """
        candidates = candidates_of(table)
        rows = lookup(candidates, [word for one in self.questions for word in one]).reshape(-1, 4)
        known = (rows >= 0).all(axis=1)
        right = np.full(len(rows), np.nan)
        if known.any():
            right[known] = answers(candidates, rows[known, :3]) == rows[known, 3]
        return right

    def figure(self, outcomes: Doubles1d, rows: Longs2d) -> Doubles1d:
        """Share of right answers of each draw; NaN if there are no questions."""
        drawn = outcomes[rows]
        known = np.isfinite(drawn)
        n_known = np.where(known.any(axis=1), known.sum(axis=1), np.nan)
        return np.asarray(drawn.sum(axis=1, where=known) / n_known)


def read_analogies(path: str | Path) -> Analogies:
    """Read four words per line; a line that begins with `:` names a section.

    Raises FormatError.
    """
    path = set_path(path, SETS)
    questions = []
    for number, line in enumerate(lines_of(path), start=1):
        if not line.strip() or line.startswith((":", "#")):
            continue
        words = line.split()
        if len(words) != 4:
            raise FormatError(
                f"{path}, line {number}", expected="four words", found=repr(line[:60])
            )
        questions.append((words[0], words[1], words[2], words[3]))
    if not questions:
        raise FormatError(str(path), expected="questions of four words", found="none")
    return Analogies(questions)


def answers(candidates: WordVectors, questions: Ints1d) -> Ints1d:
    """The row that answers each question a, b, c of (n, 3), as (n,) int32."""
    best = []
    for some in np.array_split(questions, -(-len(questions) // QUERIES_AT_ONCE)):
        a, b, c = (unit_rows(candidates.matrix[some[:, column]]) for column in range(3))
        found, _ = nearest_rows(candidates, b - a + c, 4)
        asked = (found[:, :, None] == some[:, None, :]).any(axis=2)
        best.append(found[np.arange(len(found)), asked.argmin(axis=1)])
    rows: Ints1d = np.concatenate(best)
    return rows
