"""Names that are not UTF-8 or that a terminal obeys, pipes, and small files of the wrong shape."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from srsly import msgpack
from typer.testing import CliRunner

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli import app
from embedadapt.core.errors import FormatError
from embedadapt.core.progress import Progress
from embedadapt.core.vectors import Provenance
from embedadapt.export.card import Card
from embedadapt.export.targets import TARGETS
from embedadapt.formats import load_vectors
from embedadapt.formats.spacy import read as read_pipeline
from embedadapt.workflows.adapt import adapt
from tests.core.make import BASE
from tests.processes import environment

RUNNER = CliRunner()
LATIN = os.fsdecode(b"caf\xe9")
TABLE = "the 0.5 1\nlessee 2 -3\nlessor 1 1\n"
TEXT = "the lessee pays the lessor.\nthe lessor then gives thanks to the lessee.\n" * 20

linux = pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are Linux's")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("t.vec").write_text(TABLE)
    Path("c.txt").write_text(TEXT)
    return tmp_path


def failing(line: list[str]) -> str:
    """The one line on stderr of a command that ends with status 1."""
    result = RUNNER.invoke(app, line)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert re.fullmatch(r"embedadapt: [^\n]+\n", result.stderr), result.stderr
    return result.stderr


@linux
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.usefixtures("here")
def test_a_table_whose_name_is_not_utf8_is_exported(target: str) -> None:
    Path(f"{LATIN}.vec").write_text(TABLE)
    suffix = {"numpy": ".npy", "safetensors": ".safetensors"}.get(target, "")
    options = ["--lang", "en"] if target == "spacy" else []
    line = ["export", f"{LATIN}.vec", "--to", target, *options, "-o", f"out{suffix}"]
    result = RUNNER.invoke(app, line)
    if target in ("fasttext-bin", "floret"):  # of a base with n-grams, or of enough words, only
        assert not isinstance(result.exception, UnicodeError), result.exception
        return
    assert result.exit_code == 0, result.stderr
    assert Path(f"out{suffix}").exists()


@linux
@pytest.mark.usefixtures("here")
def test_a_target_whose_name_is_not_utf8_is_written_and_named() -> None:
    line = ["export", "t.vec", "--to", "glove", "-o", f"{LATIN}-out"]
    call = [sys.executable, "-m", "embedadapt", *line]
    done = subprocess.run(call, capture_output=True, env=environment(LC_ALL="C.UTF-8"))
    assert done.returncode == 0, done.stderr
    assert b"-out, 3 words x 2 dim" in done.stdout
    assert Path(f"{LATIN}-out").exists()


@linux
@pytest.mark.usefixtures("here")
def test_a_document_whose_name_is_not_utf8_is_prepared_and_counted() -> None:
    Path(f"{LATIN}.txt").write_text(TEXT)
    assert RUNNER.invoke(app, ["prepare", f"{LATIN}.txt", "-o", "p.jsonl"]).exit_code == 0
    for form in (["--json"], ["--html", "a.html"], ["--csv", "a.csv"], []):
        result = RUNNER.invoke(app, ["oov", "t.vec", f"{LATIN}.txt", *form])
        assert result.exit_code == 0, result.exception
    assert RUNNER.invoke(app, ["oov", "t.vec", "p.jsonl"]).exit_code == 0


@linux
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["a\x1b[31mred", "a\x9b31m", "a\u202etxt.exe", "a\tb\rc", LATIN])
def test_an_error_line_shows_a_name_and_obeys_nothing(name: str) -> None:
    for line in (
        ["inspect", name],
        ["oov", "t.vec", name],
        ["oov", "t.vec", "c.txt", "--baseline", name],
    ):
        said = failing(line)
        assert said[:-1].isprintable(), said


def test_nothing_in_a_model_card_is_markup() -> None:
    name = "a[x](http://x)<img src=x>`b`\n# c\x1b.vec"
    base = replace(BASE, provenance=Provenance("glove", name, notes=(f"the first: {name}",)))
    text = Card(name, "gensim", base, base).render()
    assert "\x1b" not in text and "\n# c" not in text
    assert "<img" not in text.split("---", 2)[2].replace("\\<img", "").partition("```")[0]
    code = text.partition("```python\n")[2].partition("\n```")[0]
    opened = re.search(r'KeyedVectors.load\((".*"), mmap', code)
    assert opened and eval(opened[1]) == name


@linux
@pytest.mark.usefixtures("here")
def test_vectors_from_a_pipe_are_refused_and_text_is_read() -> None:
    os.mkfifo("pipe")
    assert "found a pipe" in failing(["oov", "pipe", "c.txt"])
    assert "found a pipe" in failing(["inspect", "pipe"])
    writer = threading.Thread(target=lambda: Path("pipe").write_text(TEXT))
    writer.start()
    result = RUNNER.invoke(app, ["oov", "t.vec", "pipe"])
    writer.join()
    assert result.exit_code == 0, result.stderr
    assert "found a device" in failing(["oov", "t.vec", "/dev/zero"])
    assert "found a device" in failing(["inspect", "/dev/zero"])
    show, near = ["adapter", "show"], ["neighbors", "t.vec", "the", "--adapter"]
    for line in (show, ["adapter", "settings"], near):
        assert "found a pipe" in failing([*line, "pipe"])
        assert "found a device" in failing([*line, "/dev/zero"])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "content",
    [
        '{"words":' + "[" * 100_000,
        '{"format": 1, "words": [3]}',
        '{"format": "x", "words": []}',
        '{"format": 1e999, "words": []}',
        "{",
    ],
    ids=lambda content: content[:20],
)
def test_a_malformed_baseline_is_one_line(content: str) -> None:
    Path("baseline").write_text(content)
    assert "baseline" in failing(["oov", "t.vec", "c.txt", "--baseline", "baseline"])


@pytest.mark.usefixtures("here")
def test_a_row_of_a_baseline_that_ends_early_is_passed_over() -> None:
    Path("baseline").write_text("count,word\n1\n2,pays\n3,thanks\n")
    result = RUNNER.invoke(app, ["oov", "t.vec", "c.txt", "--baseline", "baseline"])
    assert result.exit_code in (0, 3), result.exception


@pytest.mark.parametrize("key", [-1, 2**64 - 1, "the", 1.5, None])
def test_a_spacy_table_with_an_odd_key_is_one_line(tmp_path: Path, key: object) -> None:
    vocab = tmp_path / "p" / "vocab"
    vocab.mkdir(parents=True)
    with (vocab / "vectors").open("wb") as stream:
        np.save(stream, np.ones((2, 2), np.float32))
    (vocab / "key2row").write_bytes(msgpack.packb({key: 0}))
    (vocab / "strings.json").write_text('["the"]')
    with pytest.raises(FormatError, match=r"key2row|at least one word") as caught:
        read_pipeline(tmp_path / "p")
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("here")
def test_ctrl_c_while_judging_tells_where_to_go_on(interrupting: Callable[..., None]) -> None:
    for number in range(12):
        Path(f"{number}.txt").write_text(TEXT + "the lessor pays rent.\n" * number)
    with pytest.raises(KeyboardInterrupt, match=r"resumes from a\.adapter\.checkpoint"):
        adapt(
            *("t.vec", [f"{number}.txt" for number in range(12)], AdaptationConfig.of(epochs=1)),
            output="a.adapter",
            checkpoint_every=1e-6,
            on_progress=interrupting,
        )
    assert not Path("a.adapter").exists()
    assert load_vectors("t.vec").vocabulary.words == ("the", "lessee", "lessor")


@pytest.fixture
def interrupting() -> Callable[[Progress], None]:
    """A listener that interrupts as soon as both trainings are done and something else begins."""
    trained: list[str] = []

    def listen(progress: Progress, /) -> None:
        if "domain dimensions" in trained and progress.stage not in trained:
            raise KeyboardInterrupt
        trained.append(progress.stage)

    return listen
