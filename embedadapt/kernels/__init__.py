"""Compiled loops over arrays. Kernels know no words, paths, logging or progress."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path

from embedadapt.core.errors import SettingsError

_listeners: list[Callable[[], None]] = []


@contextmanager
def announcing_compilation(listener: Callable[[], None]) -> Iterator[None]:
    """Call `listener` when the first kernel of the block is compiled. None is if all are in the
    cache, as they are after the first run of each command."""
    _listeners.append(listener)
    try:
        yield
    finally:
        if listener in _listeners:
            _listeners.remove(listener)


def begin_compiling() -> None:
    """Call the listeners, each once. `_compile` does this when numba compiles something."""
    while _listeners:
        _listeners.pop()()


def _nearest_existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _provide_numba_cache() -> None:
    """Give numba a private cache folder for this process, where it has no other.

    It refuses to compile where it can write neither beside the modules nor to the user's cache
    folder (containers, read-only homes).
    """
    usual = [Path(__file__).parent / "__pycache__"]
    with suppress(RuntimeError):  # a user without a home, as containers have
        user_cache = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        usual.append(Path(user_cache, "numba"))
    if any(os.access(_nearest_existing(place), os.W_OK) for place in usual):
        return
    folder = tempfile.mkdtemp(prefix="embedadapt-numba-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = folder


def _check_numba_settings() -> None:
    """Raise SettingsError for variables under which numba compiles nothing or is not imported."""
    for name, least, most in (("NUMBA_DISABLE_JIT", 0, 0), ("NUMBA_NUM_THREADS", 1, inf)):
        try:
            number = int(os.environ.get(name, least))
        except ValueError:  # numba warns of it, and goes on without it
            continue
        if not least <= number <= most:
            expected = f"{least}" if least == most else f"{least} or more"
            raise SettingsError(
                name, expected=expected, found=str(number), hint="Unset this variable."
            )


_check_numba_settings()
if "NUMBA_CACHE_DIR" not in os.environ:
    _provide_numba_cache()
