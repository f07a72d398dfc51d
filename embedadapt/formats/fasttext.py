"""fastText's own .bin and .ftz: words, input matrix with n-grams, output matrix.

A row of the input matrix is only part of a word: its vector is the mean of that row and the rows of
its n-grams. So the words' vectors are composed in memory, while the n-grams, the words' own rows
and the context stay mapped (read, where the file is gzip or quantized).

Source: fastText 0.9.2 `fasttext.cc` (`getWordVector`), `dictionary.cc`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import BLOCK_ROWS, Provenance, SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.fasttext_model import (
    HIERARCHICAL_SOFTMAX,
    SUPERVISED,
    Arguments,
    FastTextModel,
    read_model,
)
from embedadapt.formats.packed_words import pack_words
from embedadapt.formats.table_checks import check_finite, note_on_bytes, notes

END_OF_SENTENCE = "</s>"


def read(path: str | Path) -> WordVectors:
    """Words that are not UTF-8 keep their bytes, as lone surrogates.

    Raises FormatError with file and byte.
    """
    model = read_model(path)
    words = model.dictionary.words
    check_finite(model.inputs, words, str(path), "input row")
    check_finite(model.outputs, (), str(path), "output row")
    context, why_none = _usable_context(model.outputs, model.arguments)
    subwords = _subwords(model)
    return WordVectors(
        Vocabulary(words, model.dictionary.counts),
        compose(words, model.inputs, subwords),
        context=context,
        subwords=subwords,
        provenance=Provenance(
            "fasttext-bin",
            str(path),
            notes=notes(why_none, note_on_bytes(words), *_notes_on_size(model)),
        ),
    )


def _usable_context(outputs: Floats2d, arguments: Arguments) -> tuple[Floats2d | None, str]:
    """The output matrix where it belongs to the words, else None and the reason."""
    if arguments.model == SUPERVISED:
        return None, "a supervised model: its output matrix belongs to labels, not to words"
    if arguments.loss == HIERARCHICAL_SOFTMAX:
        return None, "trained by hierarchical softmax: its output matrix belongs to tree nodes"
    if not any(
        outputs[start : start + BLOCK_ROWS].any() for start in range(0, len(outputs), BLOCK_ROWS)
    ):
        return None, "the output matrix is all zeros: training warms up a new one"
    return outputs, ""


def _notes_on_size(model: FastTextModel) -> tuple[str, ...]:
    quantized = "quantized (.ftz): its vectors are near those of the model it was made from"
    kept, n_buckets = model.dictionary.kept, model.arguments.n_buckets
    pruned = "" if kept is None else f"pruned: {len(kept):,} of {n_buckets:,} n-gram buckets kept"
    return quantized if model.is_quantized else "", pruned


def _subwords(model: FastTextModel) -> SubwordTable | None:
    arguments, dictionary = model.arguments, model.dictionary
    n_words = len(dictionary.words)
    if not arguments.has_ngrams or len(model.inputs) == n_words:
        return None
    ngrams = model.inputs[n_words:]
    return SubwordTable(
        ngrams=ngrams if dictionary.rows is None else ngrams[dictionary.rows],
        words=model.inputs[:n_words],
        min_n=max(1, arguments.min_n),
        max_n=arguments.max_n,
        kept=dictionary.kept,
        n_buckets=0 if dictionary.kept is None else arguments.n_buckets,
    )


def compose(words: tuple[str, ...], inputs: Floats2d, subwords: SubwordTable | None) -> Floats2d:
    """The words' vectors, (n_words, dim), in memory."""
    if subwords is None:
        return inputs[: len(words)]
    from embedadapt.kernels.subword import compose_words

    packed, offsets = pack_words(words)
    composed = np.empty((len(words), inputs.shape[1]), dtype=np.float32)
    whole_word = words.index(END_OF_SENTENCE) if END_OF_SENTENCE in words else -1
    compose_words(
        packed,
        offsets,
        inputs[: len(words)],
        subwords.ngrams,
        subwords.min_n,
        subwords.max_n,
        whole_word,
        np.empty(0, np.int32) if subwords.kept is None else subwords.kept,
        subwords.n_buckets or len(subwords.ngrams),
        composed,
    )
    return composed
