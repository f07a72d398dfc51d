"""Kernels that several processes compile side by side, for one cache on disk.

A process compiles a kernel while it holds the kernel's lock, a file in a folder that all of them
know. The others wait for the lock, and then find the kernel in the cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LONGEST = 120.0
"""Seconds after which a lock is no longer waited for: its process may have been killed."""
PAUSE = 0.01
"""Seconds between two looks at a lock."""

_shared: list[tuple[Path, Callable[[], bool]]] = []


@contextmanager
def sharing(folder: Path, are_others_alive: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Compile kernels beside other processes that share the folder, while any of them is alive."""
    _shared.append((folder, are_others_alive))
    try:
        yield
    finally:
        _shared.pop()


def lock(name: str) -> bool:
    """Wait for the lock of a kernel. False where no other process shares the cache.

    After an error, or where a lock was held for too long, the kernel is compiled without it.
    """
    if not _shared:
        return False
    folder, are_others_alive = _shared[-1]
    started = time.monotonic()
    while True:
        try:
            (folder / name).open("x").close()
            return True
        except FileExistsError:
            if not are_others_alive() or time.monotonic() - started > LONGEST:
                return True
            time.sleep(PAUSE)
        except OSError:
            return True


def unlock(name: str) -> None:
    """Let the other processes have a kernel."""
    for folder, _ in _shared[-1:]:
        with suppress(OSError):
            (folder / name).unlink()
