"""Bytes from plain or gzipped files, as UTF-8 or with an error that says what they are instead."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from embedadapt.core.errors import CorpusError

GZIP_MAGIC = b"\x1f\x8b"
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DOCUMENT_MAGIC = {b"%PDF": "a PDF", b"PK\x03\x04": "a zip archive (DOCX, ODT, ...)"}
NOT_TEXT_HINT = "Convert it to plain text in UTF-8 first."


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, decompressed when they are gzip, whatever the file is called.

    Raises CorpusError for what goes wrong while the block reads: no such file, no permission, a
    gzip stream that is cut or damaged.
    """
    try:
        with path.open("rb") as raw:
            compressed = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            if not compressed:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                yield unpacked  # type: ignore[misc]  # typeshed keeps GzipFile apart from IO[bytes]
    except EOFError as error:
        raise CorpusError(
            str(path),
            expected="a whole gzip file",
            found="one that ends early",
            hint="Fetch or pack it again.",
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise CorpusError(
            str(path),
            expected="a whole gzip file",
            found=f"a damaged one ({error})",
            hint="Fetch or pack it again.",
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> CorpusError:
    """The error for a path the system would not open."""
    return CorpusError(
        str(path), found=error.strerror or str(error), hint="Check the path and its permissions."
    )


def decoded(data: bytes, where: str, offset: int = 0) -> str:
    """`data` as UTF-8, without a byte order mark at the very start of its file.

    offset: position of `data` in its (decompressed) file, for the message. Raises CorpusError.
    """
    if offset == 0:
        _refuse_other_formats(data, where)
        if data.startswith(codecs.BOM_UTF8):
            data, offset = data[len(codecs.BOM_UTF8) :], len(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start, where, offset) from error
    nul = data.find(b"\0")
    if nul >= 0:
        raise CorpusError(
            where,
            expected="text in UTF-8",
            found=f"a zero byte at position {offset + nul:,}, as in UTF-16 or a binary file",
            hint=_convert_hint("UTF-16"),
        )
    return text


def _refuse_other_formats(data: bytes, where: str) -> None:
    if data.startswith(UTF16_MARKS):
        raise CorpusError(
            where,
            expected="text in UTF-8",
            found=f"bytes 0x{data[0]:02X} 0x{data[1]:02X} at position 0, the mark of UTF-16",
            hint=_convert_hint("UTF-16"),
        )
    for magic, kind in DOCUMENT_MAGIC.items():
        if data.startswith(magic):
            raise CorpusError(where, expected="plain text", found=kind, hint=NOT_TEXT_HINT)


def _not_utf8(data: bytes, start: int, where: str, offset: int) -> CorpusError:
    """Guesses the encoding from the bytes around the first bad one, and says how it would read."""
    byte = data[start]
    if b"\0" in data[max(0, start - 64) : start + 64]:
        return CorpusError(
            where,
            expected="text in UTF-8",
            found=f"byte 0x{byte:02X} at position {offset + start:,} among zero bytes, "
            "as in UTF-16 or a binary file",
            hint=_convert_hint("UTF-16"),
        )
    # 0x80 to 0x9F are control characters in Latin-1, and quotes and dashes in Windows-1252.
    c1_controls = any(0x80 <= b <= 0x9F for b in data[start : start + 4096] if b >= 0x80)
    encoding, name = ("cp1252", "Windows-1252") if c1_controls else ("latin-1", "Latin-1")
    word = data[max(0, start - 12) : start + 12].decode(encoding, "replace").split()
    reading = max(word, key=len, default="")
    return CorpusError(
        where,
        expected="text in UTF-8",
        found=f"byte 0x{byte:02X} at position {offset + start:,}, "
        f"which looks like {name} ({reading!r})",
        hint=_convert_hint(name.upper()),
    )


def _convert_hint(encoding: str) -> str:
    return f"Convert it: iconv -f {encoding} -t UTF-8 OLD > NEW."
