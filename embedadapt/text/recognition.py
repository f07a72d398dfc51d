"""Text recognized by its content, whatever it is called and whatever stands around it.

A document or sentence is known by the base's rows of its words, in order: these depend on neither
the words that a training adds nor its phrases. Hashes are keyed with a salt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.gathering import lengths_of
from embedadapt.core.long_arrays import (
    GrowingArray,
    chunks,
    computed_array,
    release,
    running_totals,
)
from embedadapt.core.text_record import Flags1d, Keys1d, SentenceFilter, TextRecord
from embedadapt.core.types import Ints1d, Longs1d

MOSTLY = 0.5
"""Share of a document's tokens in sentences trained on, from which it is the trained document, with
another header or a few sentences changed."""
HASHED = 1 << 14
"""Sentences that are hashed at a time."""


def record_text(known: EncodedCorpus, is_held_out: Flags1d) -> TextRecord:
    """The record of a text that is about to be trained on.

    known: documents as rows of the base (`text.split.in_words_of`). is_held_out: (n_documents,).
    The salt follows from the text, so that the same training gives the same bytes.
    """
    contents = document_keys(known)
    parts = (np.sort(contents[~is_held_out]), np.sort(contents[is_held_out]))
    salt = hashlib.blake2b(b"".join(part.tobytes() for part in parts), digest_size=16).digest()
    keys = document_keys(known, salt)
    n_tokens = np.diff(known.sentence_offsets[known.document_offsets])
    sentences = _distinct(_trained_sentence_keys(known, is_held_out, salt))
    return TextRecord(
        salt=salt,
        trained=np.unique(keys[~is_held_out]),
        held_out=np.unique(keys[is_held_out]),
        sentences=SentenceFilter.of(sentences, int(n_tokens[~is_held_out].sum())),
    )


@dataclass(frozen=True, eq=False)
class Recognized:
    """What some records know of a text.

    is_trained: (n_documents,) whether a document was trained on, as it is or changed.
    is_new: (n_documents,) whether no record knows the document, neither trained on nor held out.
    is_trained_sentence: (n_sentences,).
    """

    is_trained: Flags1d
    is_new: Flags1d
    is_trained_sentence: Flags1d


def recognize(known: EncodedCorpus, records: Sequence[TextRecord]) -> Recognized:
    """Which documents and sentences were trained on, by one record at least.

    A document that was held out as it is stays held out, whatever sentences it shares with others;
    another one is trained on if it was as it is, or if MOSTLY of its tokens are in sentences that
    were.
    """
    trained = np.zeros(known.n_documents, dtype=bool)
    held_out = np.zeros(known.n_documents, dtype=bool)
    for record in records:
        keys = document_keys(known, record.salt)
        trained |= np.isin(keys, record.trained)
        held_out |= np.isin(keys, record.held_out)

    def are_trained(part: slice) -> Flags1d:
        is_known = np.zeros(part.stop - part.start, np.bool_)
        for record in records:
            is_known |= record.sentences.knows(sentence_keys(known, record.salt, part))
        return is_known & (lengths_of(known.sentence_offsets, part) > 0)

    sentences = computed_array(known.n_sentences, np.bool_, are_trained)
    n_tokens = np.diff(known.sentence_offsets[known.document_offsets])
    n_known = np.diff(
        running_totals(
            lambda part: lengths_of(known.sentence_offsets, part) * sentences[part],
            known.document_offsets,
        )
    )
    mostly = n_known >= MOSTLY * np.maximum(n_tokens, 1)
    trained |= mostly & ~held_out
    return Recognized(trained, ~trained & ~held_out, sentences)


def document_keys(known: EncodedCorpus, salt: bytes = b"") -> Keys1d:
    """(n_documents,) a hash of each document."""
    offsets = known.sentence_offsets[known.document_offsets]
    return _keys(known.token_ids, offsets, salt, slice(0, known.n_documents))


def sentence_keys(known: EncodedCorpus, salt: bytes = b"", part: slice | None = None) -> Keys1d:
    """(n_sentences,) a hash of each sentence, or of those of a part."""
    part = part or slice(0, known.n_sentences)
    return _keys(known.token_ids, known.sentence_offsets, salt, part)


def _trained_sentence_keys(known: EncodedCorpus, is_held_out: Flags1d, salt: bytes) -> Keys1d:
    """A hash of each sentence of the documents that are not held out."""
    keys = GrowingArray(np.int64)
    for document in np.flatnonzero(~is_held_out).tolist():
        first, end = known.document_offsets[document : document + 2].tolist()
        for part in chunks(end - first):
            keys.extend(sentence_keys(known, salt, slice(first + part.start, first + part.stop)))
    return keys.array()


def _keys(token_ids: Ints1d, offsets: Longs1d, salt: bytes, part: slice) -> Keys1d:
    """A hash of each run of tokens between two offsets that is in the part, (n,)."""
    keys = np.empty(part.stop - part.start, "<i8")
    for some in chunks(len(keys), HASHED):
        ends = offsets[part.start + some.start : part.start + some.stop + 1]
        rows = token_ids[ends[0] : ends[-1]].astype("<i4", copy=False).view(np.uint8).data
        digests = (
            hashlib.blake2b(rows[start:end], digest_size=8, key=salt).digest()
            for start, end in pairwise((4 * (ends - ends[0])).tolist())
        )
        keys[some] = np.frombuffer(b"".join(digests), "<i8")
        release(token_ids, offsets)
    return keys


def _distinct(keys: Keys1d) -> Keys1d:
    """The distinct keys in ascending order; the given ones are sorted too."""
    keys.sort()
    distinct = GrowingArray(np.int64)
    distinct.extend(keys[:1])
    for part in chunks(len(keys) - 1):
        some = keys[part.start : part.stop + 1]
        distinct.extend(some[1:][some[1:] != some[:-1]])
    return distinct.array()
