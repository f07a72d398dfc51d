"""What unknown words take away: a rate of tokens weighs `of` and `indemnify` alike."""

from __future__ import annotations

from collections.abc import Container, Mapping
from math import fsum, log2

from embedadapt.oov.result import Loss, SentenceCounts
from embedadapt.text.function_words import function_words


def loss_of(
    counts: Mapping[str, int],
    unknown: Container[str],
    sentences: SentenceCounts,
    language: str | None,
) -> Loss:
    """The loss in a corpus with these words.

    counts: every normalized word to its running words. unknown: those without a vector. language:
    that of the corpus, whose function words are no content.

    >>> counts = {"the": 2, "lessor": 1, "pays": 1}
    >>> loss = loss_of(counts, {"lessor"}, SentenceCounts(1, 1, 0), "en")
    >>> loss.content_rate, loss.information_rate
    (0.5, 0.3333333333333333)
    """
    without_content = function_words(language)
    total = sum(counts.values())
    content = {
        word: n
        for word, n in counts.items()
        if (word.isalpha() or any(map(str.isalpha, word))) and word.lower() not in without_content
    }
    bits_of = {n: -n * log2(n / total) for n in {*counts.values()}}
    bits = {word: bits_of[n] for word, n in counts.items()}
    return Loss(
        sentences=sentences,
        content_tokens=sum(content.values()),
        unknown_content=sum(n for word, n in content.items() if word in unknown),
        bits=fsum(bits.values()),
        unknown_bits=fsum(n for word, n in bits.items() if word in unknown),
    )
