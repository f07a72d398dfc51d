"""GloVe text: rows without a header, so the width is told by the first lines.

Source: Pennington et al. 2014, https://nlp.stanford.edu/projects/glove/.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.opening import opening
from embedadapt.formats.table_checks import check_dim
from embedadapt.formats.text_rows import Lines, count_numbers, read_rows
from embedadapt.formats.window import Window

LINES_ASKED = 100


def read(path: str | Path) -> WordVectors:
    """Raises FormatError with file and line."""
    with opening(path) as source:
        lines = Lines(Window(source))
        if not lines.more():
            raise FormatError(str(path), expected="word vectors", found="an empty file")
        window = lines.window
        head = bytes(window.data[window.start : min(lines.stop, window.start + 2_000_000)])
        dim = infer_dim(head.split(b"\n")[:LINES_ASKED])
        check_dim(dim, f"{path}, line 1")
        return read_rows(lines, dim, None, "glove", str(path))


def infer_dim(lines: list[bytes]) -> int:
    """Numbers at the end of a line, as most of the lines have it; 0 where none has any.

    The first field is always the word, a number or not; in a tie the narrower width wins, since a
    word may end in a number ("section 2") but a row cannot lack one.

    >>> infer_dim([b"the 0.5 1", b". . . 2 3.5", b"2003 1 1", b"section 2 1 1"])
    2
    """
    fields = (line.removesuffix(b"\r").rstrip(b" ").split(b" ") for line in lines)
    votes = Counter(width for width in map(count_numbers, fields) if width)
    return max(votes, key=lambda width: (votes[width], -width), default=0)
