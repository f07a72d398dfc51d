"""A floret table as `floret` saves it for spaCy: a header, then rows that belong to no word.

    n_rows dim min_n max_n hash_count seed before behind
    0 0.1 0.2 …

Rows are numbered from 0. Every word, seen in training or not, is the mean of some of them (see
`FloretHashing`), so that the result has no words, and n-grams that compose all of them.

Source: floret 0.10 `fasttext.cc` (`saveFloretVectors`); spaCy 3.8 `training/initialize.py`.
"""

from __future__ import annotations

from pathlib import Path

from embedadapt.core.errors import FormatError
from embedadapt.core.files import replacing_file
from embedadapt.core.subwords import FloretHashing
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.headers import check_room
from embedadapt.formats.reading.lines import Lines
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.reading.table_checks import check_dim, check_some_rows
from embedadapt.formats.reading.text_rows import read_rows
from embedadapt.formats.reading.window import Window
from embedadapt.formats.reading.wordless import wordless
from embedadapt.formats.word2vec_text import write_rows


def read(path: str | Path) -> WordVectors:
    """Read a table. Raises FormatError with file and line."""
    with opening(path) as source:
        lines = Lines(Window(source))
        line = lines.take_line().decode("utf-8", "surrogateescape")
        *numbers, before, behind = line.split(" ")
        n_rows, dim, min_n, max_n, hash_count, seed = map(int, numbers)
        check_some_rows(n_rows, f"{path}, line 1")
        check_dim(dim, f"{path}, line 1")
        check_room(source, len(line) + 1, n_rows, dim, n_rows * (2 * dim + 2))
        rows = read_rows(lines, dim, n_rows, "floret", str(path))
    if rows.vocabulary.words != tuple(map(str, range(n_rows))):
        raise FormatError(str(path), expected="rows numbered from 0", found="other numbers")
    hashing = FloretHashing(min_n, max_n, n_rows, hash_count, seed, (before, behind))
    return wordless(rows.matrix, hashing, "floret", str(path))


def write(vectors: WordVectors, path: str | Path) -> None:
    """Write a table without words, as `read` returns it, atomically.

    Each float32 is read back exactly. Raises ValueError for other vectors.
    """
    table = vectors.subwords
    if table is None or table.floret is None or len(vectors):
        raise ValueError("a floret table has n-grams by floret's hashing and no words")
    hashing, (n_rows, dim) = table.floret, table.ngrams.shape
    numbers = n_rows, dim, hashing.min_n, hashing.max_n, hashing.hash_count, hashing.seed
    numbered = WordVectors(Vocabulary(tuple(map(str, range(n_rows)))), table.ngrams)
    with replacing_file(path) as stream:
        stream.write(f"{' '.join(map(str, (*numbers, *hashing.marks)))}\n".encode())
        write_rows(numbered, stream)
