"""SQLite: one column of a table holds the text, each row is a document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError, EmbedAdaptError
from embedadapt.text.readers.cells import plain_cell
from embedadapt.text.readers.columns import place_of
from embedadapt.text.readers.decoding import largest_document, limit_of, unreadable

if TYPE_CHECKING:
    import sqlite3


def read_sqlite(path: Path, column: str | None, table: str | None = None) -> Iterator[Document]:
    """The texts of one column, in the order of the rows; cells without a text are passed over.

    The file is opened for reading only. Views and virtual tables, which can compute any amount of
    text, are not read.

    Raises CorpusError for a file that is no database, a table or column that it lacks, several
    tables without a choice, and more text than the file may hold.
    """
    import sqlite3

    try:
        path.open("rb").close()
        place = path.resolve().as_uri()
        with closing(sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True)) as database:
            most = min(largest_document(path.stat().st_size), 2**31 - 1)
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            yield from _rows(database, path, column, table)
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    except (sqlite3.Error, ValueError) as error:  # ValueError: a name that is not UTF-8
        raise CorpusError(str(path), expected="a sound SQLite file", found=str(error)) from error


def _rows(
    database: sqlite3.Connection, path: Path, column: str | None, table: str | None
) -> Iterator[Document]:
    name = _table(database, path, table)
    header = [row[1] for row in _asked(database, f"PRAGMA table_info({_quoted(name)})")]
    cell = _quoted(header[place_of(header, column, path)])
    limit = limit_of(path)
    for number, (text,) in enumerate(_asked(database, f"SELECT {cell} FROM {_quoted(name)}"), 1):
        if isinstance(text, str):
            limit.spend(len(text))
            yield Document(f"{path}:{number}", plain_cell(text))


def _table(database: sqlite3.Connection, path: Path, table: str | None) -> str:
    """The table of that name; without a name, the only one."""
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"
    )
    names = [
        name
        for name, sql in _asked(database, asked)
        if not name.startswith("sqlite_") and not str(sql).upper().startswith("CREATE VIRTUAL")
    ]
    if table in names:
        return str(table)
    if table is None and len(names) == 1:
        return str(names[0])
    raise CorpusError(
        str(path),
        expected=f"a table {table!r}" if table else "the name of the table that holds the text",
        found=f"the tables {', '.join(map(repr, names))}" if names else "no table",
        hint="Name it with --table.",
    )


def _asked(database: sqlite3.Connection, query: str) -> Iterator[Any]:
    return iter(database.execute(query))


def _quoted(name: str) -> str:
    """A name as SQL writes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
