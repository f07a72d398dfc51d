"""Documents as bytes, the words joined that hard-wrapped lines break."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Document
from embedadapt.core.types import Longs1d
from embedadapt.kernels import lines as kernels
from embedadapt.kernels.traits import CONTINUED_LINES, FULL_LINES, FULL_WIDTH, RAGGED
from embedadapt.text.character_kinds import letters
from embedadapt.text.growing import encoded, joined
from embedadapt.text.sentences import rejoined


def joined_documents(documents: Sequence[Document]) -> tuple[NDArray[np.uint8], Longs1d]:
    """Documents as `joined` gives texts, with words joined as `rejoined` joins them."""
    content, ends = joined([encoded(document.text) for document in documents])
    parts: list[NDArray[np.uint8]] = []
    copied, lengths = 0, np.diff(ends, prepend=0)
    for i in np.flatnonzero(kernels.may_break_words(content, ends)).tolist():
        start, end = int(ends[i] - lengths[i]), int(ends[i])
        part = _joined_part(documents[i].text, content[start:], end - start)
        if part is not None:
            parts += content[copied:start], part
            copied, lengths[i] = end, len(part)
    if not parts:
        return content, ends
    joined_content = np.concatenate([*parts, content[copied:]])
    joined_content.setflags(write=False)  # as `content` is: kernels are compiled for either
    return joined_content, np.cumsum(lengths)


def _joined_part(text: str, content: NDArray[np.uint8], end: int) -> NDArray[np.uint8] | None:
    """The document content[:end] with its words joined; None where no line of it is wrapped."""
    lengths = np.empty(end // 2 + 1, np.int64)
    n, n_lines = kernels.continued_lines(content, end, letters(), lengths)
    if n != kernels.UNKNOWN and not _are_wrapped(lengths[:n], n_lines):
        return None
    part = np.empty(end, np.uint8)
    size = kernels.UNKNOWN
    if n != kernels.UNKNOWN:
        size = kernels.join_broken_words(content, end, letters(), part)
    if size == kernels.UNKNOWN:
        return np.frombuffer(encoded(rejoined(text) + " "), np.uint8)
    return part[:size]


def _are_wrapped(lengths: Longs1d, n_lines: int) -> bool:
    """Whether a document is hard-wrapped, as `sentences` finds it: by the lengths of the lines that
    the next one continues, and the number of all."""
    if not len(lengths) or len(lengths) < CONTINUED_LINES * n_lines:
        return False
    place = int(FULL_WIDTH * (len(lengths) - 1))
    width = np.partition(lengths, place)[place]
    n_full = int(np.count_nonzero(lengths >= width - RAGGED))
    return n_full >= FULL_LINES * len(lengths)
