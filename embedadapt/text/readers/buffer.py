"""Documents that can be read once only, kept for further passes: in memory, or in a file."""

from __future__ import annotations

import json
import os
import tempfile
import weakref
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Document
from embedadapt.core.files import unwritable

IN_MEMORY = 1 << 26
"""Characters that are kept in memory; a text beyond them has everything put into a file."""


def read_once(items: Iterator[Any], document: Callable[[Any, str], Document]) -> Any:
    """What an iterator gives, to be read again and again: a list, or documents in a file.

    document: makes one of an item and of a name for it.
    """
    first, size = [], 0
    for item in items:
        first.append(item)
        size += len(item) if isinstance(item, str) else sum(map(len, _strings(item)))
        if size > IN_MEMORY:
            named = zip(chain(first, items), count(1), strict=False)
            return OnDisk(document(item, f"text {number}") for item, number in named)
    return first


def _strings(item: Any) -> tuple[str, ...]:
    if isinstance(item, Document):
        return (item.text,)
    return tuple(one for one in item if isinstance(one, str)) if isinstance(item, tuple) else ()


class OnDisk:
    """Documents in a temporary file that goes with this object.

    Raises OutputError where there is no room for it.
    """

    def __init__(self, documents: Iterator[Document]) -> None:
        descriptor, name = tempfile.mkstemp(prefix="embedadapt-", suffix=".jsonl")
        self.path = Path(name)
        self.n_documents = 0
        weakref.finalize(self, self.path.unlink, missing_ok=True)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            for one in documents:
                try:
                    stream.write(json.dumps([one.name, one.text]) + "\n")
                except OSError as error:
                    raise unwritable(self.path, error) from error
                self.n_documents += 1

    def __iter__(self) -> Iterator[Document]:
        with self.path.open(encoding="utf-8") as stream:
            for line in stream:
                yield Document(*json.loads(line))

    def __repr__(self) -> str:
        return f"{self.n_documents:,} in the temporary file {self.path}"
