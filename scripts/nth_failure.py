"""Every write, rename and flush of every command that writes fails once, or is the last.

    python scripts/nth_failure.py                    all points of all jobs
    python scripts/nth_failure.py --job "oov --html"
    python scripts/nth_failure.py --most 20          so many of each job and way, drawn by --seed

A job is a command over what an earlier run of it wrote. A point is one call that changes a disk (a
file opened for writing, a write, a flush to the disk, a rename, a new folder, a change of rights)
or starts a thread. At each point in turn the system refuses, as where the disk is full, the user
presses Ctrl-C, or the process is killed. Then the old output is there whole, or the new one is;
nothing else is left beside it; stderr is one line; and the same command, run again, writes what it
would have written at once. A killed process may leave hidden drafts and NAME.replaced, and a
checkpoint stays to be gone on from.
Exit status 1 on any failure.
"""

from __future__ import annotations

import argparse
import builtins
import errno
import io
import os
import random
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bounded import run_bounded
from typer.testing import CliRunner

WAYS = ("refused", "interrupted", "killed")
WRITING = frozenset("wax+")
KILLED = 77
SECONDS = 600
"""After which a process that was to be killed counts as hanging."""
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
        "prepare": "prepare {table}.txt -o out.jsonl",
        "inspect --repair": "inspect odd.vec --repair out.vec",
    }
    for target, place in TARGETS.items():
        language = " --lang en" if target == "spacy" else ""
        jobs[f"export --to {target}"] = f"export {{table}}.vec --to {target}{language} -o {place}"
    return jobs


JOBS = _jobs()
"""Command lines; {table} is old, then new."""


class Points:
    """Counts the calls that change files under a folder, and lets one of them go wrong."""

    def __init__(self, root: Path, at: int = 0, way: str = "refused") -> None:
        self.root, self.at, self.way = str(root.resolve()), at, way
        self.seen: list[str] = []

    def pass_by(self, what: str, *paths: Any) -> None:
        """As `happen`, for a call on files if one of them is under the folder."""
        names = [
            str(Path(f"/proc/self/fd/{path}").readlink() if isinstance(path, int) else path)
            for path in paths
        ]
        names = [str(Path.cwd() / name) for name in names]
        if any(name.startswith(self.root) for name in names):
            self.happen(what, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), names[0]))

    def happen(self, what: str, refusal: Exception) -> None:
        """Raises `refusal` or KeyboardInterrupt, or ends the process, at the point it is for."""
        self.seen.append(what)
        if len(self.seen) != self.at:
            return
        if self.way == "killed":
            os._exit(KILLED)
        if self.way == "interrupted":
            raise KeyboardInterrupt
        raise refusal


@contextmanager
def watching(points: Points) -> Iterator[None]:
    """Calls that change files pass by `points` first, for as long as the block lasts."""

    class Watched(io.FileIO):
        def write(self, data: Any, /) -> int:
            points.pass_by("write", self.fileno())
            return super().write(data)

    real_open = io.open

    def watched_open(
        file: Any, mode: str = "r", buffering: int = -1, *more: Any, **named: Any
    ) -> Any:
        if not WRITING & set(mode) or named.get("opener") or buffering == 0:
            return real_open(file, mode, buffering, *more, **named)
        if not isinstance(file, int):
            points.pass_by("open", file)
        raw = Watched(file, mode.replace("b", "").replace("t", ""), named.pop("closefd", True))
        stream = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        if "b" in mode:
            return stream
        return io.TextIOWrapper(stream, *more, **named)

    def watched(name: str, n_paths: int) -> Any:
        real: Callable[..., Any] = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            points.pass_by(name, *given[:n_paths])
            return real(*given, **named)

        return patch.object(os, name, call)

    real_os_open = os.open

    def os_open(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            points.pass_by("open", path)
        return real_os_open(path, flags, *more, **named)

    real_start = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        points.happen("thread", RuntimeError("can't start new thread"))
        real_start(thread)

    with ExitStack() as stack:
        stack.enter_context(patch.object(threading.Thread, "start", start))
        for module in (io, builtins):
            stack.enter_context(patch.object(module, "open", watched_open))
        stack.enter_context(patch.object(os, "open", os_open))
        for name, n_paths in (
            ("replace", 2),
            ("rename", 2),
            ("fsync", 1),
            ("mkdir", 1),
            ("chmod", 1),
        ):
            stack.enter_context(watched(name, n_paths))
        yield


@dataclass(frozen=True)
class Outcome:
    """status: of the command. said: on stderr. points: calls that were seen."""

    status: int
    said: str
    points: tuple[str, ...]
    error: str = ""


def run(line: str, folder: Path, at: int = 0, way: str = "refused") -> Outcome:
    """One command in a folder, in this process; `at` 0 lets everything go well."""
    from embedadapt.cli import app

    points = Points(folder, at, way)
    with chdir(folder), watching(points):
        result = CliRunner().invoke(app, line.split(" "))
    error = "" if isinstance(result.exception, SystemExit | None) else repr(result.exception)
    return Outcome(result.exit_code, result.stderr, tuple(points.seen), error)


def run_to_death(line: str, folder: Path, at: int) -> str:
    """In a fork; how it ended: "status 77" where it was killed, "status 0", "hang"."""
    told = run_bounded(
        lambda: run(line, folder, at, "killed").status, seconds=SECONDS, n_bytes=2**40
    )
    return str(told.get("end", f"status {told.get('value', told)}"))


@dataclass(frozen=True)
class Job:
    """A command, and what its folder holds besides its input: before, `old`, and after, `new`."""

    name: str
    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    n_points: int

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
    return Job(name, folder, old, new, len(outcome.points))


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
        if way == "killed":
            ended = run_to_death(job.line, folder, at)
            if ended not in ("status 0", f"status {KILLED}"):
                return ended
            status = int(ended == f"status {KILLED}")
        else:
            outcome = run(job.line, folder, at, way)
            status = outcome.status
            if outcome.error:
                return outcome.error
            if status and not re.search(r"(\A|\n)embedadapt: [^\n]+\n\Z", outcome.said):
                return f"said {outcome.said!r}"
        left = {k: v for k, v in tree(folder).items() if k not in inputs}
        left = {k: v for k, v in left.items() if not is_allowed(k, way)}
        if left != job.old and left != job.new and not (way == "killed" and is_gone(left, job)):
            return f"neither old nor new: {difference(left, job)}"
        if status == 0 and left != job.new:
            return "status 0 and the old output"
        again = run(job.line, folder)
        left = {k: v for k, v in tree(folder).items() if k not in inputs}
        left = {k: v for k, v in left.items() if not (way == "killed" and is_allowed(k, way))}
        if again.status or left != job.new:
            return f"run again: status {again.status}, {again.said or difference(left, job)}"
    return ""


def is_allowed(name: str, way: str) -> bool:
    """A checkpoint, and of a killed process its drafts, hidden or aside."""
    first = name.split("/")[0]
    is_draft = first.startswith(".") or ".replaced" in first
    return first.endswith(".checkpoint") or (way == "killed" and is_draft)


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
            points = [(at, way) for way in WAYS for at in range(1, job.n_points + 1)]
            if arguments.most is not None and len(points) > len(WAYS) * arguments.most:
                points = rng.sample(points, len(WAYS) * arguments.most)
            found = try_points(job, points)
        n_tried += len(points)
        faults += found
        print(
            f"{name:30}{job.n_points:6} points {len(points):6} tried {len(found):6} faults",
            flush=True,
        )
    print(f"{n_tried:,} points tried, {len(faults):,} faults")
    for fault in faults[:40]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
