"""Is to as: man is to king as woman is to whom?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Ints1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.evaluation.neighbors import QUERIES_AT_ONCE, candidates_of, unit_rows
from embedadapt.evaluation.sets import set_path
from embedadapt.evaluation.word_pairs import lookup

SETS = {"google-analogies": "questions-words.txt"}
"""In gensim's wheel: Mikolov et al. 2013 (arXiv:1301.3781), 19,544 questions."""

MOST_QUESTIONS = 3_000
"""Asked of a set at most, drawn by the seed: the interval is then 1.8 points wide at the most."""


@dataclass(frozen=True)
class Analogies:
    """Questions of four words: a is to b as c is to d."""

    questions: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True)
class AnalogyScore:
    """Share of the questions answered right, of those whose four words the table knows."""

    accuracy: float
    n_known: int
    n_questions: int


def read_analogies(path: str | Path) -> Analogies:
    """Four words a line; lines that begin with `:` name a section. Raises FormatError."""
    path = set_path(path, SETS)
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
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


def measure_analogies(table: WordVectors, analogies: Analogies, *, seed: int) -> AnalogyScore:
    """The answer is the candidate nearest to b - a + c, of unit vectors, the three left out.

    3CosAdd (Levy and Goldberg 2014, section 3.1), among the table's first words (`candidates_of`).
    """
    rng = np.random.default_rng(seed)
    asked = rng.permutation(len(analogies.questions))[:MOST_QUESTIONS]
    candidates = candidates_of(table)
    words = [word for question in np.sort(asked) for word in analogies.questions[question]]
    rows = lookup(candidates, words).reshape(-1, 4)
    known = rows[(rows >= 0).all(axis=1)]
    if not len(known):
        return AnalogyScore(float("nan"), 0, len(asked))
    right = answers(candidates, known[:, :3]) == known[:, 3]
    return AnalogyScore(float(right.mean()), len(known), len(asked))


def answers(candidates: WordVectors, questions: Ints1d) -> Ints1d:
    """(n,) int32: the row that each (n, 3) question a, b, c leads to."""
    best = []
    for some in np.array_split(questions, -(-len(questions) // QUERIES_AT_ONCE)):
        a, b, c = (unit_rows(candidates.matrix[some[:, column]]) for column in range(3))
        found, _ = nearest_rows(candidates, b - a + c, 4)
        asked = (found[:, :, None] == some[:, None, :]).any(axis=2)
        best.append(found[np.arange(len(found)), asked.argmin(axis=1)])
    rows: Ints1d = np.concatenate(best)
    return rows
