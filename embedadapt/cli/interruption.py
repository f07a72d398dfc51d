"""Signals that ask a command to end: it then removes what it had begun, as after Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REQUESTS = ("SIGTERM", "SIGHUP")
"""What `kill`, a container's stop and a closed terminal send. Windows has no SIGHUP."""


@contextmanager
def ending_when_asked() -> Iterator[None]:
    """The first of REQUESTS raises KeyboardInterrupt; a second one ends the process at once.

    One that is ignored, as under `nohup`, stays so.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        numbers = [getattr(signal, name) for name in REQUESTS if hasattr(signal, name)]
        before = {n: signal.getsignal(n) for n in numbers}
    try:
        for number, handler in before.items():
            if handler == signal.SIG_DFL:
                signal.signal(number, _interrupt)
        yield
    finally:
        for number, handler in before.items():
            if handler == signal.SIG_DFL:
                signal.signal(number, handler)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise KeyboardInterrupt
