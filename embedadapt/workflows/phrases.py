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
    """Learn the phrases of a corpus: adjacent words that mean one thing together.

    Parameters
    ----------
    corpus : text or paths
        Anything that `as_corpus` takes; it is read twice.
    normalizer : Normalizer, optional
        The conventions of the vectors that the phrases are for. Default: lower case, elisions
        split.
    min_count : int
        Least number of occurrences of a phrase. Default: 10.
    min_score : float
        Least score of a phrase, its normalized pointwise mutual information (Bouma 2009), -1 to 1.
        Default: 0.6.

    Returns
    -------
    tuple of Phrase
        Sorted by count times score, highest first.

    Raises
    ------
    CorpusError
        The text cannot be read, or there is none.

    Examples
    --------
    >>> phrases = embedadapt.learn_phrases(["The certificate of origin is here."] * 10)
    >>> [phrase.words for phrase in phrases]
    ['certificate_of_origin']
    """
    return phrases.learn_phrases(
        as_corpus(corpus), normalizer, min_count=min_count, min_score=min_score
    )
