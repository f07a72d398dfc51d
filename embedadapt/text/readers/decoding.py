"""Bytes from plain or packed files, and bytes to text in whatever encoding they are."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

from embedadapt.core.errors import (
    CorpusError,
    EmbedAdaptError,
    MissingExtraError,
    MissingTextError,
)
from embedadapt.core.unpack_limit import VARIABLE, UnpackLimit, most_unpacked, raised_limit
from embedadapt.core.zstd import zstd_module

GZIP_MAGIC, ZSTD_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
DOCUMENT_MAGIC = {b"%PDF": "a PDF", b"PK\x03\x04": "a zip archive (DOCX, ODT, ...)"}
NOT_TEXT_HINT = "Give it the suffix of its format, or convert it to plain text first."

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WESTERN = ("cp1252", "mac_roman", "cp850", "iso8859_15")
"""Preferred among encodings that fit a text equally well."""
EXPECTED = frozenset("àâçèéêëîïôùûüœæÀÇÈÉÊÔŒäößñáíóú’‘“”«»–—…€§°\xa0")
SAMPLE = 1 << 15
"""Bytes on either side of the first that is not ASCII, by which an encoding is told."""
ENDS = ("\n", ". ", "。", " ")
"""Of lines, sentences and words."""
PART = 1 << 24
"""Bytes of a text file that make one document; a longer one is read as several."""
LARGEST_DOCUMENT = 1 << 24
"""Bytes of a document that may come out of any file; of a larger file as many as it has. The
longest books have a fifth of it."""


def limit_of(path: Path) -> UnpackLimit:
    """Of all the text that comes out of a file."""
    return UnpackLimit(path, most_unpacked(path, LARGEST_DOCUMENT), CorpusError)


def largest_document(file_size: int) -> int:
    """Bytes that one document of a file of so many bytes may have."""
    return max(LARGEST_DOCUMENT, file_size, raised_limit())


def too_long(where: str, most: int) -> CorpusError:
    """The error for a document of more than `most` bytes."""
    return CorpusError(
        where,
        expected=f"documents of {most:,} bytes at most",
        found="a longer one",
        hint=f"If it is sound, set {VARIABLE} to more bytes.",
    )


class _Limited(io.RawIOBase):
    """Unpacked bytes, counted. Raises CorpusError beyond the limit."""

    def __init__(self, content: IO[bytes], limit: UnpackLimit) -> None:
        self._content, self._limit = content, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._content.read(len(buffer))
        buffer[: len(content)] = content
        self._limit.spend(len(content))
        return len(content)


def _counted(content: IO[bytes], path: Path) -> IO[bytes]:
    return io.BufferedReader(_Limited(content, limit_of(path)), 1 << 16)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked when they are gzip or zstd, whatever the file is called.

    Raises CorpusError for what goes wrong while the block reads: no such file, no permission, a
    stream that is cut, damaged or beyond its limit; MissingExtraError where zstd is not installed.
    """
    damaged: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error)
    try:
        with path.open("rb") as raw:
            magic = raw.read(4)
            raw.seek(0)
            if magic == ZSTD_MAGIC:
                zstd = zstd_module(str(path))
                damaged += (zstd.ZstdError,)
                with zstd.ZstdFile(raw) as unpacked:
                    yield _counted(unpacked, path)
            elif magic.startswith(GZIP_MAGIC):
                with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                    yield _counted(cast(IO[bytes], unpacked), path)
            else:
                yield raw
    except damaged as error:
        cut = isinstance(error, EOFError)
        raise CorpusError(
            str(path),
            expected="a whole packed file",
            found="one that ends early" if cut else f"a damaged one ({error})",
            hint="Fetch or pack it again.",
        ) from error
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> CorpusError:
    """The error for a path the system would not open."""
    kind = MissingTextError if isinstance(error, FileNotFoundError) else CorpusError
    return kind(
        str(path), found=error.strerror or str(error), hint="Check the path and its permissions."
    )


@contextmanager
def parsing(path: Path) -> Iterator[None]:
    """Raises CorpusError for whatever a library raises on a file it cannot parse."""
    try:
        yield
    except (EmbedAdaptError, MemoryError):
        raise
    except Exception as error:  # what libraries raise on broken files has nothing in common
        raise CorpusError(
            str(path),
            expected=f"a sound {path.suffix} file",
            found=f"one its reader gives up on ({error or type(error).__name__})",
        ) from error


def extra(module: str, path: Path | str) -> Any:
    """A module that only some documents need. Raises MissingExtraError naming what installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            str(path),
            expected=f"the package {module}",
            found="none",
            hint="In a clone of embedadapt: pip install '.[docs]'",
        ) from error


def decoded(data: bytes, where: str) -> str:
    """`data` as text: by its byte order mark, as UTF-8, or in the encoding it looks like.

    Raises CorpusError for what is not text, or in no encoding that can be told.
    """
    return "".join(decoded_parts(io.BytesIO(data), where))


def decoded_parts(stream: IO[bytes], where: str) -> Iterator[str]:
    """The text of a stream, see `decoded`, in parts of about PART bytes, see `_end_of_part`; at
    least one part."""
    data, following = stream.read(PART), stream.read(PART)
    if not following and (whole := _plain_utf8(data)) is not None:
        yield whole
        return
    decoder = codecs.getincrementaldecoder(encoding_of(data, where))()
    text, offset = "", 0
    while data:
        try:
            text += decoder.decode(data, final=not following)
        except UnicodeDecodeError as error:
            raise _undecodable(data, offset, where) from error
        if "\0" in text:
            raise CorpusError(where, expected="text", found="zero bytes", hint=NOT_TEXT_HINT)
        if following:
            end = _end_of_part(text)
            yield text[:end]
            text = text[end:]
        data, offset = following, offset + len(data)
        following = stream.read(PART) if following else b""
    yield text


def _end_of_part(text: str) -> int:
    """Where a text is cut in two: in its second half behind a paragraph, else a line, a sentence, a
    word; at its end where it has none of these.

    >>> [_end_of_part(text) for text in ("ab\\n\\nc", "a c\\nb c", "a. b. c", "a b c d", "abc")]
    [2, 4, 6, 6, 3]
    """
    middle = len(text) // 2
    paragraph = text.rfind("\n\n", middle)
    if paragraph > 0:
        return paragraph
    ends = ((text.rfind(mark, middle), len(mark)) for mark in ENDS)
    return next((at + n for at, n in ends if at >= 0), len(text))


def encoding_of(data: bytes, where: str) -> str:
    """The encoding of a text that begins with `data`. Raises CorpusError where none can be told."""
    for mark, marked in MARKS.items():
        if data.startswith(mark):
            return marked
    for magic, kind in DOCUMENT_MAGIC.items():
        if data.startswith(magic):
            raise CorpusError(where, expected="plain text", found=kind, hint=NOT_TEXT_HINT)
    if _plain_utf8(data) is not None:
        return "utf-8"
    text = data.decode("utf-8", "replace").removesuffix("\ufffd")
    n_bad = max(0, text.count("\ufffd") - data.count("\ufffd".encode()))  # some say so themselves
    if not n_bad and "\0" not in text:
        return "utf-8"
    if n_bad < sum(not character.isascii() for character in text) / 2:
        raise _undecodable(data, 0, where)
    encoding = _likeliest(data)
    if encoding is None:
        raise _undecodable(data, 0, where)
    return encoding


def _plain_utf8(data: bytes) -> str | None:
    """What is whole UTF-8 without zero bytes, as most text is; None for other bytes, and for those
    that begin with a mark of an encoding or of documents."""
    if b"\0" in data or data.startswith((*MARKS, *DOCUMENT_MAGIC)):
        return None
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    return None


def _likeliest(data: bytes) -> str | None:
    """What charset-normalizer takes a sample for; of several that fit alike, the Western one that
    reads most accents and quotation marks in it."""
    from charset_normalizer import from_bytes

    first = next((i for i, byte in enumerate(data) if byte >= 0x80 or not byte), 0) & ~1
    sample = data[max(0, first - SAMPLE) : first + SAMPLE]
    matches = from_bytes(sample)
    best = matches.best()
    if best is None:
        return None
    fitting = {
        name
        for match in matches
        if match.chaos <= best.chaos
        for name in (match.encoding, *match.could_be_from_charset)
    }
    western = [name for name in WESTERN if name in fitting]
    return max(western, key=lambda name: _n_expected(sample, name), default=best.encoding)


def _n_expected(sample: bytes, encoding: str) -> int:
    return sum(character in EXPECTED for character in sample.decode(encoding, "replace"))


def utf8_line(line: bytes, where: str, offset: int) -> str:
    """A line that must be UTF-8, without the mark that may begin its file.

    offset: position of the line in its (unpacked) file, for the message. Raises CorpusError.
    """
    try:
        return line.decode("utf-8-sig" if offset == 0 else "utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(line, offset, where) from error


def _undecodable(data: bytes, offset: int, where: str) -> CorpusError:
    """Tells the first byte that is not UTF-8."""
    try:
        data.decode("utf-8")
        found = "zero bytes, as in a binary file"
    except UnicodeDecodeError as error:
        found = f"byte 0x{data[error.start]:02X} at position {offset + error.start:,}"
    return CorpusError(
        where,
        expected="text in UTF-8",
        found=found,
        hint="Convert it: iconv -f ENCODING -t UTF-8 OLD > NEW.",
    )
