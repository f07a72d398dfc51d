"""Which documents, and which sentences, are nearly the same as others.

Legal text repeats itself: licences come in versions, contracts from templates. What is alike must
fall on one side of a split, or the text that judges was learned by heart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.long_arrays import chunks, release
from embedadapt.core.types import Ints1d, Longs1d

SHINGLE = 5
"""Words in a row that documents are compared by."""
ALIKE = 0.3
"""Jaccard similarity of their shingles from which documents are near-duplicates. On the shipped
licences, the share of sentences that also stand in a document outside the group: .04 from .1 on,
.10 from .3 or .4 on, .19 from .5 on, .30 (containment) at .9; among CUAD's contracts .12 whatever
the bound, all of it short lines. Of 98 licences, .3 makes 33 groups of at most 18."""
PLACES, BAND = 128, 2
"""Of a signature. The error of a similarity is .04; at ALIKE, one pair in 400 is never compared,
more where hundreds of documents share what makes it alike (kernels.shingles.MOST_COMPARED)."""

FEW_WORDS, FEW_DOCUMENTS = 100_000, 100
"""Up to which documents are signed and grouped without compiled loops, which take time to load. Of
so few documents, the kernel compares all too."""
SHINGLES_AT_ONCE = 4_096
GOLDEN, NO_WORD = np.uint64(0x9E3779B97F4A7C15), np.uint32(0xFFFFFFFF)
"""As in kernels.shingles."""

CLAUSE = 8
"""Words from which a sentence counts as a clause: headings and formulas repeat by nature."""
CLAUSE_SHINGLE, CLAUSE_ALIKE = 3, 0.85
"""Shingles of words, and the similarity from which a clause is nearly another one."""
CLAUSE_PLACES, CLAUSE_BAND = 30, 6
"""A clause with nine tenths of another's shingles is compared with it in 98 of 100 cases."""

Repeat: TypeAlias = Literal["no", "exact", "near"]

_NUMBER = re.compile(r"\d++(?:[.,:/-]\d++)*")


def group_near_duplicates(corpus: EncodedCorpus) -> Longs1d:
    """(n_documents,) int64: the number of the first document of each one's group.

    Documents are in one group when they are alike, directly or by others between them. Words
    outside the vocabulary are not compared, so that names in a template's blanks do not tell
    documents apart. The same documents in the same order give the same groups.
    """
    offsets = corpus.sentence_offsets[corpus.document_offsets]
    return group_signatures(sign_documents(corpus.token_ids, offsets))


def sign_documents(token_ids: Ints1d, offsets: Longs1d) -> NDArray[np.uint32]:
    """(n_documents, PLACES) uint32: signatures that are alike for documents that are alike.

    offsets: (n_documents + 1,), where each document begins and ends among the ids.
    """
    if len(token_ids) <= FEW_WORDS:
        return _sign_few(token_ids, offsets)
    from embedadapt.kernels.shingles import minhash

    n_documents = len(offsets) - 1
    signatures = np.empty((n_documents, PLACES), np.uint32)
    for part in chunks(n_documents, 256):
        ends = offsets[part.start : part.stop + 1]
        signatures[part] = minhash(token_ids, ends, SHINGLE, PLACES)
        release(token_ids)
    return signatures


def _sign_few(token_ids: Ints1d, offsets: Longs1d) -> NDArray[np.uint32]:
    """As kernels.shingles.minhash, without compiled loops, which take time to load."""
    keys = _mixed(np.arange(1, PLACES + 1, dtype=np.uint64)) | np.uint64(1)
    signatures = np.full((len(offsets) - 1, PLACES), NO_WORD, np.uint32)
    for row, (start, end) in zip(signatures, pairwise(offsets.tolist()), strict=True):
        ids = token_ids[start:end].astype(np.uint64)
        n = max(1, len(ids) - SHINGLE + 1)
        shingles = np.full(n, GOLDEN, np.uint64)
        for place in range(min(SHINGLE, len(ids))):
            shingles = _mixed(shingles + ids[place : place + n])
        for first in range(0, n if len(ids) else 0, SHINGLES_AT_ONCE):
            hashed = shingles[first : first + SHINGLES_AT_ONCE, None] * keys >> np.uint64(32)
            np.minimum(row, hashed.min(axis=0).astype(np.uint32), out=row)
    return signatures


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """As kernels.rng.mix."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def group_signatures(signatures: NDArray[np.uint32]) -> Longs1d:
    """Group documents by their signatures, as `group_near_duplicates` does."""
    groups = np.arange(len(signatures))
    if len(signatures) <= FEW_DOCUMENTS:
        return _group_few(signatures, groups)
    from embedadapt.kernels.shingles import group_alike

    group_alike(signatures, BAND, round(ALIKE * PLACES), groups)
    return groups


def _group_few(signatures: NDArray[np.uint32], groups: Longs1d) -> Longs1d:
    """As kernels.shingles.group_alike: of few documents, all pairs are compared."""
    for number, signature in enumerate(signatures):
        equal = signatures[:number] == signature
        in_a_band = equal.reshape(number, PLACES // BAND, BAND).all(axis=2).any(axis=1)
        alike = in_a_band & (equal.sum(axis=1) >= round(ALIKE * PLACES)) & (signature[0] != NO_WORD)
        joined = np.append(groups[:number][alike], number)
        groups[np.isin(groups, joined)] = joined.min()
    return groups


class SeenClauses:
    """Tells clauses that repeat an earlier one, word for word or nearly.

    Numbers are all alike to it, and capitals small letters. Memory: some 600 bytes for each
    different clause of CLAUSE words and more; shorter ones are never taken for repeated.
    """

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._exact: set[bytes] = set()
        self._bands: list[dict[bytes, int]] = [{} for _ in range(CLAUSE_PLACES // CLAUSE_BAND)]
        self._signatures: list[NDArray[np.uint32]] = []

    def repeated(self, clauses: Sequence[str]) -> list[Repeat]:
        """For each clause in order: does it repeat another, and how?"""
        from embedadapt.kernels.shingles import minhash

        numbers = self._ids.setdefault
        words = [
            np.array([numbers(w, len(self._ids)) for w in _comparable(clause)], np.int32)
            for clause in clauses
        ]
        offsets = np.cumsum([0, *map(len, words)], dtype=np.int64)
        signatures = minhash(
            np.concatenate([*words, np.empty(0, np.int32)]), offsets, CLAUSE_SHINGLE, CLAUSE_PLACES
        )
        return [self._repeat(ids, row) for ids, row in zip(words, signatures, strict=True)]

    def _repeat(self, ids: Ints1d, signature: NDArray[np.uint32]) -> Repeat:
        if len(ids) < CLAUSE:
            return "no"
        key = hashlib.blake2b(ids.tobytes(), digest_size=16).digest()
        if key in self._exact:
            return "exact"
        self._exact.add(key)
        bands = [part.tobytes() for part in signature.reshape(-1, CLAUSE_BAND)]
        for seen, band in zip(self._bands, bands, strict=True):
            other = seen.get(band)
            if other is not None:
                n_agreeing = np.count_nonzero(self._signatures[other] == signature)
                if n_agreeing >= CLAUSE_ALIKE * CLAUSE_PLACES:
                    return "near"
        for seen, band in zip(self._bands, bands, strict=True):
            seen.setdefault(band, len(self._signatures))
        self._signatures.append(signature)
        return "no"


def _comparable(clause: str) -> list[str]:
    return _NUMBER.sub("0", clause.lower()).split()
