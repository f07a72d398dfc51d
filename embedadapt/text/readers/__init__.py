"""Files and folders of text as a corpus that can be read again and again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.decoding import NOT_TEXT_HINT, unreadable
from embedadapt.text.readers.jsonl import read_jsonl
from embedadapt.text.readers.txt import read_txt

READABLE = (".txt", ".jsonl")
UNREADABLE = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".html", ".htm", ".csv", ".parquet", ".zip")


@dataclass(frozen=True)
class FileCorpus:
    """Documents of some files, read one at a time, in order, every time it is iterated.

    files: each read once per pass. field: the field of JSON lines that holds the text.
    """

    files: tuple[Path, ...]
    field: str = "text"

    def __iter__(self) -> Iterator[Document]:
        """Raises CorpusError for a file that cannot be read, and at the end of the pass when not
        one document had anything but white space in it."""
        empty = True
        for file in self.files:
            for document in _documents(file, self.field):
                empty = empty and not document.text.strip()
                yield document
        if empty:
            raise CorpusError(
                _named(self.files), found="no text", hint="Give files with words in them."
            )


def open_corpus(paths: Sequence[str | Path], *, field: str = "text") -> Corpus:
    """A corpus of files and folders.

    Folders are walked to the bottom in sorted order for `.txt`, `.jsonl` and their `.gz`; hidden
    files and what else lies there is passed over. A file named outright is read as JSON lines
    when it is called so, else as plain text. A file reached twice is read once.

    field: where the text stands in JSON lines.

    Raises CorpusError for a path that does not exist, a folder without a readable file and a
    format that is not read. What is in the files is looked at when the corpus is iterated.
    """
    files = dict.fromkeys(file for path in paths for file in _files_at(Path(path)))
    once = {file.resolve(): file for file in reversed(files)}
    return FileCorpus(tuple(file for file in files if once[file.resolve()] == file), field)


def _files_at(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from _files_under(path)
    elif not path.exists():
        raise CorpusError(
            str(path), found="no such file or folder", hint="Check the path's spelling."
        )
    elif _suffix(path) in UNREADABLE:
        raise CorpusError(
            str(path),
            expected=f"{', '.join(READABLE)} or their .gz",
            found=_suffix(path),
            hint=NOT_TEXT_HINT,
        )
    else:
        yield path


def _files_under(folder: Path) -> list[Path]:
    found = []
    try:
        for parent, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [Path(parent, name) for name in names if not name.startswith(".")]
    except OSError as error:
        raise unreadable(folder, error) from error
    readable = sorted(file for file in found if _suffix(file) in READABLE)
    if not readable:
        raise CorpusError(
            str(folder),
            expected=f"files ending in {', '.join(READABLE)} or their .gz",
            found=f"none among its {len(found)} files",
        )
    return readable


def _raise(error: OSError) -> None:
    raise error


def _documents(file: Path, field: str) -> Iterator[Document]:
    return read_jsonl(file, field) if _suffix(file) == ".jsonl" else read_txt(file)


def _suffix(path: Path) -> str:
    """The suffix that tells the format: `.jsonl` of `a.jsonl.gz`."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return name.suffix.lower()


def _named(files: tuple[Path, ...]) -> str:
    return str(files[0]) if len(files) == 1 else f"the corpus of {len(files)} files"
