"""Text recognized by its content, whatever it is called and whatever stands around it.

A document or sentence is known by the base's rows of its words, in order: these depend on neither
the words that a training adds nor its phrases. Hashes are keyed with a salt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.text_record import Flags1d, Keys1d, SentenceFilter, TextRecord
from embedadapt.core.types import Longs1d

MOSTLY = 0.5
"""Share of a document's tokens in sentences trained on, from which it is the trained document, with
another header or a few sentences changed."""


def record_text(known: EncodedCorpus, is_held_out: Flags1d) -> TextRecord:
    """The record of a text that is about to be trained on.

    known: documents as rows of the base (`text.split.in_words_of`). is_held_out: (n_documents,).
    The salt follows from the text, so that the same training gives the same bytes.
    """
    contents = document_keys(known)
    parts = (np.sort(contents[~is_held_out]), np.sort(contents[is_held_out]))
    salt = hashlib.blake2b(b"".join(part.tobytes() for part in parts), digest_size=16).digest()
    keys = document_keys(known, salt)
    trained = known.select_documents(np.flatnonzero(~is_held_out))
    return TextRecord(
        salt=salt,
        trained=np.unique(keys[~is_held_out]),
        held_out=np.unique(keys[is_held_out]),
        sentences=SentenceFilter.of(np.unique(sentence_keys(trained, salt)), trained.n_tokens),
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
    lengths = np.diff(known.sentence_offsets)
    trained = np.zeros(known.n_documents, dtype=bool)
    held_out = np.zeros(known.n_documents, dtype=bool)
    sentences = np.zeros(known.n_sentences, dtype=bool)
    for record in records:
        keys = document_keys(known, record.salt)
        trained |= np.isin(keys, record.trained)
        held_out |= np.isin(keys, record.held_out)
        sentences |= record.sentences.knows(sentence_keys(known, record.salt))
    sentences &= lengths > 0
    n_tokens = _by_document(known, lengths)
    mostly = _by_document(known, lengths * sentences) >= MOSTLY * np.maximum(n_tokens, 1)
    trained |= mostly & ~held_out
    return Recognized(trained, ~trained & ~held_out, sentences)


def document_keys(known: EncodedCorpus, salt: bytes = b"") -> Keys1d:
    """(n_documents,) a hash of each document."""
    return _keys(known, known.sentence_offsets[known.document_offsets], salt)


def sentence_keys(known: EncodedCorpus, salt: bytes = b"") -> Keys1d:
    """(n_sentences,) a hash of each sentence."""
    return _keys(known, known.sentence_offsets, salt)


def _keys(known: EncodedCorpus, offsets: Longs1d, salt: bytes) -> Keys1d:
    rows = known.token_ids.astype("<i4").tobytes()
    ends = (4 * offsets).tolist()

    def digests() -> Iterator[bytes]:
        for start, end in pairwise(ends):
            yield hashlib.blake2b(rows[start:end], digest_size=8, key=salt).digest()

    return np.frombuffer(b"".join(digests()), dtype="<i8")


def _by_document(corpus: EncodedCorpus, of_sentences: Longs1d) -> Longs1d:
    """(n_documents,) sums over the sentences of each."""
    before = np.concatenate([[0], np.cumsum(of_sentences)])
    sums: Longs1d = np.diff(before[corpus.document_offsets])
    return sums
