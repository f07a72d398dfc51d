"""A record of a text by which it is recognized later, though it cannot be read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.long_arrays import computed_array
from embedadapt.core.types import Longs1d

Bytes1d: TypeAlias = NDArray[np.uint8]
Flags1d: TypeAlias = NDArray[np.bool_]
Keys1d: TypeAlias = NDArray[np.int64]
"""Salted 64-bit hashes."""

BITS_A_SENTENCE, MOST_BITS, MOST_BITS_A_TOKEN = 16, 8_000_000, 0.8
"""Size of the filter of sentences. 16 bits per sentence mistake 1 in 2,200 unseen sentences for
seen ones. The filter has at most 1 MB or, above 10 million tokens, .8 bits per token: text of very
short sentences (8 words) then has 6.4 bits per sentence, which mistake 1 in 22."""


@dataclass(frozen=True, eq=False)
class SentenceFilter:
    """A Bloom filter of sentences (Bloom 1970, doi:10.1145/362686.362692).

    It recognizes every sentence that was put in, and mistakes a few others for one.

    bits: (n_bytes,) uint8, eight positions each. n_probes: positions per sentence, from one hash by
    double hashing (Kirsch and Mitzenmacher 2006, doi:10.1007/11841036_42).

    >>> keys = np.array([3, 5_000_000_000, -7])
    >>> filter = SentenceFilter.of(keys, n_tokens=60)
    >>> bool(filter.knows(keys).all()), len(filter.bits)
    (True, 6)
    """

    bits: Bytes1d
    n_probes: int

    def __post_init__(self) -> None:
        if not len(self.bits) or not 1 <= self.n_probes <= 64:
            raise ValueError(f"a filter of {len(self.bits)} bytes and {self.n_probes} probes")

    @classmethod
    def of(cls, keys: Keys1d, n_tokens: int) -> SentenceFilter:
        """The filter of distinct sentences, by their hashes; `n_tokens` bounds its size."""
        most = max(MOST_BITS, round(MOST_BITS_A_TOKEN * n_tokens))
        n_bits = min(BITS_A_SENTENCE * len(keys), most)
        n_bytes = max(1, -(-n_bits // 8))
        n_probes = max(1, round(8 * n_bytes / max(1, len(keys)) * np.log(2)))
        empty = cls(computed_array(n_bytes, np.uint8, lambda _: 0), min(n_probes, 64))
        for some in _blocks(keys):
            places = empty._places(some).ravel()
            np.bitwise_or.at(empty.bits, places >> 3, (1 << (places & 7)).astype(np.uint8))
        return empty

    def knows(self, keys: Keys1d) -> Flags1d:
        """Whether each sentence was put in, or is mistaken for one that was, (n,)."""
        return np.concatenate([self._know(some) for some in _blocks(keys)])

    def _know(self, keys: Keys1d) -> Flags1d:
        places = self._places(keys)
        known: Flags1d = ((self.bits[places >> 3] >> (places & 7).astype(np.uint8)) & 1).all(axis=1)
        return known

    def _places(self, keys: Keys1d) -> Longs1d:
        """Positions of each key, (n, n_probes)."""
        halves = np.ascontiguousarray(keys).view(np.uint32).reshape(-1, 2).astype(np.uint64)
        steps = np.arange(self.n_probes, dtype=np.uint64)
        probes = halves[:, :1] + steps * (halves[:, 1:] | np.uint64(1))
        return (probes % np.uint64(8 * len(self.bits))).astype(np.int64)


def _blocks(keys: Keys1d, length: int = 1 << 16) -> list[Keys1d]:
    """The keys in blocks, at least one, which bound the memory."""
    return np.array_split(keys, max(1, -(-len(keys) // length)))


@dataclass(frozen=True, eq=False)
class TextRecord:
    """The text of one training, as salted hashes.

    salt: 16 bytes derived from the text and its split, so that hashes of two texts do not compare.
    trained, held_out: (n,) int64 ascending, hashes of the documents (or passages) trained on and
        held out.
    sentences: the sentences trained on.
    """

    salt: bytes
    trained: Keys1d
    held_out: Keys1d
    sentences: SentenceFilter

    def __post_init__(self) -> None:
        if len(self.salt) != 16:
            raise ValueError(f"a salt of {len(self.salt)} bytes")
        for keys in (self.trained, self.held_out):
            if (keys[1:] <= keys[:-1]).any():  # a difference may overflow
                raise ValueError("hashes of documents that are not ascending")
