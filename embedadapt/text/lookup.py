"""A word that is asked for, as the words of a table: as it is, in another spelling, in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from typing import Literal, overload

import numpy as np

from embedadapt.core.shown import Framed, InNotebooks
from embedadapt.core.types import Floats1d
from embedadapt.core.vectors import WordVectors
from embedadapt.text.keys import bare, bare_vocabulary, has_keys, language_prefixes
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.suggest import suggest

How = Literal["as is", "normalized", "mean", "composed", "no vector"]


@dataclass(frozen=True)
class Lookup:
    """How a query was looked up.

    Parameters
    ----------
    query : str
        The query.
    words : tuple of str
        The words whose vectors were used: the query itself, a spelling that the vectors have, or
        the pieces of a word that is split. For a query without a vector, these are the pieces that
        were looked up.
    how : {"as is", "normalized", "mean", "composed", "no vector"}
        "normalized": under the conventions of the vectors. "mean": as the mean of its pieces.
        "composed": from character n-grams.
    missing : tuple of str
        The words among `words` without a vector; () if the query has one.
    suggestions : tuple of str
        Known words that a misspelled query may stand for.
    others : tuple of str
        Further keys of the same word, with other tags or senses, whose vectors were not used.

    Examples
    --------
    >>> embedadapt.find_neighbors(vectors, "License")["License"].lookup.how
    'normalized'
    """

    query: str
    words: tuple[str, ...]
    how: How
    missing: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is a vector."""
        return self.how != "no vector"


class Finder:
    """Looks words up in one table.

    A query is taken as it is where the table has it with a vector other than zero. Else:

    1. Words with spaces between: under one key, joined by `_` or `-`, in the cases that keys are
       written in (`artificial_intelligence`, `Artificial_Intelligence`).
    2. As its text would be read: in the spelling that the conventions or `forms` give it, or in
       pieces (`do` and `n't`, `force` and `majeure`), which must all be known.
    3. Composed from character n-grams, where the table has any.

    forms: further spellings of the table's words.
    """

    def __init__(self, table: WordVectors, forms: Mapping[str, str]) -> None:
        self._table = table
        self._forms = forms

    def find(self, query: str) -> Lookup:
        """How `query` is to be answered."""
        if self._knows(query):
            return Lookup(query, (query,), "as is")
        joined = next(filter(self._knows, joined_spellings(query)), None)
        words = (joined,) if joined else self._read(query)
        missing = tuple(word for word in words if not self._knows(word))
        if missing and (elsewhere := [*self._in_other_languages(query)]):
            return Lookup(query, (elsewhere[0],), "normalized", others=tuple(elsewhere[1:]))
        if words and not missing:
            how: How = "mean" if len(words) > 1 else "normalized"
            return Lookup(query, words, how, others=self._other_keys(words))
        whole = words[0] if len(words) == 1 else query
        if query.strip() and whole not in self._table and self._composed(whole) is not None:
            return Lookup(query, (whole,), "composed")
        near = (suggest(word, self._table, names=self._names) for word in missing)
        suggestions = chain.from_iterable(near)
        return Lookup(query, words, "no vector", missing, tuple(dict.fromkeys(suggestions)))

    def vector(self, lookup: Lookup) -> Floats1d:
        """(dim,) float32: the vector of a word; of pieces, the mean of theirs at length 1."""
        if lookup.how != "mean":
            return self._table[lookup.words[0]]
        rows = np.array([self._table[word] for word in lookup.words])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        mean: Floats1d = rows.mean(axis=0, dtype=np.float32)
        return mean

    def _knows(self, word: str) -> bool:
        row = self._table.vocabulary.index.get(word)
        return row is not None and bool(self._table.matrix[row].any())

    def _other_keys(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The other keys of a word that the table has under a key: with other tags, or of other
        languages."""
        rules = self._normalizer.normalization
        if len(words) > 1:
            return ()
        word = bare(words[0], rules)
        keys = self._table.vocabulary.words if rules.tags else ()
        tagged = (k for k in keys if word in k and k != words[0] and bare(k, rules) == word)
        elsewhere = (prefix + word for prefix in self._prefixes if prefix != rules.prefix)
        return (*tagged, *filter(self._knows, elsewhere))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The words of the table, row by row."""
        keys, rules = self._table.vocabulary, self._normalizer.normalization
        return (bare_vocabulary(keys, rules) if has_keys(rules) else keys).words

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        """What keys of several languages begin with."""
        prefix = self._normalizer.normalization.prefix
        return tuple(language_prefixes(self._table.vocabulary.words, prefix).values())

    def _in_other_languages(self, query: str) -> Iterator[str]:
        """The keys of a query that have the prefix of another language than most keys."""
        forms = dict.fromkeys((query, query.lower(), *joined_spellings(query)))
        return filter(self._knows, map("".join, product(self._prefixes, forms)))

    def _composed(self, word: str) -> Floats1d | None:
        subwords = self._table.subwords
        return None if subwords is None else subwords.vector(word)

    def _read(self, query: str) -> tuple[str, ...]:
        """The words as which a text that says `query` is read."""
        if query in self._forms:
            return (self._forms[query],)
        return tuple(self._normalizer.sentence(query.split()))

    @cached_property
    def _normalizer(self) -> Normalizer:
        """Made when a first word is asked for that the table lacks: inferring the conventions of
        millions of words takes a while."""
        return Normalizer(normalization_of(self._table), self._table.vocabulary)


def joined_spellings(query: str) -> Iterator[str]:
    """The keys under which a table can have words with spaces between, the likeliest first.

    >>> list(joined_spellings("New york"))[:4]
    ['New_york', 'new_york', 'New_York', 'NEW_YORK']
    """
    words = query.split()
    if len(words) < 2:
        return
    for mark in "_-":
        whole = mark.join(words)
        capitals = mark.join(word[:1].upper() + word[1:].lower() for word in words)
        small = whole.lower()
        yield from dict.fromkeys(
            (whole, small, capitals, whole.upper(), small[:1].upper() + small[1:])
        )


@dataclass(frozen=True)
class WordNeighbors(Sequence[tuple[str, float]]):
    """The words nearest to a query, as a sequence of (word, cosine), nearest first.

    Parameters
    ----------
    lookup : Lookup
        How the query was looked up.
    nearest : tuple of (str, float)
        The words and their cosines; () for a query without a vector.

    Examples
    --------
    >>> [word for word, _ in embedadapt.find_neighbors(vectors, "lease", topn=2)["lease"]]
    ['leases', 'contract']
    """

    lookup: Lookup
    nearest: tuple[tuple[str, float], ...] = ()

    @overload
    def __getitem__(self, place: int) -> tuple[str, float]: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[str, float], ...]: ...

    def __getitem__(self, place: int | slice) -> tuple[str, float] | tuple[tuple[str, float], ...]:
        return self.nearest[place]

    def __len__(self) -> int:
        return len(self.nearest)

    def __repr__(self) -> str:
        near = ", ".join(f"{word} {cosine:.2f}" for word, cosine in self.nearest)
        return f"WordNeighbors({self.lookup.query!r}: {near or self.lookup.how})"


class Neighbors(dict[str, WordNeighbors], Framed, InNotebooks):
    """The words nearest to each of several queries: a dict of each query to its `WordNeighbors`.

    `find_neighbors` makes it. As a frame (`Framed`), it has one row for each query and neighbor.

    Examples
    --------
    >>> found = embedadapt.find_neighbors(vectors, ["license"], topn=2)
    >>> found.to_arrow()["word"].to_pylist()
    ['licenses', 'licence']
    """
