"""Documents as the kernels read them: as written, and with their broken words joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Document
from embedadapt.core.types import Longs1d
from embedadapt.text.broken_words import unwrapped
from embedadapt.text.growing import encoded, joined


@dataclass(frozen=True, eq=False)
class Batch:
    """Documents in bytes (text.growing.joined).

    documents:
        The documents.
    raw:
        Their texts.
    read:
        These with broken words joined, as they are tokenized; `raw` itself where none is broken.
    is_joined:
        (n_documents,) bool: those whose words were joined, which have a paragraph in each line.
    """

    documents: Sequence[Document]
    raw: tuple[NDArray[np.uint8], Longs1d]
    read: tuple[NDArray[np.uint8], Longs1d]
    is_joined: NDArray[np.bool_]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Batch:
        """Encode documents."""
        raw = joined([encoded(document.text) for document in documents])
        read, is_joined = unwrapped(documents, *raw)
        return cls(documents, raw, read if is_joined.any() else raw, is_joined)
