"""A corpus divided as a training divides it."""

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.text.split import draw_held_out, in_passages


def split_corpus(
    corpus: EncodedCorpus, *, share: float, seed: int
) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Training and held-out documents."""
    corpus = in_passages(corpus)
    held_out = draw_held_out(corpus, share=share, seed=seed)
    return (
        corpus.select_documents(np.flatnonzero(~held_out)),
        corpus.select_documents(np.flatnonzero(held_out)),
    )
