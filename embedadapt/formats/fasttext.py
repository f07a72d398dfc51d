"""fastText's own .bin: words, input matrix with n-grams, output matrix.

A row of the input matrix is only part of a word: its vector is the mean of that row and the rows of
its n-grams. So the words' vectors are composed in memory, while the n-grams, the words' own rows
and the context stay mapped (read, where the file is gzip).

Not read yet: quantised models (.ftz) and floret's variant, which has the same magic and version.

Source: fastText 0.9.2 `fasttext.cc` (`saveModel`, `loadModel`), `args.cc`, `dictionary.cc`,
`densematrix.cc`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vectors import BLOCK_ROWS, Provenance, SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.opening import opening
from embedadapt.formats.packed_words import pack_words
from embedadapt.formats.table_checks import (
    check_dim,
    check_distinct,
    check_finite,
    check_some_rows,
    note_on_bytes,
    notes,
)
from embedadapt.formats.window import GrowingTable, Window

VERSIONS = (11, 12)
SUPERVISED, HIERARCHICAL_SOFTMAX = 3, 1
LONGEST_NGRAM = 64
END_OF_SENTENCE = "</s>"


@dataclass(frozen=True)
class Arguments:
    """The training settings stored in the file that its layout depends on."""

    dim: int
    loss: int
    model: int
    n_buckets: int
    min_n: int
    max_n: int

    @property
    def has_ngrams(self) -> bool:
        return self.max_n >= max(1, self.min_n)


@dataclass(frozen=True)
class Dictionary:
    """Words with their counts, and how many labels follow them."""

    words: tuple[str, ...]
    counts: Longs1d
    n_labels: int


def read(path: str | Path) -> WordVectors:
    """Words that are not UTF-8 keep their bytes, as lone surrogates.

    Raises FormatError with file and byte.
    """
    with opening(path) as source:
        window = Window(source)
        arguments = _read_arguments(window)
        dictionary = _read_dictionary(window)
        n_words = len(dictionary.words)
        _check_dense(window, "the input matrix")
        inputs = _read_matrix(window, n_words + arguments.n_buckets, arguments.dim, "input matrix")
        _check_dense(window, "the output matrix")
        n_outputs = dictionary.n_labels if arguments.model == SUPERVISED else n_words
        outputs = _read_matrix(window, n_outputs, arguments.dim, "output matrix")
        _check_end(window)
    check_finite(inputs, dictionary.words, str(path), "input row")
    check_finite(outputs, (), str(path), "output row")
    context, why_none = _usable_context(outputs, arguments)
    subwords = _subwords(inputs, n_words, arguments)
    return WordVectors(
        Vocabulary(dictionary.words, dictionary.counts),
        _compose(dictionary.words, inputs, subwords),
        context=context,
        subwords=subwords,
        provenance=Provenance(
            "fasttext-bin", str(path), notes=notes(why_none, note_on_bytes(dictionary.words))
        ),
    )


def _read_arguments(window: Window) -> Arguments:
    path = window.source.path
    _, version = struct.unpack("<ii", window.take(8, "fastText's magic and version"))
    if version not in VERSIONS:
        raise FormatError(
            f"{path}, byte 4", expected="fastText version 11 or 12", found=str(version)
        )
    fields = struct.unpack("<12id", window.take(56, "fastText's arguments"))
    dim, loss, model, n_buckets, min_n, max_n = (*fields[:1], *fields[6:11])
    if not _dictionary_follows(window, 0):
        if _dictionary_follows(window, 8):
            raise FormatError(
                str(path),
                expected="a fastText model",
                found="a floret model, which is not read yet",
                hint="Export its words with `floret print-word-vectors`, or give the .vec.",
            )
        raise FormatError(
            f"{path}, byte {window.position:,}",
            expected="a fastText dictionary (words and labels that add up)",
            found="numbers that do not",
            hint="The file is damaged: fetch it again.",
        )
    where = f"{path}, fastText arguments"
    check_dim(dim, where)
    for name, value, lowest, highest in (
        ("loss", loss, 1, 4),
        ("model", model, 1, 3),
        ("bucket", n_buckets, 0, 2**31 - 1),
        ("minn", min_n, 0, LONGEST_NGRAM),
        ("maxn", max_n, 0, LONGEST_NGRAM),
    ):
        if not lowest <= value <= highest:
            raise FormatError(
                where, expected=f"{name} from {lowest} to {highest}", found=str(value)
            )
    if version == 11 and model == SUPERVISED:
        max_n = 0  # as fastText itself does: such models were made without n-grams
    arguments = Arguments(dim, loss, model, n_buckets, min_n, max_n)
    if arguments.has_ngrams and not n_buckets:
        raise FormatError(where, expected="buckets for its n-grams", found="bucket 0")
    return arguments


def _dictionary_follows(window: Window, offset: int) -> bool:
    """Whether the dictionary's sizes, `offset` bytes ahead, can be true."""
    head = bytes(window.data[window.start + offset : window.end][:28])
    if len(head) < 28:
        return False
    size, n_words, n_labels, n_tokens, pruned = map(int, struct.unpack("<iiiqq", head))
    return 0 <= n_words <= size and n_labels == size - n_words and n_tokens >= 0 and pruned >= -1


def _read_dictionary(window: Window) -> Dictionary:
    path = window.source.path
    size, n_words, n_labels, _, pruned = struct.unpack("<iiiqq", window.take(28, "sizes"))
    if pruned >= 0:
        raise FormatError(
            str(path), expected="a dense model", found="a pruned one, which is not read yet"
        )
    check_some_rows(n_words, str(path))
    words, counts, types = _read_entries(window, size)
    if types[:n_words].any() or not (types[n_words:] == 1).all():
        raise FormatError(
            f"{path}, dictionary", expected=f"{n_words:,} words, then labels", found="another order"
        )
    check_distinct(words[:n_words], f"{path}, dictionary")
    return Dictionary(tuple(words[:n_words]), counts[:n_words], n_labels)


def _read_entries(window: Window, size: int) -> tuple[list[str], Longs1d, NDArray[np.uint8]]:
    from embedadapt.kernels.parse import parse_dictionary

    words: list[str] = []
    counts, types = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
    packed = np.empty(len(window.data), dtype=np.uint8)
    while len(words) < size:
        most = min(size - len(words), (window.end - window.start) // 10 + 1)
        block_counts, block_types = np.empty(most, np.int64), np.empty(most, np.uint8)
        count, behind, n_bytes = parse_dictionary(
            window.array, window.start, window.end, block_counts, block_types, packed
        )
        text = packed[:n_bytes].tobytes().decode("utf-8", "surrogateescape")
        words += text.split("\0")[:-1]
        counts.append(block_counts[:count])
        types.append(block_types[:count])
        window.start = behind
        if not count and not window.refill():
            raise window.cut(f"word {len(words) + 1:,} of {size:,}, its count and type")
    return words, np.concatenate(counts), np.concatenate(types)


def _check_dense(window: Window, what: str) -> None:
    if window.take(1, f"the flag before {what}") != b"\0":
        raise FormatError(
            str(window.source.path),
            expected="a dense fastText model",
            found=f"a quantised one (.ftz): {what} is compressed, which is not read yet",
            hint="Give the .bin it was made from, or its .vec.",
        )


def _read_matrix(window: Window, n_rows: int, dim: int, what: str) -> Floats2d:
    """The matrix, (n_rows, dim): mapped from a plain file, read from a gzip one."""
    source, where = window.source, f"{window.source.path}, byte {window.position:,}"
    shape = struct.unpack("<qq", window.take(16, f"the shape of the {what}"))
    if shape != (n_rows, dim):
        raise FormatError(
            where,
            expected=f"an {what} of {n_rows:,} x {dim}, as its dictionary and arguments say",
            found=f"{shape[0]:,} x {shape[1]:,}",
            hint="The file is damaged or of a variant that is not read.",
        )
    if source.size is None:
        return _read_rows(window, n_rows, dim, what)
    n_bytes = 4 * n_rows * dim
    if source.size - window.position < n_bytes:
        raise FormatError(
            where,
            expected=f"an {what} of {n_bytes:,} bytes",
            found=f"{source.size - window.position:,}",
            hint="The file is cut short: fetch it again.",
        )
    offset = window.position
    window.skip(n_bytes)
    if not n_bytes:
        return np.empty(shape, np.float32)
    return np.asarray(np.memmap(source.path, "<f4", mode="r", offset=offset, shape=shape))


def _read_rows(window: Window, n_rows: int, dim: int, what: str) -> Floats2d:
    table, row_bytes = GrowingTable(dim), 4 * dim
    while table.n_rows < n_rows:
        count = min(n_rows - table.n_rows, max(1, (len(window.data) - 1) // row_bytes))
        block = window.take(count * row_bytes, f"row {table.n_rows + 1:,} of the {what} onwards")
        table.room(count)[:] = np.frombuffer(block, "<f4").reshape(count, dim)
        table.n_rows += count
    return table.finish()


def _check_end(window: Window) -> None:
    window.refill()
    if window.end > window.start:
        raise FormatError(
            f"{window.source.path}, byte {window.position:,}",
            expected="the end of the file after its output matrix",
            found=f"at least {window.end - window.start:,} bytes more",
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


def _subwords(inputs: Floats2d, n_words: int, arguments: Arguments) -> SubwordTable | None:
    if not arguments.has_ngrams:
        return None
    return SubwordTable(
        ngrams=inputs[n_words:],
        words=inputs[:n_words],
        min_n=max(1, arguments.min_n),
        max_n=arguments.max_n,
    )


def _compose(words: tuple[str, ...], inputs: Floats2d, subwords: SubwordTable | None) -> Floats2d:
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
        composed,
    )
    return composed
