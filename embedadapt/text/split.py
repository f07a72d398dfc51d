"""Which documents are trained on, and which are kept to judge by."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.duplicates import group_near_duplicates

FEWEST_DOCUMENTS = 10
"""Below it, documents are cut into passages first: a corpus may be one long file."""
PASSAGES = 50


def split_corpus(
    corpus: EncodedCorpus, *, share: float, seed: int
) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Training and held-out documents.

    Near-duplicates (text.duplicates) are held out together or not at all, so that nothing held out
    is known from a sister document. Groups of them are taken in an order drawn from the seed and
    the first of each one's names, as long as they fit in `share` of the tokens: the same documents
    are split alike when they are evaluated. The smallest group is held out where none fits;
    documents that are all alike are split one by one.
    """
    corpus = _in_passages(corpus) if corpus.n_documents < FEWEST_DOCUMENTS else corpus
    held_out = _held_out(corpus, share, seed)
    return (
        corpus.select_documents(np.flatnonzero(~held_out)),
        corpus.select_documents(np.flatnonzero(held_out)),
    )


def _held_out(corpus: EncodedCorpus, share: float, seed: int) -> NDArray[np.bool_]:
    """(n_documents,) bool."""
    groups = group_near_duplicates(corpus)
    if not groups.any():
        groups = np.arange(corpus.n_documents)
    n_tokens = np.bincount(groups, np.diff(corpus.sentence_offsets[corpus.document_offsets]))
    first_names: dict[int, str] = {}
    for group, name in zip(groups.tolist(), map(_own_name, corpus.document_names), strict=True):
        first_names[group] = min(first_names.get(group, name), name)
    places = {g: _place(name, seed) for g, name in first_names.items() if n_tokens[g]}
    chosen = np.zeros(len(n_tokens), dtype=bool)
    if share > 0 and len(places) > 1:
        room = share * corpus.n_tokens
        for group in sorted(places, key=places.__getitem__):
            if n_tokens[group] <= room:
                chosen[group] = True
                room -= n_tokens[group]
        if not chosen.any():
            chosen[min(places, key=n_tokens.__getitem__)] = True
    held_out: NDArray[np.bool_] = chosen[groups]
    return held_out


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


def _own_name(name: str) -> str:
    """Without the folders before it: a corpus named by another path is still the same corpus."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _place(name: str, seed: int) -> str:
    """A text to sort by, drawn from the seed and the name."""
    text = f"{seed}:{name}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


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
