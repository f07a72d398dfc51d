"""Text to train on, without a corpus of files."""

from collections.abc import Mapping

import numpy as np

from embedadapt.adaptation.reading import ReadText, TrainingText
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.split import in_words_of


def training_text(
    corpus: EncodedCorpus,
    base: Vocabulary,
    *,
    surface_forms: Mapping[str, str] | None = None,
    normalization: Normalization | None = None,
) -> TrainingText:
    """All of a corpus, nothing held out."""
    return TrainingText(
        text=ReadText(
            words=corpus,
            known=in_words_of(corpus, base),
            surface_forms=surface_forms or {},
            normalization=normalization or Normalization(),
        ),
        is_held_out=np.zeros(corpus.n_documents, dtype=bool),
        vocabulary=corpus.vocabulary,
        training=corpus,
        held_out=corpus.select_documents(np.empty(0, np.int64)),
    )
