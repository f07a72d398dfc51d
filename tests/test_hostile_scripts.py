"""The scripts that feed the loaders broken files: what they count is what happened."""

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from embedadapt.core.errors import FormatError

SCRIPTS = Path(__file__).parent.parent / "scripts"


@pytest.fixture(autouse=True)
def scripts_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


@pytest.fixture
def bounded() -> ModuleType:
    return importlib.import_module("bounded")


def fail() -> None:
    raise ValueError("no")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: {"n": 3}, {"value": {"n": 3}}),
        (fail, {"error": "ValueError", "text": "no"}),
        (lambda: bytearray(2**31), {"error": "MemoryError"}),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), {"end": "SIGKILL"}),
        (lambda: os._exit(7), {"end": "status 7"}),
    ],
    ids=["a value", "an error", "much memory", "a crash", "an exit"],
)
def test_every_end_is_told(bounded: ModuleType, call: Any, expected: dict[str, Any]) -> None:
    found = bounded.run_bounded(call, seconds=600, n_bytes=2**28)
    assert {key: found.get(key) for key in expected} == expected


def test_a_hang_is_ended(bounded: ModuleType) -> None:
    found = bounded.run_bounded(lambda: time.sleep(100_000), seconds=0.1, n_bytes=2**28)
    assert found == {"end": "hang", "seconds": 0.1}


def test_a_fuzzed_file_is_the_same_for_the_same_seed() -> None:
    fuzz = importlib.import_module("fuzz_formats")
    sound = bytes(range(256)) * 9
    made = {seed: fuzz.broken(sound, random.Random(seed)) for seed in range(50)}
    assert made == {seed: fuzz.broken(sound, random.Random(seed)) for seed in range(50)}
    assert len(set(made.values())) > 40


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (
            {"fingerprint": "a", "peak": 9, "allowed": 9, "inspected": True, "refused": ""},
            "the same",
        ),
        (
            {"fingerprint": "b", "peak": 9, "allowed": 9, "inspected": True, "refused": ""},
            "another table",
        ),
        ({"fingerprint": "", "peak": 9, "allowed": 9, "inspected": False}, "refused"),
        (
            {"fingerprint": "a", "peak": 10, "allowed": 9, "inspected": True, "refused": ""},
            "FAILED",
        ),
        ({"fingerprint": "a", "peak": 9, "allowed": 9, "inspected": False}, "FAILED"),
        (
            {"fingerprint": "a", "peak": 9, "allowed": 9, "inspected": True, "refused": "no"},
            "FAILED",
        ),
    ],
)
def test_outcomes_are_judged(value: dict[str, Any], outcome: str) -> None:
    fuzz = importlib.import_module("fuzz_formats")
    assert fuzz.judge({"value": value}, "a") == outcome
    assert fuzz.judge({"end": "hang"}, "a") == "FAILED"


def test_a_few_fuzzed_files() -> None:
    call = [SCRIPTS / "fuzz_formats.py", "--cases", "12", "--form", "word2vec binary"]
    done = subprocess.run([sys.executable, *call], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 cases, 0 failed" in done.stdout


@pytest.mark.parametrize(
    ("options", "n_inputs"), [(["--cases", "440"], "20,680"), (["--by=hypothesis"], "470")]
)
def test_inputs_of_every_reader(options: list[str], n_inputs: str) -> None:
    call = [SCRIPTS / "fuzz_readers.py", "--cases", "10", *options]
    done = subprocess.run([sys.executable, *call], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"{n_inputs} inputs in ")
    assert done.stdout.endswith("s, 0 faults\n")


def test_a_reader_that_fails_is_noticed(tmp_path: Path) -> None:
    readers = importlib.import_module("fuzz_readers")
    outcomes = {
        "": lambda path: path.read_bytes(),
        "refused": lambda _: raising(FormatError("a", found="nothing")),
        "ValueError at raising": lambda _: raising(ValueError("no")),
        "MB": lambda _: np.ones(2**25),
    }
    for said, read in outcomes.items():
        fault = readers.fault_of(readers.Reader("a", (), read), b"x", tmp_path)
        assert said in fault and bool(said) == bool(fault)
        together = readers.faults_of(readers.Reader("a", (), read), [b"x", b"y"], tmp_path)
        assert all(said in fault and bool(said) == bool(fault) for fault in together)


def test_other_libraries_give_the_same_vectors() -> None:
    call = [SCRIPTS / "differences.py", "--words", "300", "--unseen", "50"]
    done = subprocess.run([sys.executable, *call], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("0 of 300 ") >= 5
    assert done.stdout.endswith("; 0 differences\n")


def test_a_difference_is_counted() -> None:
    differences = importlib.import_module("differences")
    rows = {"a": np.ones(16, np.float32), "b": np.ones(16, np.float32)}
    others = {"a": np.ones(16, np.float32), "b": np.full(16, 1.1, np.float32)}
    compared = differences.Comparison("others", others.get, rows.get, 1e-6)
    n_different, largest = differences.largest_difference(compared, ["a", "b", "c"])
    assert n_different == 1 and abs(largest - 0.1) < 1e-6
    compared = differences.Comparison("one side", {}.get, rows.get, 1e-6)
    assert differences.largest_difference(compared, ["a", "c"])[0] == 1


def raising(error: Exception) -> None:
    raise error


def test_hostile_files_are_told_from_harmless_ones(tmp_path: Path) -> None:
    files = {
        "ok.vec": (b"2 2\nthe 1 2\nof 3 4\n", {"the": [1, 2], "of": [3, 4]}),
        "other.vec": (b"2 2\nthe 1 2\nof 3 4\n", {"the": [1, 2], "of": [3, 5]}),
        "nan.vec": (b"2 2\nthe 1 2\nof nan 4\n", None),
        "lies.vec": (b"2 2\nthe 1 2\nof 3 4\n", None),
    }
    cases = []
    for name, (content, rows) in files.items():
        (tmp_path / name).write_bytes(content)
        expect = "load" if rows else "error"
        cases.append({"file": name, "kind": "w2v-text", "expect": expect, "rows": rows})
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    call = [SCRIPTS / "hostile_files.py", tmp_path, "--tool", "embedadapt"]
    done = subprocess.run(
        [sys.executable, *map(str, call)], capture_output=True, text=True, check=True
    )
    outcomes = json.loads(done.stdout)
    assert outcomes == ["same table", "WRONG: 2 words", "refused", "LOADED: 2 words"]
    hostile = importlib.import_module("hostile_files")
    right = [hostile.is_right(case["expect"], o) for case, o in zip(cases, outcomes, strict=True)]
    assert right == [True, False, True, False]


@pytest.mark.skipif(sys.platform != "linux", reason="gives devices of Linux")
def test_a_few_paths_that_are_no_files_of_their_kind() -> None:
    call = [SCRIPTS / "special_files.py", "--most", "24"]
    done = subprocess.run([sys.executable, *call], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "24 cases, 0 faults\n"


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        ([1, "embedadapt: no.\n", ""], ""),
        ([1, "Traceback\n", ""], "said 'Traceback"),
        ([1, "embedadapt: no \x1b[31m.\n", ""], "said"),
        ([1, "", "KeyError()"], "KeyError()"),
        ([1, "embedadapt: there is not enough memory for this command.\n", ""], "took too much"),
    ],
)
def test_a_command_that_fails_over_a_path_is_noticed(
    outcome: list[object], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    special_files = importlib.import_module("special_files")
    special_files.lay_out(tmp_path)
    monkeypatch.setattr(special_files, "run", lambda *_: outcome)
    found = special_files.fault_of(tmp_path, "oov", "corpus", "folder")
    assert fault in found and bool(fault) == bool(found)
