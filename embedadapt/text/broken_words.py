"""Documents as bytes, the words joined that hard-wrapped lines break."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Document
from embedadapt.core.types import Longs1d
from embedadapt.kernels import lines as kernels
from embedadapt.kernels.beside import is_awaited
from embedadapt.kernels.traits import CONTINUED_LINES, FULL_LINES, FULL_WIDTH, RAGGED
from embedadapt.text.character_kinds import letters
from embedadapt.text.growing import encoded, joined
from embedadapt.text.sentences import rejoined


def joined_documents(documents: Sequence[Document]) -> tuple[NDArray[np.uint8], Longs1d]:
    """Documents as `joined` gives texts, with words joined as `rejoined` joins them."""
    raw = joined([encoded(document.text) for document in documents])
    return unwrapped(documents, *raw)[0]


def unwrapped(
    documents: Sequence[Document], content: NDArray[np.uint8], ends: Longs1d
) -> tuple[tuple[NDArray[np.uint8], Longs1d], NDArray[np.bool_]]:
    """Documents as `rejoined` gives their texts.

    Parameters
    ----------
    documents : sequence of Document
        The documents.
    content, ends : (n_bytes,) uint8 and (n_documents,) int64
        The same, as `joined` gives them.

    Returns
    -------
    content, ends : (n_bytes,) uint8 and (n_documents,) int64
        As the arguments, which they are where no document is wrapped.
    is_joined : (n_documents,) bool
        The documents that have a paragraph in each line.
    """
    parts: list[NDArray[np.uint8]] = []
    copied, lengths = 0, np.diff(ends, prepend=0)
    is_joined = np.zeros(len(ends), np.bool_)
    does_without = is_awaited(kernels.continued_lines) or is_awaited(kernels.unwrap)
    for i in np.flatnonzero(kernels.may_break_words(content, ends)).tolist():
        start, end, text = int(ends[i] - lengths[i]), int(ends[i]), documents[i].text
        if does_without:
            part = _rejoined(text)
        else:
            part = _unwrapped_part(text, content[start:], end - start)
        if part is not None:
            parts += content[copied:start], part
            copied, lengths[i], is_joined[i] = end, len(part), True
    if not parts:
        return (content, ends), is_joined
    whole = np.concatenate([*parts, content[copied:]])
    whole.setflags(write=False)  # as `content` is: kernels are compiled for either
    return (whole, np.cumsum(lengths)), is_joined


def _unwrapped_part(text: str, content: NDArray[np.uint8], end: int) -> NDArray[np.uint8] | None:
    """The document content[:end] with a paragraph in each line; None where it is not wrapped."""
    lengths = np.empty(end // 2 + 1, np.int64)
    n, n_lines = kernels.continued_lines(content, end, letters(), lengths)
    size = kernels.UNKNOWN
    if n != kernels.UNKNOWN:
        width = _wrap_width(lengths[:n], n_lines)
        if not width:
            return None
        part = np.empty(end + 1, np.uint8)
        size = kernels.unwrap(content, end, letters(), width, part)
    if size == kernels.UNKNOWN:
        return _rejoined(text)
    part[size] = ord(" ")
    return part[: size + 1]


def _rejoined(text: str) -> NDArray[np.uint8] | None:
    """The same as `_unwrapped_part` gives, without kernels."""
    whole = rejoined(text)
    return None if whole is text else np.frombuffer(encoded(whole + " "), np.uint8)


def _wrap_width(lengths: Longs1d, n_lines: int) -> int:
    """The column at which a document is wrapped, 0 where it is not, as `sentences` finds it: by the
    lengths of the lines that the next one continues, and the number of all."""
    if not len(lengths) or len(lengths) < CONTINUED_LINES * n_lines:
        return 0
    place = int(FULL_WIDTH * (len(lengths) - 1))
    width = int(np.partition(lengths, place)[place])
    n_full = int(np.count_nonzero(lengths >= width - RAGGED))
    return width if n_full >= FULL_LINES * len(lengths) else 0
