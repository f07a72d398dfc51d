"""GloVe text: rows without a header, so that the width follows from the first lines.

Source: Pennington et al. 2014, https://nlp.stanford.edu/projects/glove/.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from embedadapt.core.errors import FormatError
from embedadapt.core.files import replacing_file
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.formats.reading.headers import check_words_fit
from embedadapt.formats.reading.lines import Lines
from embedadapt.formats.reading.odd_rows import count_numbers, shown
from embedadapt.formats.reading.opening import ByteSource, opening
from embedadapt.formats.reading.selection import ALL, Selection
from embedadapt.formats.reading.table_checks import check_dim
from embedadapt.formats.reading.text_rows import read_rows, scan_rows
from embedadapt.formats.reading.window import Window
from embedadapt.formats.word2vec_text import write_rows

LINES_ASKED = 100


def read(path: str | Path, selection: Selection = ALL) -> WordVectors:
    """Read the rows. Raises FormatError with file and line."""
    with opening(path) as source:
        lines, dim = _begin(source)
        return read_rows(lines, dim, None, "glove", str(path), selection)


def scan(path: str | Path) -> VectorsOutline:
    """Read the words only. Raises FormatError with file and line."""
    with opening(path) as source:
        lines, dim = _begin(source)
        return scan_rows(lines, dim, None, "glove", str(path))


def _begin(source: ByteSource) -> tuple[Lines, int]:
    """The lines and their width."""
    lines = Lines(Window(source))
    if not lines.more():
        raise FormatError(str(source.path), expected="word vectors", found="an empty file")
    window = lines.window
    head = bytes(window.data[window.start : min(lines.stop, window.start + 2_000_000)])
    dim = infer_dim(head.split(b"\n")[:LINES_ASKED])
    if not dim:
        raise FormatError(
            f"{source.path}, line 1",
            expected="a word, then numbers, separated by single spaces",
            found=shown(head.split(b"\n")[0]),
            hint="This is no file of word vectors, or its fields are not separated by spaces.",
        )
    if dim == 1:
        raise FormatError(
            f"{source.path}, line 1",
            expected="a word and the numbers of its vector",
            found="one number a word",
            hint="Is this a list of words and their counts? The vectors are in another file.",
        )
    check_dim(dim, f"{source.path}, line 1")
    return lines, dim


def write(vectors: WordVectors, path: str | Path) -> None:
    """Write atomically, with nine significant digits: each float32 is read back exactly.

    Raises OutputError for a word that the format cannot hold: an empty one, or one with a space, a
    line feed or bytes that are not UTF-8.
    """
    check_words_fit(vectors.vocabulary.words, path, "GloVe text")
    with replacing_file(path) as stream:
        write_rows(vectors, stream)


def infer_dim(lines: list[bytes]) -> int:
    """Count of numbers at the end of most lines; 0 where no line has any.

    The first field is always the word, a number or not. In a tie the smaller count wins, since a
    word may end in a number ("section 2") but a row cannot lack one.

    >>> infer_dim([b"the 0.5 1", b". . . 2 3.5", b"2003 1 1", b"section 2 1 1"])
    2
    """
    fields = (line.removesuffix(b"\r").rstrip(b" ").split(b" ") for line in lines)
    votes = Counter(width for width in map(count_numbers, fields) if width)
    return max(votes, key=lambda width: (votes[width], -width), default=0)
