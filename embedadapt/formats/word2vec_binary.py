"""word2vec binary: a line "n_words dim", then per row the word, a space and float32 values.

Source: word2vec.c (Mikolov et al. 2013), which puts a line feed after each row; gensim puts none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.files import replacing_file
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vectors import Provenance, VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.headers import check_words_fit, read_header
from embedadapt.formats.reading.opening import ByteSource, opening
from embedadapt.formats.reading.selection import ALL, Picker, Selection, check_some_picked
from embedadapt.formats.reading.table_checks import (
    check_finite,
    distinct_vocabulary,
    note_on_bytes,
    note_on_size,
    notes,
    without_repeats,
)
from embedadapt.formats.reading.window import GrowingTable, Window, window_over


def read(path: str | Path, selection: Selection = ALL) -> WordVectors:
    """Read the rows. Words that are not UTF-8 keep their bytes, as lone surrogates.

    The C tool cuts long words at any byte. Raises FormatError with file and row.
    """
    with opening(path) as source:
        window, n_words, dim = _begin(source)
        if selection:
            words, table = _read_chosen(window, n_words, dim, selection)
            check_some_picked(len(words), selection, str(path))
        else:
            words, table = _read_rows(window, n_words, dim)
            _check_end(window)
    check_finite(table, words, str(path))
    distinct, matrix, repeats = without_repeats(words, table)
    return WordVectors(
        Vocabulary(distinct),
        matrix,
        provenance=_provenance(path, distinct, repeats, note_on_size(matrix)),
    )


def scan(path: str | Path) -> VectorsOutline:
    """Read the words only; vectors are skipped. Raises FormatError with file and row."""
    with opening(path) as source:
        window, n_words, dim = _begin(source)
        words = [word for block, _ in _split_blocks(window, n_words, dim) for word in block]
        _check_end(window)
    vocabulary, repeats = distinct_vocabulary(words)
    provenance = _provenance(path, vocabulary.words, repeats)
    return VectorsOutline(vocabulary, dim, provenance=provenance)


def write(vectors: WordVectors, path: str | Path) -> None:
    """Write atomically, with a line feed after each row as in the C tool.

    Raises OutputError for a word that the format cannot hold: an empty one, or one with a space, a
    line feed or bytes that are not UTF-8.
    """
    check_words_fit(vectors.vocabulary.words, path, "word2vec binary")
    with replacing_file(path) as stream:
        stream.write(f"{len(vectors)} {vectors.dim}\n".encode())
        for word, row in zip(vectors.vocabulary.words, vectors.matrix, strict=True):
            stream.write(word.encode() + b" " + row.astype("<f4", copy=False).tobytes() + b"\n")


def _begin(source: ByteSource) -> tuple[Window, int, int]:
    """The window after the header, and the numbers in the header."""
    window = window_over(source)
    window.refill()
    end = window.data.find(b"\n", 0, min(window.end, 100))
    line = window.take(end + 1 if end >= 0 else window.end, "a header")
    n_words, dim = read_header(line.rstrip(b"\n"), source, bytes_per_row=lambda dim: 4 * dim + 2)
    return window, n_words, dim


def _provenance(path: str | Path, words: Sequence[str], *told: str) -> Provenance:
    return Provenance("word2vec-binary", str(path), notes=notes(*told, note_on_bytes(words)))


def _read_chosen(
    window: Window, n_words: int, dim: int, selection: Selection
) -> tuple[list[str], Floats2d]:
    """The selected rows; reading stops once nothing more can be wanted."""
    from embedadapt.kernels.parse import gather_rows

    picker = Picker(selection)
    table = GrowingTable(dim)
    words: list[str] = []
    for block, places in _split_blocks(window, n_words, dim):
        picked = picker.pick(block)
        rows = table.room(len(picked))
        gather_rows(window.array, places[picked], rows.view(np.uint8))
        table.n_rows += len(picked)
        words += [block[row] for row in picked]
        if picker.is_done:
            break
    return words, table.finish()


def _split_blocks(window: Window, n_words: int, dim: int) -> Iterator[tuple[list[str], Longs1d]]:
    """The rows, window by window: their words, and where the values of each begin in the window."""
    from embedadapt.kernels.parse import split_binary_rows

    width, n_done = 4 * dim, 0
    while n_done < n_words:
        most = (window.end - window.start) // (width + 2) + 1
        places = np.empty(min(most, n_words - n_done), dtype=np.int64)
        packed = np.empty(window.end - window.start, dtype=np.uint8)
        count, behind, n_bytes = split_binary_rows(
            window.array, window.start, window.end, width, packed, places
        )
        text = packed[:n_bytes].tobytes().decode("utf-8", "surrogateescape")
        yield text.split("\n")[:-1], places[:count]
        n_done += count
        window.start = behind
        if not count and not window.refill():
            raise _bad_row(window, n_done + 1, n_words, dim)


def _read_rows(window: Window, n_words: int, dim: int) -> tuple[list[str], Floats2d]:
    from embedadapt.kernels.parse import parse_binary_rows

    words: list[str] = []
    table = GrowingTable(dim, n_words if window.source.size is not None else 0)
    while len(words) < n_words:
        packed = np.empty(window.end - window.start, dtype=np.uint8)
        most = len(packed) // (4 * dim + 2) + 1
        rows = table.room(min(most, n_words - len(words)))
        count, behind, n_bytes = parse_binary_rows(
            window.array, window.start, window.end, rows.view(np.uint8), packed
        )
        text = packed[:n_bytes].tobytes().decode("utf-8", "surrogateescape")
        words += text.split("\n")[:-1]
        table.n_rows += count
        window.start = behind
        if not count and not window.refill():
            raise _bad_row(window, len(words) + 1, n_words, dim)
    return words, table.finish()


def _bad_row(window: Window, row: int, n_words: int, dim: int) -> FormatError:
    window.skip_line_feeds()
    space = window.data.find(b" ", window.start, window.end)
    broken = window.data.find(b"\n", window.start, window.end if space < 0 else space) >= 0
    if window.end - window.start > 4 * dim and (space == window.start or broken):
        return FormatError(
            f"{window.source.path}, row {row}, byte {window.position:,}",
            expected="a word and a space",
            found="a line feed inside the word" if broken else "no word",
            hint=f"The header's width, {dim}, is probably wrong.",
        )
    return window.cut(f"row {row} of {n_words}: a word, a space and {4 * dim} bytes")


def _check_end(window: Window) -> None:
    """Raise FormatError unless only line feeds are left."""
    window.refill()
    window.skip_line_feeds()
    if window.end > window.start:
        raise FormatError(
            f"{window.source.path}, byte {window.position:,}",
            expected="the end after the rows the header announces",
            found=f"{window.end - window.start:,} bytes more",
            hint="The header is wrong or something was appended: fetch the file again.",
        )
