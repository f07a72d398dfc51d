"""The text for evaluation: what context matrices are fitted to, and what is predicted.

It is read in the words of the base, so that the base's loss depends neither on the words that an
adapter learned nor on its settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embedadapt.adaptation.reading import ReadText
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.long_arrays import running_totals
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
        filled = text.known.sentence_offsets[1:] != text.known.sentence_offsets[:-1]
        rest_of_fitted = _rest(text.known, filled, order[parts.is_fitted[order]])
        sample = rest_of_fitted.sample(judge.most_fitted, np.random.default_rng(judge.seed))
        fitted = in_words_of(sample, words_of(rest_of_fitted))
        held_out = order[parts.is_held_out[order]]
        fresh = filled & ~parts.is_trained_sentence
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
                n_sentences=_count(text.known, filled, held_out),
                n_repeated=_count(text.known, filled & parts.is_trained_sentence, held_out),
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
        mixed = (
            replace(group, token_ids=rng.permutation(group.token_ids)) for group in self.groups
        )
        return replace(self, groups=tuple(mixed))


def in_groups(corpus: EncodedCorpus) -> list[EncodedCorpus]:
    """Groups of a corpus to resample.

    With FEWEST_DOCUMENTS documents or more, these are whole documents, dealt to at most MOST_GROUPS
    groups. With fewer, they are RUNS runs of consecutive sentences: the interval then describes the
    variation within these documents, not how much others would differ.
    """
    if corpus.n_documents >= FEWEST_DOCUMENTS:
        documents = np.arange(corpus.n_documents)
        return [corpus.select_documents(documents[g::MOST_GROUPS]) for g in documents[:MOST_GROUPS]]
    cuts = np.unique(np.linspace(0, corpus.n_sentences, RUNS + 1).round().astype(np.int64))
    runs = replace(
        corpus,
        document_offsets=cuts,
        document_names=tuple(f"run {i}" for i in range(len(cuts) - 1)),
    )
    return [runs.select_documents(np.array([i])) for i in range(runs.n_documents)]


def _rest(corpus: EncodedCorpus, chosen: Flags1d, documents: Longs1d) -> EncodedCorpus:
    """The chosen sentences, (n_sentences,), of some documents."""
    rest = corpus.select_documents(documents)
    if chosen.all():
        return rest
    firsts, ends = corpus.document_offsets[documents], corpus.document_offsets[documents + 1]
    flags = [chosen[first:end] for first, end in zip(firsts, ends, strict=True)]
    return rest.select_sentences(np.concatenate([*flags, np.empty(0, np.bool_)]))


def _count(corpus: EncodedCorpus, of_sentences: Flags1d, documents: Longs1d) -> int:
    before = running_totals(lambda part: of_sentences[part], corpus.document_offsets)
    return int(np.diff(before)[documents].sum())


def _repeated_sentences(known: EncodedCorpus, is_held_out: Flags1d) -> Flags1d:
    """Sentences that also occur in a document that is not held out, (n_sentences,)."""
    n_sentences = np.diff(known.document_offsets)
    of_training = np.repeat(~is_held_out, n_sentences)
    seen = {known.sentence(s).tobytes() for s in np.flatnonzero(of_training).tolist()}
    repeated = (known.sentence(s).tobytes() in seen for s in range(known.n_sentences))
    return np.fromiter(repeated, dtype=bool, count=known.n_sentences)
