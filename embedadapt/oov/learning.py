"""How many of the unknown words `adapt` learns from a corpus, divided as it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from embedadapt.core.corpus import Corpus, EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.long_arrays import distinct
from embedadapt.core.types import Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.census import Census
from embedadapt.oov.occurrences import FewDocuments, Occurrences
from embedadapt.oov.result import Learnable
from embedadapt.text.duplicates import group_signatures
from embedadapt.text.new_words import HELD_OUT, LEARNED_FROM, SEED, learnable
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import LONGEST_SENTENCE
from embedadapt.text.split import draw_groups, draw_held_out, in_passages, in_words_of


def count_learnable(
    corpus: Corpus, census: Census, unknown: Mapping[str, int], engine: Engine = HERE
) -> Learnable:
    """The unknown words that are used LEARNED_FROM times in the documents that `adapt` trains on by
    default; none where the table knows no word of the corpus, which `adapt` refuses.

    unknown: words to their uses. For a table that joins words, the phrases of the corpus that
    `adapt` learns are among them, and the corpus is read again for these.
    """
    if census.normalizer.normalization.phrases:
        return _count_with_phrases(corpus, census, engine)
    found = census.found
    often = list(filter(learnable, _often(unknown)))
    if not often or not found.occurrences.n_known.any():
        return Learnable(LEARNED_FROM, types=0, tokens=0)
    numbers = {word: number for number, word in enumerate(found.occurrences.names)}
    places = np.array([numbers[word] for word in often])
    names = [document.name for document in found.documents]
    return _learned(_training_uses(found.occurrences, census.table.vocabulary, names, places))


def _training_uses(
    found: Occurrences, table: Vocabulary, names: Sequence[str], often: Longs1d
) -> Longs1d:
    """(n,): how often some unknown words, by number, stand in text that is not held out."""
    if found.few:
        return _uses_in_passages(found.few, table, names, often, len(found.names))
    groups = group_signatures(found.signatures)
    is_held_out = draw_groups(groups, found.n_known, names, share=HELD_OUT, seed=SEED)
    inside = ~is_held_out[found.documents]
    uses = np.bincount(found.words[inside], found.counts[inside], minlength=len(found.names))
    return uses[often].astype(np.int64)


def _uses_in_passages(
    text: FewDocuments, table: Vocabulary, names: Sequence[str], often: Longs1d, n_unknown: int
) -> Longs1d:
    """Likewise where documents are few, and cut into passages first."""
    is_often = np.zeros(n_unknown, np.bool_)
    is_often[often] = True
    unknown = -1 - text.codes
    is_kept = text.codes >= 0
    is_kept[~is_kept] = is_often[unknown[~is_kept]]
    n_kept_before = np.append(0, np.cumsum(is_kept))
    ends = distinct(n_kept_before[_with_cuts(text.word_ends)])
    ends = ends[ends > 0]  # of the sentences that keep a word
    document_ends = n_kept_before[np.append(0, text.word_ends)[text.sentence_ends]]
    codes = text.codes[is_kept]
    n_known_before = np.append(0, np.cumsum(codes >= 0))
    passages = in_passages(
        EncodedCorpus(
            vocabulary=table,
            token_ids=codes[codes >= 0],
            sentence_offsets=np.append(0, n_known_before[ends]),
            document_offsets=np.append(0, np.searchsorted(ends, document_ends, side="right")),
            document_names=tuple(names),
        )
    )
    is_held_out = draw_held_out(passages, share=HELD_OUT, seed=SEED)
    sentence = np.searchsorted(ends, np.flatnonzero(codes < 0), side="right")
    passage = np.searchsorted(passages.document_offsets, sentence, side="right") - 1
    uses = np.bincount(-1 - codes[codes < 0][~is_held_out[passage]], minlength=n_unknown)
    return uses[often]


def _with_cuts(ends: Longs1d) -> Longs1d:
    """With those of the parts that sentences longer than LONGEST_SENTENCE are cut into."""
    starts = np.append(0, ends)[:-1]
    n_cuts = np.maximum(ends - starts - 1, 0) // LONGEST_SENTENCE
    firsts = np.repeat(np.cumsum(n_cuts) - n_cuts, n_cuts)
    within = np.arange(len(firsts)) - firsts + 1
    cuts = np.repeat(starts, n_cuts) + LONGEST_SENTENCE * within
    return distinct(np.sort(np.append(ends, cuts), kind="stable"))


def _learned(uses: Longs1d) -> Learnable:
    learned = uses[uses >= LEARNED_FROM]
    return Learnable(LEARNED_FROM, types=len(learned), tokens=int(learned.sum()))


def _count_with_phrases(corpus: Corpus, census: Census, engine: Engine) -> Learnable:
    """Those of a table that joins words, from the corpus read again as `adapt` reads it."""
    from embedadapt.text.encode import encode_corpus
    from embedadapt.text.phrases import learn_phrases

    table = census.table.vocabulary
    found = [phrase.words for phrase in learn_phrases(corpus, census.normalizer)]
    normalizer, counts = _with_phrases(corpus, census, found, engine)
    known = [word for word in counts if word in table]
    unknown = {word: n for word, n in counts.items() if word not in table}
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
    return _learned(np.bincount(training.token_ids, minlength=len(words))[len(known) :])


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
    from embedadapt.text.encode import count_corpus

    words = count_corpus(corpus, normalizer, engine=engine).vocabulary
    assert words.counts is not None
    return normalizer, dict(zip(words, words.counts.tolist(), strict=True))


def _often(counts: Mapping[str, int]) -> list[str]:
    return [word for word, n in counts.items() if n >= LEARNED_FROM]
