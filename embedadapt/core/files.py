"""Files are written so that an interrupted run leaves the old file or the new one, whole."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EINVAL, EISDIR, ELOOP
from pathlib import Path
from typing import IO

from embedadapt.core.errors import EmbedAdaptError, FormatError, MissingFileError, OutputError

MOST_OF_PIPE = 16 << 20
"""Bytes of a list that are read from what has no size, such as a pipe."""
MOST_LINKS = 40
"""Longest chain of links that is followed, the limit of Linux."""
PACKED_SUFFIXES = (
    *(".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".npz"),
    *(".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".gzip", ".bz", ".zstd"),
)
"""Suffixes of compressed files and archives, which are read and not written."""


@contextmanager
def replacing_file(path: str | Path) -> Iterator[IO[bytes]]:
    """A binary file beside `path` that replaces it when the block ends without an exception.

    On any exception, Ctrl-C included, the temporary file is removed and `path` is unchanged. Raises
    OutputError where the folder is missing, the name has the suffix of a compressed file, or the
    target cannot be written.
    """
    target = place_of(path)
    temporary = new_name_beside(target)
    try:
        _check_replaceable(target)
        with os.fdopen(_create(temporary), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~umask())
        temporary.replace(target)
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unwritable(Path(path), error) from error
    finally:
        remove_surely(temporary)  # it is there only where something went wrong


@contextmanager
def drafting(path: str | Path) -> Iterator[Path]:
    """A file of the same name in a new folder beside `path`, to write, read back and compare.

    When the block ends without an exception, the draft and all files written beside it replace
    those beside `path`. On any exception they are removed and nothing is changed. One file is
    replaced in one step. Of several, the old main file is removed first and the new one comes last,
    so that an interruption leaves no main file rather than files that do not belong together.
    Raises OutputError, placed at `path`, where the target cannot be written.
    """
    target = place_of(path)
    temporary = new_name_beside(target)
    try:
        _check_replaceable(target)
        temporary.mkdir(0o700)
        draft = temporary / target.name
        yield draft
        _place(draft, target.parent)
    except OutputError as error:
        raise OutputError(
            str(path), expected=error.expected, found=error.found, hint=error.hint
        ) from error
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unwritable(Path(path), error) from error
    finally:
        remove_surely(temporary)


def _place(draft: Path, folder: Path) -> None:
    """Move a draft and the files written beside it to `folder`."""
    parts = sorted(draft.parent.iterdir(), key=lambda part: part == draft)
    if len(parts) == 1:  # in one step: nothing is to be put back
        draft.replace(folder / draft.name)
        return
    aside = draft.parent / ".old"
    aside.mkdir()
    try:
        for part in reversed(parts):
            with suppress(FileNotFoundError):
                (folder / part.name).replace(aside / part.name)
        for part in parts:
            part.replace(folder / part.name)
    except BaseException:
        for part in parts:
            if os.path.lexists(aside / part.name):
                (aside / part.name).replace(folder / part.name)
            elif not os.path.lexists(part):  # placed, where nothing was before
                (folder / part.name).unlink(missing_ok=True)
        raise


def remove_surely(path: Path) -> None:
    """Remove a file or folder, whether it is there or not, even where a signal comes meanwhile."""
    try:
        _remove(path)
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def check_writable(path: str | Path) -> None:
    """Raise OutputError at once for a target that cannot be written, before an hour of work."""
    target = place_of(path)
    temporary = new_name_beside(target)
    try:
        _check_replaceable(target)
        os.close(_create(temporary))
    except OSError as error:
        raise unwritable(Path(path), error) from error
    finally:
        remove_surely(temporary)


def new_name_beside(target: Path) -> Path:
    """A hidden name in the folder of `target` that nothing has yet.

    It is known before anything is made, so that whatever interrupts the making, it can be removed.
    """
    return target.parent / f".{target.name}.{os.urandom(8).hex()}"  # "/" has no name


def check_not_input(target: str | Path, inputs: Iterable[str | Path]) -> None:
    """Raise OutputError where writing `target` would replace an input.

    inputs: files and folders. Everything in such a folder counts as input. Names that are no paths
    (installed packages) are ignored.
    """
    place = Path(os.path.realpath(target))  # `resolve` raises at links that lead in circles
    if not place.exists():
        return
    for given in inputs:
        source = Path(os.path.realpath(given))
        if not source.exists():
            continue
        # By what they are: macOS and Windows take `Base.txt` and `base.txt` for one file.
        is_source = place.samefile(source)
        in_folder = source.is_dir() and any(folder.samefile(source) for folder in place.parents)
        if is_source or in_folder:
            raise OutputError(
                str(target),
                expected="a target that is not an input",
                found=f"{given}, an input" if is_source else f"a file inside {given}",
                hint="Choose another target.",
            )


def check_distinct(targets: Iterable[str | Path]) -> None:
    """Raise OutputError where two targets are one file, of which the first would be lost."""
    places: set[str] = set()
    for target in targets:
        place = os.path.realpath(target)
        if place in places:
            raise OutputError(
                str(target),
                expected="a file of its own for each output",
                found="the target of another output",
                hint="Choose another target.",
            )
        places.add(place)


def unreadable(path: str | Path, error: OSError) -> FormatError:
    """The error for a file that the system does not let us read, or that there is not."""
    is_missing = isinstance(error, FileNotFoundError)
    return (MissingFileError if is_missing else FormatError)(
        str(path),
        expected="a file that can be read",
        found=error.strerror or str(error),
        hint="Check the path." if is_missing else "",
    )


def read_utf8(path: str | Path) -> str:
    """The text of a small file in UTF-8, without the mark that may begin it.

    Raises FormatError for a file that cannot be read, and for a pipe or a device without an end.
    """
    try:
        with Path(path).open("rb") as stream:
            most = max(os.fstat(stream.fileno()).st_size, MOST_OF_PIPE)
            data = stream.read(most + 1)
        if len(data) > most:
            raise FormatError(
                str(path),
                expected=f"up to {most:,} bytes",
                found="more",
                hint="Of a pipe or a device no more is read: write the list to a file.",
            )
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise FormatError(str(path), expected="UTF-8", found=error.reason) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unwritable(path: Path, error: OSError) -> OutputError:
    """The error for a target that the system does not let us write."""
    return OutputError(
        str(path),
        expected="a place that can be written",
        found=error.strerror or str(error),
        hint="Check the folder, its rights and the space left.",
    )


def place_of(path: str | Path) -> Path:
    """The file that a link leads to; writing replaces that file and keeps the link.

    Raises OutputError for the suffix of a compressed file, since we write plain ones, and for the
    link of an open file, such as /dev/stdout: replacing its file would leave the process that has
    it open with the old one.
    """
    place = Path(path).absolute()
    for _ in range(MOST_LINKS):
        place = place.parent.resolve() / place.name
        if place.is_relative_to("/proc"):
            raise unwritable(Path(path), OSError(EINVAL, "a file that is open already"))
        if not place.is_symlink():
            _check_plain(Path(path), place)
            return place
        if not is_ours(place):
            raise unwritable(Path(path), OSError(EACCES, "a link that another user put there"))
        place = place.parent / place.readlink()
    raise unwritable(Path(path), OSError(ELOOP, "links that lead in circles"))


def is_ours(place: Path) -> bool:
    """Whether a link, a file or a folder was put there by this user, or where only this user, root
    and the folder's owner could put it: not in /tmp by someone else. Source: proc(5),
    protected_symlinks; the kernel does not look at links that we read ourselves."""
    if not hasattr(os, "geteuid"):
        return True
    folder = place.parent.stat()
    shared = folder.st_mode & stat.S_IWOTH and folder.st_mode & stat.S_ISVTX
    return not shared or place.lstat().st_uid in (os.geteuid(), folder.st_uid)


def _check_plain(path: Path, place: Path) -> None:
    if place.suffix.lower() in PACKED_SUFFIXES:
        raise OutputError(
            str(path),
            expected="a name for a plain file or folder",
            found=f"the suffix {place.suffix} of a packed one",
            hint="Write a plain one and compress it afterwards.",
        )


def _check_replaceable(target: Path) -> None:
    """Raise OSError for what a file must not replace: root could replace /dev/null by one."""
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "a folder", str(target))
    if target.exists() and not target.is_file():
        raise OSError(EINVAL, "a device or a pipe", str(target))


def _create(path: Path) -> int:
    """The descriptor of a new file that only this user may read. Raises FileExistsError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    return os.open(path, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0), 0o600)


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
