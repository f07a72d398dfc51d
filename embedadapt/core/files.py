"""Writing so that an interrupted run leaves the old file or the new one, never half of either."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EINVAL, EISDIR, ELOOP
from pathlib import Path
from typing import IO

from embedadapt.core.errors import EmbedAdaptError, OutputError

MOST_LINKS = 40
"""One behind the other, as Linux has it."""
PACKED_SUFFIXES = (
    *(".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".npz"),
    *(".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".gzip", ".bz", ".zstd"),
)
"""Of compressed files and archives, which we read and do not write."""


@contextmanager
def replacing_file(path: str | Path) -> Iterator[IO[bytes]]:
    """A binary file beside `path` that takes its place when the block ends well.

    On any exception, Ctrl-C included, the temporary file is removed and `path` is as it was.
    Raises OutputError where the folder is missing, the name is that of a packed file, or the target
    cannot be written.
    """
    target = place_of(path)
    temporary = None
    try:
        descriptor, temporary = _temporary_beside(target)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~umask())
        Path(temporary).replace(target)
        temporary = None
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unwritable(Path(path), error) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


@contextmanager
def drafting(path: str | Path) -> Iterator[Path]:
    """A file of the same name in a new folder beside `path`, to be written, read back and compared.

    When the block ends well, it and whatever was written beside it take their places. On any
    exception they are removed and what stood there is as it was. One file takes its place in one
    step; of several the old file itself goes first and the new one comes last, so that a machine
    that stops in between leaves no such file rather than parts that do not belong together.
    Raises OutputError, placed at `path`, where the target cannot be written.
    """
    target = place_of(path)
    try:
        _check_replaceable(target)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=_folder_of(target)) as name:
            draft = Path(name) / target.name
            yield draft
            _place(draft, _folder_of(target))
    except OutputError as error:
        raise OutputError(
            str(path), expected=error.expected, found=error.found, hint=error.hint
        ) from error
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unwritable(Path(path), error) from error


def _place(draft: Path, folder: Path) -> None:
    """Moves a draft and what was written beside it to `folder`."""
    parts = sorted(draft.parent.iterdir(), key=lambda part: part == draft)
    aside = draft.parent / ".old"
    if len(parts) > 1:
        aside.mkdir()
        for part in reversed(parts):
            with suppress(FileNotFoundError):
                (folder / part.name).replace(aside / part.name)
    try:
        for part in parts:
            part.replace(folder / part.name)
    except BaseException:
        for part in parts:
            with suppress(FileNotFoundError):
                (aside / part.name).replace(folder / part.name)
        raise


def check_writable(path: str | Path) -> None:
    """Raises OutputError now rather than after an hour of work."""
    try:
        descriptor, temporary = _temporary_beside(place_of(path))
        os.close(descriptor)
        Path(temporary).unlink()
    except OSError as error:
        raise unwritable(Path(path), error) from error


def check_not_input(target: str | Path, inputs: Iterable[str | Path]) -> None:
    """Raises OutputError where writing `target` would replace what is being read.

    inputs: files and folders; whatever exists inside such a folder counts as read. Names that are
    no paths (installed packages) are passed over.
    """
    place = Path(target).resolve()
    if not place.exists():
        return
    for given in inputs:
        source = Path(given).resolve()
        if place == source or source in place.parents:
            raise OutputError(
                str(target),
                expected="a place apart from what is read",
                found=f"{given}, an input" if place == source else f"a file inside {given}",
                hint="Choose another target.",
            )


def unwritable(path: Path, error: OSError) -> OutputError:
    """The one line for a target that the system will not let us write."""
    return OutputError(
        str(path),
        expected="a place that can be written",
        found=error.strerror or str(error),
        hint="Check the folder, its rights and the space left.",
    )


def place_of(path: str | Path) -> Path:
    """Where a link leads to: what it names is replaced, and the link stays.

    Raises OutputError for the name of a packed file, since what is written is plain, and for an
    open file's link, as /dev/stdout: the file that it leads to would be replaced, and whoever holds
    it open would go on with the old one.
    """
    place = Path(path).absolute()
    for _ in range(MOST_LINKS):
        place = place.parent.resolve() / place.name
        if place.is_relative_to("/proc"):
            raise unwritable(Path(path), OSError(EINVAL, "a file that is open already"))
        if not place.is_symlink():
            _check_plain(Path(path), place)
            return place
        place = place.parent / place.readlink()
    raise unwritable(Path(path), OSError(ELOOP, "links that lead in circles"))


def _check_plain(path: Path, place: Path) -> None:
    if place.suffix.lower() in PACKED_SUFFIXES:
        raise OutputError(
            str(path),
            expected="a name for a plain file or folder",
            found=f"the suffix {place.suffix} of a packed one",
            hint="Write a plain one and pack it afterwards.",
        )


def _check_replaceable(target: Path) -> None:
    """Raises OSError for what must not give way to a file: root could put one in place of
    /dev/null."""
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "a folder", str(target))
    if target.exists() and not target.is_file():
        raise OSError(EINVAL, "a device or a pipe", str(target))


def _temporary_beside(target: Path) -> tuple[int, str]:
    _check_replaceable(target)
    return tempfile.mkstemp(prefix=f".{target.name}.", dir=_folder_of(target))


def _folder_of(target: Path) -> Path:
    return target.absolute().parent


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
