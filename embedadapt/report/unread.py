"""The files of a corpus that were not read, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from embedadapt.core.corpus import UnreadFiles
from embedadapt.report.figures import count, printable
from embedadapt.text.readers import TABLES


def unread_line(unread: Sequence[UnreadFiles]) -> str:
    """How many files were not read, of which kinds, with an example of each; "" for none.

    >>> unread_line([UnreadFiles(".doc", 2, "old.doc"), UnreadFiles(".png", 1, "scan.png")])
    '3 files were not read: 2 .doc (old.doc, …), 1 .png (scan.png).'
    """
    if not unread:
        return ""
    n_files = sum(kind.n_files for kind in unread)
    verb = "was" if n_files == 1 else "were"
    kinds = ", ".join(map(_kind, unread))
    tables = [kind.suffix for kind in unread if kind.suffix in TABLES]
    hint = f" To read {' and '.join(tables)}, name the column of text: --column." if tables else ""
    return printable(f"{count(n_files, 'file')} {verb} not read: {kinds}.{hint}")


def _kind(kind: UnreadFiles) -> str:
    more = ", …" if kind.n_files > 1 else ""
    return f"{count(kind.n_files)} {kind.suffix or 'without a suffix'} ({kind.example}{more})"
