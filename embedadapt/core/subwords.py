"""Character n-grams compose vectors of words that a model has not seen.

Source: fastText `dictionary.cc` (`computeSubwords`, `hash`, `pushHash`); floret 0.10
`dictionary.cc` and spaCy 3.8 `vectors.pyx` (floret mode); MurmurHash3 (Appleby), x64, 128 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from embedadapt.core.types import Floats1d, Floats2d, Ints1d


@dataclass(frozen=True, eq=False)
class NgramHashing:
    """Rows of a word's character n-grams in a fastText model, without the vectors.

    The fields are those of `SubwordTable`; n_buckets is 0 where there are no n-grams.
    """

    min_n: int
    max_n: int
    n_buckets: int
    kept: Ints1d | None = None
    all_words: bool = False

    def rows(self, word: str) -> list[int]:
        """Rows of the n-grams of `word`, in fastText's order."""
        if not self.n_buckets or (self.kept is not None and not len(self.kept)):
            return []
        marked = f"<{word}>"
        buckets = [
            _fnv1a(marked[start : start + n]) % self.n_buckets
            for start in range(len(marked))
            for n in range(self.min_n, self.max_n + 1)
            if start + n <= len(marked)
            and not (n == 1 and (start == 0 or start + n == len(marked)))
        ]
        return buckets if self.kept is None else _rows_kept(self.kept, buckets)

    def composes(self, word: str) -> bool:
        """Whether `word` has n-grams."""
        return bool(self.rows(word))


def _rows_kept(kept: Ints1d, buckets: list[int]) -> list[int]:
    wanted = np.array(buckets, dtype=np.int64)
    rows = np.minimum(np.searchsorted(kept, wanted), len(kept) - 1)
    return [int(row) for row in rows[kept[rows] == wanted]]


@dataclass(frozen=True)
class FloretHashing:
    """Rows of a word and its n-grams in a floret table.

    Each n-gram has `hash_count` rows, given by the 32-bit parts of one 128-bit hash with `seed`.

    n_buckets: rows of the table. marks: characters put before and after a word. as_spacy: whether
    n-grams are enumerated as in spaCy: a mark alone is an n-gram too, and with min_n
        of 0, so is the empty string at every position.
    """

    min_n: int
    max_n: int
    n_buckets: int
    hash_count: int
    seed: int = 2166136261
    marks: tuple[str, str] = ("<", ">")
    as_spacy: bool = False

    def rows(self, word: str) -> list[int]:
        """Rows of the word and its n-grams; none for the empty word."""
        if not word:
            return []
        before, behind = self.marks
        marked = before + word + behind
        ngrams = [
            marked[start : start + n]
            for n in range(self.min_n if self.as_spacy else max(1, self.min_n), self.max_n + 1)
            for start in range(len(marked) - n + 1)
            if self.as_spacy or n > 1 or 0 < start < len(marked) - 1
        ]
        return [row for text in (marked, *ngrams) for row in self._rows_of(text)]

    def composes(self, word: str) -> bool:
        """Whether `word` has rows, which all words have."""
        return bool(word)

    def _rows_of(self, text: str) -> list[int]:
        low, high = _murmur3(text.encode("utf-8", "surrogateescape"), self.seed)
        parts = (low & 0xFFFFFFFF, low >> 32, high & 0xFFFFFFFF, high >> 32)
        return [part % self.n_buckets for part in parts[: self.hash_count]]


Hashing: TypeAlias = NgramHashing | FloretHashing


@dataclass(frozen=True, eq=False)
class SubwordTable:
    """The character n-grams of a fastText or floret model.

    ngrams:
        (n_buckets, dim) float32, the rows after the words' own in the file's input matrix.
    words:
        (n_words, dim) float32, the words' own input rows, without n-grams; None if the source has
        none.
    min_n, max_n:
        Lengths of the shortest and longest n-gram, in characters.
    kept, n_buckets:
        For a pruned model, the bucket of each row of `ngrams`, int32 ascending, and the number of
        buckets before pruning. None and 0 where each bucket has a row.
    floret:
        How rows are found in a floret table; None in a fastText model.
    all_words:
        Whether the table is known to have every word that the n-grams were trained on. N-grams that
        no word has were then never trained.
    """

    ngrams: Floats2d
    words: Floats2d | None
    min_n: int
    max_n: int
    kept: Ints1d | None = None
    n_buckets: int = 0
    floret: FloretHashing | None = None
    all_words: bool = False

    @property
    def hashing(self) -> Hashing:
        """How the rows of a word are found."""
        n_buckets = self.n_buckets or len(self.ngrams)
        return self.floret or NgramHashing(
            self.min_n, self.max_n, n_buckets, self.kept, self.all_words
        )

    def buckets(self, word: str) -> list[int]:
        """Rows of `ngrams` that make up `word`, in fastText's order.

        >>> SubwordTable(np.zeros((100, 2), np.float32), None, 3, 3).buckets("ab")
        [8, 56]
        """
        return self.hashing.rows(word)

    def vector(self, word: str) -> Floats1d | None:
        """The mean of the word's n-gram rows, (dim,); None for a word without n-grams."""
        rows = self.buckets(word)
        if not rows:
            return None
        mean: Floats1d = self.ngrams[rows].mean(axis=0, dtype=np.float32)
        return mean


def _fnv1a(text: str) -> int:
    """FNV-1a, 32 bits, over UTF-8 bytes as *signed* numbers, as in fastText."""
    value = 2166136261
    for byte in text.encode("utf-8", "surrogateescape"):
        value ^= byte if byte < 128 else byte | 0xFFFFFF00
        value = (value * 16777619) & 0xFFFFFFFF
    return value


_U64 = 2**64 - 1


def _murmur3(data: bytes, seed: int) -> tuple[int, int]:
    """MurmurHash3 x64 of 128 bits: its low and its high half."""
    low = high = seed
    whole = len(data) - len(data) % 16
    for at in range(0, whole, 16):
        low ^= _scrambled_low(data[at : at + 8])
        low = ((_rotated(low, 27) + high) * 5 + 0x52DCE729) & _U64
        high ^= _scrambled_high(data[at + 8 : at + 16])
        high = ((_rotated(high, 31) + low) * 5 + 0x38495AB5) & _U64
    low ^= _scrambled_low(data[whole : whole + 8]) ^ len(data)
    high ^= _scrambled_high(data[whole + 8 :]) ^ len(data)
    low = (low + high) & _U64
    high = (high + low) & _U64
    low, high = _mixed(low), _mixed(high)
    low = (low + high) & _U64
    return low, (high + low) & _U64


def _scrambled_low(data: bytes) -> int:
    value = int.from_bytes(data, "little") * 0x87C37B91114253D5 & _U64
    return _rotated(value, 31) * 0x4CF5AD432745937F & _U64


def _scrambled_high(data: bytes) -> int:
    value = int.from_bytes(data, "little") * 0x4CF5AD432745937F & _U64
    return _rotated(value, 33) * 0x87C37B91114253D5 & _U64


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & _U64


def _mixed(value: int) -> int:
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & _U64
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & _U64
    return value ^ value >> 33
