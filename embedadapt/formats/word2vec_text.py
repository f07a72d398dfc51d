"""word2vec text, including fastText's .vec: a line "n_words dim", then one row per line.

Source: word2vec.c (Mikolov et al. 2013), gensim's `load_word2vec_format(binary=False)`.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from embedadapt.core.files import replacing_file
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.formats.reading.headers import check_words_fit, read_header
from embedadapt.formats.reading.lines import Lines
from embedadapt.formats.reading.opening import ByteSource, opening
from embedadapt.formats.reading.selection import ALL, Selection
from embedadapt.formats.reading.text_rows import read_rows, scan_rows
from embedadapt.formats.reading.window import Window


def read(path: str | Path, selection: Selection = ALL) -> WordVectors:
    """Read the rows. Raises FormatError with file and line."""
    with opening(path) as source:
        lines, n_words, dim = _begin(source)
        return read_rows(lines, dim, n_words, "word2vec-text", str(path), selection)


def scan(path: str | Path) -> VectorsOutline:
    """Read the words only. Raises FormatError with file and line."""
    with opening(path) as source:
        lines, n_words, dim = _begin(source)
        return scan_rows(lines, dim, n_words, "word2vec-text", str(path))


def _begin(source: ByteSource) -> tuple[Lines, int, int]:
    """The lines after the header, and the numbers in the header."""
    lines = Lines(Window(source))
    n_words, dim = read_header(lines.take_line(), source, bytes_per_row=lambda dim: 2 * dim + 2)
    return lines, n_words, dim


def write(vectors: WordVectors, path: str | Path) -> None:
    """Write atomically, with nine significant digits: each float32 is read back exactly.

    Raises OutputError for a word that the format cannot hold: an empty one, or one with a space, a
    line feed or bytes that are not UTF-8.
    """
    check_words_fit(vectors.vocabulary.words, path, "word2vec text")
    with replacing_file(path) as stream:
        stream.write(f"{len(vectors)} {vectors.dim}\n".encode())
        write_rows(vectors, stream)


def write_rows(vectors: WordVectors, stream: IO[bytes]) -> None:
    """A line for each word: the word, then its numbers."""
    row_format = " ".join(["%.9g"] * vectors.dim)
    for word, row in zip(vectors.vocabulary.words, vectors.matrix, strict=True):
        stream.write(f"{word} {row_format % tuple(row.tolist())}\n".encode())
