"""Kernels that several processes compile side by side, for one cache on disk.

A process compiles a kernel while it holds the kernel's lock, a file in a folder that all of them
know. The others wait for the lock, and then find the kernel in the cache. Where Python can do a
kernel's work too, a command does not wait: it does without the kernel until a helper has compiled
it, so that the first run of a command on a short text need not compile it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LONGEST = 120.0
"""Seconds after which a lock is no longer waited for: its process may have been killed."""
PAUSE = 0.01
"""Seconds between two looks at a lock."""

_shared: list[tuple[Path, Callable[[], bool] | None]] = []


@contextmanager
def sharing(folder: Path, has_helpers: Callable[[], bool] | None = None) -> Iterator[None]:
    """Compile kernels beside other processes that share the folder.

    has_helpers: of the command, whether any of its helpers is alive; None in a helper.
    """
    _shared.append((folder, has_helpers))
    try:
        yield
    finally:
        _shared.pop()


@contextmanager
def awaiting() -> Iterator[None]:
    """Do without kernels in a helper, as its command does."""
    if not _shared:
        yield
        return
    with sharing(_shared[-1][0], lambda: True):
        yield


def is_awaited(kernel: Any) -> bool:
    """Whether a kernel is not compiled yet, and a helper of this process is to compile it."""
    for _, has_helpers in _shared[-1:]:
        return has_helpers is not None and has_helpers() and not is_compiled(kernel)
    return False


def is_compiled(kernel: Any) -> bool:
    """Whether a kernel is in the cache or in use, compiled for some types."""
    name = f"{kernel.__module__.rpartition('.')[2]}.{kernel.__name__}"
    return bool(kernel.signatures) or any(Path(kernel.stats.cache_path).glob(f"{name}-*.nbi"))


def lock(name: str) -> bool:
    """Wait for the lock of a kernel. False where no other process shares the cache.

    After an error, or where a lock was held for too long, the kernel is compiled without it.
    """
    if not _shared:
        return False
    folder, has_helpers = _shared[-1]
    started = time.monotonic()
    while True:
        try:
            (folder / name).open("x").close()
            return True
        except FileExistsError:
            is_alone = has_helpers is not None and not has_helpers()
            if is_alone or time.monotonic() - started > LONGEST:
                return True
            time.sleep(PAUSE)
        except OSError:
            return True


def unlock(name: str) -> None:
    """Let the other processes have a kernel."""
    for folder, _ in _shared[-1:]:
        with suppress(OSError):
            (folder / name).unlink()
