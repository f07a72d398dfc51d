"""Compressed files and archives are expanded as they are read; nothing is written to disk.

gzip, bzip2, xz and zstd are recognized by their first bytes, a tar by its own mark inside any of
them. In an archive the one vector file is taken; if there are several, `archive.zip/name.txt` names
one. A member's name is compared and shown, never opened as a path. The size of the output is
bounded by that of the input, so that a small file cannot fill the memory.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from embedadapt.core.errors import FormatError
from embedadapt.core.unpack_limit import UnpackLimit, most_unpacked
from embedadapt.core.zstd import zstd_module

DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)
"""What reading a cut or damaged container raises."""
TAR_DAMAGE = (*DAMAGE, ValueError, OverflowError, RecursionError)
"""What tarfile raises of headers: its own errors, or those of `int` on what should be a number."""

ALWAYS_ALLOWED = 2**26
"""Bytes of output that are always allowed; more for a larger file (core.unpack_limit)."""

XZ_MEMORY = 2**28
"""Bytes of memory that an xz file may need. `xz -9` needs 65 million."""
CHUNK = 2**16
MOST_MEMBERS = 10_000

VECTOR_SUFFIXES = {".txt", ".vec", ".bin", ".ftz", ".w2v", ".glove", ".magnitude"}
NOT_VECTORS = {".npy", ".pkl"}
"""Members that show a zip to be another program's own file (.npz, torch)."""


def locate(path: Path) -> tuple[Path, str]:
    """The file to open, and the member of it that `path` names, "" for none."""
    for parent in path.parents:
        if parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return path, ""


def limit_of(file: Path) -> UnpackLimit:
    """The limit of a file's output, which all its members share."""
    return UnpackLimit(file, most_unpacked(file, ALWAYS_ALLOWED), FormatError)


def unpacking(stream: io.BufferedReader, file: Path, member: str) -> tuple[IO[bytes], str]:
    """The content of an opened file, and what it was packed in, "" for nothing.

    Raises FormatError for an archive without the member, or with several to choose from, and
    MissingExtraError where zstd is not installed.
    """
    if stream.peek(4).startswith(b"PK\x03\x04"):
        return _open_zip(stream, file, member)
    content, kind = _decompressing(stream, file)
    head = content.head(512) if kind else stream.peek(512)  # type: ignore[attr-defined]
    if head[257:262] == b"ustar":
        return _open_tar(content, file, member), "tar"
    if member:
        raise FormatError(str(file), expected=f"an archive that holds {member}", found="none")
    return content, kind


def _decompressing(stream: io.BufferedReader, file: Path) -> tuple[IO[bytes], str]:
    head = stream.peek(8)
    for magic, kind, unpack in COMPRESSIONS:
        if head.startswith(magic):
            return cast(IO[bytes], Bounded(unpack(stream), limit_of(file))), kind
    return stream, ""


class Bounded(io.RawIOBase):
    """Expanded content, bounded by a limit. Raises the limit's error beyond it."""

    def __init__(self, content: IO[bytes], limit: UnpackLimit) -> None:
        self._content, self._limit = content, limit
        self._head = b""
        self._damage: Exception | None = None

    def readable(self) -> bool:
        return True

    def head(self, size: int) -> bytes:
        """The first bytes, which are read again afterwards; fewer where the file ends early."""
        step = getattr(self._content, "read1", self._content.read)  # hands out before it fails
        try:
            while len(self._head) < size and (more := step(size - len(self._head))):
                self._head += more
        except DAMAGE as error:
            self._damage = error
        return self._head

    def readinto(self, buffer: Any) -> int:
        count = min(len(self._head), len(buffer))
        if count:
            buffer[:count] = self._head[:count]
            self._head = self._head[count:]
        elif self._damage is not None:
            raise self._damage
        else:
            count = self._content.readinto1(buffer)  # type: ignore[attr-defined]
        self._limit.spend(count)
        return count

    readinto1 = readinto


class Streams(io.RawIOBase):
    """The content of consecutive compressed streams, which bz2, xz and zstd files may hold.

    new: makes a decompressor with the interface of `bz2.BZ2Decompressor`, which returns no more
    than requested. failure: what it raises for damage.
    """

    def __init__(
        self, packed: IO[bytes], new: Callable[[], Any], failure: type[Exception] = OSError
    ) -> None:
        self._packed, self._new, self._failure = packed, new, failure
        self._decompressor = new()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = b""
        while not content:
            packed = b""
            if self._decompressor.eof:
                packed = self._decompressor.unused_data or self._packed.read(CHUNK)
                if not packed:
                    return 0
                self._decompressor = self._new()
            elif self._decompressor.needs_input:
                packed = self._packed.read(CHUNK)
                if not packed:
                    raise EOFError("the end of the file inside a compressed stream")
            try:
                content = self._decompressor.decompress(packed, len(buffer))
            except self._failure as error:
                raise OSError(str(error)) from error
        buffer[: len(content)] = content
        return len(content)

    readinto1 = readinto


def _unpack_gzip(stream: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=stream))


def _unpack_bz2(stream: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], Streams(stream, bz2.BZ2Decompressor))


def _unpack_xz(stream: IO[bytes]) -> IO[bytes]:
    return cast(
        IO[bytes], Streams(stream, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY))
    )


def _unpack_zstd(stream: IO[bytes]) -> IO[bytes]:
    zstd = zstd_module(str(getattr(stream, "name", "file")))
    return cast(IO[bytes], Streams(stream, zstd.ZstdDecompressor, zstd.ZstdError))


COMPRESSIONS: tuple[tuple[bytes, str, Callable[[IO[bytes]], IO[bytes]]], ...] = (
    (b"\x1f\x8b", "gzip", _unpack_gzip),
    (b"BZh", "bzip2", _unpack_bz2),
    (b"\xfd7zXZ\0", "xz", _unpack_xz),
    (b"\x28\xb5\x2f\xfd", "zstd", _unpack_zstd),
)


def _open_zip(stream: io.BufferedReader, file: Path, member: str) -> tuple[IO[bytes], str]:
    try:
        archive = zipfile.ZipFile(stream)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if not member and any(PurePosixPath(name).suffix in NOT_VECTORS for name in names):
            stream.seek(0)
            return stream, ""
        content = archive.open(choose_member(names, file, member))
    except FormatError:
        raise
    except Exception as error:  # zipfile raises anything: for a password, an unknown method, damage
        raise _damaged(file, "a whole zip archive without a password", error) from error
    return cast(IO[bytes], Bounded(content, limit_of(file))), "zip"


def _open_tar(stream: IO[bytes], file: Path, member: str) -> IO[bytes]:
    status = file.stat()
    names = _tar_names(file, status.st_mtime_ns, status.st_size)
    chosen = choose_member(names, file, member)
    archive = tarfile.open(fileobj=stream, mode="r|")  # noqa: SIM115  (the caller closes its stream)
    content = next(archive.extractfile(e) for e in archive if e.isfile() and e.name == chosen)
    return cast(IO[bytes], content)


@lru_cache(maxsize=4)
def _tar_names(file: Path, _modified: int, _size: int) -> tuple[str, ...]:
    """The files in a tar. It has no table of contents, so that all of it is read once."""
    names: list[str] = []
    try:
        with file.open("rb") as stream:
            content, _ = _decompressing(stream, file)
            for entry in tarfile.open(fileobj=content, mode="r|"):  # noqa: SIM115
                names += [entry.name] if entry.isfile() else []
                limit_of(file).spend(entry.size)  # stepped over block by block, there or not
                if len(names) > MOST_MEMBERS:
                    break
    except TAR_DAMAGE as error:
        raise _damaged(file, "a whole tar archive", error) from error
    return tuple(names)


def _damaged(file: Path, expected: str, error: Exception) -> FormatError:
    return FormatError(
        str(file),
        expected=expected,
        found=str(error) or type(error).__name__,
        hint="The download was probably cut: fetch it again.",
    )


def choose_member(names: Iterable[str], file: Path, member: str) -> str:
    """The member named, or else the only vector file there is.

    >>> choose_member(["README.md", "__MACOSX/._a.vec", "a.vec"], Path("a.zip"), "")
    'a.vec'
    """
    names = [n for n in names if not PurePosixPath(n).name.startswith(".") and "__MACOSX" not in n]
    if member in names:
        return member
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in VECTOR_SUFFIXES]
    tables = [name for name in tables if not PurePosixPath(name).stem.lower().startswith("readme")]
    candidates = tables or names
    if len(candidates) == 1 and not member:
        return candidates[0]
    shown = ", ".join(candidates[:5]) + (", …" if len(candidates) > 5 else "")
    raise FormatError(
        str(file),
        expected=f"a member {member}" if member else "one vector file inside",
        found=shown or "no file",
        hint=f"Name one of them: {file}/{candidates[0]}" if candidates else "",
    )
