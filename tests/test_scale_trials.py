"""The trials of scripts/scale_trials.py at their smallest sizes."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and waits for signals")
QUICK = ("distinct words", "bytes in one line", "rows of a cut file", "threads", "forks")


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "scripts"))
    return importlib.import_module("scale_trials")


@pytest.mark.parametrize("name", QUICK)
def test_small_trials(trials: ModuleType, name: str) -> None:
    assert trials.try_out(name, share=0.0)[1] == ""


@pytest.mark.slow
def test_trials_of_many_commands(trials: ModuleType) -> None:
    for name in set(trials.TRIALS) - set(QUICK):
        assert trials.try_out(name, share=0.0)[1] == "", name


def test_a_fault_is_found(trials: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong count, and results of threads that differ."""
    monkeypatch.setattr(trials, "counted", lambda *_: (None, (1, 1)))
    assert "found (1, 1)" in trials.try_out("bytes in one line", share=0.0)[1]
    numbers = iter(range(100))
    monkeypatch.setattr(trials, "use", lambda _: [next(numbers)])
    assert "expected [0], found [1]" in trials.try_out("threads", share=0.0)[1]
