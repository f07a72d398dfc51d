"""Where sentences end in text whose chunks have numbers (text.chunks): many times as fast as to
split it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Longs1d
from embedadapt.kernels import count
from embedadapt.kernels import sentences as kernels
from embedadapt.kernels.beside import is_awaited
from embedadapt.kernels.traits import OPEN
from embedadapt.text.growing import Numbers, Strings
from embedadapt.text.sentences import traits_of


class SentenceEnds:
    """Ends the sentences of text.sentences between chunks.

    Remembers the traits of each distinct chunk.
    """

    def __init__(self) -> None:
        self._traits, self._lengths = Numbers(np.uint32), Numbers(np.int32)
        self._n_bytes = Numbers(np.int32)

    def find(
        self,
        text: count.Bytes1d,
        document_ends: Longs1d,
        found: count.Found,
        chunks: Strings,
        is_joined: NDArray[np.bool_],
    ) -> tuple[Longs1d, Longs1d]:
        """Find the sentences of documents whose broken words are joined.

        Parameters
        ----------
        text, document_ends : (n_bytes,) uint8 and (n_documents,) int64
            The documents, as `text.chunks.joined` gives them.
        found : Found
            Their chunks in order.
        chunks : Strings
            All chunks met so far.
        is_joined : (n_documents,) bool
            Documents that have a paragraph in each line.

        Returns
        -------
        ends : (n_sentences,) int64
            The number of chunks up to the end of each sentence.
        n_sentences : (n_documents,) int64
            The number of sentences up to the end of each document.
        """
        self._describe(chunks)
        n_chunks = int(found.ends[-1]) if len(found.ends) else 0
        ends, n_sentences = np.empty(n_chunks, np.int64), np.zeros(len(document_ends), np.int64)
        described = self._traits.values, self._lengths.values, self._n_bytes.values
        kernels.end_sentences(text, document_ends, found, *described, is_joined, ends, n_sentences)
        return ends[: n_sentences[-1] if len(n_sentences) else 0], n_sentences

    def _describe(self, chunks: Strings) -> None:
        """Determine the traits of new chunks."""
        first, n = len(self._traits.values), len(chunks)
        if first == n:
            return
        starts, n_bytes = chunks.arrays.starts[first:n], chunks.arrays.size[1]
        self._n_bytes.extend(np.diff(starts, append=n_bytes))
        self._traits.lengthen(n)
        self._lengths.lengthen(n)
        traits, lengths = self._traits.values[first:], self._lengths.values[first:]
        if is_awaited(kernels.describe_chunks):
            traits[:] = OPEN
            lengths[:] = list(map(len, chunks.since(first)))
        else:
            kernels.describe_chunks(chunks.arrays, first, traits, lengths)
        is_open = np.flatnonzero(traits & OPEN)
        traits[is_open] = [traits_of(chunk) for chunk in chunks.texts(first + is_open)]
