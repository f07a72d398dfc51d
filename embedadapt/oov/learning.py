"""How many of the unknown words `adapt` learns from a corpus, read and divided as it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from embedadapt.core.corpus import Corpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.census import Census
from embedadapt.oov.result import Learnable
from embedadapt.text.encode import encode_corpus
from embedadapt.text.new_words import HELD_OUT, LEARNED_FROM, SEED, learnable
from embedadapt.text.split import draw_held_out, in_passages, in_words_of


def count_learnable(
    corpus: Corpus, census: Census, unknown: Mapping[str, int], engine: Engine = HERE
) -> Learnable:
    """The unknown words that are used LEARNED_FROM times in the documents that `adapt` trains on by
    default; none where the table knows no word of the corpus, which `adapt` refuses.

    unknown: words to their uses. Reads the corpus once more where any word is used so often.
    Phrases that `adapt` learns for a table that joins words are not among them.
    """
    table = census.table.vocabulary
    known = [word for word in census.found.words.counts if word in table]
    often = [word for word, n in unknown.items() if n >= LEARNED_FROM and learnable(word)]
    if not known or not often:
        return Learnable(LEARNED_FROM, types=0, tokens=0)
    words = Vocabulary([*known, *often])
    encoded = encode_corpus(corpus, words, census.normalizer, engine=engine)
    in_table = in_passages(in_words_of(encoded, table))
    is_held_out = draw_held_out(in_table, share=HELD_OUT, seed=SEED)
    parts = replace(
        encoded,
        document_offsets=in_table.document_offsets,
        document_names=in_table.document_names,
        unit=in_table.unit,
    )
    training = parts.select_documents(np.flatnonzero(~is_held_out))
    counts = np.bincount(training.token_ids, minlength=len(words))[len(known) :]
    learned = counts[counts >= LEARNED_FROM]
    return Learnable(LEARNED_FROM, types=len(learned), tokens=int(learned.sum()))
