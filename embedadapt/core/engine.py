"""Where the parts of a large job are done: one after the other here, or on many machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from embedadapt.core.corpus import Corpus

T = TypeVar("T")


class Engine(Protocol):
    """Runs pure functions on parts of a job, in whatever order, and gives what they come to.

    workers: how many of them may run at one time.
    """

    @property
    def workers(self) -> int: ...

    def split(self, corpus: Corpus) -> Sequence[Corpus]:
        """The corpus in parts; their documents, one part after the other, are its own."""
        ...

    def share(self, value: Any) -> Any:
        """A stand-in for a value that many calls take: the value travels once, not once a call."""
        ...

    def map_reduce(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
    ) -> T:
        """What `function(part, *shared)` gives for each of one part or more, combined.

        combine: joins what neighboring parts gave, see `in_pairs`. Both functions must leave their
        arguments alone, and may be called again with the same ones: a worker may be lost.
        """
        ...


class Here:
    """This process, one part after the other; a corpus is one part."""

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


HERE = Here()


def in_pairs(combine: Callable[[T, T], T], values: Sequence[T]) -> T:
    """Neighbours combined until one is left: the same tree for the same number of values.

    >>> in_pairs("({} {})".format, ["a", "b", "c", "d", "e"])
    '(((a b) (c d)) e)'
    """
    while len(values) > 1:
        pairs = zip(values[::2], values[1::2], strict=False)
        values = [combine(a, b) for a, b in pairs] + list(values[len(values) // 2 * 2 :])
    return values[0]
