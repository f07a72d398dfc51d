"""Runs of word characters (`\\w`) in a text that are among some that are sought."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from embedadapt.kernels.traits import RUN_MIX

RUN = re.compile(r"\w++")
BLOCK = 1 << 20
"""Characters that are searched at once, as code points; a longer run makes a block longer."""
LONG = 1 << 20
"""Characters from which a text is searched by a compiled loop, which takes time to load."""
ROOM = 1 << 12
"""Runs that are found at once."""
LAST_CHARACTER = 0x10FFFF


def find_runs(text: str, sought: Collection[str]) -> Iterator[int]:
    """Where the runs that are sought begin, in order.

    Those that are no longer in `sought` may be left out, so that a caller can take out what it does
    not look for any more; it ends where nothing is sought.

    >>> list(find_runs("to be, or not to be", {"be", "not"}))
    [3, 10, 17]
    """
    if len(text) >= LONG:
        yield from _find_compiled(text, sought)
        return
    for run in RUN.finditer(text):
        if run[0] in sought:
            yield run.start()
        if not sought:
            return


def _find_compiled(text: str, sought: Collection[str]) -> Iterator[int]:
    from embedadapt.kernels.runs import find_runs as find_in

    starts, progress = np.empty(ROOM, np.int64), np.zeros(2, np.int64)
    start, size = 0, BLOCK
    hashes, n_sought = _hashes(sought), len(sought)
    while start < len(text) and n_sought:
        end = min(start + size, len(text))
        codes = np.frombuffer(text[start:end].encode("utf-32-le", "surrogatepass"), np.uint32)
        progress[:] = 0, len(codes)
        while progress[0] < len(codes):
            n = find_in(codes, end == len(text), _in_words(), hashes, starts, progress)
            for at in starts[:n].tolist():
                run = RUN.match(text, start + at)
                if run and run[0] in sought:
                    yield start + at
        start, size = start + int(progress[1]), BLOCK if progress[1] else 2 * size
        if len(sought) < n_sought:
            hashes, n_sought = _hashes(sought), len(sought)


@cache
def _in_words() -> NDArray[np.bool_]:
    """(n_code_points,): which characters are those of words."""
    codes = np.arange(LAST_CHARACTER + 1, dtype=np.uint32)
    found = np.zeros(len(codes), np.bool_)
    for run in RUN.finditer(codes.tobytes().decode("utf-32-le", "surrogatepass")):
        found[run.start() : run.end()] = True
    return found


def _hashes(runs: Collection[str]) -> NDArray[np.uint64]:
    """A hash table of runs, as kernels.runs takes it."""
    size = 1 << (4 * len(runs)).bit_length()
    table = np.zeros(size, np.uint64)
    for run in runs:
        value = 0
        for letter in run:
            value = ((value ^ ord(letter)) * RUN_MIX) & (2**64 - 1)
        place = (value >> 32) & (size - 1)
        while table[place] and table[place] != value:
            place = (place + 1) & (size - 1)
        table[place] = value
    return table
