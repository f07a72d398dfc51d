"""A Dask cluster: two processes of one's own, and one that was started by the `dask` command."""

import asyncio
import gc
import json
import logging
import operator
import os
import pickle
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import distributed
import numpy as np
import psutil
import pytest
from distributed.comm import connect
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

from embedadapt.cli import app
from embedadapt.cluster import dask
from embedadapt.cluster.dask import DaskEngine, dask_engine
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.engine import HERE, Engine, in_pairs
from embedadapt.core.errors import CorpusError, EmbedAdaptError, MissingExtraError
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import Progress
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text import partitions
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
from embedadapt.training import distributed as distributed_training
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import train
from tests.training.make import encoded, start

ROOT = Path(__file__).parents[2]
GLOVE = ROOT / "corpora/pretrained/glove.6B.50d.60k.safetensors"
SETTINGS = TrainingSettings.of(epochs=1, mode="fast", shards=3, sync_rounds=2)


@pytest.fixture(scope="module")
def engine() -> Iterator[DaskEngine]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask_engine(workers=2) as engine:
        yield engine


@pytest.fixture(scope="module")
def text() -> EncodedCorpus:
    rng = np.random.default_rng(0)
    return encoded([(rng.zipf(1.5, size=30) % 500).tolist() for _ in range(1_000)])


def trained(corpus: EncodedCorpus, settings: TrainingSettings, engine: Engine) -> np.ndarray:
    inputs, outputs = start(corpus)
    train(inputs, outputs, corpus, settings, engine=engine)
    return np.concatenate([inputs, outputs])


def workers_of(engine: DaskEngine) -> list[int]:
    """The processes of both workers, once one that was lost has begun anew."""
    engine._client.wait_for_workers(2)
    return list(engine._client.run(os.getpid).values())


def kill_one_of(engine: DaskEngine) -> None:
    os.kill(workers_of(engine)[0], signal.SIGKILL)


def test_counts_and_ids_are_those_of_one_process(
    engine: DaskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "SMALLEST", 1)
    corpus = open_corpus(sorted((ROOT / "corpora/en/licences").glob("[a-c]*.txt")))
    assert len(engine.split(corpus)) > 4
    normalizer = Normalizer(Normalization("lower"), Vocabulary(["the", "licensor"]))
    here, there = (count_corpus(corpus, normalizer, engine=e) for e in (HERE, engine))
    assert there.vocabulary.words == here.vocabulary.words
    assert_array_equal(there.vocabulary.counts, here.vocabulary.counts)
    assert_array_equal(there.document_counts, here.document_counts)
    assert (there.surface_forms, there.n_tokens) == (here.surface_forms, here.n_tokens)
    ids = [encode_corpus(corpus, here.vocabulary, normalizer, engine=e) for e in (HERE, engine)]
    assert ids[0].fingerprint == ids[1].fingerprint
    assert ids[0].document_names == ids[1].document_names


def never() -> None:
    raise AssertionError("the value was made")


class Sealed:
    """What cannot be made from its bytes."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return never, ()


@pytest.mark.parametrize("protocol", [4, 5])
def test_a_value_is_sent_on_before_it_is_made(protocol: int) -> None:
    def sent(packed: dask.Packed) -> dask.Packed:
        return pickle.loads(pickle.dumps(packed, protocol))

    matrix = np.arange(6).reshape(2, 3)
    received = sent(sent(dask.Packed(("a", matrix))))
    assert sys.getsizeof(received) >= matrix.nbytes
    assert received.value[0] == "a"
    assert_array_equal(sent(received).value[1], matrix)
    sealed = sent(sent(dask.Packed(Sealed())))
    with pytest.raises(AssertionError, match="was made"):
        _ = sealed.value


def test_threads_leave_the_collector_as_it_was() -> None:
    before, collecting = gc.get_threshold(), dask._Collecting()
    one, other = collecting.seldom(), collecting.seldom()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert gc.get_threshold()[0] == dask.FEWEST_OBJECTS
    other.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_training_gives_the_bytes_it_gives_here(engine: DaskEngine, text: EncodedCorpus) -> None:
    assert_array_equal(trained(text, SETTINGS, engine), trained(text, SETTINGS, HERE))


def test_gains_added_up_in_pieces_give_them_too(
    engine: DaskEngine, text: EncodedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributed_training, "PIECE", 1)
    assert_array_equal(trained(text, SETTINGS, engine), trained(text, SETTINGS, HERE))


def test_a_worker_killed_between_sync_rounds_changes_nothing(
    engine: DaskEngine, text: EncodedCorpus
) -> None:
    killed = []

    def kill_once(progress: Progress, /) -> None:
        if not killed:
            killed.append(progress.done)
            kill_one_of(engine)

    inputs, outputs = start(text)
    train(inputs, outputs, text, SETTINGS, engine=engine, on_progress=kill_once)
    assert 0 < killed[0] < text.n_tokens
    assert_array_equal(np.concatenate([inputs, outputs]), trained(text, SETTINGS, HERE))


def begin(part: int, folder: Path) -> bool:
    """Leaves a file of this process; whether it is the first at this part."""
    first = not any(folder.glob(f"{part}-*"))
    (folder / f"{part}-{os.getpid()}").touch()
    return first


def die(part: int, folder: Path) -> list[int]:
    """Whoever begins 2 first is killed at it."""
    if begin(part, folder) and part == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return [part]


def join_lists(one: list[int], other: list[int]) -> list[int]:
    return one + other


def test_a_worker_killed_at_work_costs_its_part(engine: DaskEngine, tmp_path: Path) -> None:
    """And what it alone kept is made again."""
    found = engine.map_reduce(die, range(4), join_lists, engine.share(tmp_path))
    assert found == [0, 1, 2, 3]
    assert len(list(tmp_path.glob("2-*"))) == 2


def bracketed(one: object, other: object) -> str:
    return f"({one} {other})"


@pytest.mark.parametrize("n_parts", [1, 4, 7, 18])
def test_results_are_combined_in_the_pairs_of_one_process(engine: DaskEngine, n_parts: int) -> None:
    numbers = range(n_parts)
    assert engine.map_reduce(int, numbers, bracketed) == in_pairs(bracketed, numbers)


def dawdle(part: int, folder: Path) -> list[int]:
    """Whoever begins 2 first waits for the end of the test."""
    if begin(part, folder) and part == 2:
        while not (folder / "over").exists():
            time.sleep(0.05)
    return [part]


def test_a_part_that_takes_far_longer_is_done_by_another(
    engine: DaskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the parts done, and an idle worker, are enough here, however long they took."""
    monkeypatch.setattr(dask, "PATIENCE", 0)
    monkeypatch.setattr(dask, "LATE", 0)
    try:
        assert engine.map_reduce(dawdle, range(4), join_lists, tmp_path) == [0, 1, 2, 3]
    finally:
        (tmp_path / "over").touch()
    assert len(list(tmp_path.glob("2-*"))) > 1


def total(part: int, shared: tuple[int, ...]) -> int:
    return part + sum(shared)


def test_what_only_lost_workers_had_is_made_again(engine: DaskEngine) -> None:
    shared = engine.share((10, 20))
    for pid in workers_of(engine):
        os.kill(pid, signal.SIGKILL)
    assert engine.map_reduce(total, range(3), operator.add, shared) == 93


def listening(engine: DaskEngine) -> set[tuple[str, int]]:
    """Where this process and those that it started listen for others, once all of them do."""
    engine._client.wait_for_workers(2, timeout=60)
    this = psutil.Process()
    connections = [
        c for one in (this, *this.children(recursive=True)) for c in one.net_connections()
    ]
    return {(c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN}


def answer(port: int, request: bytes, context: ssl.SSLContext | None = None) -> bytes:
    """What a process says to one that connects and sends a request, until it hangs up."""
    said = b""
    with (
        suppress(ConnectionError, ssl.SSLError),
        socket.create_connection(("127.0.0.1", port), timeout=30) as plain,
    ):
        channel = context.wrap_socket(plain) if context else plain
        channel.sendall(request)
        while more := channel.recv(4096):
            said += more
    return said


def test_a_local_cluster_listens_to_this_machine_only(engine: DaskEngine) -> None:
    assert {address for address, _ in listening(engine)} == {"127.0.0.1"}
    addresses = [engine._client.scheduler.address, *engine._client.nthreads()]
    assert all(address.startswith("tls://127.0.0.1:") for address in addresses)


def test_a_local_cluster_says_nothing_without_its_certificate(engine: DaskEngine) -> None:
    """Neither in plain text nor by TLS; and the ports of pages have none."""
    stranger = ssl.create_default_context()
    stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
    silent, without_pages = set(), 0
    for _, port in listening(engine):
        said = answer(port, b"GET / HTTP/1.0\r\n\r\n")
        if not said:
            silent.add(port)
            assert answer(port, b"", stranger) == b""
            continue
        without_pages += 1
        for page in (
            "",
            "health",
            "status",
            "metrics",
            "json/counts.json",
            "info/main/workers.html",
        ):
            said = answer(port, f"GET /{page} HTTP/1.0\r\n\r\n".encode())
            assert said.startswith(b"HTTP/1.1 404"), said
    addresses = (engine._client.scheduler.address, *engine._client.nthreads())
    assert {int(address.rpartition(":")[2]) for address in addresses} <= silent
    assert without_pages, "or it was not tried"


def test_who_lacks_the_certificate_of_a_local_cluster_is_refused(engine: DaskEngine) -> None:
    """So is who has that of another cluster, by scheduler and workers."""
    own, other = engine._client.security, distributed.Security.temporary()

    async def is_let_in(address: str, security: distributed.Security | None) -> bool:
        given = security.get_connection_args("client") if security else {}
        with suppress(OSError):
            comm = await connect(address, timeout=2, **given)
            comm.abort()
            return True
        return False

    for address in (engine._client.scheduler.address, *engine._client.nthreads()):
        assert asyncio.run(is_let_in(address, own))
        assert not asyncio.run(is_let_in(address, other))
        assert not asyncio.run(is_let_in(address.replace("tls://", "tcp://"), None))


def test_what_goes_wrong_on_a_worker_goes_wrong_here(engine: DaskEngine, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"body": "b"}\n')
    corpus = open_corpus([tmp_path])
    normalizer = Normalizer(Normalization("lower"), Vocabulary(["the"]))
    with pytest.raises(CorpusError, match=r"a.jsonl:1: expected a field 'text'"):
        count_corpus(corpus, normalizer, engine=engine)


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "SECONDS_TO_CONNECT", 1)
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        with (
            pytest.raises(EmbedAdaptError, match=f"scheduler {address}: expected the address of"),
            dask_engine(address),
        ):
            pass


@pytest.mark.parametrize("name", ["", "nowhere.pem", "no certificate"])
def test_a_missing_certificate_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "no certificate").write_text("a text")
    given = str(tmp_path / name) if name else None
    with (
        distributed.dask.config.set({"distributed.comm.tls.ca-file": given}),
        pytest.raises(EmbedAdaptError, match="Name the files of your certificates") as caught,
        dask_engine("tls://127.0.0.1:9"),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[distributed\]'"):
        dask_engine().__enter__()


def test_a_local_cluster_without_certificates_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(MissingExtraError, match=r"the package cryptography, .*\[distributed\]'"):
        dask_engine().__enter__()


def test_options_of_another_engine_are_refused(tmp_path: Path) -> None:
    given = ["adapt", str(GLOVE), str(ROOT / "corpora/en"), "-o", str(tmp_path / "x")]
    done = CliRunner().invoke(app, [*given, "--workers", "2"])
    assert done.exit_code == 1
    assert (
        done.stderr
        == "embedadapt: --workers: expected --engine dask with it, found --engine here.\n"
    )


@contextmanager
def started(folder: Path, **environment: dict[str, str]) -> Iterator[str]:
    """The address of a scheduler started as a user starts it, with two workers.

    environment: what "dask_scheduler" or "dask_worker" is given besides.
    """
    told = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    options = {
        "dask_scheduler": ["--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
        "dask_worker": ["--nworkers", "2", "--nthreads", "1", "--scheduler-file", str(told)],
    }
    processes = []
    try:
        for name, given in options.items():
            command = [sys.executable, "-m", f"distributed.cli.{name}", *given]
            env = {**os.environ, **environment.get(name, {})}
            processes.append(subprocess.Popen(command, env=env, **quiet))
            while not told.exists() or not told.read_text():
                time.sleep(0.1)
        yield json.loads(told.read_text())["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "where"), [("dask_scheduler", "scheduler"), ("dask_worker", "worker tcp://")]
)
def test_another_version_is_one_line(tmp_path: Path, who: str, where: str) -> None:
    (tmp_path / "embedadapt-0.0.1.dist-info").mkdir()
    (tmp_path / "embedadapt-0.0.1.dist-info/METADATA").write_text(
        "Name: embedadapt\nVersion: 0.0.1"
    )
    with (
        started(tmp_path, **{who: {"PYTHONPATH": str(tmp_path)}}) as address,
        pytest.raises(EmbedAdaptError, match=f"^{where}.*: expected embedadapt .*, found 0.0.1"),
        dask_engine(address),
    ):
        pass


def hang(part: int, folder: Path) -> list[int]:
    """Stops the worker that does 2 first, as a machine without memory or network does."""
    again = any(folder.glob(f"{part}-*"))
    (folder / f"{part}-{os.getpid()}").touch()
    if part == 2 and not again:
        os.kill(os.getpid(), signal.SIGSTOP)
    return [part]


def wake(pid: int) -> None:
    with suppress(ProcessLookupError):  # it was given up
        os.kill(pid, signal.SIGCONT)


@pytest.mark.slow
def test_a_worker_that_hangs_at_work_costs_its_part(engine: DaskEngine, tmp_path: Path) -> None:
    found = engine.map_reduce(hang, range(4), join_lists, engine.share(tmp_path))
    assert found == [0, 1, 2, 3]
    for tried in tmp_path.glob("2-*"):
        wake(int(tried.name.split("-")[1]))
    assert engine.map_reduce(hang, range(4), join_lists, engine.share(tmp_path)) == found


@pytest.mark.slow
def test_a_worker_that_hangs_between_sync_rounds_changes_nothing(
    engine: DaskEngine, text: EncodedCorpus
) -> None:
    settings = SETTINGS.but(sync_rounds=20)
    expected = trained(text, settings, HERE)
    to_stop: list[int] = []
    stopped: list[int] = []

    def stop(progress: Progress, /) -> None:
        if progress.done > text.n_tokens / 2 and to_stop:
            os.kill(to_stop[0], signal.SIGSTOP)
            stopped.append(to_stop.pop())

    for which in (0, 1):
        to_stop.append(workers_of(engine)[which])
        inputs, outputs = start(text)
        train(inputs, outputs, text, settings, engine=engine, on_progress=stop)
        assert len(stopped) == which + 1
        wake(stopped[which])
        assert_array_equal(np.concatenate([inputs, outputs]), expected)
        assert_array_equal(trained(text, settings, engine), expected)


@pytest.mark.slow
def test_a_worker_that_hangs_while_counting_changes_nothing(
    engine: DaskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "SMALLEST", 1)
    corpus = open_corpus([ROOT / "corpora/en/licences"])
    normalizer = Normalizer(Normalization("lower"), Vocabulary([]))
    pid = workers_of(engine)[0]
    child = subprocess.Popen(
        [sys.executable, "-c", f"import os, time; time.sleep(0.3); os.kill({pid}, 19)"]
    )
    here, there = (count_corpus(corpus, normalizer, engine=e) for e in (HERE, engine))
    child.wait()
    wake(pid)
    assert there.vocabulary.words == here.vocabulary.words
    assert_array_equal(there.vocabulary.counts, here.vocabulary.counts)


@pytest.mark.slow
def test_a_scheduler_of_one_s_own_adapts_to_the_bytes_of_this_process(tmp_path: Path) -> None:
    corpus = [str(path) for path in sorted((ROOT / "corpora/en/licences").glob("[a-c]*.txt"))]
    files = [tmp_path / "there", tmp_path / "here"]
    few = ["--epochs", "1", "--dimensions", "0", "--sync-rounds", "3", "--no-verdict", "-q"]
    given = ["adapt", str(GLOVE), *corpus, *few]
    with started(tmp_path) as address:
        engine = ["--engine", "dask", "--scheduler", address, "--workers", "2"]
        done = CliRunner().invoke(app, [*given, "-o", str(files[0]), *engine])
    assert done.exit_code == 0, done.stderr
    from embedadapt import AdaptationConfig, adapt

    config = AdaptationConfig.of(epochs=1, dimensions=0, shards=2, sync_rounds=3)
    adapt(GLOVE, corpus, config, output=files[1], evaluate=False)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.slow
def test_workers_learn_what_one_process_does(engine: DaskEngine) -> None:
    """On the licences, from noise, four shards on two workers."""
    corpus = open_corpus([ROOT / "corpora/en/licences"])
    normalizer = Normalizer(Normalization("lower"), Vocabulary([]))
    counts = count_corpus(corpus, normalizer, engine=engine)
    kept = counts.vocabulary.select(np.flatnonzero(counts.vocabulary.counts >= 5))
    whole = encode_corpus(corpus, kept, normalizer, engine=engine)
    shuffled = whole.shuffled(np.random.default_rng(1))
    settings = TrainingSettings.of(mode="fast", sync_rounds=20)
    losses = []
    for shards in (0, 4):
        inputs, outputs = start(shuffled, 50)
        train(inputs, outputs, shuffled, settings.but(shards=shards), engine=engine)
        losses.append(held_out_loss(inputs, outputs, shuffled, settings))
    assert losses[1] < 1.02 * losses[0]
