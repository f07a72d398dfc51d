"""Arrays as long as a text: in memory while they are small, else in temporary files.

Such a file is where the system's rules put temporary files (`TMPDIR`), for its user alone. It has
no name from the beginning (on Windows until it is closed), so that nothing of it remains when the
process ends, even when it is killed. The array is mapped: its pages are the system's to take back.
"""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from embedadapt.core.errors import OutputError
from embedadapt.core.types import Longs1d

IN_MEMORY = 4 << 20
"""Bytes of the longest array that is kept in memory: a million word ids. There are some twenty of
them at a time, whose memory is not given back before they are all gone."""
CHUNK = 1 << 20
"""Elements that are worked on at a time."""


def empty_array(n: int, dtype: DTypeLike) -> NDArray[Any]:
    """An array (n,) to be filled, in memory, or in a file beyond IN_MEMORY bytes.

    Raises OutputError where the disk has no room for the file.
    """
    n_bytes = n * np.dtype(dtype).itemsize
    if n_bytes <= IN_MEMORY:
        return np.empty(n, dtype)
    try:
        with unnamed_file() as file:
            if hasattr(os, "posix_fallocate"):  # on a full disk, writing to a hole is a SIGBUS
                os.posix_fallocate(file.fileno(), 0, n_bytes)
            else:
                check_room(n_bytes)
                file.truncate(n_bytes)
            return _mapped(file, dtype)
    except OSError as error:
        raise _no_room(n_bytes) from error


def computed_array(
    n: int, dtype: DTypeLike, values: Callable[[slice], NDArray[Any] | float]
) -> NDArray[Any]:
    """An array (n,) as `empty_array` makes it, computed part by part.

    >>> computed_array(3, np.int32, lambda part: np.arange(part.start, part.stop)).tolist()
    [0, 1, 2]
    """
    array = empty_array(n, dtype)
    for part in chunks(n):
        array[part] = values(part)
        release(array)
    return array


class GrowingArray:
    """An array that gets longer, which moves from memory to a file beyond IN_MEMORY bytes.

    >>> numbers = GrowingArray(np.int32)
    >>> numbers.extend([3, 1])
    >>> numbers.extend([4])
    >>> len(numbers), numbers.array().tolist()
    (3, [3, 1, 4])
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self._dtype = np.dtype(dtype)
        self._parts: list[NDArray[Any]] = []
        self._n = self._n_in_memory = 0
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self._n

    def extend(self, values: Any) -> None:
        """Add values at the end. Raises OutputError where the disk is full."""
        part = np.array(values, self._dtype)
        self._parts.append(part)
        self._n += len(part)
        self._n_in_memory += part.nbytes
        if self._n_in_memory > IN_MEMORY:
            self._write()

    def array(self) -> NDArray[Any]:
        """The values, after which no more can be added."""
        if self._file is None:
            return np.concatenate([*self._parts, np.empty(0, self._dtype)])
        self._write()
        with self._file as file:
            return _mapped(file, self._dtype)

    def _write(self) -> None:
        try:
            if self._file is None:
                self._file = unnamed_file()
            for part in self._parts:
                self._file.write(part.data)
            self._file.flush()
        except OSError as error:
            raise _no_room(self._n * self._dtype.itemsize) from error
        self._parts, self._n_in_memory = [], 0


def release(*arrays: NDArray[Any]) -> None:
    """Take the pages of mapped arrays out of the process; their content stays in the file."""
    for array in arrays:
        base: Any = array
        while isinstance(base, np.ndarray | memoryview):
            base = base.base if isinstance(base, np.ndarray) else base.obj
        if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
            base.madvise(mmap.MADV_DONTNEED)


def check_room(n_bytes: int) -> None:
    """Raise OutputError where the folder of temporary files has less room."""
    if n_bytes > IN_MEMORY and shutil.disk_usage(tempfile.gettempdir()).free < n_bytes:
        raise _no_room(n_bytes)


def chunks(n: int, length: int | None = None) -> Iterator[slice]:
    """Slices that cover 0 to n.

    >>> [(part.start, part.stop) for part in chunks(5, 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    length = length or CHUNK
    return (slice(start, min(start + length, n)) for start in range(0, n, length))


def count_ids(ids: NDArray[Any], n: int) -> Longs1d:
    """How often each of 0 to n - 1 occurs, (n,) int64.

    >>> count_ids(np.array([2, 0, 2]), 4).tolist()
    [1, 0, 2, 0]
    """
    counts = np.zeros(n, np.int64)
    for part in chunks(len(ids)):
        counts += np.bincount(ids[part], minlength=n)
        release(ids)
    return counts


def distinct(ascending: Longs1d) -> Longs1d:
    """Each of some ascending numbers from 0 on once. `np.unique` would hash them first.

    >>> distinct(np.array([0, 2, 2, 5])).tolist()
    [0, 2, 5]
    """
    found: Longs1d = ascending[np.diff(ascending, prepend=-1) > 0]
    return found


def running_totals(values: Callable[[slice], NDArray[Any]], places: Longs1d) -> Longs1d:
    """The sum of all values before each place, (len(places),) int64; places: ascending, the last
    one at the end of the values.

    >>> numbers = np.array([5, 1, 2])
    >>> running_totals(lambda part: numbers[part], np.array([0, 2, 2, 3])).tolist()
    [0, 6, 6, 8]
    """
    totals = empty_array(len(places), np.int64)
    before = done = 0
    for part in chunks(int(places[-1])):
        sums = np.concatenate([[0], np.cumsum(values(part))]) + before
        end = int(np.searchsorted(places, part.stop))
        totals[done:end] = sums[places[done:end] - part.start]
        before, done = int(sums[-1]), end
        release(places, totals)
    totals[done:] = before
    return totals


def shuffled_numbers(n: int, rng: np.random.Generator) -> NDArray[Any]:
    """0 to n - 1 in the order of `rng.permutation(n)`, (n,) int32 where that suffices."""
    numbers = empty_array(n, np.int32 if n < 2**31 else np.int64)
    for part in chunks(n):
        numbers[part] = np.arange(part.start, part.stop)
    rng.shuffle(numbers)
    return numbers


def unnamed_file() -> IO[bytes]:
    """A new temporary file, which is gone when it is closed or the process ends."""
    return tempfile.TemporaryFile(prefix="embedadapt-")


def _mapped(file: IO[bytes], dtype: DTypeLike) -> NDArray[Any]:
    return np.frombuffer(mmap.mmap(file.fileno(), 0), dtype)


def _no_room(n_bytes: int) -> OutputError:
    folder = tempfile.gettempdir()
    return OutputError(
        folder,
        expected=f"{n_bytes / 1e9:,.1f} GB for temporary files",
        found=f"{shutil.disk_usage(folder).free / 1e9:,.1f} GB free",
        hint="Set TMPDIR to a folder on a disk with more room.",
    )
