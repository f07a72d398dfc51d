"""What the first commands after an installation take, and the first report.

    python scripts/bench_start.py [--vectors FILE] [--corpus PATH] [--rounds 10] [--compiles 1]

Prints the wall clock of `oov` and `adapt` where no kernel is compiled (with an empty cache of
numba), of the same again, in which a helper compiles what the first run did without, and of a third
time, with the seconds of all processors, the helpers' among them; then the wall clock of `oov` on
the two shortest documents, and of `--help` and `--version`: medians over the rounds with their
least and most, and the machine with its load.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from _bench import LICENCES, Seconds, in_turn, machine, parser_of, timed, told_median

from embedadapt.text.readers import open_corpus

parser = parser_of(__doc__, vectors=True, corpus=LICENCES)
parser.add_argument("--rounds", type=int, default=10)
parser.add_argument("--compiles", type=int, default=1, help="rounds with an empty cache")


def run(*arguments: object, cache: Path) -> None:
    """embedadapt as a process."""
    command = [sys.executable, "-m", "embedadapt", *map(str, arguments)]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    subprocess.run(command, check=True, capture_output=True, env=environment)


def of_processes() -> float:
    """Seconds that processes which this one waited for had of processors, and theirs."""
    used = os.times()
    return used.children_user + used.children_system


def print_first_runs(command: Sequence[object], caches: Sequence[Path]) -> None:
    """Prints what the first three runs of a command take with each of some empty caches."""
    seconds: dict[str, list[Seconds]] = {"first": [], "second": [], "third": []}
    for cache in caches:
        for of_run in seconds.values():
            of_run.append(timed(partial(run, *command, cache=cache), of_processes)[0])
    pairs = zip(seconds["first"], seconds["third"], strict=True)
    compiling = [first.wall - third.wall for first, third in pairs]
    for run_, of_run in seconds.items():
        wall, cpu = (told_median(each) for each in zip(*of_run, strict=True))
        print(f"{command[0]}, {run_} run: {wall} s, {cpu} s of processors")
    print(f"of the first run, compiling: {told_median(compiling)} s")


def main() -> None:
    arguments = parser.parse_args()
    vectors, corpus = arguments.vectors, arguments.corpus
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for command in (["oov", vectors, corpus], ["adapt", vectors, corpus, "-o", folder / "a"]):
            caches = [folder / f"{command[0]}{number}" for number in range(arguments.compiles)]
            print_first_runs(command, caches)
        short = folder / "short"
        short.mkdir()
        for document in sorted(open_corpus([corpus]), key=lambda one: len(one.text))[:2]:
            path = short / f"{len(list(short.iterdir()))}.txt"
            path.write_text(document.text, encoding="utf-8")
        small = {
            "oov of two documents": partial(run, "oov", vectors, short, cache=caches[-1]),
            "--help": partial(run, "--help", cache=caches[-1]),
            "--version": partial(run, "--version", cache=caches[-1]),
        }
        in_turn(small, 1)  # the disk has what they read
        for work, walls in in_turn(small, arguments.rounds).items():
            print(f"{work}: {told_median([each.wall for each in walls], '.2f')} s")
    print(machine())


if __name__ == "__main__":
    main()
