"""Bad input at the front door: one clear line with the place, its own exit status, nothing left."""

import gzip
import os
import pickle
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli import app
from embedadapt.core.adapter import Adapter
from embedadapt.core.normalization import Normalization
from embedadapt.core.progress import Progress
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.workflows.adapt import adapt
from tests.processes import environment

RUNNER = CliRunner()

SENTENCE = "the lessor shall indemnify the lessee under this agreement and pay all rent. "
OTHER_SENTENCE = "the lessee shall pay the lessor. "
WORDS = dict.fromkeys(SENTENCE.rstrip(". ").split(" "))


class Marker:
    """Unpickled, it leaves a file behind: evidence that a file was executed."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return (open, ("EXECUTED", "w"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good and bad files of every kind, as the current one."""
    monkeypatch.chdir(tmp_path)
    write_tables(tmp_path)
    write_corpora(tmp_path)
    write_adapters(tmp_path)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    return tmp_path


def write_tables(folder: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [f"{word} {' '.join(f'{x:.4f}' for x in rng.normal(size=4))}\n" for word in WORDS]
    good = "".join(rows)
    texts = {
        "good.txt": good,
        "other.txt": "".join(rows[:-1]),
        "empty.txt": "",
        "short.txt": "".join(rows[:4]) + "tenant 0.1 0.2 0.3\n" + "".join(rows[4:]),
        "nan.txt": "".join(rows[:4]) + "tenant 0.1 nan 0.3 0.4\n" + "".join(rows[4:]),
        "zeros.txt": "".join(f"{word} 0 0 0 0\n" for word in WORDS),
        "zero-word.txt": "".join(["lessor 0 0 0 0\n", rows[0], *rows[2:]]),
        "one-word.txt": rows[0],
        "wide.txt": "".join(f"{row.rstrip()} 0.5\n" for row in rows),
        "prose.txt": "No vectors here, only prose.\nAnd a second line of it.\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    save_vectors(load_vectors(folder / "good.txt"), folder / "good.bin")
    save_vectors(load_vectors(folder / "good.txt"), folder / "good.safetensors")
    for name in ("good.bin", "good.safetensors"):
        content = (folder / name).read_bytes()
        (folder / name.replace("good", "cut")).write_bytes(content[: len(content) * 2 // 3])
    (folder / "cut.gz").write_bytes(gzip.compress(good.encode())[:-20])
    for name in ("model.kv", "model.bin", "model.txt"):
        (folder / name).write_bytes(pickle.dumps({"vectors": Marker()}))


def write_corpora(folder: Path) -> None:
    (folder / "corpus").mkdir()
    for number in range(20):
        (folder / "corpus" / f"{number}.txt").write_text(SENTENCE * 20 + OTHER_SENTENCE * number)
    (folder / "no-files").mkdir()
    (folder / "unknown-words").mkdir()
    for number in range(3):
        (folder / "unknown-words" / f"{number}.txt").write_text("xyzzy plugh frotz. " * 10)
    (folder / "repeated.txt").write_text((SENTENCE + "\n\n") * 400)
    (folder / "numbers.txt").write_text("17 4 1999 3.14 2,000\n" * 400)
    without_end = (SENTENCE + OTHER_SENTENCE).replace(".", "") * 1_000
    (folder / "one-line.txt").write_text(without_end)
    (folder / "no-end.txt").write_text(without_end.replace("lessee", "lessee\n"))
    (folder / "one-word-sentences.txt").write_text("lessor.\n\nlessee.\n\nrent.\n\n" * 200)
    (folder / "blank.txt").write_text(" \n\n")
    (folder / "damaged.txt").write_bytes("the lessor, caf\u00e9s \u20ac\n".encode() + b"\xe9")
    (folder / "broken.jsonl").write_text('{"text": "the lessor"}\n{"text": \n')
    (folder / "fieldless.jsonl").write_text('{"body": "the lessor"}\n')


def write_adapters(folder: Path) -> None:
    adapter = Adapter(
        vocabulary=Vocabulary(["lessor"], np.array([7])),
        base_rows=np.array([0], dtype=np.int32),
        starts=np.zeros((0, 4), dtype=np.float32),
        delta=np.ones((1, 4), dtype=np.float32),
        dimensions=np.ones((1, 2), dtype=np.float32),
        surface_forms={},
        normalization=Normalization(),
        base_fingerprint=load_vectors(folder / "other.txt").fingerprint,
    )
    save_adapter(adapter, folder / "other.adapter")
    wide = replace(
        adapter,
        starts=np.zeros((0, 5), dtype=np.float32),
        delta=np.ones((1, 5), dtype=np.float32),
        base_fingerprint=load_vectors(folder / "wide.txt").fingerprint,
    )
    save_adapter(wide, folder / "wide.adapter")
    content = (folder / "other.adapter").read_bytes()
    (folder / "cut.adapter").write_bytes(content[:-10])


def files_under(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}


ADAPT = "adapt good.txt corpus -q -o new.adapter"

BAD_INPUT = {
    # what it is: (command line, what its one line must say)
    "a missing file": ("inspect nowhere.txt", "nowhere.txt"),
    "a missing file, on the way to an adapter": (
        "adapt nowhere.txt corpus -q -o new.adapter",
        "nowhere.txt",
    ),
    "an empty file": ("inspect empty.txt", "empty.txt"),
    "a folder that is no pipeline": ("inspect thesis", "thesis"),
    "prose": ("inspect prose.txt", r"prose.txt"),
    "a truncated binary": ("inspect cut.bin", r"cut\.bin"),
    "a truncated native file": ("inspect cut.safetensors", r"cut\.safetensors"),
    "a truncated gzip": ("inspect cut.gz", r"cut\.gz"),
    "a row that is too short": ("inspect short.txt", r"short\.txt, line 5.*expected 4 .*found 3"),
    "a row of NaN": ("inspect nan.txt", r"nan\.txt, line 5.*nan"),
    "a pickle": ("inspect model.kv", r"model\.kv.*pickle"),
    "a pickle that calls itself binary": ("inspect model.bin", r"model\.bin.*pickle"),
    "a pickle that calls itself text": ("inspect model.txt", r"model\.txt.*pickle"),
    "an adapter for a table": ("inspect other.adapter", r"other\.adapter.*adapter"),
    "a missing corpus": ("oov good.txt nowhere", "nowhere"),
    "a corpus without files": ("oov good.txt no-files", "no-files"),
    "a corpus without words": ("oov good.txt blank.txt", "blank.txt"),
    "damaged UTF-8": ("oov good.txt damaged.txt", r"damaged\.txt.*0xE9 at position 23"),
    "a broken line of JSON": ("oov good.txt broken.jsonl", r"broken\.jsonl.*2"),
    "JSON without the field": ("oov good.txt fieldless.jsonl", r"fieldless\.jsonl.*1.*'text'"),
    "a corpus without a known word": (
        "adapt good.txt unknown-words -q -o new.adapter",
        "no.* word",
    ),
    "a missing adapter": ("neighbors good.txt lessor --adapter nowhere.adapter", "nowhere.adapter"),
    "no adapter at all": ("neighbors good.txt lessor --adapter prose.txt", "prose.txt"),
    "a table for an adapter": (
        "neighbors good.txt lessor --adapter good.safetensors",
        r"good\.safetensors.*adapter",
    ),
    "a truncated adapter": ("neighbors good.txt lessor --adapter cut.adapter", "cut.adapter"),
    "an adapter of another table": (
        "neighbors good.txt lessor --adapter other.adapter",
        "expected its base",
    ),
    "an adapter of another table, evaluated": (
        "evaluate good.txt other.adapter corpus -q",
        "expected its base",
    ),
    "an adapter of another table, exported": (
        "export good.txt --adapter other.adapter --lang en -o new",
        "expected its base",
    ),
    "a word nobody knows": ("neighbors good.txt xyzzy", "xyzzy"),
    "an adapter into a missing folder": (
        "adapt good.txt corpus -q -o nowhere/new.adapter",
        "nowhere/new.adapter",
    ),
    "an adapter over a folder": ("adapt good.txt corpus -q -o thesis", "thesis"),
    "a page into a missing folder": ("oov good.txt corpus --html nowhere/a.html", "nowhere"),
    "a pipeline over somebody's folder": ("export good.txt --lang en -o thesis", "thesis"),
    "a pipeline into a missing folder": ("export good.txt --lang en -o nowhere/new", "nowhere"),
    "a pipeline without a language": ("export good.txt -o new", "--lang"),
    "a pipeline in no language": ("export good.txt --lang qqq -o new", "qqq"),
    "a table into a missing folder": (
        "export good.txt --to safetensors -o nowhere/new.safetensors",
        "nowhere",
    ),
    "one sentence again and again": (
        "adapt good.txt repeated.txt -q -o new.adapter",
        "different sentences, found one, 3.. times",
    ),
    "only numbers": (
        "adapt good.txt numbers.txt -q -o new.adapter",
        "at least one word of the base",
    ),
    "sentences of one word": (
        "adapt good.txt one-word-sentences.txt -q -o new.adapter",
        "at least two words",
    ),
    "a table of zeros": (
        "adapt zeros.txt corpus -q -o new.adapter",
        r"zeros\.txt.*other than zero",
    ),
    "an adapter of another width": (
        "neighbors wide.txt lessor --adapter other.adapter",
        r"its base \(4 dimensions.*found wide\.txt \(5 dimensions",
    ),
    "adapters that do not go together": (
        "adapter merge other.adapter wide.adapter -o new.adapter",
        r"one base, found \(4 dimensions.*\(5 dimensions",
    ),
    "two adapters, three scales": (
        "export other.txt --adapter other.adapter --adapter other.adapter --scale 1 "
        "--scale 1 --scale 1 --lang en -o new",
        "scale: expected one number, or one for each",
    ),
    "a budget and a scale": (
        "export other.txt --adapter other.adapter --scale 1 --max-drift 1 --lang en -o new",
        "no --scale",
    ),
    "a budget above everything": (
        "export other.txt --adapter other.adapter --budget 90 --lang en -o new",
        "budget: expected a number from 0 to 1",
    ),
    "checkpoints at no time": (f"{ADAPT} --checkpoint-every 0", "checkpoint_every"),
    "no epochs below zero": (f"{ADAPT} --epochs -1", "epochs"),
    "a min_count above everything": (f"{ADAPT} --min-count 1000000", "min_count: .* at most"),
    "no thread": (f"{ADAPT} --threads 0", "threads"),
    "a learning rate of nothing": (f"{ADAPT} --learning-rate nan", "learning_rate"),
    "everything held out": (f"{ADAPT} --held-out 1", "held_out"),
    "a gate above one": ("oov good.txt corpus --fail-above 2", "--fail-above"),
    "a baseline that is not there": ("oov good.txt corpus --baseline no.json", "no.json"),
    "a baseline that is half a report": (
        "oov good.txt corpus --baseline broken.jsonl",
        "half of it",
    ),
    "a baseline for several tables": (
        "oov good.txt other.txt --baseline good.txt -- corpus",
        "expected one table",
    ),
    "tables without a corpus": ("oov good.txt other.txt --", "one --, and a corpus"),
    "phrases whose words stand apart": (f"{ADAPT} --phrases good.txt", "joined by _"),
    "phrases over the corpus": ("prepare corpus --phrases corpus/0.txt", "an input|inside"),
    "a scale below zero": ("export good.txt --lang en -o new --scale -1", "scale"),
    "a scale above one": ("export good.txt --lang en -o new --scale 5", "to 1, plain continued"),
    "a scale of neighbors": ("neighbors good.txt a --scale 5", "to 1, plain continued"),
}


@pytest.mark.parametrize(("line", "says"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_one_line_that_names_it(here: Path, line: str, says: str) -> None:
    before = files_under(here)
    result = RUNNER.invoke(app, line.split(" "))
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert re.fullmatch(r"embedadapt: [^\n]+\n", result.stderr), result.stderr
    assert re.search(says, result.stderr)
    assert files_under(here) == before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("good.txt corpus --epochs 2", "found one of epochs 1"),
        ("zero-word.txt corpus --epochs 1", "found one of another base"),
        ("good.txt one-line.txt --epochs 1", "found one of another corpus"),
    ],
)
def test_a_checkpoint_of_another_run_is_one_line(here: Path, given: str, says: str) -> None:
    def interrupt(progress: Progress, /) -> None:
        if progress.stage == "domain dimensions":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adapt(
            *("good.txt", "corpus", AdaptationConfig.of(epochs=1)),
            output="begun.adapter",
            checkpoint_every=1,
            on_progress=interrupt,
        )
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    line = f"adapt {given} -q -o begun.adapter --checkpoint-every 1"
    result = RUNNER.invoke(app, line.split(" "))
    assert result.exit_code == 1
    assert re.fullmatch(r"embedadapt: begun\.adapter\.checkpoint/1\.[^\n]+\n", result.stderr)
    assert says in result.stderr
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("given", "shows"),
    [
        ("good.txt one-line.txt", "12 known words"),
        ("good.txt no-end.txt", "known words"),
        ("zero-word.txt corpus", "known words"),
        ("one-word.txt corpus", "1 known word, 11 new words"),
        ("wide.txt corpus", "known words"),
    ],
)
@pytest.mark.usefixtures("here")
def test_odd_input_is_let_in(given: str, shows: str) -> None:
    """One enormous line, no sentence end, a zero, one word, 5 dimensions."""
    result = RUNNER.invoke(app, f"adapt {given} -q -o new.adapter".split(" "))
    assert result.exit_code == 0, result.stderr
    assert re.search(shows, result.stdout), result.stdout
    adapter = load_adapter("new.adapter")
    for values in (adapter.starts, adapter.delta, adapter.dimensions):
        assert np.isfinite(values).all()
    assert adapter.scores["held_out_documents"] > 0


@pytest.mark.usefixtures("here")
def test_good_input_is_let_in() -> None:
    """So that the lines above fail for their own reason."""
    for line in ("inspect good.txt", "inspect good.bin", "oov good.txt corpus", ADAPT):
        result = RUNNER.invoke(app, line.split(" "))
        assert result.exit_code == 0, result.stderr


@pytest.mark.usefixtures("here")
def test_the_gate_has_an_exit_status_of_its_own() -> None:
    missing = ["oov", "other.txt", "corpus", "--fail-above"]
    assert RUNNER.invoke(app, [*missing, "0.01"]).exit_code == 3
    assert RUNNER.invoke(app, [*missing, "0.5"]).exit_code == 0


@pytest.mark.usefixtures("here")
def test_a_usage_error_has_another() -> None:
    assert RUNNER.invoke(app, ["adapt", "good.txt"]).exit_code == 2
    assert RUNNER.invoke(app, [*ADAPT.split(" "), "--mode", "warp"]).exit_code == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal and a signal")
def test_ctrl_c_in_training_leaves_what_was_there(here: Path) -> None:
    (here / "new.adapter").write_text("of last week")
    before = files_under(here)
    command = [Path(sys.executable).with_name("embedadapt"), "adapt", "good.txt", "corpus"]
    with on_a_terminal([*command, "-o", "new.adapter", "--epochs", "100000000"]) as running:
        process, terminal = running
        assert b"continued training" in read_until(terminal, b"continued training")
        process.send_signal(signal.SIGINT)
        shown = read_until(terminal, None).decode()
        assert process.wait() == 130
    assert shown.rstrip().splitlines()[-1].endswith("embedadapt: interrupted; nothing was written.")
    assert "Traceback" not in shown
    assert files_under(here) == before
    assert (here / "new.adapter").read_text() == "of last week"


@contextmanager
def on_a_terminal(command: list[str | Path]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process whose stderr is a terminal, so that it shows its progress; ended if need be."""
    import pty

    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=its_end,
        stderr=its_end,
        env=environment(COLUMNS="100"),
    )
    os.close(its_end)
    try:
        yield process, terminal
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def read_until(terminal: int, text: bytes | None, *, seconds: float = 600) -> bytes:
    """What a terminal shows until `text` appears, or until its process ends."""
    shown = b""
    deadline = time.monotonic() + seconds
    while text is None or text not in shown:
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(shown.decode(errors="replace")[-2000:])
        try:
            more = os.read(terminal, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not more:
            break
        shown += more
    return shown
