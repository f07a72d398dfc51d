"""Parts of a job done by the workers of a Dask cluster (https://distributed.dask.org).

Dask's processes trust each other: what they send is pickled, and whoever can reach a scheduler can
run code on its workers. Processes that are started here therefore communicate by TLS on the
loopback interface, with a certificate that is made for them and kept in memory, and they serve no
web pages. Keep a scheduler of your own in a private network or behind TLS: if its address begins
with tls://, the certificates are those of Dask's own configuration.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import partial
from importlib import metadata
from itertools import repeat
from math import inf
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from embedadapt.core.corpus import Corpus
from embedadapt.core.engine import in_pairs, whole
from embedadapt.core.errors import EmbedAdaptError, MissingExtraError
from embedadapt.text.partitions import partition_corpus

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")

PARTS_A_WORKER = 4
"""Parts of a corpus for each worker: with several, all workers end at about the same time."""
TOGETHER = 4
"""Results that one task combines; a power of two, so that the pairs are those of `in_pairs`."""
SECONDS_TO_CONNECT = 30
SECONDS_BETWEEN_LOOKS = 0.5
PATIENCE = 5.0
"""Seconds before a part can be late."""
LATE = 4
"""A part is late after so many times what the first half of the parts took; one that waits for its
turn needs twice as long."""
CERTIFICATES = (
    "Name the files of your certificates in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, and in those "
    "that end in TLS__CLIENT__CERT and TLS__CLIENT__KEY."
)
FEWEST_OBJECTS = 1_000_000
"""New objects in a task that it takes for Python to look for garbage."""
LOOPBACK = "127.0.0.1"
NOT_SENT: tuple[bytes, tuple[Any, ...]] = b"", ()
CONFIGURATION = {
    # Without a sign of life for so long a worker started here is killed and begun anew. Dask waits
    # five minutes, for tasks that hold the interpreter's lock; our kernels let go of it. At 5
    # seconds workers of a machine with three times too much to do may be taken for dead.
    "distributed.scheduler.worker-ttl": "10s",
    # Its pages show any process of the machine what the cluster does; workers have some too.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Idle processes look about so often that four workers took a seventh of a core: at what threads
    # do and at the machine, for pages that there are not, and whether the event loop hangs.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.tick.interval": "1s",
    # Every two seconds it takes from workers what others have too: the model, which all need again.
    "distributed.scheduler.active-memory-manager.start": False,
    # What is shared travels as a task, and of large ones Dask warns.
    "distributed.admin.large-graph-warning-threshold": "1PB",
}


@contextmanager
def dask_engine(scheduler: str | None = None, workers: int | None = None) -> Iterator[DaskEngine]:
    """Connect to a Dask cluster, or start a local one, for as long as the block lasts.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running scheduler, such as `tcp://host:8786` (`dask scheduler` prints it). The
        scheduler and its workers need this version of embedadapt, and the workers need the corpus
        under the same paths. None starts local processes, which import the main module of the
        program: a script needs `if __name__ == "__main__":`.
    workers : int, optional
        Number of workers to wait for and to use. Default: all that there are, or one per core of
        this machine.

    Yields
    ------
    DaskEngine
        The engine: an argument of `adapt`, `analyze_oov`, `compare_oov` and `compare_tokenizers`.

    Raises
    ------
    MissingExtraError
        Dask is not installed, or the package that makes certificates for local processes.
    EmbedAdaptError
        No scheduler answers, workers are missing, or a process has another version of embedadapt.

    Examples
    --------
    >>> with embedadapt.dask_engine(workers=4) as engine:  # doctest: +SKIP
    ...     report = embedadapt.analyze_oov(vectors, text, engine=engine)
    """
    distributed = _require_distributed()
    from dask import config

    # A client that failed to connect waits for itself without end where it is collected while
    # another one starts (distributed 2026.8, LoopRunner's lock): so it is collected now.
    gc.collect()
    with config.set(CONFIGURATION):
        if scheduler is None:
            with (
                _silent(logging.getLogger("distributed")),
                distributed.LocalCluster(
                    n_workers=workers or os.cpu_count() or 1,
                    threads_per_worker=1,
                    memory_limit=0,  # else a worker near its share of memory is killed
                    host=LOOPBACK,
                    security=_throw_away_certificates(distributed),
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},  # any port, no pages
                    silence_logs=logging.CRITICAL,
                ) as cluster,
                distributed.Client(cluster) as client,
            ):
                yield DaskEngine(client, workers or len(cluster.workers))
        else:
            with _connected(scheduler) as client:
                yield DaskEngine(client, _wait_for_workers(client, scheduler, workers))


def _throw_away_certificates(distributed: Any) -> Any:
    """Certificates that let these processes, and no others of the machine, communicate."""
    try:
        return distributed.Security.temporary()
    except ImportError:
        raise MissingExtraError(
            "engine dask",
            expected="the package cryptography",
            found="none installed",
            hint="In a clone of embedadapt: pip install '.[distributed]'",
        ) from None


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """Silence a logger for the block.

    The cluster's own setting ends before the cluster does, and a worker that was just given up ends
    in tracebacks.
    """
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


class DaskEngine:
    """An `Engine` of Dask workers.

    Where a worker is lost, or hangs and is given up by the scheduler, another worker repeats its
    parts. Parts that take far longer than the others are repeated by idle workers, and the first
    result counts. Results are combined on the workers and sent here once.
    """

    def __init__(self, client: Client, workers: int) -> None:
        self.workers = workers
        self._client = client

    def split(self, corpus: Corpus) -> Sequence[Corpus]:
        return partition_corpus(corpus, PARTS_A_WORKER * self.workers)

    def share(self, value: Any) -> Future[Packed[Any]]:
        """A task that returns the value. Dask repeats it where its result is lost.

        A scattered value would be lost for good, and waited for without end where a worker hangs.
        """
        with _told_in_one_line():
            return self._client.submit(_itself, Packed(value), pure=False)

    def map_reduce(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
    ) -> T:
        """Raise EmbedAdaptError where the cluster breaks down; see `Engine.map_reduce`."""
        with _told_in_one_line():
            [reduced] = self.keep_reduced(function, parts, combine, *shared)
            packed: Packed[T] = reduced.result()
        return packed.value

    def keep_reduced(
        self,
        function: Callable[..., T],
        parts: Sequence[Any],
        combine: Callable[[T, T], T],
        *shared: Any,
        cut: Callable[[T, int, int], T] = whole,
        n_pieces: int = 1,
    ) -> list[Future[Packed[T]]]:
        """Return once all is done, for parts that are late to be repeated; see `Engine`."""
        from distributed import Future

        submit = partial(self._client.submit, _packed, pure=False)
        given = [part if isinstance(part, Future) else Packed(part) for part in parts]
        with _told_in_one_line():
            tried = [
                submit(function, part, *shared, **place)
                for part, place in zip(given, self._places(len(parts)), strict=True)
            ]
            pieces = _combined_pieces(submit, combine, tried, cut, n_pieces)
            late, idle = self._find_late(tried, pieces)
            if idle:
                again = partial(submit, workers=idle)
                for number in late:
                    tried[number] = again(function, given[number], *shared)
                repeated = _combined_pieces(again, combine, tried, cut, n_pieces)
                pieces = _first_done(pieces, repeated)
        return pieces

    def _places(self, n_parts: int) -> Iterator[dict[str, Any]]:
        """Where parts had best be done: one for each worker, where there are no more of them.

        Dask would give two parts to the worker that has most of what is shared, and none to others.
        """
        workers = sorted(self._client.nthreads()) if n_parts <= self.workers else []
        if 1 < n_parts <= len(workers):
            return ({"workers": [one], "allow_other_workers": True} for one in workers[:n_parts])
        return repeat({}, n_parts)

    def _find_late(
        self, tried: Sequence[Future[Any]], pieces: Sequence[Future[Any]]
    ) -> tuple[list[int], list[str]]:
        """Wait until all parts are done, or some are late while workers are idle.

        Returns the numbers of the missing parts, and the addresses of the idle workers.
        """
        from distributed import wait

        begun, usual = time.monotonic(), inf
        while True:
            with suppress(TimeoutError):
                wait(pieces, timeout=SECONDS_BETWEEN_LOOKS)
                return [], []
            seconds = time.monotonic() - begun
            missing = [number for number, one in enumerate(tried) if not one.done()]
            if 2 * len(missing) <= len(tried):
                usual = min(usual, seconds)
            if seconds > max(PATIENCE, LATE * usual):
                idle = [one for one, tasks in self._client.processing().items() if not tasks]
                if idle:
                    return missing, idle


class Packed(Generic[T]):
    """A value that travels as bytes, arrays aside, which are sent as they are; made where it is
    first used.

    Dask would ask every object in a value how it is to be sent, and make the value anew in the
    scheduler, on its way, which takes long for values of many small objects.
    """

    def __init__(self, value: T) -> None:
        self._value, self._sent = value, NOT_SENT

    @classmethod
    def received(cls, data: bytes, *buffers: Any) -> Packed[T]:
        packed = cls.__new__(cls)
        packed._sent = data, buffers
        return packed

    @property
    def value(self) -> T:
        data, buffers = self._sent
        if data:
            with _COLLECTING.seldom():
                self._value, self._sent = pickle.loads(data, buffers=buffers), NOT_SENT
        return self._value

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        data, buffers = self._sent
        if not data:
            found: list[pickle.PickleBuffer] = []
            with _COLLECTING.seldom():
                data = pickle.dumps(self._value, 5, buffer_callback=found.append)
            buffers = tuple(found)
        sent = pickle.PickleBuffer if protocol >= 5 else bytes  # which has no buffers
        return Packed.received, (data, *map(sent, buffers))

    def __sizeof__(self) -> int:
        """By which Dask chooses where to compute what."""
        from dask.sizeof import sizeof

        data, buffers = self._sent
        return len(data) + sum(map(sizeof, buffers)) if data else int(sizeof(self._value))


def _packed(function: Callable[..., T], *given: Any) -> Packed[T]:
    """The result of a function of values, of which some are packed."""
    with _COLLECTING.seldom():
        return Packed(function(*(one.value if isinstance(one, Packed) else one for one in given)))


class _Collecting:
    """How often Python looks for garbage, which several threads may set: the last one to leave its
    block sets it back to what the first one found."""

    def __init__(self) -> None:
        self._lock, self._n_inside = Lock(), 0
        self._usual = gc.get_threshold()

    @contextmanager
    def seldom(self) -> Iterator[None]:
        """Look seldom in the block: Python looks at all objects each time, of which the block makes
        many, none of which refer to each other in circles."""
        with self._lock:
            if self._n_inside == 0:
                self._usual = gc.get_threshold()
                gc.set_threshold(FEWEST_OBJECTS)
            self._n_inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._n_inside -= 1
                if self._n_inside == 0:
                    gc.set_threshold(*self._usual)


_COLLECTING = _Collecting()


def _itself(value: T) -> T:
    return value


def _combined_pieces(
    submit: Callable[..., Future[Any]],
    combine: Callable[..., Any],
    values: Sequence[Future[Any]],
    cut: Callable[..., Any],
    n_pieces: int,
) -> list[Future[Any]]:
    """The values cut where they are, and the pieces of each number combined."""
    if cut is whole:
        return [_combined(submit, combine, values)]
    pieces = [[submit(cut, one, number, n_pieces) for one in values] for number in range(n_pieces)]
    return [_combined(submit, combine, some) for some in pieces]


def _combined(
    submit: Callable[..., Future[Any]], combine: Callable[..., Any], values: Sequence[Future[Any]]
) -> Future[Any]:
    """The tree of `in_pairs`, with several pairs per task, since each task waits some 20 ms."""
    while len(values) > 1:
        groups = [values[first : first + TOGETHER] for first in range(0, len(values), TOGETHER)]
        values = [submit(_in_pairs, combine, *group) for group in groups]
    return values[0]


def _in_pairs(combine: Callable[[T, T], T], *values: T) -> T:
    return in_pairs(combine, values)


def _first_done(one: list[Future[Any]], other: list[Future[Any]]) -> list[Future[Any]]:
    """That of two lists which is done first."""
    from distributed import wait

    while True:
        left = []
        for futures in (one, other):
            undone = [future for future in futures if not future.done()]
            if not undone:
                return futures
            left += undone
        wait(left, return_when="FIRST_COMPLETED")


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        yield
    except KilledWorker as error:
        raise EmbedAdaptError(
            "engine dask",
            expected="running workers",
            found=f"several lost at one part, {error.last_worker.address} last",
            hint="Their logs give the reason, which is mostly too little memory.",
        ) from error
    except (CancelledError, CommClosedError) as error:
        raise EmbedAdaptError(
            "engine dask", expected="a scheduler", found="the connection to it lost"
        ) from error


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT)
    except (OSError, TypeError, ValueError) as error:  # TypeError: TLS without a certificate
        hint = "Start one with `dask scheduler`, and workers with `dask worker ADDRESS`."
        raise EmbedAdaptError(
            f"scheduler {scheduler}",
            expected="the address of a Dask scheduler, as tcp://host:8786",
            found=f"none that answers ({error})",
            hint=CERTIFICATES if scheduler.startswith("tls://") else hint,
        ) from error
    with client:
        yield client


def _wait_for_workers(client: Client, scheduler: str, workers: int | None) -> int:
    """The number of workers to use."""
    try:
        client.wait_for_workers(workers or 1, timeout=SECONDS_TO_CONNECT)
    except TimeoutError as error:
        raise EmbedAdaptError(
            f"scheduler {scheduler}",
            expected=f"{workers or 1} workers",
            found=f"{len(client.nthreads())} after {SECONDS_TO_CONNECT} seconds",
            hint="Start more with `dask worker ADDRESS`, or give --workers.",
        ) from error
    _check_versions(client)
    return workers or len(client.nthreads())


def _check_versions(client: Client) -> None:
    """Compare the versions of all processes, since workers and scheduler unpickle what is sent."""
    asked = metadata.version, "embedadapt"
    versions = {
        f"worker {address}": version
        for address, version in client.run(*asked, on_error="return").items()
    }
    try:
        versions["scheduler"] = client.run_on_scheduler(*asked)
    except metadata.PackageNotFoundError as error:
        versions["scheduler"] = error
    ours = metadata.version("embedadapt")
    for where, version in versions.items():
        if version != ours:
            raise EmbedAdaptError(
                where,
                expected=f"embedadapt {ours}",
                found=version if isinstance(version, str) else "none installed",
                hint="Install the same version on the scheduler and on every worker.",
            )


def _require_distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise MissingExtraError(
            "engine dask",
            expected="the package distributed",
            found="none installed",
            hint="In a clone of embedadapt: pip install '.[distributed]'",
        ) from None
    return distributed
