"""Progress on stderr: what a command is doing, how far it is, and how long it will take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embedadapt.core.progress import OnProgress, Progress, ignore_progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


@contextmanager
def progress_bar(*, quiet: bool, transient: bool = False) -> Iterator[OnProgress]:
    """A listener that shows stage, words/s, loss and time left on stderr.

    transient: the bar is gone when the command ends, and nothing of it is written where stderr is
    no terminal. Otherwise the last state of each stage remains, and goes to a log too.
    """
    if quiet:
        yield ignore_progress
        return
    from rich import progress as rich_progress
    from rich.console import Console

    from embedadapt.kernels import announcing_compilation

    console = Console(stderr=True, highlight=False)
    if transient and not console.is_terminal:
        yield ignore_progress
        return

    def announce() -> None:
        console.print("Compiling kernels: once after an installation or an update.")

    bar = rich_progress.Progress(
        rich_progress.TextColumn("{task.description:<20}"),
        rich_progress.BarColumn(bar_width=24),
        rich_progress.TextColumn("{task.fields[figures]}"),
        console=console,
        transient=transient,
    )
    with announcing_compilation(announce):
        tasks: dict[str, rich_progress.TaskID] = {}

        def show(progress: Progress, /) -> None:
            bar.start()  # not before: a bar without a stage leaves an empty line in a log
            if progress.stage not in tasks:
                _finish(bar)
                tasks[progress.stage] = bar.add_task(progress.stage, total=None, figures="")
            bar.update(
                tasks[progress.stage],
                total=progress.total or None,
                completed=progress.done,
                figures=_figures(progress),
            )

        try:
            yield show
            _finish(bar)
        finally:
            if bar.live.is_started:
                bar.stop()


def _finish(bar: Bar) -> None:
    """A stage is done when the next one begins."""
    for task in bar.tasks:
        total = task.total or 1
        bar.update(task.id, total=total, completed=total)


def _figures(progress: Progress) -> str:
    parts = []
    if progress.total:
        parts.append(f"{100 * progress.done / progress.total:>3.0f}%")
    elif progress.done:  # only documents are counted without a total
        parts.append(f"{progress.done:,} documents")
    if progress.words_per_second:
        parts.append(f"{progress.words_per_second:,.0f} words/s")
    if progress.loss is not None:
        parts.append(f"loss {progress.loss:.3f}")
    if progress.seconds_left is not None and progress.done < progress.total:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    return "  ".join(parts)


def begin(on_progress: OnProgress, stage: str) -> None:
    """Shows a stage of unknown length."""
    on_progress(Progress(stage, 0, 0))
