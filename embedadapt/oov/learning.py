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
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.new_words import HELD_OUT, LEARNED_FROM, SEED, learnable
from embedadapt.text.normalize import Normalizer
from embedadapt.text.phrases import learn_phrases
from embedadapt.text.split import draw_held_out, in_passages, in_words_of


def count_learnable(
    corpus: Corpus, census: Census, unknown: Mapping[str, int], engine: Engine = HERE
) -> Learnable:
    """The unknown words that are used LEARNED_FROM times in the documents that `adapt` trains on by
    default; none where the table knows no word of the corpus, which `adapt` refuses.

    unknown: words to their uses. Reads the corpus once more where any word is used so often.
    For a table that joins words, the phrases of the corpus that `adapt` learns are among them.
    """
    table = census.table.vocabulary
    normalizer = census.normalizer
    counts: Mapping[str, int] = census.found.words.counts
    found: list[str] = []
    if normalizer.normalization.phrases:
        found = [phrase.words for phrase in learn_phrases(corpus, normalizer)]
        normalizer, counts = _with_phrases(corpus, census, found, engine)
        unknown = {word: n for word, n in counts.items() if word not in table}
    known = [word for word in counts if word in table]
    often = list(filter(learnable, _often(unknown)))
    if not known or not often:
        return Learnable(LEARNED_FROM, types=0, tokens=0)
    words = Vocabulary([*known, *often])
    encoded = encode_corpus(corpus, words, normalizer, engine=engine)
    in_table = in_passages(in_words_of(encoded, table, parted=bool(found)))
    is_held_out = draw_held_out(in_table, share=HELD_OUT, seed=SEED)
    parts = replace(
        encoded,
        document_offsets=in_table.document_offsets,
        document_names=in_table.document_names,
        unit=in_table.unit,
    )
    training = parts.select_documents(np.flatnonzero(~is_held_out))
    uses = np.bincount(training.token_ids, minlength=len(words))[len(known) :]
    learned = uses[uses >= LEARNED_FROM]
    return Learnable(LEARNED_FROM, types=len(learned), tokens=int(learned.sum()))


def _with_phrases(
    corpus: Corpus, census: Census, found: list[str], engine: Engine
) -> tuple[Normalizer, Mapping[str, int]]:
    """How `adapt` reads a corpus with the phrases that are found in it, and the words then."""
    rules, table = census.normalizer.normalization, census.table.vocabulary
    normalizer, counts = _counted(corpus, Normalizer(rules, table, found), engine)
    kept = [phrase for phrase in found if counts.get(phrase, LEARNED_FROM) >= LEARNED_FROM]
    if len(kept) < len(found):  # a phrase that is not learned must not take the words it joins
        normalizer, counts = _counted(corpus, Normalizer(rules, table, kept), engine)
    return normalizer, counts


def _counted(
    corpus: Corpus, normalizer: Normalizer, engine: Engine
) -> tuple[Normalizer, Mapping[str, int]]:
    words = count_corpus(corpus, normalizer, engine=engine).vocabulary
    assert words.counts is not None
    return normalizer, dict(zip(words, words.counts.tolist(), strict=True))


def _often(counts: Mapping[str, int]) -> list[str]:
    return [word for word, n in counts.items() if n >= LEARNED_FROM]
