"""The parts of a fastText model file: arguments, dictionary, two matrices.

Little-endian and without padding, in this order:

    magic i32, version i32, arguments 12 x i32 and f64
    sizes (entries, words, labels i32; tokens, pruned n-grams i64)
    entries (word, zero byte, count i64, type u8); pruned n-grams (bucket i32, row i32)
    flag u8, input matrix: words' rows, then n-grams'; flag u8, output matrix

A matrix is dense (`rows, columns i64` and float32 values) or quantized (see `quantized`). floret's
models have the same magic and version, and two more arguments after the longest n-gram: the mode
and the number of hashes. They are recognized by the offset at which a dictionary can begin.

Source: fastText 0.9.2 `fasttext.cc` (`saveModel`, `loadModel`), `args.cc`, `dictionary.cc`,
`densematrix.cc`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.files import replacing_file
from embedadapt.core.types import Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import BLOCK_ROWS
from embedadapt.formats.quantized import read_quantized, write_quantized
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.reading.table_checks import check_dim, check_some_rows
from embedadapt.formats.reading.window import GrowingTable, Window

MAGIC = 793_712_314
VERSIONS = (11, 12)
SKIP_GRAM, SUPERVISED = 2, 3
HIERARCHICAL_SOFTMAX, NEGATIVE_SAMPLING = 1, 2
FASTTEXT_MODE, FLORET_MODE = 1, 2
MOST_HASHES = 4
LONGEST_NGRAM = 64


@dataclass(frozen=True)
class Arguments:
    """The stored training settings on which the layout of the file depends.

    hash_count: rows per n-gram in a model that was trained in floret's own mode, where words have
    none of their own; 0 for fastText's mode.
    """

    dim: int
    loss: int
    model: int
    n_buckets: int
    min_n: int
    max_n: int
    hash_count: int = 0

    def head(self) -> bytes:
        """Magic, version and arguments of a new model; other arguments have fastText's defaults."""
        return struct.pack(
            "<ii12id",
            *(MAGIC, VERSIONS[-1], self.dim, 5, 5, 1, 5, 1, self.loss, self.model),
            *(self.n_buckets, self.min_n, self.max_n, 100, 1e-4),
        )

    @property
    def has_ngrams(self) -> bool:
        return self.max_n >= max(1, self.min_n)


@dataclass(frozen=True)
class Dictionary:
    """The words and labels of a model.

    words, counts: the words alone. labels: the labels after them, with their counts. kept, rows:
    for a pruned model the remaining buckets, ascending, and the row of each after the words'
        rows. None where every bucket has a row.
    """

    words: tuple[str, ...]
    counts: Longs1d
    n_tokens: int
    labels: tuple[str, ...] = ()
    label_counts: Longs1d = field(default_factory=lambda: np.empty(0, np.int64))
    kept: Ints1d | None = None
    rows: Ints1d | None = None


@dataclass(frozen=True)
class FastTextModel:
    """A model file.

    head: magic, version and arguments as in the file (64 bytes; floret's 72). own: (n_words, dim),
    the words' rows of the input matrix. ngrams: (n_ngrams, dim), the other rows. outputs: (n_words,
    dim), or (n_labels, dim) for a supervised model. is_quantized: whether the inputs were
    compressed, and so are in memory, not mapped.
    """

    head: bytes
    arguments: Arguments
    dictionary: Dictionary
    own: Floats2d
    ngrams: Floats2d
    outputs: Floats2d
    is_quantized: bool = False


def read_model(path: str | Path) -> FastTextModel:
    """Read a model. Dense matrices of a plain file are mapped; nothing is composed.

    Raises FormatError with file and byte.
    """
    with opening(path) as source:
        window = Window(source)
        head, arguments = _read_arguments(window)
        dictionary = _read_dictionary(window)
        n_words = len(dictionary.words)
        is_quantized = _read_flag(window, "the input matrix")
        if dictionary.kept is not None and (arguments.hash_count or not is_quantized):
            raise FormatError(
                str(path),
                expected="a quantized fastText model",
                found="a pruned one of floret" if arguments.hash_count else "a dense one, pruned",
            )
        n_ngrams = arguments.n_buckets if dictionary.kept is None else len(dictionary.kept)
        inputs = _read_matrix(
            window, n_words + n_ngrams, arguments.dim, "input matrix", is_quantized
        )
        outputs_quantized = _read_flag(window, "the output matrix") and is_quantized
        n_outputs = len(dictionary.labels) if arguments.model == SUPERVISED else n_words
        outputs = _read_matrix(window, n_outputs, arguments.dim, "output matrix", outputs_quantized)
        _check_end(window)
    own, ngrams = inputs[:n_words], inputs[n_words:]
    return FastTextModel(head, arguments, dictionary, own, ngrams, outputs, is_quantized)


def read_dictionary(path: str | Path) -> tuple[Arguments, Dictionary]:
    """Read the parts before the matrices. Raises FormatError as above."""
    with opening(path) as source:
        window = Window(source)
        _, arguments = _read_arguments(window)
        return arguments, _read_dictionary(window)


def write_model(model: FastTextModel, path: str | Path, *, quantized: bool = False) -> None:
    """Write a model atomically. A model read from a dense file gives its bytes again.

    quantized: whether the input matrix is compressed, to an eighth.

    Raises OutputError for a word that a dictionary cannot hold: an empty one, or one with a zero
    byte. The dictionary must not be pruned, since a dense model cannot be.
    """
    dictionary = model.dictionary
    n_words, n_labels = len(dictionary.words), len(dictionary.labels)
    sizes = (n_words + n_labels, n_words, n_labels, dictionary.n_tokens, -1)
    with replacing_file(path) as stream:
        stream.write(model.head)
        stream.write(struct.pack("<iiiqq", *sizes))
        _write_entries(stream, dictionary.words, dictionary.counts, 0, str(path))
        _write_entries(stream, dictionary.labels, dictionary.label_counts, 1, str(path))
        if quantized:
            stream.write(b"\1")
            write_quantized(stream, (model.own, model.ngrams))
        else:
            _write_matrix(stream, model.own, model.ngrams)
        _write_matrix(stream, model.outputs)


def _write_matrix(stream: IO[bytes], *parts: Floats2d) -> None:
    stream.write(b"\0" + struct.pack("<qq", sum(map(len, parts)), parts[0].shape[1]))
    for rows in parts:
        for start in range(0, len(rows), BLOCK_ROWS):
            stream.write(rows[start : start + BLOCK_ROWS].astype("<f4", copy=False).tobytes())


def _write_entries(
    stream: IO[bytes], words: Sequence[str], counts: Longs1d, kind: int, where: str
) -> None:
    for word, count in zip(words, counts.tolist(), strict=True):
        if not word or "\0" in word:
            raise OutputError(
                where,
                expected="words that a fastText dictionary can hold (no zero byte, not empty)",
                found=repr(word),
                hint="Write .safetensors, which holds any word.",
            )
        stream.write(word.encode("utf-8", "surrogateescape") + struct.pack("<xqB", count, kind))


def _read_arguments(window: Window) -> tuple[bytes, Arguments]:
    path = window.source.path
    signature = window.take(8, "fastText's magic and version")
    _, version = struct.unpack("<ii", signature)
    if version not in VERSIONS:
        raise FormatError(
            f"{path}, byte 4", expected="fastText version 11 or 12", found=str(version)
        )
    stored = window.take(56, "fastText's arguments")
    is_floret = not _dictionary_follows(window, 0) and _dictionary_follows(window, 8)
    if is_floret:
        stored += window.take(8, "floret's arguments")
    elif not _dictionary_follows(window, 0):
        raise FormatError(
            f"{path}, byte {window.position:,}",
            expected="a fastText dictionary (words and labels that add up)",
            found="numbers that do not",
            hint="The file is damaged: fetch it again.",
        )
    fields = struct.unpack("<14id" if is_floret else "<12id", stored)
    dim, loss, model, n_buckets, min_n, max_n = (*fields[:1], *fields[6:11])
    mode, hash_count = fields[11:13] if is_floret else (FASTTEXT_MODE, 1)
    where = f"{path}, fastText arguments"
    check_dim(dim, where)
    for name, value, lowest, highest in (
        ("loss", loss, 1, 4),
        ("model", model, 1, 3),
        ("bucket", n_buckets, 0, 2**31 - 1),
        ("minn", min_n, 0, LONGEST_NGRAM),
        ("maxn", max_n, 0, LONGEST_NGRAM),
        ("mode", mode, FASTTEXT_MODE, FLORET_MODE),
        ("hashCount", hash_count, 1, MOST_HASHES),
    ):
        if not lowest <= value <= highest:
            raise FormatError(
                where, expected=f"{name} from {lowest} to {highest}", found=str(value)
            )
    if version == 11 and model == SUPERVISED:
        max_n = 0  # as fastText itself does: such models were made without n-grams
    hash_count = hash_count if mode == FLORET_MODE else 0
    arguments = Arguments(dim, loss, model, n_buckets, min_n, max_n, hash_count)
    if (arguments.has_ngrams or hash_count) and not n_buckets:
        raise FormatError(where, expected="buckets for its n-grams", found="bucket 0")
    return signature + stored, arguments


def _dictionary_follows(window: Window, offset: int) -> bool:
    """Whether the sizes of a dictionary at `offset` are plausible."""
    head = bytes(window.data[window.start + offset : window.end][:28])
    if len(head) < 28:
        return False
    size, n_words, n_labels, n_tokens, pruned = map(int, struct.unpack("<iiiqq", head))
    return 0 <= n_words <= size and n_labels == size - n_words and n_tokens >= 0 and pruned >= -1


def _read_dictionary(window: Window) -> Dictionary:
    path = window.source.path
    size, n_words, _, n_tokens, n_pruned = struct.unpack("<iiiqq", window.take(28, "sizes"))
    check_some_rows(n_words, str(path))
    words, counts, types = _read_entries(window, size)
    if types[:n_words].any() or not (types[n_words:] == 1).all():
        raise FormatError(
            f"{path}, dictionary", expected=f"{n_words:,} words, then labels", found="another order"
        )
    if (counts < 0).any():
        row = int(np.flatnonzero(counts < 0)[0])
        raise FormatError(
            f"{path}, dictionary, row {row + 1}", expected="a count", found=str(counts[row])
        )
    kept, rows = _read_pruned(window, n_pruned) if n_pruned >= 0 else (None, None)
    return Dictionary(
        words=tuple(words[:n_words]),
        counts=counts[:n_words],
        labels=tuple(words[n_words:]),
        label_counts=counts[n_words:],
        n_tokens=n_tokens,
        kept=kept,
        rows=rows,
    )


def _read_pruned(window: Window, n_pruned: int) -> tuple[Ints1d, Ints1d]:
    """The buckets that a pruned model kept, ascending, and the row of each."""
    where = f"{window.source.path}, byte {window.position:,}"
    stored = window.take_long(8 * n_pruned, f"{n_pruned:,} pairs of bucket and row")
    pairs = np.frombuffer(stored, "<i4").reshape(n_pruned, 2)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    kept, rows = pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32)
    if (np.diff(kept) <= 0).any() or not np.array_equal(np.sort(rows), np.arange(n_pruned)):
        raise FormatError(
            where,
            expected=f"{n_pruned:,} buckets, each with a row of its own",
            found="others",
            hint="The file is damaged: fetch it again.",
        )
    return kept, rows


def _read_entries(window: Window, size: int) -> tuple[list[str], Longs1d, NDArray[np.uint8]]:
    from embedadapt.kernels.parse import parse_dictionary

    words: list[str] = []
    counts, types = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
    while len(words) < size:
        packed = np.empty(window.end - window.start, dtype=np.uint8)
        most = min(size - len(words), len(packed) // 10 + 1)
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


def _read_flag(window: Window, what: str) -> bool:
    """Whether the matrix that follows is quantized."""
    return window.take(1, f"the flag before {what}") != b"\0"


def _read_matrix(window: Window, n_rows: int, dim: int, what: str, is_quantized: bool) -> Floats2d:
    """A matrix, (n_rows, dim): mapped from a plain file; read if compressed or quantized."""
    if is_quantized:
        return read_quantized(window, n_rows, dim, what)
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
