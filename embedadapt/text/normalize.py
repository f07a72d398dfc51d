"""A table's writing conventions: inferred from its words, applied to raw tokens."""

from __future__ import annotations

from collections.abc import Sequence

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary


def infer_normalization(vocabulary: Vocabulary) -> Normalization:
    """Placeholder."""
    return Normalization(case="lower" if "The" not in vocabulary else "fallback")


class Normalizer:
    """Placeholder."""

    def __init__(self, normalization: Normalization, vocabulary: Vocabulary) -> None:
        self.normalization = normalization
        self.vocabulary = vocabulary

    def words(self, token: str) -> tuple[str, ...]:
        return (token.lower(),) if self.normalization.case != "keep" else (token,)

    def sentence(self, tokens: Sequence[str]) -> list[str]:
        return [word for token in tokens for word in self.words(token)]
