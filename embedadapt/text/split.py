"""Which documents are trained on, and which are kept to judge by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.gathering import lengths_of
from embedadapt.core.long_arrays import (
    GrowingArray,
    chunks,
    count_ids,
    release,
    running_totals,
)
from embedadapt.core.text_record import Flags1d
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.duplicates import group_near_duplicates

FEWEST_DOCUMENTS = 10
"""Below it, documents are cut into passages first: a corpus may be one long file."""
PASSAGES = 50


def draw_held_out(corpus: EncodedCorpus, *, share: float, seed: int) -> Flags1d:
    """(n_documents,) which documents are held out.

    Near-duplicates (text.duplicates) are held out together or not at all, so that nothing held out
    is known from a sister document. Groups of them are taken in an order drawn from the seed and
    the first of each one's names, as long as they fit in `share` of the tokens: the same documents
    are split alike whenever they are read. The smallest group is held out where none fits;
    documents that are all alike are split one by one.
    """
    lengths = np.diff(corpus.sentence_offsets[corpus.document_offsets])
    groups = group_near_duplicates(corpus)
    return draw_groups(groups, lengths, corpus.document_names, share=share, seed=seed)


def draw_groups(
    groups: Longs1d, lengths: Longs1d, names: Sequence[str], *, share: float, seed: int
) -> Flags1d:
    """(n_documents,) which documents are held out, of those in these groups of near-duplicates.

    lengths, names: the tokens and the name of each document.
    """
    if not groups.any():
        groups = np.arange(len(groups))
    n_tokens = np.bincount(groups, lengths)
    first_names: dict[int, str] = {}
    for group, name in zip(groups.tolist(), map(_own_name, names), strict=True):
        first_names[group] = min(first_names.get(group, name), name)
    places = {g: _place(name, seed) for g, name in first_names.items() if n_tokens[g]}
    chosen = np.zeros(len(n_tokens), dtype=bool)
    if share > 0 and len(places) > 1:
        room = share * int(lengths.sum())
        for group in sorted(places, key=places.__getitem__):
            if n_tokens[group] <= room:
                chosen[group] = True
                room -= n_tokens[group]
        if not chosen.any():
            chosen[min(places, key=n_tokens.__getitem__)] = True
    held_out: Flags1d = chosen[groups]
    return held_out


def in_passages(corpus: EncodedCorpus) -> EncodedCorpus:
    """Documents cut into passages of equal numbers of sentences with a word, PASSAGES in all or a
    few more, where there are fewer than FEWEST_DOCUMENTS of them; else the documents."""
    if corpus.n_documents >= FEWEST_DOCUMENTS:
        return corpus
    growing = GrowingArray(np.int64)
    for part in chunks(corpus.n_sentences):
        growing.extend(part.start + np.flatnonzero(lengths_of(corpus.sentence_offsets, part)))
    filled = growing.array()
    length = max(1, -(-len(filled) // PASSAGES))
    starts: list[int] = []
    names: list[str] = []
    for document, name in enumerate(corpus.document_names):
        first, end = corpus.document_offsets[document : document + 2].tolist()
        inside = filled[np.searchsorted(filled, first) : np.searchsorted(filled, end)]
        cuts = [first, *inside[length::length].tolist()] if end > first else []
        starts += cuts
        names += (f"{name}#{number}" for number in range(1, len(cuts) + 1))
    offsets: Longs1d = np.array([*starts, corpus.n_sentences], dtype=np.int64)
    return replace(corpus, document_offsets=offsets, document_names=tuple(names), unit="passage")


def in_words_of(corpus: EncodedCorpus, words: Vocabulary, *, parted: bool = False) -> EncodedCorpus:
    """The same sentences in another vocabulary; words outside it leave no id behind.

    parted: a word outside it that joins others by `_` leaves the ids of those that are in it.
    """
    lengths, flat = _rows_of_each(corpus.vocabulary, words, parted=parted)
    starts = np.cumsum(lengths) - lengths
    in_words = GrowingArray(np.int32)
    n_dropped = corpus.n_dropped
    for part in chunks(corpus.n_tokens):
        ids = corpus.token_ids[part]
        n_each = lengths[ids]
        shift = starts[ids] - np.cumsum(n_each) + n_each
        in_words.extend(flat[np.arange(int(n_each.sum())) + np.repeat(shift, n_each)])
        n_dropped += int((n_each == 0).sum())
        release(corpus.token_ids)

    def n_each_in(part: slice) -> Longs1d:
        release(corpus.token_ids)
        return lengths[corpus.token_ids[part]]

    return replace(
        corpus,
        vocabulary=words,
        token_ids=in_words.array(),
        sentence_offsets=running_totals(n_each_in, corpus.sentence_offsets),
        n_dropped=n_dropped,
    )


def _rows_of_each(ours: Vocabulary, words: Vocabulary, *, parted: bool) -> tuple[Longs1d, Ints1d]:
    """The number of rows in `words` that each of our words has, (n,) int64, and all of them in
    turn."""
    rows = words.lookup(ours)
    if not parted or bool((rows >= 0).all()):
        return (rows >= 0).astype(np.int64), rows[rows >= 0]
    row_of = words.index.get

    def rows_of_parts(word: str) -> list[int]:
        return [row for part in word.split("_") if (row := row_of(part, -1)) >= 0]

    found = [
        [row] if row >= 0 else rows_of_parts(word)
        for word, row in zip(ours, rows.tolist(), strict=True)
    ]
    lengths = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
    return lengths, np.fromiter(chain.from_iterable(found), dtype=np.int32)


def in_its_own_words(corpus: EncodedCorpus) -> EncodedCorpus:
    """The same sentences in a vocabulary of the words that occur in them, with their counts, most
    frequent first."""
    return in_words_of(corpus, words_of(corpus))


def words_of(corpus: EncodedCorpus) -> Vocabulary:
    """The words that occur in a corpus, with their counts in it, most frequent first."""
    counts = count_ids(corpus.token_ids, len(corpus.vocabulary))
    seen = np.flatnonzero(counts)
    seen = seen[np.argsort(-counts[seen], kind="stable")]
    return Vocabulary((corpus.vocabulary.words[row] for row in seen), counts[seen])


def _own_name(name: str) -> str:
    """Without the folders before it: a corpus named by another path is still the same corpus."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _place(name: str, seed: int) -> str:
    """A text to sort by, drawn from the seed and the name."""
    text = f"{seed}:{name}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=8).hexdigest()
