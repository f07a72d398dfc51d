"""JSON: an array of objects or of strings, an object of columns, or one object; JSON lines too.

The text is in one field, or in a field within fields: `user.text` is the field `text` of each
object in the field `user`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.cells import plain_cell
from embedadapt.text.readers.decoding import decoded, opened, utf8_line

SHOWN_FIELDS = 8
DEEPEST = 4
"""Fields within fields that an error looks for texts in."""


def read_json(path: Path, field: str) -> Iterator[Document]:
    """Each text as a document named `path:NUMBER`, whatever of these the file holds:

    - an array of objects, or of strings;
    - an object of columns, as frames are saved: arrays, or objects of rows by number;
    - an object with `field`, or with arrays in fields that `field` names;
    - JSON lines.

    Raises CorpusError for a file that is no JSON, and for one without strings in `field`.
    """
    with opened(path) as stream:
        data = stream.read()
    text = decoded(data, str(path))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _no_json(str(path), f"{error.msg}, line {error.lineno}") from error
        yield from _lines(data, path, field)
        return
    except (ValueError, RecursionError) as error:
        raise _no_json(str(path), f"JSON beyond reading: {error}") from error
    records = value if isinstance(value, list) else [value]
    texts = (
        one for place, record in enumerate(records, 1) for one in _texts(record, field, path, place)
    )
    for number, one in enumerate(texts, start=1):
        yield Document(f"{path}:{number}", one)


def _lines(data: bytes, path: Path, field: str) -> Iterator[Document]:
    offset = 0
    for number, line in enumerate(BytesIO(data), start=1):
        name = f"{path}:{number}"
        content = utf8_line(line, name, offset)
        offset += len(line)
        if content.strip():
            yield Document(name, text_of(parsed_line(content, name), field, name))


def _texts(record: Any, field: str, path: Path, place: int) -> Iterator[str]:
    """The texts of one record; of a column, all of them."""
    if isinstance(record, str):
        yield sound(record)
        return
    for value in _values(record, field, f"{path}, record {place:,}"):
        yield sound(value)


def _values(record: Any, field: str, where: str) -> Iterator[str]:
    value = _found(record, field, where)
    if isinstance(value, Mapping) and value and all(isinstance(one, str) for one in value.values()):
        value = [*value.values()]
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str):
            raise CorpusError(where, expected=f"a string in {field!r}", found=kind(one))
        yield one


def parsed_line(line: str, where: str) -> dict[str, Any]:
    """The object that a line of JSON lines holds. Raises CorpusError for anything else."""
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(
            where,
            expected="a JSON object",
            found=f"a JSON error at column {error.colno} ({error.msg})",
            hint="JSON lines hold one object per line.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            where, expected="a JSON object", found=f"JSON beyond reading ({error})"
        ) from error
    if not isinstance(value, dict):
        raise CorpusError(where, expected="a JSON object", found=kind(value))
    return value


def text_of(record: dict[str, Any], field: str, where: str) -> str:
    """The text in a field of an object. Raises CorpusError where there is no string."""
    value = _found(record, field, where)
    if isinstance(value, list) and "." in field and all(isinstance(one, str) for one in value):
        value = "\n".join(value)
    if not isinstance(value, str):
        raise CorpusError(where, expected=f"a string in {field!r}", found=kind(value))
    return sound(value)


def sound(text: str) -> str:
    """A text without markup, and with U+FFFD for lone surrogates, which no encoding can hold."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain_cell(text)


def _found(record: Any, field: str, where: str) -> Any:
    """The value of a field, of a field within fields, or the list of them where arrays are on the
    way. Raises CorpusError where there is none."""
    if isinstance(record, dict) and field in record:
        return record[field]
    value = record
    for name in field.split("."):
        value = _step(value, name)
        if value is None:
            raise _no_field(record, field, where)
    return value


def _step(value: Any, name: str) -> Any:
    """The values of one field; None where an object lacks it."""
    if isinstance(value, dict):
        return value.get(name)
    if not isinstance(value, list):
        return None
    found: list[Any] = []
    for one in value:
        inner = _step(one, name)
        if inner is None:
            return None
        found += inner if isinstance(inner, list) else [inner]
    return found


def _no_field(record: Any, field: str, where: str) -> CorpusError:
    if not isinstance(record, dict):
        return CorpusError(where, expected="a JSON object or a string", found=kind(record))
    names = [repr(name) for name in record]
    shown = ", ".join(names[:SHOWN_FIELDS]) + (", ..." if len(names) > SHOWN_FIELDS else "")
    inside = next(_fields_of_text(record, field.rpartition(".")[2]), "")
    return CorpusError(
        where,
        expected=f"a field {field!r}",
        found=f"the fields {shown}" if names else "an empty object",
        hint=f"Give --field {inside}." if inside else "Name the field that holds the text.",
    )


def _fields_of_text(value: Any, last: str, path: str = "", depth: int = 0) -> Iterator[str]:
    """The fields within others that are called `last` and hold a text."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict) or depth > DEEPEST:
        return
    for name, inner in value.items():
        if name == last and path and isinstance(inner, (str, list)):
            yield f"{path}{name}"
        yield from _fields_of_text(inner, last, f"{path}{name}.", depth + 1)


def kind(value: object) -> str:
    """What a value of JSON is, in words."""
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return "null" if value is None else kinds.get(type(value), "a number")


def _no_json(where: str, found: str) -> CorpusError:
    return CorpusError(where, expected="JSON", found=f"a JSON error ({found})")
