"""How long-running work tells its caller where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """One message from a running job.

    stage: what is being done, a few words ("training the delta").
    done, total: in the job's own unit (training: corpus words, all epochs); total 0 if unknown.
    words_per_second: raw corpus words per wall-clock second, 0 before there is a rate.
    loss: mean negative-sampling loss per pair (nats) of late; None where there is none.
    """

    stage: str
    done: int
    total: int
    words_per_second: float = 0.0
    loss: float | None = None

    @property
    def seconds_left(self) -> float | None:
        """At the present rate; None before there is one."""
        if not self.words_per_second or not self.total:
            return None
        return max(0, self.total - self.done) / self.words_per_second


class OnProgress(Protocol):
    """Called with each message, from the thread that started the job."""

    def __call__(self, progress: Progress, /) -> None: ...


def ignore_progress(progress: Progress, /) -> None:
    """The default listener: says nothing."""
