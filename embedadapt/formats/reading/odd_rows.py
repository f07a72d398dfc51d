"""Rows of a text file that the fast parser leaves: they are read here, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d

NUMBER = re.compile(rb"[+-]?([0-9]++(\.[0-9]*+)?|\.[0-9]++)([eE][+-]?[0-9]++)?")
NOT_FINITE = re.compile(rb"[+-]?(nan|inf|infinity)", re.IGNORECASE)


def read_odd_row(line: bytes, dim: int, where: str) -> tuple[bytes, Floats1d]:
    """A row that the fast parser left: a word with spaces, or numbers it could not round.

    Returns the word and its (dim,) float32 values. Raises FormatError, placed at `where`, saying
    what is wrong with any other line.

    >>> read_odd_row(b"New York 0.5 1", 2, "line 7")
    (b'New York', array([0.5, 1. ], dtype=float32))
    >>> read_odd_row(b"York 0,5 1", 2, "line 7")
    Traceback (most recent call last):
    embedadapt.core.errors.FormatError: line 7: expected 2 values after 'York 0,5', found 1. \
Write decimals with a point.
    """
    fields = line.removesuffix(b"\r").rstrip(b" ").split(b" ")
    n_numbers = count_numbers(fields)
    word, values = b" ".join(fields[:-n_numbers]), fields[-dim:]
    if b"" in fields:
        raise FormatError(
            where,
            expected="a word, then single spaces between fields",
            found="an empty field",
        )
    if n_numbers != dim:
        raise _wrong_width(where, fields, n_numbers, dim)
    with np.errstate(over="ignore"):
        numbers = np.array([float(value) for value in values]).astype(np.float32)
    if not np.isfinite(numbers).all():
        found = values[int(np.flatnonzero(~np.isfinite(numbers))[0])].decode()
        raise FormatError(
            where, expected=f"numbers within float32 after {shown(word)}", found=found
        )
    return word, numbers


def count_numbers(fields: Sequence[bytes]) -> int:
    """Number of fields at the end that are numbers; the first is always the word.

    Only plain ASCII decimals count: no "1_000", no Arabic digits, no "nan", which float() accepts.
    """
    count = 0
    for value in reversed(fields[1:]):
        if not NUMBER.fullmatch(value):
            break
        count += 1
    return count


def _wrong_width(where: str, fields: Sequence[bytes], n_numbers: int, dim: int) -> FormatError:
    head = fields[: len(fields) - n_numbers]
    if len(head) > 1 and NOT_FINITE.fullmatch(head[-1]):
        return FormatError(
            where,
            expected=f"finite numbers after {shown(head[0])}",
            found=head[-1].decode(),
            hint="Remove the row or fetch the file again.",
        )
    hint = ""
    if b"," in head[-1] and len(head) > 1:
        hint = "Write decimals with a point."
    elif b"\t" in head[-1]:
        hint = "Put single spaces between the fields, not tabs."
    return FormatError(
        where,
        expected=f"{dim} values after {shown(b' '.join(head))}",
        found=str(n_numbers),
        hint=hint,
    )


def shown(field: bytes, limit: int = 40) -> str:
    """A field as it appears in an error."""
    text = field[: 4 * limit].decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= limit else text[:limit] + "…")
