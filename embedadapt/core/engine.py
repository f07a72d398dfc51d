"""Engines run the parts of a large job: one after the other here, or on many machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from embedadapt.core.corpus import Corpus

T = TypeVar("T")


def whole(result: T, _: int, __: int) -> T:
    """What cuts a result into a single piece."""
    return result


class Engine(Protocol):
    """Runs pure functions on the parts of a job, in any order, and combines their results.

    workers: how many parts may run at the same time.
    """

    @property
    def workers(self) -> int: ...

    def split(self, corpus: Corpus) -> Sequence[Corpus]:
        """The corpus in parts, whose documents one after the other are those of the corpus."""
        ...

    def share(self, value: Any) -> Any:
        """A handle for a value that many calls take; the value itself is sent only once.

        The methods below take handles among their parts and shared values, and call the function
        with the values themselves.
        """
        ...

    def map_reduce(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
    ) -> T:
        """The results of `function(part, *shared)` for one part or more, combined.

        combine: combines the results of adjacent parts; see `in_pairs`. Neither function may change
        its arguments, and both may be called again with the same ones, since a worker may be lost.
        """
        ...

    def keep_reduced(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
        cut: Callable[[T, int, int], T] = whole,
        n_pieces: int = 1,
    ) -> list[Any]:
        """As `map_reduce`, but handles for what it returns, which stays where it was made.

        Each result is cut into pieces, `cut(result, number, n_pieces)`, and those of each number
        are combined by themselves, so that several workers combine them at the same time.
        """
        ...


class Here:
    """This process. It takes a corpus as one part, and parts one after the other."""

    workers = 1

    def split(self, corpus: Corpus) -> Sequence[Corpus]:
        return [corpus]

    def share(self, value: Any) -> Any:
        return value

    def map_reduce(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
    ) -> T:
        return in_pairs(combine, [function(part, *shared) for part in parts])

    def keep_reduced(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
        cut: Callable[[T, int, int], T] = whole,
        n_pieces: int = 1,
    ) -> list[Any]:
        result = self.map_reduce(function, parts, combine, *shared)
        return [cut(result, number, n_pieces) for number in range(n_pieces)]


HERE = Here()


def in_pairs(combine: Callable[[T, T], T], values: Sequence[T]) -> T:
    """Adjacent values combined until one is left; the tree depends only on their number.

    >>> in_pairs("({} {})".format, ["a", "b", "c", "d", "e"])
    '(((a b) (c d)) e)'
    """
    while len(values) > 1:
        pairs = zip(values[::2], values[1::2], strict=False)
        values = [combine(a, b) for a, b in pairs] + list(values[len(values) // 2 * 2 :])
    return values[0]
