"""Messages from long-running work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """One message from a running job.

    Parameters
    ----------
    stage : str
        The current step, in a few words ("training the delta").
    done, total : int
        Finished and total steps in the unit of the job (for training, corpus words of all epochs).
        `total` is 0 if it is not known.
    words_per_second : float
        Corpus words per second of wall-clock time; 0 before it can be measured.
    loss : float or None
        Recent mean loss per pair, in nats; None if there is none.

    Examples
    --------
    >>> Progress("training the delta", 250, 1_000, words_per_second=50.0).seconds_left
    15.0
    """

    stage: str
    done: int
    total: int
    words_per_second: float = 0.0
    loss: float | None = None

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds to the end; None if there is no rate yet."""
        if not self.words_per_second or not self.total:
            return None
        return max(0, self.total - self.done) / self.words_per_second


class OnProgress(Protocol):
    """A function that is called with each message, in the thread that started the job."""

    def __call__(self, progress: Progress, /) -> None: ...


def ignore_progress(progress: Progress, /) -> None:
    """Ignore the message; this is the default."""
