"""Which documents are trained on, and which are kept to judge by."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary

FEWEST_DOCUMENTS = 10
"""Below it, documents are cut into passages first: a corpus may be one long file."""
PASSAGES = 50


def split_corpus(
    corpus: EncodedCorpus, *, share: float, seed: int
) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Training and held-out documents.

    A document is held out by a hash of its name and the seed, so the same document falls on the
    same side whatever stands beside it, and a later evaluation finds the split again. About `share`
    of the documents are held out; at least one where share > 0 and there are two or more.
    """
    corpus = _in_passages(corpus) if corpus.n_documents < FEWEST_DOCUMENTS else corpus
    places = np.array([_place(name, seed) for name in corpus.document_names])
    held_out = places < share
    if share > 0 and len(places) > 1 and not held_out.any():
        held_out[places.argmin()] = True
    if held_out.all():
        held_out[places.argmax()] = False
    return (
        corpus.select_documents(np.flatnonzero(~held_out)),
        corpus.select_documents(np.flatnonzero(held_out)),
    )


def with_words(corpus: EncodedCorpus, kept: Ints1d, vocabulary: Vocabulary) -> EncodedCorpus:
    """The same documents, words `kept` only: word kept[i] becomes word i of `vocabulary`."""
    new_ids = np.full(len(corpus.vocabulary), -1, dtype=np.int32)
    new_ids[kept] = np.arange(len(kept), dtype=np.int32)
    ids = new_ids[corpus.token_ids]
    stays = ids >= 0
    before = np.concatenate([[0], np.cumsum(stays)]).astype(np.int64)
    return replace(
        corpus,
        vocabulary=vocabulary,
        token_ids=ids[stays],
        sentence_offsets=before[corpus.sentence_offsets],
        n_dropped=corpus.n_dropped + int(len(ids) - stays.sum()),
    )


def _place(name: str, seed: int) -> float:
    """A number in [0, 1) from the seed and the name, without the folders before it: a corpus named
    by another path is still the same corpus."""
    own_name = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = f"{seed}:{own_name}".encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest(), "big") / 2**48


def _in_passages(corpus: EncodedCorpus) -> EncodedCorpus:
    """Documents cut into passages of equal numbers of sentences, PASSAGES in all or a few more."""
    length = max(1, -(-corpus.n_sentences // PASSAGES))
    starts: list[int] = []
    names: list[str] = []
    for document, name in enumerate(corpus.document_names):
        first, end = corpus.document_offsets[document : document + 2]
        for number, start in enumerate(range(int(first), int(end), length), start=1):
            starts.append(start)
            names.append(f"{name}#{number}")
    offsets: Longs1d = np.array([*starts, corpus.n_sentences], dtype=np.int64)
    return replace(corpus, document_offsets=offsets, document_names=tuple(names))
