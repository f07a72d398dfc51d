"""fastText's own .bin and .ftz, and floret's .bin: words, input matrix with n-grams, outputs.

A row of the input matrix is only part of a word: its vector is the mean of that row and the rows of
its n-grams. The words' vectors are therefore composed in memory, while the n-grams, the words' own
rows and the context are memory-mapped (read, where the file is compressed or quantized).

Source: fastText 0.9.2 `fasttext.cc` (`getWordVector`), `dictionary.cc`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.subwords import FloretHashing, Hashing, NgramHashing, SubwordTable
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import (
    BLOCK_ROWS,
    Provenance,
    VectorsOutline,
    WordVectors,
)
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.fasttext_model import (
    HIERARCHICAL_SOFTMAX,
    NEGATIVE_SAMPLING,
    SKIP_GRAM,
    SUPERVISED,
    Arguments,
    Dictionary,
    FastTextModel,
    read_dictionary,
    read_model,
    write_model,
)
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.selection import ALL, Picker, Selection, check_some_picked
from embedadapt.formats.reading.table_checks import (
    check_distinct,
    check_finite,
    check_some_rows,
    note_on_bytes,
    notes,
)

END_OF_SENTENCE = "</s>"
IN_MEMORY = "the fasttext model"


def read(path: str | Path, selection: Selection = ALL) -> WordVectors:
    """Read a model. Words that are not UTF-8 keep their bytes, as lone surrogates.

    With a selection only its rows are read. All n-grams stay mapped, and words that are left out
    are composed from them as unseen ones are.

    Raises FormatError with file and byte.
    """
    return _table(read_model(path), Provenance("fasttext-bin", str(path)), str(path), selection)


def from_model(model: Any) -> WordVectors:
    """The vectors of a model in the official library, as `read` reads them from its file.

    A quantized one is saved to a temporary file. Raises FormatError as `read`.
    """
    provenance = Provenance("fasttext-bin")
    if not model.is_quantized():
        return _table(_parts_of(model), provenance, IN_MEMORY)
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.ftz")
        model.save_model(str(path))
        table = _table(read_model(path), provenance, IN_MEMORY)
        if table.context is not None:  # mapped: Windows removes no file that is
            table = replace(table, context=np.array(table.context))
    return table


def _parts_of(model: Any) -> FastTextModel:
    own = model.f.getArgs()
    arguments = Arguments(
        dim=own.dim,
        loss=int(own.loss),
        model=int(own.model),
        n_buckets=own.bucket,
        min_n=own.minn,
        max_n=own.maxn,
    )
    words, counts = model.f.getVocab("surrogateescape")
    check_some_rows(len(words), IN_MEMORY)
    inputs = np.asarray(model.f.getInputMatrix(), dtype=np.float32)
    return FastTextModel(
        head=arguments.head(),
        arguments=arguments,
        dictionary=Dictionary(tuple(words), np.asarray(counts, np.int64), int(sum(counts))),
        own=inputs[: len(words)],
        ngrams=inputs[len(words) :],
        outputs=np.asarray(model.f.getOutputMatrix(), dtype=np.float32),
    )


def _table(
    model: FastTextModel, provenance: Provenance, where: str, selection: Selection = ALL
) -> WordVectors:
    has_first = True
    check_distinct(model.dictionary.words, f"{where}, dictionary")
    context, why_none = _usable_context(model.outputs, model.arguments)
    if selection:
        rows = Picker(selection).pick(model.dictionary.words)
        check_some_picked(len(rows), selection, where)
        model, has_first = _rows_of(model, rows), bool(rows[0] == 0)
        context = None if context is None else context[rows]
    else:
        check_finite(model.ngrams, (), where, "n-gram row")
        check_finite(model.outputs, (), where, "output row")
    words = model.dictionary.words
    check_finite(model.own, words, where, "input row")
    subwords = _subwords(model, whole=not selection)
    if model.arguments.hash_count:
        matrix = _compose_hashed(model, has_first=has_first)
    else:
        matrix = compose(words, model.own, subwords)
    told = notes(why_none, note_on_bytes(words), *_notes_on_kind(model))
    return WordVectors(
        Vocabulary(words, model.dictionary.counts),
        matrix,
        context=context,
        subwords=subwords,
        provenance=replace(provenance, notes=told),
    )


def scan(path: str | Path) -> VectorsOutline:
    """Read the words only: the file is read up to the end of its dictionary.

    Raises FormatError with file and byte.
    """
    arguments, dictionary = read_dictionary(path)
    words = dictionary.words
    check_distinct(words, f"{path}, dictionary")
    return VectorsOutline(
        Vocabulary(words, dictionary.counts),
        arguments.dim,
        _hashing(arguments, dictionary.kept),
        provenance=Provenance("fasttext-bin", str(path), notes=notes(note_on_bytes(words))),
    )


def read_parts(path: str | Path) -> RawTable:
    """The unchecked contents. Raises FormatError with file and byte."""
    model = read_model(path)
    tables = {"input row": model.own, "n-gram row": model.ngrams, "output row": model.outputs}
    return RawTable(
        model.dictionary.words, tables, "quantized" if model.is_quantized else "float32"
    )


def _hashing(arguments: Arguments, kept: Ints1d | None) -> Hashing | None:
    min_n, max_n, n_buckets = max(1, arguments.min_n), arguments.max_n, arguments.n_buckets
    if arguments.hash_count:
        return FloretHashing(min_n, max_n, n_buckets, arguments.hash_count)
    if not arguments.has_ngrams or (kept is not None and not len(kept)):
        return None
    # Only a classifier trains buckets on pairs of words too, and may be pruned of words.
    all_words = arguments.model != SUPERVISED
    return NgramHashing(min_n, max_n, n_buckets, kept, all_words)


def write(vectors: WordVectors, path: str | Path, *, quantized: bool = False) -> None:
    """Write a .bin that fastText and gensim load, atomically.

    quantized: whether the rows of words and n-grams are compressed to an eighth, as in an .ftz;
    gensim does not load that.

    Vectors that were read from a trained model of the same width, adapted since or not, become that
    model again: it is read anew from `provenance.path`, and its arguments, counts, labels and
    output matrix stay. So do its n-grams, unless the vectors have others, and the row of each word
    whose vector did not change. The row of any other word is set so that fastText composes its
    vector; unknown words get the mean of their n-grams. For other vectors, n-grams are written
    where there are any; without them, or with pruned or floret ones, the model has whole words only
    (bucket 0).

    Raises OutputError for a word that a dictionary cannot hold.
    """
    origin = _origin(vectors)
    model = _new_model(vectors) if origin is None else _changed_model(vectors, origin)
    write_model(model, path, quantized=quantized)


def _usable_context(outputs: Floats2d, arguments: Arguments) -> tuple[Floats2d | None, str]:
    """The output matrix where it belongs to the words, else None and the reason."""
    if arguments.model == SUPERVISED:
        return None, "a supervised model: its output matrix belongs to labels, not to words"
    if arguments.loss == HIERARCHICAL_SOFTMAX:
        return None, "trained by hierarchical softmax: its output matrix belongs to tree nodes"
    if not any(outputs[start : start + 1024].any() for start in range(0, len(outputs), 1024)):
        return None, "the output matrix is all zeros: training warms up a new one"
    return outputs, ""


def _rows_of(model: FastTextModel, rows: Longs1d) -> FastTextModel:
    """The model with these words' rows only, copied; the outputs stay."""
    dictionary = model.dictionary
    chosen = replace(
        dictionary,
        words=tuple(dictionary.words[row] for row in rows),
        counts=dictionary.counts[rows],
    )
    return replace(model, dictionary=chosen, own=model.own[rows])


def _notes_on_kind(model: FastTextModel) -> tuple[str, ...]:
    kept, n_buckets = model.dictionary.kept, model.arguments.n_buckets
    told = []
    if model.is_quantized:
        told.append("quantized (.ftz): its vectors are near those of the model it was made from")
    if kept is not None and n_buckets:
        told.append(f"pruned: {len(kept):,} of {n_buckets:,} n-gram buckets kept")
    return tuple(told)


def _subwords(model: FastTextModel, whole: bool = True) -> SubwordTable | None:
    """The n-grams. whole: whether the model has all its words."""
    arguments, dictionary = model.arguments, model.dictionary
    hashing = _hashing(arguments, dictionary.kept)
    if hashing is None:
        return None
    floret = hashing if isinstance(hashing, FloretHashing) else None
    return SubwordTable(
        ngrams=model.ngrams if dictionary.rows is None else model.ngrams[dictionary.rows],
        words=None if floret else model.own,
        min_n=hashing.min_n,
        max_n=hashing.max_n,
        kept=dictionary.kept,
        n_buckets=0 if dictionary.kept is None else arguments.n_buckets,
        floret=floret,
        all_words=whole and isinstance(hashing, NgramHashing) and hashing.all_words,
    )


def compose(words: Sequence[str], own: Floats2d, subwords: SubwordTable | None) -> Floats2d:
    """Vectors of the words, (n_words, dim), composed in memory of their rows and n-grams."""
    if subwords is None:
        return own
    from embedadapt.kernels.subword import compose_words

    packed, offsets = pack_words(words)
    composed = np.empty(own.shape, dtype=np.float32)
    compose_words(
        packed,
        offsets,
        own,
        subwords.ngrams,
        subwords.min_n,
        subwords.max_n,
        _whole_word(words),
        np.empty(0, np.int32) if subwords.kept is None else subwords.kept,
        subwords.n_buckets or len(subwords.ngrams),
        composed,
    )
    return composed


def _compose_hashed(model: FastTextModel, *, has_first: bool) -> Floats2d:
    """Vectors of the words of a model in floret's mode, (n_words, dim), in memory.

    has_first: whether the first word is the first in the file, which has a row of its own.
    """
    from embedadapt.kernels.floret import compose_hashed

    arguments, words = model.arguments, model.dictionary.words
    packed, offsets = pack_words(words)
    composed = np.empty((len(words), arguments.dim), dtype=np.float32)
    compose_hashed(
        packed,
        offsets,
        model.ngrams,
        max(1, arguments.min_n),
        arguments.max_n,
        arguments.hash_count,
        model.own[: 1 if has_first else 0],
        _whole_word(words),
        composed,
    )
    return composed


def _whole_word(words: Sequence[str]) -> int:
    """The row of the one word that has no n-grams; -1 without it."""
    return words.index(END_OF_SENTENCE) if END_OF_SENTENCE in words else -1


def _origin(vectors: WordVectors) -> FastTextModel | None:
    """The trained model that the vectors were read from, if they can be written back to it."""
    if vectors.provenance.format != "fasttext-bin" or not vectors.provenance.path:
        return None
    try:
        model = read_model(vectors.provenance.path)
    except FormatError:  # moved or replaced since: what the vectors carry is all there is
        return None
    is_plain = model.dictionary.kept is None and len(model.head) == 64  # floret's is longer
    return model if is_plain and model.arguments.dim == vectors.dim else None


def _new_model(vectors: WordVectors) -> FastTextModel:
    words, counts, subwords = vectors.vocabulary.words, vectors.vocabulary.counts, vectors.subwords
    if subwords is not None and (subwords.kept is not None or subwords.floret is not None):
        subwords = None  # fastText refuses a dense model that is pruned, and knows one hash only
    ngrams = vectors.matrix[:0] if subwords is None else subwords.ngrams
    lengths = (0, 0) if subwords is None else (subwords.min_n, subwords.max_n)
    arguments = Arguments(vectors.dim, NEGATIVE_SAMPLING, SKIP_GRAM, len(ngrams), *lengths)
    counts = np.maximum(1, np.ones(len(words), np.int64) if counts is None else counts)
    own = None if subwords is None else subwords.words
    return FastTextModel(
        head=arguments.head(),
        arguments=arguments,
        dictionary=Dictionary(words, counts, n_tokens=int(counts.sum())),
        own=_own_rows(vectors, subwords, words if own is not None else (), own),
        ngrams=ngrams,
        outputs=np.zeros_like(vectors.matrix) if vectors.context is None else vectors.context,
    )


def _changed_model(vectors: WordVectors, origin: FastTextModel) -> FastTextModel:
    words, known = vectors.vocabulary.words, origin.dictionary
    rows = Vocabulary(known.words).lookup(words)
    counts = vectors.vocabulary.counts
    if counts is None:
        counts = np.where(rows >= 0, known.counts[rows], 1)
    subwords = _subwords(origin)
    if subwords is not None and vectors.subwords is not None:
        subwords = vectors.subwords
    return replace(
        origin,
        dictionary=replace(known, words=words, counts=counts),
        own=_own_rows(vectors, subwords, known.words, origin.own),
        ngrams=origin.ngrams if subwords is None else subwords.ngrams,
        outputs=_outputs(vectors, origin, rows),
        is_quantized=False,
    )


def _outputs(vectors: WordVectors, origin: FastTextModel, rows: Ints1d) -> Floats2d:
    """The output matrix for the words that were at `rows` of the origin, new ones at -1."""
    arguments, known = origin.arguments, rows >= 0
    same_words = vectors.vocabulary.words == origin.dictionary.words
    if arguments.model == SUPERVISED or (same_words and vectors.context is None):
        return origin.outputs
    if vectors.context is not None:
        return vectors.context
    outputs = np.zeros_like(vectors.matrix)
    if arguments.loss != HIERARCHICAL_SOFTMAX:  # there rows are nodes of a tree of all words
        outputs[known] = origin.outputs[rows[known]]
    return outputs


def _own_rows(
    vectors: WordVectors,
    subwords: SubwordTable | None,
    known_words: Sequence[str],
    known_own: Floats2d | None,
) -> Floats2d:
    """The words' input rows, (n_words, dim), from which the vectors are composed.

    A word of `known_words` whose vector is still composed from its row in `known_own` keeps that
    row; a word of n n-grams gets (n + 1) x its vector minus the sum of their rows.
    """
    if subwords is None:
        return vectors.matrix
    from embedadapt.kernels.subword import own_rows

    words, own = vectors.vocabulary.words, np.empty_like(vectors.matrix)
    changed = np.ones(len(words), dtype=np.bool_)
    if known_own is not None:
        composed = compose(known_words, known_own, subwords)
        rows = Vocabulary(tuple(known_words)).lookup(words)
        for start in range(0, len(words), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            moved_rows = (composed[rows[block]] != vectors.matrix[block]).any(axis=1)
            changed[block] = moved_rows | (rows[block] < 0)
            own[block] = known_own[rows[block]]
    moved = [word for word, is_changed in zip(words, changed, strict=True) if is_changed]
    packed, offsets = pack_words(moved)
    solved = np.empty((len(moved), vectors.dim), dtype=np.float32)
    own_rows(
        packed,
        offsets,
        np.ascontiguousarray(vectors.matrix[changed]),
        subwords.ngrams,
        subwords.min_n,
        subwords.max_n,
        _whole_word(moved),
        solved,
    )
    own[changed] = solved
    return own
