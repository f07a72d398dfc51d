"""Folders are written whole or not at all, and never over the work of others.

Every folder that we write has a MANIFEST with the SHA-256 of each of its files. A folder is
replaced only if it holds exactly these files, unchanged: a note, a `.git` or a component that
`nlp.to_disk` added makes it the user's.

Where the system can exchange two names (Linux, on most file systems), the target is the old folder
or the new one at every moment. Elsewhere the old one is called NAME.replaced between two renames;
if the process is killed there, the next export puts it back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path, PurePosixPath

from embedadapt.core.errors import EmbedAdaptError, OutputError
from embedadapt.core.files import new_name_beside, place_of, remove_surely, umask, unwritable

MANIFEST = "embedadapt-manifest.json"
FORMAT = 1
NAMED = 3
"""Files that a refusal names; the others are counted."""

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Source: renameat2(2), linux/fcntl.h, linux/fs.h."""


@contextmanager
def replacing_folder(path: str | Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A new folder beside `path` that replaces it, with a manifest, when the block ends.

    On any exception, Ctrl-C included, the new folder is removed and `path` is unchanged. A folder
    that someone changes while the block runs is kept under another name.

    overwrite: keep a folder that is not ours as NAME.backup (or NAME.backup.2, ...). False refuses
    it.

    Raises OutputError as `check_folder` does, and where the target cannot be written.
    """
    target = place_of(path)
    new = new_name_beside(target)
    try:
        _recover(target)
        check_folder(path, overwrite=overwrite)
        new.mkdir(0o700)
        new.chmod(0o777 & ~umask())
        yield new
        _write_manifest(new)
        _take_place(new, target)
    except EmbedAdaptError:
        raise
    except OSError as error:
        raise unwritable(Path(path), error) from error
    finally:
        remove_surely(new)


def check_folder(path: str | Path, *, overwrite: bool = False) -> None:
    """Raise OutputError unless a folder may be written at `path` now.

    It may where nothing exists, over an empty folder, and over an unchanged folder of ours; with
    `overwrite`, over any folder.
    """
    target = place_of(path)
    if target.is_dir() and target.samefile(os.curdir):
        raise OutputError(
            str(path),
            expected="a folder other than the current one",
            found="that one",
            hint="Name a folder in it, which is then created.",
        )
    if not os.path.lexists(target) or (overwrite and target.is_dir()):
        return
    try:
        found = _not_ours(target) if target.is_dir() else "a file"
    except OSError as error:
        raise unwritable(Path(path), error) from error
    if not found:
        return
    raise OutputError(
        str(path),
        expected="a new folder, an empty one, or an unchanged export",
        found=found,
        hint="Choose another target, or give --overwrite (overwrite=True in Python): the old "
        f"folder is then kept as {_free_name(target, 'backup').name}."
        if target.is_dir()
        else "Choose another target.",
    )


def _take_place(new: Path, target: Path) -> None:
    """Rename `new` to the target. The old folder is removed if it is ours, and kept otherwise."""
    if not os.path.lexists(target):
        new.rename(target)
    elif _not_ours(target):
        _replace(new, target, aside=_free_name(target, "backup"))
    else:
        aside, identity = _free_name(target, "replaced"), new.stat().st_ino
        try:
            _replace(new, target, aside=aside)
            _put_away(aside, target)
        except BaseException:
            is_placed = os.path.lexists(target) and target.stat().st_ino == identity
            if is_placed and os.path.lexists(aside):
                _put_away(aside, target)
            raise


def _put_away(aside: Path, target: Path) -> None:
    """Remove an old folder, or keep it as a backup where someone changed it meanwhile."""
    if _not_ours(aside):
        aside.rename(_free_name(target, "backup"))
    else:
        _remove(aside)


def _replace(new: Path, target: Path, *, aside: Path) -> None:
    """Rename `new` to the target, and the old folder to `aside`."""
    identity = new.stat().st_ino
    try:
        new.rename(aside)
        if _exchange(aside, target):
            return
        aside.rename(new)
        target.rename(aside)
        new.rename(target)
    except BaseException:
        if not os.path.lexists(target):
            aside.rename(target)
        elif os.path.lexists(aside) and aside.stat().st_ino == identity:
            aside.rename(new)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; False if the system cannot."""
    if sys.platform != "linux":
        return False
    import ctypes

    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:  # a C library older than glibc 2.28
        return False
    names = os.fsencode(one), os.fsencode(other)
    done: int = renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE)
    return done == 0


def _recover(target: Path) -> None:
    """Complete what a killed process began: put an old folder back, or remove a replaced one."""
    for aside in takewhile(os.path.lexists, _names(target, "replaced")):
        if aside.is_symlink() or not aside.is_dir() or _not_ours(aside):
            continue
        if os.path.lexists(target) or not (aside / MANIFEST).is_file():
            _remove(aside)
        else:
            aside.rename(target)


def _remove(folder: Path) -> None:
    """Remove a folder of ours, its manifest last: after an interruption it still is ours."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name == MANIFEST):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    folder.rmdir()


def _free_name(target: Path, word: str) -> Path:
    return next(place for place in _names(target, word) if not os.path.lexists(place))


def _names(target: Path, word: str) -> Iterator[Path]:
    """NAME.word, NAME.word.2, NAME.word.3, ..."""
    yield target.parent / f"{target.name}.{word}"
    yield from (target.parent / f"{target.name}.{word}.{number}" for number in count(2))


def _write_manifest(folder: Path) -> None:
    files = {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({"format": FORMAT, "files": files}, indent=1)
    (folder / MANIFEST).write_text(text + "\n", "utf-8", newline="\n")


def _read_manifest(folder: Path) -> Mapping[str, str] | None:
    """The digest of each file that we wrote; None if no manifest can be read."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return files if isinstance(files, dict) else None


def _not_ours(folder: Path) -> str:
    """What a folder holds besides the files that we wrote, unchanged; "" for nothing."""
    listed = _read_manifest(folder)
    if listed is not None:
        return _some_of([*_strangers(folder, listed)])
    names = sorted(entry.name for entry in folder.iterdir())
    return f"{_some_of(names)}, and no {MANIFEST}" if names else ""


def _strangers(folder: Path, listed: Mapping[str, str], inside: str = "") -> Iterator[str]:
    """Entries of a folder, or of the folder `inside` it, that are not listed or changed."""
    folders = {str(parent) for name in listed for parent in PurePosixPath(name).parents}
    for entry in sorted((folder / inside).iterdir()):
        name = f"{inside}{entry.name}"
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            yield name
        elif entry.is_dir() and name in folders:
            yield from _strangers(folder, listed, f"{name}/")
        elif entry.is_dir():
            yield f"{name}/"
        elif name not in (*listed, MANIFEST):
            yield name
        elif name in listed and listed[name] != _digest(entry):
            yield f"{name} (changed)"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _some_of(names: list[str]) -> str:
    """The first few names, and the number of the others."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
