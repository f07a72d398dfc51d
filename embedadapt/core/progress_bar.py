"""A progress bar of tqdm, in a terminal or a notebook, for functions that take `progress=True`."""

from __future__ import annotations

import warnings
from typing import Any

from embedadapt.core.progress import OnProgress, Progress, ignore_progress

THOUSANDS = 10_000
"""A total from which counts are written as `375k`."""


def listener(on_progress: OnProgress, progress: bool) -> OnProgress:
    """The caller's own listener, a bar, or both."""
    if not progress:
        return on_progress
    bar = ProgressBar()
    if on_progress is ignore_progress:
        return bar

    def both(message: Progress, /) -> None:
        bar(message)
        on_progress(message)

    return both


class ProgressBar:
    """A listener that draws a bar for each stage of known length, and a line for each other.

    A bar goes when its stage ends: what stays is the result.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():  # in a notebook without widgets, of their absence
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
        self._make = tqdm
        self._bar: Any = None
        self._last = Progress("", 0, 0)

    def __call__(self, message: Progress, /) -> None:
        last, self._last = self._last, message
        goes_on = message.stage == last.stage if not message.total else message.done >= last.done
        if self._bar is None or message.total != last.total or not goes_on:
            self._close()
            self._bar = self._begin(message)
        self._bar.set_description_str(message.stage, refresh=False)
        if message.loss is not None:
            self._bar.set_postfix_str(f"loss {message.loss:.3f}", refresh=False)
        self._bar.update(message.done - self._bar.n)
        if message.total and message.done >= message.total:
            self._close()

    def _begin(self, message: Progress) -> Any:
        form = {} if message.total else {"bar_format": "{desc} {n_fmt} [{elapsed}]"}
        return self._make(
            desc=message.stage,
            total=message.total or None,
            unit="",
            unit_scale=message.total > THOUSANDS,
            initial=message.done,
            leave=False,
            **form,
        )

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
