"""Arrays that grow as a text is read, in the shapes that the kernels of kernels.count take."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Longs1d
from embedadapt.kernels import count as kernels

ROOM = 1 << 15
"""Strings, bytes and numbers that each begins with room for; of rows four times as many."""


class Strings:
    """Distinct strings in a hash table that grows; see kernels.count.Strings."""

    def __init__(self) -> None:
        self.arrays = kernels.Strings(
            rows=np.zeros((4 * ROOM, 4), np.int64),
            starts=np.empty(ROOM, np.int64),
            counts=np.zeros(ROOM, np.int64),
            text=np.empty(ROOM, np.uint8),
            size=np.zeros(2, np.int64),
        )

    def __len__(self) -> int:
        return int(self.arrays.size[0])

    def grow(self) -> None:
        """Doubles what has no room left."""
        rows, starts, counts, text, size = self.arrays
        if 2 * len(self) >= len(rows):
            rows = np.zeros((2 * len(rows), 4), np.int64)
            kernels.move_rows(self.arrays.rows, rows)
        elif len(self) == len(starts):
            starts = np.concatenate([starts, np.empty_like(starts)])
            counts = np.concatenate([counts, np.zeros_like(counts)])
        else:
            text = np.concatenate([text, np.empty_like(text)])
        self.arrays = kernels.Strings(rows, starts, counts, text, size)

    def counts(self) -> Longs1d:
        """(room,): how often the strings were met, by number."""
        used = self.arrays.rows[self.arrays.rows[:, kernels.WHICH] > 0]
        counts = self.arrays.counts.copy()
        counts[used[:, kernels.WHICH] & kernels.LOW_HALF] += used[:, kernels.SEEN] >> 32
        return counts

    def since(self, first: int) -> list[str]:
        """The strings from number `first` on."""
        return self.texts(np.arange(first, len(self)))

    def texts(self, numbers: Longs1d | None = None) -> list[str]:
        """The strings of some numbers, or all."""
        if numbers is None:
            numbers = np.arange(len(self))
        lines = np.empty(kernels.copy_lines(self.arrays, numbers, np.empty(0, np.uint8)), np.uint8)
        kernels.copy_lines(self.arrays, numbers, lines)
        texts = lines.tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]
        if len(texts) == len(numbers):
            return texts
        return list(map(self._text, numbers.tolist()))  # some have line feeds in them

    def _text(self, number: int) -> str:
        _, starts, _, text, size = self.arrays
        end = starts[number + 1] if number + 1 < len(self) else size[1]
        return text[starts[number] : end].tobytes().decode("utf-8", "surrogatepass")

    def in_order(self, numbers: Longs1d) -> Longs1d:
        """Some numbers in the order of their strings, by code points."""
        beginnings = np.empty((2, len(numbers)), np.uint64)
        kernels.copy_beginnings(self.arrays, numbers, beginnings)
        beginnings.byteswap(inplace=True)
        order = np.lexsort(beginnings[::-1])
        ordered, beginnings = numbers[order], beginnings[:, order]
        # Those that begin alike are few: longer ones, or with zeros at their ends.
        is_alike = np.append(False, (beginnings[:, 1:] == beginnings[:, :-1]).all(axis=0))
        edges = np.flatnonzero(np.diff(is_alike, prepend=False, append=False))
        runs = list(zip((edges[::2] - 1).tolist(), edges[1::2].tolist(), strict=True))
        places = list(chain.from_iterable(range(first, end) for first, end in runs))
        text_at = dict(zip(places, self.texts(ordered[places]), strict=True))
        in_order = [sorted(range(*run), key=text_at.__getitem__) for run in runs]
        ordered[places] = ordered[list(chain.from_iterable(in_order))]
        return ordered

    def longest(self, first: int) -> int:
        """Bytes of the longest string from number `first` on; 0 for none."""
        n, n_bytes = self.arrays.size.tolist()
        return int(np.diff(self.arrays.starts[first:n], append=n_bytes).max(initial=0))

    def add(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """The numbers of strings, new ones added: (n_texts,)."""
        parts = list(map(encoded, texts))
        ends = np.cumsum(list(map(len, parts)), dtype=np.int64)
        content = np.frombuffer(b"".join([*parts, bytes(kernels.SLACK)]), np.uint8)
        ids, first = np.empty(len(parts), np.int32), 0
        while (first := kernels.add_strings(content, ends, first, self.arrays, ids)) < len(parts):
            self.grow()
        return ids


class Numbers:
    """Integers with room for more behind them."""

    def __init__(self, dtype: type[np.integer[Any]]) -> None:
        self._room: NDArray[Any] = np.zeros(ROOM, dtype)
        self._n = 0

    @property
    def values(self) -> NDArray[Any]:
        return self._room[: self._n]

    def lengthen(self, n: int) -> None:
        """To `n` values, the new ones 0."""
        while n > len(self._room):
            self._room = np.concatenate([self._room, np.zeros_like(self._room)])
        self._n = n

    def extend(self, values: Sequence[int] | NDArray[Any]) -> None:
        first = self._n
        self.lengthen(first + len(values))
        self.values[first:] = values


class Lists:
    """Lists of numbers that grow in number; see kernels.count.Lists."""

    def __init__(self) -> None:
        self._items, self._ends = Numbers(np.int32), Numbers(np.int64)
        self._ends.lengthen(1)

    def __len__(self) -> int:
        return len(self._ends.values) - 1

    @property
    def arrays(self) -> kernels.Lists:
        return kernels.Lists(self._items.values, self._ends.values)

    def extend(
        self, items: Sequence[int] | NDArray[np.int32], ends: Sequence[int] | Longs1d
    ) -> None:
        """Adds lists of `items`, one behind the other; ends: where each of them does."""
        if len(ends):
            n_before = len(self._items.values)
            self._items.extend(items[: ends[-1]])
            self._ends.extend(np.asarray(ends, np.int64) + n_before)

    def extend_by(self, lists: kernels.Lists) -> None:
        """Add lists; their first end is 0."""
        self.extend(lists.items, lists.ends[1:])

    def extend_through(self, first: Lists, second: Lists) -> None:
        """Adds, for each list of `first` beyond these, the lists of `second` that it names."""
        self.extend(*chained(first.arrays, second.arrays, len(self)))


def chained(
    first: kernels.Lists, second: kernels.Lists, start: int = 0
) -> tuple[NDArray[np.int32], Longs1d]:
    """For each list of `first` from `start` on, the lists of `second` that it names: the items, one
    behind the other's, and where each one's end."""
    ends = np.empty(len(first.ends) - 1 - start, np.int64)
    items = np.empty(2 * int(first.ends[-1] - first.ends[start]), np.int32)
    n = kernels.chain_lists(first, second, items, ends, start)
    if n > len(items):  # lists of three and more
        items = np.empty(n, np.int32)
        kernels.chain_lists(first, second, items, ends, start)
    return items[:n], ends


def encoded(text: str) -> bytes:
    """In UTF-8; a lone surrogate, which has none, by its code."""
    return text.encode("utf-8", "surrogatepass")


def joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint8], Longs1d]:
    """Encoded texts as the kernels read them, and where each ends."""
    ends = np.cumsum([len(part) + 1 for part in parts], dtype=np.int64)
    return np.frombuffer(b" ".join([*parts, b" " * kernels.SLACK]), np.uint8), ends
