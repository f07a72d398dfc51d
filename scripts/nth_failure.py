"""Every write, rename, flush, thread and large array of every command that writes goes wrong once.

    python scripts/nth_failure.py                    all points of all jobs
    python scripts/nth_failure.py --job "oov --html"
    python scripts/nth_failure.py --most 20          so many of each job and way, drawn by --seed

A job is a command over what an earlier run of it wrote. A point is one call that changes a disk (a
file opened for writing, a write, a flush to the disk, a rename, a new folder, a change of rights),
starts a thread, or makes an array of LARGE bytes or more in a module of ours. At each point in turn
the system refuses, as where the disk or the memory is full; or the process gets a signal, SIGINT
(Ctrl-C) or SIGTERM before the call and after it, SIGKILL before it. At arrays, which are many,
the system refuses and SIGINT comes. Then the old output is there whole, or the new one is; nothing
else is left beside it; stderr is one line; and the same command, run again, writes what it would
have written at once. A killed process may leave hidden drafts and NAME.replaced, and a checkpoint
stays to be gone on from.
Exit status 1 on any failure.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bounded import run_bounded
from failing_calls import REFUSED, WAYS, Points, watching
from typer.testing import CliRunner

SECONDS = 600
"""After which a process that was to be killed counts as hanging."""
KILLED = "SIGKILL"
SIGNALED = tuple(way for way in WAYS if way != REFUSED)
LIMITED = {"array": (REFUSED, "Ctrl-C"), "unlink": SIGNALED, "rmdir": SIGNALED}
"""Arrays are many; and what the system refuses to remove stays."""
TABLES = {
    "old.vec": "the 0.5 1 2\nlessee 2 -3 1\nlessor 1 1 0\nrent 0 1 1\n",
    "new.vec": "the 0.5 1 2\nlessee 2 -3 1\nlessor 1 2 0\nrent 0 1 2\nand 1 0 1\n",
    "odd.vec": "the 0.5 1 2\nlessee 2 -3 1\nthe 1 2 0\nrent nan 1 2\nand 1 0 1\n",
}
SENTENCES = "the lessee pays the rent.\nthe lessor and the lessee then give thanks.\n"
TARGETS = {
    "spacy": "out",
    "static-embedding": "out",
    "gensim": "out.kv",
    "word2vec-binary": "out.bin",
    "word2vec-text": "out.txt",
    "glove": "out.txt",
    "numpy": "out.npy",
    "safetensors": "out.safetensors",
}


def _jobs() -> dict[str, str]:
    adapt = "adapt {table}.vec texts -q --epochs 1 -o out.adapter"
    jobs = {
        "adapt": adapt,
        "adapt --threads 2": f"{adapt} --threads 2 --deterministic",
        "adapt --checkpoint-every": f"{adapt} --checkpoint-every 1e-9",
        "oov --html": "oov {table}.vec texts --html out.html",
        "oov --csv": "oov {table}.vec texts --csv out.csv",
        "oov --json": "oov {table}.vec texts --json",
        "prepare": "prepare {table}.txt -o out.jsonl",
        "inspect --repair": "inspect odd.vec --repair out.vec",
    }
    for target, place in TARGETS.items():
        language = " --lang en" if target == "spacy" else ""
        jobs[f"export --to {target}"] = f"export {{table}}.vec --to {target}{language} -o {place}"
    return jobs


JOBS = _jobs()
"""Command lines; {table} is old, then new."""


@dataclass(frozen=True)
class Outcome:
    """status: of the command. said: on stderr. points: calls that were seen."""

    status: int
    said: str
    points: tuple[str, ...]
    error: str = ""


def run(line: str, folder: Path, at: int = 0, way: str = REFUSED) -> Outcome:
    """One command in a folder, in this process; `at` 0 lets everything go well."""
    from embedadapt.cli import app

    points = Points(folder, at, way)
    with chdir(folder), watching(points):
        result = CliRunner().invoke(app, line.split(" "))
    if "--json" in line and result.stdout:
        (folder / "printed.json").write_text(result.stdout)
    error = "" if isinstance(result.exception, SystemExit | None) else repr(result.exception)
    return Outcome(result.exit_code, result.stderr, tuple(points.seen), error)


def run_apart(line: str, folder: Path, at: int, way: str) -> Outcome:
    """As `run`, in a fork, which may be killed: then with the signal's name as its error."""

    def call() -> list[Any]:
        outcome = run(line, folder, at, way)
        return [outcome.status, outcome.said, outcome.error]

    told = run_bounded(call, seconds=SECONDS, n_bytes=2**40)
    if "value" not in told:
        return Outcome(-1, "", (), str(told.get("end", told)))
    status, said, error = told["value"]
    return Outcome(status, said, (), error)


@dataclass(frozen=True)
class Job:
    """A command, and what its folder holds besides its input: before, `old`, and after, `new`."""

    name: str
    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    seen: tuple[str, ...]

    @property
    def points(self) -> list[tuple[int, str]]:
        """Each point by its number, with each way in which it can go wrong."""
        return [
            (at, way)
            for way in WAYS
            for at, what in enumerate(self.seen, start=1)
            if way in LIMITED.get(what, WAYS)
        ]

    @property
    def line(self) -> str:
        return JOBS[self.name].format(table="new")


def prepare(name: str, folder: Path) -> Job:
    """A folder with the inputs of a job and the output of an earlier run."""
    (folder / "texts").mkdir(parents=True)
    for table, text in TABLES.items():
        (folder / table).write_text(text)
    for number in range(8):
        (folder / "texts" / f"{number}.txt").write_text(SENTENCES + "and rent.\n" * number)
    (folder / "old.txt").write_text(SENTENCES)
    (folder / "new.txt").write_text(SENTENCES * 2 + "and more.\n")
    inputs = set(tree(folder))
    line = JOBS[name]
    earlier = run(line.format(table="old"), folder)
    if "{table}" not in line:  # what stood there before is no output of ours
        (folder / "out.vec").write_text(TABLES["old.vec"])
    after = folder.with_name("after")
    shutil.copytree(folder, after)
    outcome = run(line.format(table="new"), after)
    for each in (earlier, outcome):
        if each.status:
            raise SystemExit(f"{name}: {each.said or each.error}")
    old, new = ({k: v for k, v in tree(f).items() if k not in inputs} for f in (folder, after))
    return Job(name, folder, old, new, outcome.points)


def tree(folder: Path) -> dict[str, bytes]:
    """Each file under a folder, and folders as names that end in a slash."""
    return {
        str(p.relative_to(folder)) + "/" * p.is_dir(): b"" if p.is_dir() else p.read_bytes()
        for p in sorted(folder.rglob("*"))
    }


def fault_of(job: Job, at: int, way: str) -> str:
    """What is wrong after one point of a job went wrong, "" for nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "here")
        shutil.copytree(job.folder, folder)
        inputs = set(tree(folder)) - set(job.old)
        outcome = (run if way == REFUSED else run_apart)(job.line, folder, at, way)
        status = outcome.status
        if outcome.error and not (way == KILLED and outcome.error == KILLED):
            return outcome.error
        if status > 0 and not re.search(r"(\A|\n)embedadapt: [^\n]+\n\Z", outcome.said):
            return f"said {outcome.said!r}"
        left = {k: v for k, v in tree(folder).items() if k not in inputs}
        left = {k: v for k, v in left.items() if not is_allowed(k, way)}
        if left != job.old and left != job.new and not (way == KILLED and is_gone(left, job)):
            return f"neither old nor new: {difference(left, job)}"
        if status == 0 and left != job.new:
            return "status 0 and the old output"
        again = run(job.line, folder)
        left = {k: v for k, v in tree(folder).items() if k not in inputs}
        left = {k: v for k, v in left.items() if not (way == KILLED and is_allowed(k, way))}
        if again.status or left != job.new:
            return f"run again: status {again.status}, {again.said or difference(left, job)}"
    return ""


def is_allowed(name: str, way: str) -> bool:
    """A checkpoint, and of a killed process its drafts, hidden or aside."""
    first = name.split("/")[0]
    is_draft = first.startswith(".") or ".replaced" in first
    return first.endswith(".checkpoint") or (way == KILLED and is_draft)


def is_gone(left: dict[str, bytes], job: Job) -> bool:
    """Whether of several files the output's own is missing, which a killed process may leave."""
    places = {name for name in job.new if name.rstrip("/") == job.line.split(" ")[-1]}
    return not places & set(left)


def difference(left: dict[str, bytes], job: Job) -> str:
    def state(name: str) -> str:
        if name not in left:
            return "missing"
        return next(
            (
                word
                for word, of in (("old", job.old), ("new", job.new))
                if of.get(name) == left[name]
            ),
            "other",
        )

    names = [*left, *(name for name in {**job.old, **job.new} if name not in left)]
    changed = [n for n in names if job.old.get(n) != job.new.get(n) or n not in job.new]
    return ", ".join(f"{name} {state(name)}" for name in changed[:6])


def try_points(job: Job, points: Sequence[tuple[int, str]]) -> list[str]:
    """The faults at some points, each by its job, number and way."""
    faults = ((at, way, fault_of(job, at, way)) for at, way in points)
    return [f"{job.name}, point {at}, {way}: {fault}" for at, way, fault in faults if fault]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--job", choices=JOBS, help="only this one")
    parser.add_argument("--most", type=int, help="points of each job and each way")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng, n_tried, faults = random.Random(arguments.seed), 0, []
    for name in [arguments.job] if arguments.job else JOBS:
        with tempfile.TemporaryDirectory() as folder:
            job = prepare(name, Path(folder, "before"))
            points = job.points
            if arguments.most is not None and len(points) > len(WAYS) * arguments.most:
                points = rng.sample(points, len(WAYS) * arguments.most)
            found = try_points(job, points)
        n_tried += len(points)
        faults += found
        print(
            f"{name:30}{len(job.points):6} points {len(points):6} tried {len(found):6} faults",
            flush=True,
        )
    print(f"{n_tried:,} points tried, {len(faults):,} faults")
    for fault in faults[:40]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
