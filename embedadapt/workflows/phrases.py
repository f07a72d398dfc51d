from __future__ import annotations

from embedadapt.text import phrases
from embedadapt.text.normalize import Normalizer
from embedadapt.text.phrases import MIN_COUNT, MIN_SCORE, Phrase
from embedadapt.workflows.inputs import AnyCorpus, as_corpus


def learn_phrases(
    corpus: AnyCorpus,
    normalizer: Normalizer | None = None,
    *,
    min_count: int = MIN_COUNT,
    min_score: float = MIN_SCORE,
) -> tuple[Phrase, ...]:
    """The phrases of a corpus, those that carry most first: by count times score.

    normalizer: gives the words to join, those of the table they are learned for; without it, words
        in small letters, elisions apart. Reads the corpus once a pass, in the memory of its
        different neighbors.
    min_count: uses of a phrase, at least. min_score: its score, at least; from -1 to 1 (NPMI).
    """
    return phrases.learn_phrases(
        as_corpus(corpus), normalizer, min_count=min_count, min_score=min_score
    )
