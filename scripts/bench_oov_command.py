"""The command `oov` as a process, beside a script of six lines with a regular expression.

    python scripts/bench_oov_command.py [--corpus PATH] [--vectors FILE] [--rounds 3] [--parts 3]

The documents are read once, in random order: a first part of them, twice as many, and so on, until
all are read. Start and table are the same for every part, so that what a megabyte of text costs
beyond them is the difference between the last two parts. Prints CPU seconds, megabytes of UTF-8 per
CPU second of that difference, and the ratio to the script, medians over the rounds with their least
and most; and the wall clock of a report on the two shortest documents.

The script reads the words of the vectors, lowers the text, finds words and counts those that are
unknown. It knows no conventions, causes, sentences or documents.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from _bench import LICENCES, Seconds, parser_of, ratios, timed, told_median

from embedadapt.core.corpus import Document
from embedadapt.text.readers import open_corpus

SIX_LINES = r"""
import re, sys, collections, pathlib, embedadapt
known, counts = set(embedadapt.scan_vocabulary(sys.argv[1])), collections.Counter()
for file in pathlib.Path(sys.argv[2]).iterdir():
    counts.update(re.findall(r"\w+", file.read_text(encoding="utf-8").lower()))
unknown = sum(n for word, n in counts.items() if word not in known)
print(f"{unknown / counts.total():.1%} of {counts.total()} words are unknown")
"""

parser = parser_of(__doc__, vectors=True, corpus=LICENCES)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--parts", type=int, default=3, help="each is twice as much text as the last")


def children_cpu() -> float:
    """CPU seconds of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def seconds_of(arguments: Sequence[object]) -> Seconds:
    """What a process of Python takes."""
    command = [sys.executable, *map(str, arguments)]

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    return timed(run, children_cpu)[0]


def write_parts(documents: Sequence[Document], folder: Path, n_parts: int) -> list[Path]:
    """A folder of files for each part of the documents, which begin alike."""
    parts = []
    for part in range(n_parts):
        share = len(documents) >> (n_parts - 1 - part)
        parts.append(folder / str(part))
        parts[-1].mkdir()
        for number, document in enumerate(documents[:share]):
            (parts[-1] / f"{number:06}.txt").write_text(document.text, encoding="utf-8")
    return parts


def megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def main() -> None:
    arguments = parser.parse_args()
    documents = list(open_corpus([arguments.corpus]))
    random.Random(1).shuffle(documents)
    with tempfile.TemporaryDirectory() as folder:
        parts = write_parts(documents, Path(folder), arguments.parts)
        short = Path(folder, "short")
        short.mkdir()
        write_parts(sorted(documents, key=lambda one: len(one.text))[:2], short, 1)
        sizes = [megabytes(part) for part in parts]
        page = ["--html", Path(folder, "report.html")]
        works: dict[str, Callable[[], Seconds]] = {"six lines": lambda: seconds_of(
            ["-c", SIX_LINES, arguments.vectors, parts[-1]]
        )}  # fmt: skip
        oov = ["-m", "embedadapt", "oov", arguments.vectors]
        for part, size in zip(parts, sizes, strict=True):
            works[f"{size:.1f} MB"] = partial(seconds_of, [*oov, part])
            works[f"{size:.1f} MB, page"] = partial(seconds_of, [*oov, part, *page])
        works["two documents"] = partial(seconds_of, [*oov, short / "0"])
        for work in works.values():
            work()  # what is compiled, and what the disk has, is so for all rounds
        seconds: dict[str, list[Seconds]] = {name: [] for name in works}
        for _ in range(arguments.rounds):
            for name, work in works.items():
                seconds[name].append(work())
    report(arguments.corpus, sizes, seconds)


def report(corpus: Path, sizes: Sequence[float], seconds: dict[str, list[Seconds]]) -> None:
    print(f"{corpus}, read once: CPU seconds")
    for name, rounds in seconds.items():
        print(f"  {name:<16} {told_median([each.cpu for each in rounds], '.2f')}")
    print("MB per CPU second, beyond start and table")
    more, most = sizes[-2:]
    for page in ("", ", page"):
        one, other = (
            [each.cpu for each in seconds[f"{size:.1f} MB{page}"]] for size in (more, most)
        )
        rates = [(most - more) / (last - first) for first, last in zip(one, other, strict=True)]
        print(f"  {'with the page' if page else 'terminal report':<16} {told_median(rates)}")
    whole, script = (
        [each.cpu for each in seconds[name]] for name in (f"{most:.1f} MB", "six lines")
    )
    print(f"{told_median(ratios(whole, script), '.2f')} times the CPU seconds of the six lines")
    wall = [each.wall for each in seconds["two documents"]]
    print(f"two documents: {told_median(wall, '.2f')} s, wall clock")


if __name__ == "__main__":
    main()
