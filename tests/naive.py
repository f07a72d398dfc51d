"""Slow, obvious twins of the fast functions: read them to know what the fast ones must give."""

import numpy as np


def mean_contexts(
    sentences: list[list[int]], rows: np.ndarray, usable: np.ndarray, window: int
) -> np.ndarray:
    """Weighted means of neighbours, word by word: SIF weights a / (a + share), a = 1e-3."""
    tokens = [i for sentence in sentences for i in sentence]
    means = np.zeros(rows.shape)
    for word in range(len(rows)):
        total = 0.0
        for sentence in sentences:
            for position, target in enumerate(sentence):
                for other, neighbour in enumerate(sentence):
                    near = other != position and abs(other - position) <= window
                    if target == word and near and usable[neighbour]:
                        weight = 1e-3 / (1e-3 + tokens.count(neighbour) / len(tokens))
                        means[word] += weight * rows[neighbour]
                        total += weight
        if total:
            means[word] /= total
    return means


def cosines(rows: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Cosine of each row with `query`; -inf for a zero row, 0 for a zero query."""
    result = np.full(len(rows), -np.inf)
    for i, row in enumerate(rows):
        if row.any():
            length = np.linalg.norm(row) * np.linalg.norm(query)
            result[i] = row @ query / length if length else 0.0
    return result
