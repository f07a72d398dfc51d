"""Large and unfriendly surroundings, tried as tests of soundness: sizes, cut files, runs at once.

    python scripts/scale_trials.py                          all trials at full size
    python scripts/scale_trials.py --trial "one line"
    python scripts/scale_trials.py --share 0.001            a thousandth of each size

Each trial makes its input and knows the right result by how it was made. The commands are run as
users run them, in processes of their own, whose seconds of processor time and peak memory are
printed. Memory begins with that of this script, some 100 MB. Exit status 1 where a result is wrong.
"""

from __future__ import annotations

import argparse
import csv
import faulthandler
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from bounded import run_bounded

from embedadapt import (
    AdaptationConfig,
    Vocabulary,
    WordVectors,
    adapt,
    analyze_oov,
    apply_adapter,
    find_neighbors,
    load_vectors,
    save_vectors,
)

KNOWN = ("the", "lessee", "lessor", "rent", "pays")
UNKNOWN = "novel"
N_THREADS = 6
LETTERS = "bcdfghklmnprstvz"
PER_LINE = 10
BATCH = 10_000
SECONDS = 3_600


@dataclass(frozen=True)
class Ran:
    """What a command printed, and what it took."""

    status: int
    printed: str
    said: str
    seconds: float
    megabytes: float


def run(folder: Path, *arguments: str) -> Ran:
    """`embedadapt ARGUMENTS` in a folder."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = start(folder, arguments, out, err)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed, said = (content(stream) for stream in (out, err))
    seconds = used.ru_utime + used.ru_stime
    return Ran(process.returncode, printed, said, seconds, used.ru_maxrss / 1e3)


def start(
    folder: Path, arguments: Sequence[str], out: IO[str], err: IO[str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "embedadapt", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )


def content(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()


def write_table(folder: Path, seed: int = 0) -> None:
    rows = np.random.default_rng(seed).standard_normal((len(KNOWN), 3)).round(3)
    lines = (f"{word} {' '.join(map(str, row))}\n" for word, row in zip(KNOWN, rows, strict=True))
    (folder / f"{seed}.vec").write_text("".join(lines))


def sentences(n: int, seed: int = 0) -> Iterator[str]:
    """Each of six known words and an unknown one."""
    rng = np.random.default_rng(seed)
    for start in range(0, n, BATCH):
        drawn = rng.integers(len(KNOWN), size=(min(BATCH, n - start), 6)).tolist()
        for first, *others in drawn:
            yield " ".join([KNOWN[first], UNKNOWN, *(KNOWN[number] for number in others)])


def new_words(n: int) -> Iterator[str]:
    """Words of six letters or more, each once."""
    for number in range(n):
        digits = f"{number * 7_919 % 16**7:07x}"
        yield "q" + digits.translate(str.maketrans("0123456789abcdef", LETTERS))


def counted(folder: Path, *paths: str) -> tuple[Ran, tuple[int, int]]:
    """`embedadapt oov PATHS`, and the words and the unknown words that it counts. Raises ValueError
    if the command failed."""
    ran = run(folder, "oov", *paths, "--documents", "counts.csv", "-q")
    expect(ran.status, 0, ran.said)
    with (folder / "counts.csv").open(encoding="utf-8", newline="") as file:
        rows = [(int(row["words"]), int(row["unknown_words"])) for row in csv.DictReader(file)]
    n_words, n_unknown = map(sum, zip(*rows, strict=True))
    return ran, (n_words, n_unknown)


# Sizes


def distinct_words(folder: Path, n: int) -> list[Ran]:
    """Each unknown word occurs once."""
    write_table(folder)
    with (folder / "texts.txt").open("w") as file:
        for number, word in enumerate(new_words(n), start=1):
            file.write(f"the {word}" + ("\n" if number % PER_LINE == 0 else " "))
    ran, found = counted(folder, "0.vec", "texts.txt")
    expect(found, (2 * n, n))
    return [ran]


def files(folder: Path, n: int) -> list[Ran]:
    """A sentence in each file."""
    write_table(folder)
    for number, sentence in enumerate(sentences(n)):
        place = folder / "texts" / str(number // 1_000)
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.txt").write_text(sentence)
    ran, found = counted(folder, "0.vec", "texts")
    expect(found, (7 * n, n))
    adapted = run(folder, "adapt", "0.vec", "texts", "-o", "a.adapter", "--epochs", "1", "-q")
    expect((adapted.status, (folder / "a.adapter").exists()), (0, True), adapted.said)
    return [ran, adapted]


def one_line(folder: Path, n_bytes: int) -> list[Ran]:
    """No line ends, and no sentence does."""
    write_table(folder)
    n = n_bytes // 38  # a sentence on average
    with (folder / "line.txt").open("w") as file:
        for sentence in sentences(n):
            file.write(f"{sentence} ")
    ran, found = counted(folder, "0.vec", "line.txt")
    expect(found, (7 * n, n))
    return [ran]


def flat_table(folder: Path, n: int) -> list[Ran]:
    """Rows of two numbers."""
    rows = np.random.default_rng(0).standard_normal((n, 2)).round(3)
    with (folder / "flat.txt").open("w") as file:
        file.write(f"{n} 2\n")
        for word, (x, y) in zip(new_words(n), rows, strict=True):
            file.write(f"{word} {x} {y}\n")
    table = load_vectors(folder / "flat.txt")
    expect(table.matrix.shape, (n, 2))
    np.testing.assert_allclose(table.matrix, rows, rtol=1e-6)
    word = table.vocabulary.words[n // 2]
    (folder / "text.txt").write_text(f"{word} unheard {word}\n")
    counting, found = counted(folder, "flat.txt", "text.txt")
    expect(found, (3, 1))
    ran = [
        counting,
        run(folder, "inspect", "flat.txt"),
        run(folder, "neighbors", "flat.txt", word),
        run(folder, "export", "flat.txt", "--to", "safetensors", "-o", "flat.safetensors"),
    ]
    expect([one.status for one in ran], [0] * 4, "".join(one.said for one in ran))
    np.testing.assert_array_equal(load_vectors(folder / "flat.safetensors").matrix, table.matrix)
    return ran


# Files that change, runs at once, threads and forks


def cut_file(folder: Path, n: int) -> list[Ran]:
    """A table that is cut before a run is refused in one line; one that is cut while it is mapped
    ends the process with SIGBUS, and nothing that was written before is lost."""
    rows = np.ones((n, 64), dtype=np.float32)
    save_vectors(WordVectors(Vocabulary(tuple(new_words(n))), rows), folder / "v.safetensors")
    path, kept = folder / "v.safetensors", folder / "out.txt"
    kept.write_text("an earlier output\n")

    def use() -> float:
        faulthandler.disable()  # pytest's
        table = load_vectors(path)
        os.truncate(path, path.stat().st_size // 2)
        save_vectors(table, kept, format="word2vec-text")
        return 0.0

    ended = run_bounded(use, seconds=SECONDS, n_bytes=2**40).get("end")
    expect(ended, signal.Signals.SIGBUS.name)
    expect(kept.read_text(), "an earlier output\n")
    ran = run(folder, "inspect", "v.safetensors")
    expect((ran.status, ran.said.count("\n")), (1, 1), ran.said)
    return [ran]


JOBS = {
    "an adapter": "adapt ../0.vec ../{}.txt -o out --epochs 1 -q --checkpoint-every 1",
    "a page": "oov ../0.vec ../{}.txt --html out -q",
    "a folder": "export ../{}.vec --to spacy --lang en -o out",
}
"""Commands that write to `out`, over the first or the second input."""


def same_output(folder: Path, n: int) -> list[Ran]:
    """Two runs write to one place at a time. One of them is there afterwards, whole."""
    ran = []
    for number in (0, 1):
        write_table(folder, seed=number)
        (folder / f"{number}.txt").write_text("\n".join(sentences(n, seed=number)))
    for name, line in JOBS.items():
        places = [folder / f"{name} {which}" for which in ("first", "second", "both")]
        commands = [line.format(number).split() for number in (0, 1)]
        for place in places:
            place.mkdir()
        for place, command in zip(places, commands, strict=False):
            ran.append(run(place, *command))
            expect(ran[-1].status, 0, ran[-1].said)
        with ThreadPoolExecutor(2) as pool:
            started = [pool.submit(run, places[2], *command) for command in commands]
            ended = [each.result() for each in started]
        expect({path.name for path in places[2].iterdir()}, {"out"}, f"{name}: {ended}")
        one, other, found = (tree(place / "out") for place in places)
        expect(found in (one, other) and one != other, True, f"{name}: {ended}")
        expect(0 in [each.status for each in ended], True, f"{name}: {ended}")
        expect([each for each in ended if each.status and each.said.count("\n") > 1], [])
        ran += ended
    return ran


def tree(path: Path) -> dict[str, bytes]:
    """The contents of a file, or of the files of a folder."""
    inside = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p.relative_to(path)): p.read_bytes() for p in inside}


def use(folder: Path) -> list[Any]:
    """What a user of the API does, as values that can be compared."""
    text = folder / "text.txt"
    config = AdaptationConfig.of(epochs=1, dimensions=2)
    adapted = adapt(folder / "0.vec", text, config, evaluate=False).adapter
    report = analyze_oov(folder / "0.vec", text)
    near = find_neighbors(folder / "0.vec", ["rent"])
    fingerprint = apply_adapter(folder / "0.vec", adapted).fingerprint
    return [fingerprint, report.to_dict(), near.to_arrow().to_pylist()]


def write_text(folder: Path, n: int) -> None:
    write_table(folder)
    (folder / "text.txt").write_text("\n".join(sentences(n)))


def threads(folder: Path, n: int) -> list[Ran]:
    """The API gives six threads at once what it gives one."""
    write_text(folder, n)
    alone = use(folder)
    with ThreadPoolExecutor(N_THREADS) as pool:
        for found in pool.map(lambda _: use(folder), range(2 * N_THREADS)):
            expect(found, alone)
    return []


def forks(folder: Path, n: int) -> list[Ran]:
    """A process that is forked after the API was used, by one thread and by two, gives the same."""
    write_text(folder, n)
    alone = json.loads(json.dumps(use(folder)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: use(folder), range(2)))
    for _ in range(3):
        told = run_bounded(lambda: use(folder), seconds=SECONDS, n_bytes=2**40)
        expect(told.get("value"), alone, str(told)[:300])
    return []


@dataclass(frozen=True)
class Trial:
    """size: at full size. least: the smallest that tries it."""

    call: Callable[[Path, int], list[Ran]]
    size: int
    least: int


TRIALS = {
    "distinct words": Trial(distinct_words, 5_000_000, 1_000),
    "files": Trial(files, 100_000, 200),
    "bytes in one line": Trial(one_line, 500_000_000, 100_000),
    "rows of 2": Trial(flat_table, 1_000_000, 1_000),
    "rows of a cut file": Trial(cut_file, 100_000, 2_000),
    "two runs, one output": Trial(same_output, 20_000, 200),
    "threads": Trial(threads, 20_000, 200),
    "forks": Trial(forks, 20_000, 200),
}


def expect(found: object, right: object, about: str = "") -> None:
    if found != right:
        raise ValueError(f"expected {str(right)[:300]}, found {str(found)[:300]} {about}".strip())


def try_out(name: str, share: float = 1.0) -> tuple[list[Ran], str]:
    """The commands of a trial, and what is wrong with their results."""
    trial = TRIALS[name]
    with tempfile.TemporaryDirectory() as folder:
        try:
            return trial.call(Path(folder), max(trial.least, int(share * trial.size))), ""
        except (ValueError, AssertionError) as error:
            return [], str(error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trial", choices=TRIALS, help="only this one")
    parser.add_argument("--share", type=float, default=1.0, help="of each size")
    arguments = parser.parse_args()
    is_wrong = False
    print(f"{'trial':24}{'size':>13}{'CPU s':>8}{'MB':>8}{'wall s':>8}")
    for name in [arguments.trial] if arguments.trial else TRIALS:
        since = time.perf_counter()
        ran, problem = try_out(name, arguments.share)
        size = max(TRIALS[name].least, int(arguments.share * TRIALS[name].size))
        seconds, most = sum(r.seconds for r in ran), max((r.megabytes for r in ran), default=0)
        wall = time.perf_counter() - since
        print(f"{name:24}{size:13,}{seconds:8.1f}{most:8.0f}{wall:8.1f}  {problem}", flush=True)
        is_wrong = is_wrong or bool(problem)
    sys.exit(is_wrong)


if __name__ == "__main__":
    main()
