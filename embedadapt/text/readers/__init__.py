"""Files and folders of documents as a corpus that can be read again and again."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from errno import ENAMETOOLONG
from glob import escape, glob
from itertools import chain
from math import inf
from pathlib import Path
from typing import NamedTuple, TypeAlias

from embedadapt.core.apart import read_apart
from embedadapt.core.corpus import Corpus, Document, UnreadFiles
from embedadapt.core.errors import CorpusError, MissingTextError
from embedadapt.text.readers.conllu import conllu_text
from embedadapt.text.readers.decoding import (
    largest_document,
    opened,
    parsing,
    too_long,
    unreadable,
)
from embedadapt.text.readers.delimited import read_delimited
from embedadapt.text.readers.docx import docx_text
from embedadapt.text.readers.html import html_text
from embedadapt.text.readers.json import read_json
from embedadapt.text.readers.jsonl import read_jsonl
from embedadapt.text.readers.parquet import read_parquet
from embedadapt.text.readers.pdf import pdf_text
from embedadapt.text.readers.rtf import rtf_text
from embedadapt.text.readers.sqlite import read_sqlite
from embedadapt.text.readers.stdin import STDIN, kept_pipe, kept_stdin
from embedadapt.text.readers.subtitles import subtitle_text
from embedadapt.text.readers.txt import read_txt
from embedadapt.text.readers.xlsx import read_xlsx
from embedadapt.text.readers.xml import xml_text

TextOf: TypeAlias = Callable[[bytes, str], str]
"""The text of a whole file's bytes; the name is for errors."""
OnError: TypeAlias = Callable[[CorpusError], object]


def eml_text(data: bytes, where: str) -> str:
    """As the function of that module, which is slow to import."""
    from embedadapt.text.readers import eml

    return eml.eml_text(data, where)


WHOLE: Mapping[str, TextOf] = {
    ".html": html_text,
    ".htm": html_text,
    ".docx": docx_text,
    ".pdf": pdf_text,
    ".rtf": rtf_text,
    ".eml": eml_text,
    ".srt": subtitle_text,
    ".vtt": subtitle_text,
    ".conllu": conllu_text,
    ".conll": conllu_text,
    ".xml": xml_text,
}
TABLES: Mapping[str, Callable[[Path, str | None, str | None], Iterator[Document]]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".parquet": read_parquet,
    ".xlsx": read_xlsx,
    ".sqlite": read_sqlite,
    ".sqlite3": read_sqlite,
    ".db": read_sqlite,
}
DELIMITED = (".csv", ".tsv")
JSON_LINES = (".jsonl", ".ndjson")
BESIDE = (".json", ".xml")
"""Kinds that folders of documents often hold beside these, about them."""
READABLE = (".txt", ".md", *JSON_LINES, ".json", *WHOLE, *TABLES)
UNREADABLE = (".doc", ".odt", ".xls", ".ppt", ".pptx", ".msg", ".zip", ".tar")
PACKED = (".gz", ".zst")
GLOB = frozenset("*?[")
SHOWN = 60
"""Characters that are shown of a path that no path can be."""
HIDDEN = (".", "~$")
"""Beginnings of names that a folder hides, Office's lock files among them."""
LITTER = frozenset(("thumbs.db", "desktop.ini"))
"""Files that Windows leaves in folders of its own accord."""


def stop(error: CorpusError) -> None:
    """What happens at a file that cannot be read, unless asked otherwise."""
    raise error


@dataclass(frozen=True)
class FileCorpus:
    """Documents of some files, read one at a time, in order, every time it is iterated.

    files: each read once per pass. field: the field of JSON that holds the text.
    column: the column of tables that does. on_error: called with the error of each file that
    cannot be read, on every pass; if it returns, the rest of that file is skipped. unread: the
    files that lie in the same folders and are of no kind that is read. table: of a database, or
    the sheet of a workbook.
    """

    files: tuple[Path, ...]
    field: str = "text"
    column: str | None = None
    on_error: OnError = stop
    unread: tuple[UnreadFiles, ...] = ()
    table: str | None = None

    def __iter__(self) -> Iterator[Document]:
        """Raises CorpusError as `on_error` does, and at the end of the pass when not one document
        had anything but white space in it; MissingExtraError where a format needs a package."""
        empty = True
        for file in self.files:
            try:
                for document in self.documents_of(file):
                    empty = empty and not document.text.strip()
                    yield document
            except CorpusError as error:
                self.on_error(error)
        if empty:
            raise CorpusError(
                _named(self.files), found="no text", hint="Give files with words in them."
            )

    def documents_of(self, file: Path, first: int = 0, end: float = inf) -> Iterator[Document]:
        """One of the files; of JSON lines those that begin at these bytes, or between."""
        suffix = _suffix(file)
        if suffix in JSON_LINES:
            return read_jsonl(file, self.field, first, end)
        if suffix in DELIMITED:
            return read_delimited(file, self.column)
        if suffix == ".json":
            return read_apart(read_json, file, self.field)
        if suffix in TABLES:
            return read_apart(TABLES[suffix], file, self.column, self.table)
        return read_apart(read_whole, file, suffix) if suffix in WHOLE else read_txt(file)


def open_corpus(
    paths: str | Path | Sequence[str | Path],
    *,
    field: str = "text",
    column: str | int | None = None,
    table: str | None = None,
    on_error: OnError = stop,
) -> Corpus:
    """Open files, folders, patterns (`contracts/**/*.pdf`) and standard input (`-`) as a corpus.

    Folders are searched with their subfolders, in sorted order, for files of the READABLE kinds,
    compressed or not. Tables are read only if `column` is given. Files of the kinds .json and .xml
    are read only if there are no documents of other kinds, which they may describe. Files that are
    not read are listed in `unread` of the corpus. Hidden files are skipped without notice. A file
    that is named directly is read by its suffix, or as plain text. A file that is found twice is
    read once. Standard input is plain text, kept in a temporary file, since a corpus is read more
    than once. In cells and fields, HTML tags are removed, and character references and escapes
    (`\\u2019`) are decoded.

    Parameters
    ----------
    paths : path or sequence of path
        What to read, in order.
    field : str
        Field of .json and .jsonl files that holds the text; `user.text` is the field `text` of the
        object, or of each object, in `user`. Default: "text".
    column : str or int, optional
        Column of .csv, .tsv, .parquet, .xlsx and SQLite files that holds the text: its name, or its
        number from 1. Default: the only one of a file that is named; tables in folders are not
        read.
    table : str, optional
        Table of SQLite files, and sheet of .xlsx files. Default: the only table, and the first
        sheet.
    on_error : callable
        Called with the CorpusError of each file that cannot be read, in every pass. If it returns,
        the rest of the file is skipped. Default: the error is raised.

    Returns
    -------
    Corpus
        An iterable of documents that can be read several times. The contents of files are checked
        when they are read.

    Raises
    ------
    CorpusError
        A path does not exist, a folder has no file of a readable kind, or a format is not read.

    Examples
    --------
    >>> corpus = embedadapt.open_corpus(["corpora/en/licences/gpl-2.0.txt"])
    >>> [document.name for document in corpus]
    ['corpora/en/licences/gpl-2.0.txt']
    """
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    column = None if column is None else str(column)
    suffixes = READABLE if column else tuple(s for s in READABLE if s not in TABLES)
    found = [_files_at(Path(path), suffixes) for path in paths]
    files = dict.fromkeys(chain.from_iterable(each.files for each in found))
    places = {file: file.resolve() for file in files}
    once = {place: file for file, place in reversed(places.items())}
    kept = tuple(file for file, place in places.items() if once[place] == file)
    others = {file.resolve(): file for each in found for file in each.others}
    unread = _by_kind(file for place, file in others.items() if place not in once)
    return FileCorpus(kept, field, column, on_error, unread, table)


class _Found(NamedTuple):
    """Files to read, and the other files of the same folder."""

    files: Sequence[Path]
    others: Sequence[Path] = ()


def _by_kind(files: Iterable[Path]) -> tuple[UnreadFiles, ...]:
    """The files counted by suffix, the most numerous first."""
    by_suffix: defaultdict[str, list[str]] = defaultdict(list)
    for file in files:
        by_suffix[_suffix(file)].append(file.name)
    ranked = sorted(by_suffix.items(), key=lambda kind: (-len(kind[1]), kind[0]))
    return tuple(UnreadFiles(suffix, len(names), min(names)) for suffix, names in ranked)


def _files_at(path: Path, suffixes: Sequence[str]) -> _Found:
    if str(path) == STDIN:
        return _Found([kept_stdin()])
    try:
        path.stat()
    except OSError as error:
        if error.errno == ENAMETOOLONG:  # a text in the place of a path
            raise CorpusError(
                f"{str(path)[:SHOWN]}…",
                expected="a path",
                found=f"{len(str(path)):,} characters",
                hint="Give a text in a list: [text].",
            ) from error
    if path.is_dir():
        return _files_under(path, suffixes)
    if path.is_fifo():
        return _Found([kept_pipe(path)])
    if path.exists() and not path.is_file():
        raise CorpusError(str(path), expected="a file or a folder", found="a device or a socket")
    if not path.exists():
        return _Found(_matching(path))
    if _suffix(path) in UNREADABLE:
        raise CorpusError(
            str(path),
            expected=f"{', '.join(READABLE)}, or these as {' or '.join(PACKED)}",
            found=_suffix(path),
            hint="Convert it to plain text first.",
        )
    return _Found([path])


def _matching(pattern: Path) -> list[Path]:
    found = set(_expanded(pattern)) if GLOB & set(str(pattern)) else set()
    files = [path for path in sorted(found, key=str) if path.is_file()]
    if not files:
        raise MissingTextError(
            str(pattern), found="no such file or folder", hint="Check the path's spelling."
        )
    return files


def _expanded(pattern: Path) -> Iterator[Path]:
    """The paths that a pattern names; `**` is any number of folders, links to folders too."""
    parts = pattern.parts
    if "**" not in parts:
        yield from map(Path, glob(str(pattern)))  # noqa: PTH207
        return
    at = parts.index("**")
    rest = parts[at + 1 :] or ("*",)
    visited: set[tuple[int, int]] = set()
    for start in _expanded(Path(*parts[:at])):
        for folder in _folders_within(start, visited):
            yield from _expanded(Path(escape(str(folder)), *rest))


def _folders_within(start: Path, visited: set[tuple[int, int]]) -> Iterator[Path]:
    """A folder and those below it that are not hidden, each real one once however many links lead
    to it, by a way without links where there is one."""
    pending, linked = deque([start]), deque[Path]()
    while pending or linked:
        folder = (pending or linked).popleft()
        try:
            place = folder.stat()
            below = sorted(Path(entry) for entry in os.scandir(folder) if entry.name[0] != ".")
        except OSError:
            continue
        if (place.st_dev, place.st_ino) not in visited:
            visited.add((place.st_dev, place.st_ino))
            yield folder
            pending.extend(path for path in below if path.is_dir() and not path.is_symlink())
            linked.extend(path for path in below if path.is_symlink())


def _files_under(folder: Path, suffixes: Sequence[str]) -> _Found:
    found: list[Path] = []
    try:
        for parent, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = [name for name in folders if not _is_hidden(name)]
            found += [Path(parent, name) for name in names if not _is_hidden(name)]
    except OSError as error:
        raise unreadable(folder, error) from error
    readable = sorted(file for file in found if _suffix(file) in suffixes)
    documents = [file for file in readable if _suffix(file) not in BESIDE]
    readable = documents or readable
    if not readable:
        has_tables = any(_suffix(file) in TABLES for file in found)
        raise CorpusError(
            str(folder),
            expected=f"files ending in {', '.join(suffixes)}, or these as {' or '.join(PACKED)}",
            found=f"none among its {len(found)} files",
            hint="Name the column that holds the text with --column." if has_tables else "",
        )
    read = set(readable)
    return _Found(readable, [file for file in found if file not in read])


def _is_hidden(name: str) -> bool:
    return name.startswith(HIDDEN) or name.lower() in LITTER


def _raise(error: OSError) -> None:
    raise error


def read_whole(file: Path, suffix: str) -> Iterator[Document]:
    """One document, by the reader of the suffix in WHOLE. Raises CorpusError."""
    with opened(file) as stream:
        most = largest_document(file.stat().st_size)
        data = stream.read(most + 1)
    if len(data) > most:
        raise too_long(str(file), most)
    with parsing(file):
        text = WHOLE[suffix](data, str(file))
    yield Document(str(file), text)


def _suffix(path: Path) -> str:
    """The suffix that tells the format: `.jsonl` of `a.jsonl.gz`."""
    name = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return name.suffix.lower()


def _named(files: tuple[Path, ...]) -> str:
    return str(files[0]) if len(files) == 1 else f"the corpus of {len(files)} files"
