"""The words of a corpus that an adapter is trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedadapt.adaptation.config import ReadingSettings
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError, FormatError, SettingsError
from embedadapt.core.long_arrays import CHUNK, chunks, count_ids
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.new_words import learnable


def adaptable_words(
    counts: Vocabulary, base: Vocabulary, min_count: int, learned: Sequence[str] = ()
) -> Vocabulary:
    """The words of `counts` to train: those of `base`, those `learned` before, and learnable ones.

    A learnable word needs `min_count` occurrences. Order and counts are kept. Raises CorpusError
    when the base has none of them, so that there is nothing to continue from; SettingsError for a
    min_count above that of the most frequent word.
    """
    assert counts.counts is not None
    known = base.lookup(counts.words) >= 0
    if not known.any():
        shown = ", ".join(repr(word) for word in counts.words[:3])
        raise CorpusError(
            "corpus",
            expected="at least one word of the base",
            found=f"none in {len(counts):,} words ({shown}, …)",
            hint="Check that the text and the vectors are of the same language.",
        )
    most = int(counts.counts.max())
    if min_count > max(most, ReadingSettings.min_count):  # a short text is the verdict's to refuse
        raise SettingsError(
            "min_count",
            expected=f"at most {most:,}, as often as the corpus has its commonest word",
            found=f"{min_count:,}",
        )
    new = counts.counts >= min_count
    new &= np.fromiter((learnable(word) for word in counts.words), bool, count=len(counts))
    before = frozenset(learned)
    new |= np.fromiter((word in before for word in counts.words), bool, count=len(counts))
    return counts.select(np.flatnonzero(known | new).astype(np.int32))


def check_teachable(base: WordVectors, corpus: EncodedCorpus) -> None:
    """Raise FormatError for vectors of zeros, CorpusError for one sentence repeated."""
    if not base.norms.any():
        raise FormatError(
            base.provenance.path or "vectors",
            expected="vectors other than zero",
            found=f"zeros for all of {len(base):,} words",
            hint="The file is damaged: fetch or write it again.",
        )
    if corpus.n_sentences > 1 and _is_one_sentence(corpus):
        raise CorpusError(
            "corpus",
            expected="different sentences",
            found=f"one, {corpus.n_sentences:,} times",
            hint="Nothing can be learned from it: give other text.",
        )


def _is_one_sentence(corpus: EncodedCorpus) -> bool:
    """Whether all sentences are equal; those after the first different one are not read."""
    first = corpus.sentence(0)
    for part in chunks(corpus.n_sentences, 1 + CHUNK // max(1, len(first))):
        offsets = corpus.sentence_offsets[part.start : part.stop + 1]
        if (np.diff(offsets) != len(first)).any():
            return False
        sentences = corpus.token_ids[offsets[0] : offsets[-1]].reshape(len(offsets) - 1, -1)
        if (sentences != first).any():
            return False
    return True


def seen_words(training: EncodedCorpus, base: Vocabulary, min_count: int) -> Vocabulary:
    """The words that the training documents have often enough, without the held-out ones.

    That is once for words of the base and `min_count` times for others. Counts are those of the
    training documents, most frequent first.
    """
    counts = count_ids(training.token_ids, len(training.vocabulary))
    least = np.where(base.lookup(training.vocabulary.words) >= 0, 1, min_count)
    seen = np.flatnonzero(counts >= least)
    kept = seen[np.argsort(-counts[seen], kind="stable")]
    words = (training.vocabulary.words[i] for i in kept)
    return Vocabulary(words, counts[kept])
