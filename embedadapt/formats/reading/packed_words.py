r"""Words as two arrays: their UTF-8 bytes one after the other, and the start of each.

    ["the", "été"]  ->  b"the\xc3\xa9t\xc3\xa9",  [0, 3, 8]

Every word is kept exactly, whatever it contains: spaces, line ends, the empty word, and bytes that
are not UTF-8 (in a str as lone surrogates, Python's "surrogateescape").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Longs1d


def pack_words(words: Sequence[str]) -> tuple[NDArray[np.uint8], Longs1d]:
    """The bytes (n_bytes,) uint8 and the offsets (n_words + 1,) int64.

    >>> packed, offsets = pack_words(["the", "été"])
    >>> packed.tobytes(), offsets
    (b'the\\xc3\\xa9t\\xc3\\xa9', array([0, 3, 8]))
    """
    encoded = [word.encode("utf-8", "surrogateescape") for word in words]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


def unpack_words(packed: NDArray[np.uint8], offsets: Longs1d, where: str) -> tuple[str, ...]:
    """The words again. Raises FormatError, placed at `where`, for offsets that do not fit."""
    if (
        not len(offsets)
        or offsets[0] != 0
        or offsets[-1] != len(packed)
        or (np.diff(offsets) < 0).any()
    ):
        raise FormatError(
            where,
            expected=f"word offsets rising from 0 to {len(packed)}",
            found="others",
            hint="The file is damaged: fetch or write it again.",
        )
    data, bounds = packed.tobytes(), offsets.tolist()
    return tuple(
        data[start:stop].decode("utf-8", "surrogateescape") for start, stop in pairwise(bounds)
    )
