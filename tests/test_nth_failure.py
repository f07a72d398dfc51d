"""A failure at any write, flush or rename leaves the old output or the new one, and one line."""

import importlib
import random
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
N_POINTS = 200
"""Tried in each run of the tests, over all jobs; `scripts/nth_failure.py` tries every one."""
SLOW = (
    "adapt",
    "adapt --threads 2",
    "adapt --checkpoint-every",
    "export --to spacy",
    "export --to static-embedding",
)
"""Jobs that take a second a point, of which a few are drawn."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc, and forks")


@pytest.fixture
def nth(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("nth_failure")


def test_points_drawn_at_random(nth: ModuleType, tmp_path: Path) -> None:
    rng, n_tried, n_points = random.Random(1), 0, 0
    n_each = N_POINTS // (len(nth.JOBS) - len(SLOW))
    for number, name in enumerate(sorted(nth.JOBS)):
        job = nth.prepare(name, tmp_path / str(number) / "before")
        points = job.points
        drawn = rng.sample(points, min(len(points), 4 if name in SLOW else n_each))
        assert nth.try_points(job, drawn) == []
        n_tried, n_points = n_tried + len(drawn), n_points + len(points)
    warnings.warn(f"{n_tried} of {n_points} points tried", stacklevel=1)  # pytest prints it
    assert n_tried > N_POINTS / 2


def test_a_fault_is_found(nth: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing in place is what the other test must notice."""

    def in_place(path: Path, text: str) -> None:
        path.write_text(text)

    monkeypatch.setattr(importlib.import_module("embedadapt.cli.oov"), "write_text", in_place)
    job = nth.prepare("oov --html", tmp_path / "before")
    written = job.seen.index("write")  # behind `open`, which leaves an empty file already
    points = [(at, way) for at, way in job.points if at in (written, written + 1)]
    faults = nth.try_points(job, points)
    assert all(any(way in fault for fault in faults) for way in nth.WAYS), faults
