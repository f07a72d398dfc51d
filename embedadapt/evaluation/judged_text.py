"""The text for evaluation: what context matrices are fitted to, and what is predicted.

It is read in the words of the base, so that the base's loss depends neither on the words that an
adapter learned nor on its settings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embedadapt.adaptation.reading import ReadText
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.gathering import lengths_of
from embedadapt.core.long_arrays import computed_array, empty_array, release, running_totals
from embedadapt.core.text_record import Flags1d, TextRecord
from embedadapt.core.types import Doubles1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.judge import Judge
from embedadapt.evaluation.new_words import NewWordPairs, draw_pairs
from embedadapt.evaluation.result import HeldOutText
from embedadapt.text.recognition import document_keys, recognize
from embedadapt.text.split import draw_held_out, in_words_of, words_of

FEWEST_DOCUMENTS, MOST_GROUPS, RUNS = 10, 64, 20
"""See `in_groups`."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The division of a text's documents for the evaluation.

    is_trained: (n_documents,) the adapter was trained on the document. is_fitted: (n_documents,)
    context matrices are fitted to it. is_held_out: (n_documents,) it is predicted.
    is_trained_sentence: (n_sentences,) the sentence is in the text of the training, and not
    predicted. n_new: held-out documents that no record has: new and changed ones. recognized: False
    where there was no record, so that the adapter may have been trained on held-out
        documents.
    """

    is_trained: Flags1d
    is_fitted: Flags1d
    is_held_out: Flags1d
    is_trained_sentence: Flags1d
    n_new: int
    recognized: bool


def divide(text: ReadText, records: Sequence[TextRecord], judge: Judge) -> Parts:
    """Divide a text, by its content, into what the adapter was trained on and what it was not.

    Held-out and new documents are predicted, except sentences that were trained on. Context
    matrices are fitted to the documents of the training. Where these have fewer tokens than the
    others (such as new text alone), half of the new documents are fitted too or, without either,
    half of the held-out ones. Without a record, a share is held out. All draws depend on content
    only, not on names.
    """
    known = text.known
    named = replace(known, document_names=tuple(f"{k:x}" for k in document_keys(known).tolist()))
    if not records:
        held_out = draw_held_out(named, share=judge.share, seed=judge.seed)
        repeated = _repeated_sentences(known, held_out)
        return Parts(~held_out, ~held_out, held_out, repeated, 0, recognized=False)
    found = recognize(known, records)
    held_out, fitted = ~found.is_trained, found.is_trained
    n_tokens = np.diff(known.sentence_offsets[known.document_offsets])
    others = np.flatnonzero(found.is_new)
    if not len(others) and not n_tokens[fitted].any():
        others = np.flatnonzero(held_out)
    if len(others) and n_tokens[fitted].sum() < n_tokens[held_out].sum():
        half = draw_held_out(named.select_documents(others), share=0.5, seed=judge.seed)
        fitted, held_out = fitted.copy(), held_out.copy()
        fitted[others[~half]] = True
        held_out[others[~half]] = False
    is_new = found.is_new & held_out & (n_tokens > 0)
    return Parts(
        found.is_trained, fitted, held_out, found.is_trained_sentence, int(is_new.sum()), True
    )


@dataclass(frozen=True, eq=False)
class JudgedText:
    """A text ready for the evaluation.

    fitted: what context matrices are fitted to, as one document in random order. vocabulary: all
    words of the text that could be trained, most frequent first. groups: what is predicted, in the
    words of `fitted`; intervals are resampled over these groups. There
        are none if no text was left.
    new_words: (n_new,) words that the adapter learned.
    pairs: pairs of these words with their neighbors, by group.
    about: a description of the held-out text.
    """

    fitted: EncodedCorpus
    vocabulary: Vocabulary
    groups: tuple[EncodedCorpus, ...]
    new_words: Vocabulary
    pairs: tuple[NewWordPairs, ...]
    about: HeldOutText

    @classmethod
    def of(cls, text: ReadText, parts: Parts, new_words: Vocabulary, judge: Judge) -> JudgedText:
        """Sort the documents by content, so that their names and order change nothing."""
        order = np.argsort(document_keys(text.known), kind="stable")
        n_sentences, offsets = text.known.n_sentences, text.known.sentence_offsets
        filled = computed_array(n_sentences, np.bool_, lambda part: lengths_of(offsets, part) > 0)
        rest_of_fitted = _rest(text.known, filled, order[parts.is_fitted[order]])
        sample = rest_of_fitted.sample(judge.most_fitted, np.random.default_rng(judge.seed))
        fitted = in_words_of(sample, words_of(rest_of_fitted))
        held_out = order[parts.is_held_out[order]]
        repeated = parts.is_trained_sentence
        fresh = computed_array(n_sentences, np.bool_, lambda part: filled[part] & ~repeated[part])
        known, words = (_rest(corpus, fresh, held_out) for corpus in (text.known, text.words))
        groups = tuple(in_groups(in_words_of(known, fitted.vocabulary)))
        return cls(
            fitted=fitted,
            vocabulary=text.words.vocabulary,
            groups=groups if any(group.n_tokens for group in groups) else (),
            new_words=new_words,
            pairs=draw_pairs(in_groups(words), new_words, fitted.vocabulary, judge),
            about=HeldOutText(
                n_documents=len(held_out),
                n_new=parts.n_new,
                n_trained=int(parts.is_trained.sum()),
                n_fitted=int((parts.is_fitted & ~parts.is_trained).sum()),
                n_sentences=_count(text.known, lambda part: filled[part], held_out),
                n_repeated=_count(text.known, lambda part: filled[part] & repeated[part], held_out),
                n_tokens=sum(group.n_tokens for group in groups),
                unit=text.known.unit,
                recognized=parts.recognized,
            ),
        )

    @property
    def weights(self) -> Doubles1d:
        """Tokens of each group, (n_groups,)."""
        return np.array([group.n_tokens for group in self.groups], dtype=np.float64)

    @property
    def pair_weights(self) -> Doubles1d:
        """Pairs of new words in each group, (n_groups,)."""
        return np.array([len(pairs.words) for pairs in self.pairs], dtype=np.float64)

    def in_disorder(self, seed: int) -> JudgedText:
        """The same text with the words of each group in random order."""
        rng = np.random.default_rng(seed)
        mixed = empty_array(sum(group.n_tokens for group in self.groups), np.int32)
        groups = []
        start = 0
        for group in self.groups:
            token_ids = mixed[start : start + group.n_tokens]
            token_ids[:] = rng.permutation(group.token_ids)
            groups.append(replace(group, token_ids=token_ids))
            start += group.n_tokens
        return replace(self, groups=tuple(groups))


def in_groups(corpus: EncodedCorpus) -> list[EncodedCorpus]:
    """Groups of a corpus to resample.

    With FEWEST_DOCUMENTS documents or more, these are whole documents, dealt to at most MOST_GROUPS
    groups. With fewer, they are RUNS runs of consecutive sentences: the interval then describes the
    variation within these documents, not how much others would differ.
    """
    if corpus.n_documents >= FEWEST_DOCUMENTS:
        documents = np.arange(corpus.n_documents)
        groups = [documents[first::MOST_GROUPS] for first in documents[:MOST_GROUPS]]
        ends = np.cumsum([len(group) for group in groups])
        return _cut(corpus.select_documents(np.concatenate(groups)), ends)
    cuts = np.unique(np.linspace(0, corpus.n_sentences, RUNS + 1).round().astype(np.int64))
    runs = replace(
        corpus,
        document_offsets=cuts,
        document_names=tuple(f"run {i}" for i in range(len(cuts) - 1)),
    )
    return _cut(runs, np.arange(1, len(cuts)))


def _cut(corpus: EncodedCorpus, ends: Longs1d) -> list[EncodedCorpus]:
    """Groups of successive documents, the end of each given; their ids are views.

    Many arrays of their own would each be short enough to stay in memory.
    """
    starts = np.concatenate([[0], ends])[:-1]
    offsets = empty_array(corpus.n_sentences + len(ends), np.int64)
    groups = []
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        first, last = corpus.document_offsets[[start, end]].tolist()
        of_group = corpus.sentence_offsets[first : last + 1]
        own = offsets[first + number : last + number + 1]
        np.subtract(of_group, of_group[0], out=own)
        groups.append(
            replace(
                corpus,
                token_ids=corpus.token_ids[of_group[0] : of_group[-1]],
                sentence_offsets=own,
                document_offsets=corpus.document_offsets[start : end + 1] - first,
                document_names=corpus.document_names[start:end],
                n_dropped=0,
            )
        )
        release(corpus.sentence_offsets, offsets)
    return groups


def _rest(corpus: EncodedCorpus, chosen: Flags1d, documents: Longs1d) -> EncodedCorpus:
    """The chosen sentences, (n_sentences,), of some documents."""
    rest = corpus.select_documents(documents)
    if chosen.all():
        return rest
    firsts, ends = corpus.document_offsets[documents], corpus.document_offsets[documents + 1]
    flags = empty_array(rest.n_sentences, np.bool_)
    start = 0
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        flags[start : start + end - first] = chosen[first:end]
        start += end - first
    return rest.select_sentences(flags)


def _count(
    corpus: EncodedCorpus, of_sentences: Callable[[slice], Flags1d], documents: Longs1d
) -> int:
    before = running_totals(of_sentences, corpus.document_offsets)
    return int(np.diff(before)[documents].sum())


def _repeated_sentences(known: EncodedCorpus, is_held_out: Flags1d) -> Flags1d:
    """Sentences that also occur in a document that is not held out, (n_sentences,)."""
    n_sentences = np.diff(known.document_offsets)
    of_training = np.repeat(~is_held_out, n_sentences)
    seen = {known.sentence(s).tobytes() for s in np.flatnonzero(of_training).tolist()}
    repeated = (known.sentence(s).tobytes() in seen for s in range(known.n_sentences))
    return np.fromiter(repeated, dtype=bool, count=known.n_sentences)
