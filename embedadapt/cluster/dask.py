"""Parts of a job done by the workers of a Dask cluster (https://distributed.dask.org).

Dask's processes trust each other: what they send is pickled, and whoever can reach a scheduler can
run code on its workers. So a scheduler belongs in a network of one's own, or behind TLS: of an
address that begins with tls:// the certificates are taken from Dask's own settings.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING, Any, TypeVar, cast

from embedadapt.core.corpus import Corpus
from embedadapt.core.engine import in_pairs
from embedadapt.core.errors import EmbedAdaptError, MissingExtraError
from embedadapt.text.parts import cut_corpus

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")

PARTS_A_WORKER = 4
"""Of a corpus: so that all end at about the same time, whatever is in them."""
SECONDS_TO_CONNECT = 30
MOST_LOSSES = 10
"""Times in a row that a job is begun again because a worker took shared values with it."""
SECONDS_TO_NOTICE = 0.2
"""That a worker is lost, for its scheduler."""


@contextmanager
def dask_engine(scheduler: str | None = None, workers: int | None = None) -> Iterator[DaskEngine]:
    """The engine of a Dask cluster, for as long as the block lasts.

    scheduler: the address of one that runs (`dask scheduler` prints it). Its workers need this
        version of embedadapt, and the corpus under the same paths. None starts processes here,
        which import the program's main module: a script needs `if __name__ == "__main__":`.
    workers: how many to wait for and to work with; None for as many as there are, or for one a
        core here.

    Raises MissingExtraError without Dask, EmbedAdaptError where no scheduler answers, where workers
    are missing or have another version.
    """
    distributed = _require_distributed()
    if scheduler is None:
        with (
            distributed.LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                memory_limit=0,  # else a worker near its share of memory is killed
                dashboard_address=":0",  # any free port: nobody is told of it
                silence_logs=logging.CRITICAL,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield DaskEngine(client, workers or len(cluster.workers))
    else:
        with _connected(scheduler) as client:
            yield DaskEngine(client, _wait_for_workers(client, scheduler, workers))


@dataclass
class Shared:
    """A value that the cluster keeps, and its place there."""

    value: Any
    future: Future[Any]


class DaskEngine:
    """An `Engine` of Dask workers.

    A worker that is lost costs the parts it was at: Dask has them done by another. Results are
    combined on the workers, in pairs, and travel here once.
    """

    def __init__(self, client: Client, workers: int) -> None:
        self.workers = workers
        self._client = client

    def split(self, corpus: Corpus) -> Sequence[Corpus]:
        return cut_corpus(corpus, PARTS_A_WORKER * self.workers)

    def share(self, value: Any) -> Shared:
        return Shared(value, self._send(value))

    def map_reduce(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
    ) -> T:
        """Raises EmbedAdaptError where the cluster does not survive it."""
        for _ in range(MOST_LOSSES):
            try:
                return self._tried(function, parts, combine, shared)
            except CancelledError:
                self._send_lost(shared)
        raise _too_many_lost(f"{MOST_LOSSES} one after the other")

    def process_ids(self) -> list[int]:
        """Of the workers, each on its own machine."""
        return list(self._client.run(os.getpid).values())

    def _tried(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        shared: Sequence[Any],
    ) -> T:
        submit = partial(self._client.submit, pure=False)
        arguments = [one.future if isinstance(one, Shared) else one for one in shared]
        done = [submit(function, part, *arguments) for part in parts]
        with _told_in_one_line():
            result: T = in_pairs(partial(submit, combine), done).result()
        return result

    def _send(self, value: Any) -> Future[Any]:
        """To one worker, from which the others take it. Sent to all at once it waits without end
        where one of them is lost meanwhile (distributed 2026.8)."""
        for _ in range(MOST_LOSSES):
            self._check_scheduler()
            try:
                (future,) = self._client.scatter([value], hash=False)
                return cast("Future[Any]", future)  # of a tuple alone, each item's
            except OSError:  # a worker left meanwhile
                time.sleep(SECONDS_TO_NOTICE)
        raise _too_many_lost(f"{MOST_LOSSES} one after the other")

    def _send_lost(self, shared: Sequence[Any]) -> None:
        self._check_scheduler()
        for one in shared:
            if isinstance(one, Shared) and one.future.status != "finished":
                one.future = self._send(one.value)

    def _check_scheduler(self) -> None:
        if self._client.status != "running":
            raise EmbedAdaptError(
                "engine dask", expected="a scheduler", found="the connection to it lost"
            )


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise _too_many_lost(f"several at one part, {error.last_worker.address} last") from error


def _too_many_lost(which: str) -> EmbedAdaptError:
    return EmbedAdaptError(
        "engine dask",
        expected="workers that live",
        found=f"lost ones: {which}",
        hint="Their logs say why; most often memory is short.",
    )


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EmbedAdaptError(
            f"scheduler {scheduler}",
            expected="the address of a Dask scheduler, as tcp://host:8786",
            found=f"none that answers ({error})",
            hint="Start one with `dask scheduler`, and workers with `dask worker ADDRESS`.",
        ) from error
    with client:
        yield client


def _wait_for_workers(client: Client, scheduler: str, workers: int | None) -> int:
    """How many there are to work with, all with this version of embedadapt."""
    try:
        client.wait_for_workers(workers or 1, timeout=SECONDS_TO_CONNECT)
    except TimeoutError as error:
        raise EmbedAdaptError(
            f"scheduler {scheduler}",
            expected=f"{workers or 1} workers",
            found=f"{len(client.nthreads())} after {SECONDS_TO_CONNECT} seconds",
            hint="Start more with `dask worker ADDRESS`, or give --workers.",
        ) from error
    ours = metadata.version("embedadapt")
    theirs = client.run(metadata.version, "embedadapt")
    for address, version in theirs.items():
        if version != ours:
            raise EmbedAdaptError(
                f"worker {address}",
                expected=f"embedadapt {ours}",
                found=version or "none installed",
                hint="Install the same version on every worker.",
            )
    return workers or len(theirs)


def _require_distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingExtraError(
            "engine dask",
            expected="the package distributed",
            found="none installed",
            hint="pip install 'embedadapt[distributed]'",
        ) from None
    return distributed
