"""Texts that are in memory already: strings, pairs with a name, a column of a frame or data set."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from glob import has_magic, iglob
from pathlib import Path
from typing import Any, Literal, TypeAlias

from embedadapt.core.corpus import Document, UnreadFiles, unread_files
from embedadapt.core.errors import CorpusError, MissingTextError
from embedadapt.text.readers import PACKED, READABLE, UNREADABLE
from embedadapt.text.readers.buffer import OnDisk, read_once
from embedadapt.text.readers.stdin import STDIN

AnyText: TypeAlias = str | Document | tuple[str, str]
"""A text, or one with the name that it is reported under."""

LONGEST_PATH = 4_096
"""Characters; no system takes a longer one."""
TEXT_NAMES = ("text", "texte", "body", "content", "document", "sentence")
"""How columns of text are called."""
SHOWN = 40
"""Characters of a text that an error quotes."""
AS_TEXTS = "If these are texts, give embedadapt.Texts([...])."


class Texts:
    """Texts from memory as a corpus, for every function that takes one.

    A corpus is read several times. An iterator can be read only once, so it is read here and kept,
    in a temporary file beyond 67 million characters. Columns and other iterables are read again in
    each pass. Lone surrogates become U+FFFD, as in JSON lines.

    Parameters
    ----------
    texts : iterable of str, (str, str) or Document, or mapping of str to str
        Texts, alone or with a name, in a list, a generator, a column of pandas, polars, pyarrow or
        `datasets`, or any iterable; or texts by name. A text without a name is called `text 1`,
        `text 2` and so on.

    Raises
    ------
    CorpusError
        `texts` is a single string or a whole frame, or an item is no text. A missing cell (None,
        NaN) is an error that names its row: drop such rows, or fill them with "".

    Examples
    --------
    >>> [document.name for document in Texts(["The lessor pays.", ("lease", "The lessee pays.")])]
    ['text 1', 'lease']
    """

    def __init__(self, texts: Iterable[AnyText] | Mapping[str, str]) -> None:
        self._texts = _kept(texts)

    @property
    def unread(self) -> tuple[UnreadFiles, ...]:
        """Files that the wrapped corpus does not read; none for texts."""
        return unread_files(self._texts)

    def __iter__(self) -> Iterator[Document]:
        """Raises CorpusError for an item that is no text and, at the end, where none had anything
        but white space in it."""
        empty = True
        for number, item in enumerate(self._texts, start=1):
            document = _document(item, f"text {number}")
            empty = empty and not document.text.strip()
            yield document
        if empty:
            raise CorpusError("texts", found="no text", hint="Give texts with words in them.")

    def __repr__(self) -> str:
        if isinstance(self._texts, OnDisk):
            return f"Texts({self._texts!r})"
        size = f"{len(self._texts):,}" if isinstance(self._texts, Sized) else "an iterable"
        return f"Texts({size})"


def kept(items: Any) -> Any:
    """What can be read once only as a list, or in a file if it is long; anything else as it is.

    Raises CorpusError for what is neither texts nor paths: a whole frame, a number.
    """
    columns = _columns(items)
    if columns is not None:
        raise CorpusError(
            f"a {type(items).__name__}",
            expected="one column of texts",
            found=f"{len(columns)} columns: {', '.join(columns[:8])}" if columns else "all of them",
            hint=f"Give the column that holds the text, such as frame[{_likeliest(columns)!r}].",
        )
    if isinstance(items, (bytes, bytearray)) or not isinstance(items, Iterable):
        raise CorpusError(
            "corpus",
            expected="paths, or texts (strings, pairs of name and text, a column)",
            found=f"{type(items).__name__}: {shown(items)}",
        )
    return read_once(items, _document) if isinstance(items, Iterator) else items


def _likeliest(columns: Sequence[str]) -> str:
    """The column whose name says that it holds text; the first where none does."""
    named = (name for name in columns if name.lower() in TEXT_NAMES)
    return next(named, [*columns, "text"][0])


def _columns(items: Any) -> list[str] | None:
    """The names of the columns of a frame or data set; None for anything else."""
    for name in ("column_names", "columns"):  # of data sets and pyarrow's tables; of frames
        columns = getattr(items, name, None)
        if columns is not None and not callable(columns):
            return list(map(str, columns))
    return [] if hasattr(items, "column_names") else None  # a data set that is streamed


def _kept(texts: Any) -> Any:
    if isinstance(texts, (str, bytes, os.PathLike)):
        raise CorpusError(
            "texts",
            expected="several texts",
            found=f"one {type(texts).__name__}: {shown(texts)}",
            hint="Give a list: Texts([text]). A path is given as it is, without Texts.",
        )
    texts = kept(texts)
    if isinstance(texts, Mapping):
        return tuple(texts.items())
    return tuple(texts) if isinstance(texts, (list, set, frozenset)) else texts


def _document(item: Any, name: str) -> Document:
    if hasattr(item, "as_py"):  # a value of pyarrow
        item = item.as_py()
    if isinstance(item, Document):
        return item
    if isinstance(item, tuple) and len(item) == 2 and all(isinstance(one, str) for one in item):
        name, item = item
    if isinstance(item, str):
        return Document(str(name), _sound(item))
    raise CorpusError(
        name,
        expected="a string, a pair of name and text, or a Document",
        found=_kind(item),
        hint=_hint(item),
    )


def _sound(text: str) -> str:
    if text.isascii():
        return str(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _kind(item: Any) -> str:
    if _is_missing(item):
        return "a missing value (None, NaN)"
    if isinstance(item, (tuple, list)):
        return f"a {type(item).__name__} of {len(item)}"
    return f"{type(item).__name__}: {shown(item)}"


def _hint(item: Any) -> str:
    if _is_missing(item):
        return 'Leave such rows out (dropna, drop_nulls) or fill them with "".'
    if isinstance(item, (bytes, bytearray)):
        return 'Decode it: text.decode("utf-8").'
    if isinstance(item, (tuple, list)) and all(isinstance(one, str) for one in item):
        return 'Give each text as one string: " ".join(tokens).'
    return ""


def _is_missing(item: Any) -> bool:
    if item is None or type(item).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(item, float) and item != item


def paths_or_texts(items: Sequence[Any]) -> Literal["paths", "texts"]:
    """Whether items that may be either are paths or texts.

    They are paths where each names a file, a folder or a pattern that exists, or is a `Path`. They
    are texts where none does, none looks like a path and one has white space in it; and where an
    item is of another type, which `Texts` judges.

    Raises CorpusError for anything between: texts and paths together, or a path that is misspelled.
    """
    strings = [str(item) for item in items if isinstance(item, (str, os.PathLike))]
    if len(strings) < len(items):
        return "texts"
    here = os.listdir()
    found = [isinstance(i, os.PathLike) or _names_files(i, here) for i in items]
    if all(found):
        return "paths"
    missing = found.index(False)
    if any(found):
        raise MissingTextError(
            f"corpus, item {missing + 1}",
            expected=f"a path as item {found.index(True) + 1} is "
            f"({shown(strings[found.index(True)])})",
            found=f"no such file or folder: {shown(strings[missing])}",
            hint=f"Check the path's spelling. {AS_TEXTS}",
        )
    like_paths = [number for number, string in enumerate(strings) if _looks_like_path(string)]
    if like_paths or not any(len(string.split()) > 1 for string in strings):
        place = like_paths[0] if like_paths else missing
        raise MissingTextError(
            f"corpus, item {place + 1}",
            found=f"no such file or folder: {shown(strings[place])}",
            hint=f"Check the path's spelling. {AS_TEXTS}",
        )
    return "texts"


def shown(text: object) -> str:
    """At most SHOWN characters of it, quoted."""
    string = str(text)
    return repr(string if len(string) <= SHOWN else f"{string[:SHOWN]}...")


def _may_be_path(string: str) -> bool:
    return 0 < len(string) <= LONGEST_PATH and "\n" not in string and "\0" not in string


def may_name_files(item: object) -> bool:
    """Whether one item is a path, or a string that names a file, a folder or a pattern."""
    return isinstance(item, os.PathLike) or (
        isinstance(item, str) and _names_files(item, os.listdir())
    )


def _names_files(string: str, here: Sequence[str]) -> bool:
    """here: the names in the working folder, so that a question mark costs no look into it."""
    if string == STDIN:
        return True
    if not _may_be_path(string):
        return False
    if os.path.exists(string):  # noqa: PTH110 (Path's raises where a name is too long)
        return True
    if not has_magic(string):
        return False
    plain = re.split(r"[*?\[]", string, maxsplit=1)[0]
    folder, _, beginning = plain.rpartition("/")
    if folder and not os.path.isdir(folder):  # noqa: PTH112
        return False
    if "/" not in plain:  # a regular expression of it would cost more than a look at its ends
        ending = re.split(r"[*?\]]", string.partition("/")[0])[-1]
        here = [name for name in here if name.startswith(beginning) and name.endswith(ending)]
        if not here:
            return False
    return next(iglob(string, recursive=True), None) is not None  # noqa: PTH207


def _looks_like_path(string: str) -> bool:
    """By a suffix that documents have, or a beginning that is a folder."""
    if not _may_be_path(string):
        return False
    if string.lower().endswith((*READABLE, *UNREADABLE, *PACKED)):
        return True
    if "/" not in string.strip("/"):
        return False
    parts = Path(string).parts[:2]
    folder = Path(*parts[:2] if Path(string).is_absolute() else parts[:1])
    return " " not in str(folder) and os.path.isdir(folder)  # noqa: PTH112
