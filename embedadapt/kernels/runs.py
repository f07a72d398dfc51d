"""Runs of word characters in a text are looked for among some that are sought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Longs1d
from embedadapt.kernels._compile import loop, step
from embedadapt.kernels.traits import RUN_MIX


@loop
def find_runs(
    codes: NDArray[np.uint32],
    is_last: bool,
    in_words: NDArray[np.bool_],
    sought: NDArray[np.uint64],
    starts: Longs1d,
    progress: Longs1d,
) -> int:
    """Find the runs of word characters whose hashes are sought, and by accident others.

    codes: a part of a text, in code points, that begins between runs. is_last: whether the text
    ends with it; else a run at its end may go on. in_words: (n_code_points,), which characters are
    those of words. sought: (a power of two,), open addressing, 0 where free. starts: (room,),
    receives where the runs begin. progress: where to continue, and where a run at the end begins.

    Returns the number of runs found, at most len(starts); `progress[0]` is len(codes) at the end.
    """
    i, n = progress[0], 0
    mask = np.uint64(len(sought) - 1)
    while i < len(codes) and n < len(starts):
        start, value = i, np.uint64(0)
        while i < len(codes) and in_words[codes[i]]:
            value = (value ^ np.uint64(codes[i])) * np.uint64(RUN_MIX)
            i += 1
        if i == len(codes) and not is_last:
            progress[1] = start
            break
        if i > start and _is_among(value, sought, mask):
            starts[n] = start
            n += 1
        i += int(i == start)
    progress[0] = i
    return n


@step
def _is_among(value: np.uint64, sought: NDArray[np.uint64], mask: np.uint64) -> bool:
    place = (value >> np.uint64(32)) & mask
    while sought[place] and sought[place] != value:
        place = (place + np.uint64(1)) & mask
    return bool(sought[place])
