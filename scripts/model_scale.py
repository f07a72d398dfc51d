"""What large corpora would take: a model of time and traffic, fitted on measured runs.

    python scripts/model_scale.py            the tables of docs/scale.md
    python scripts/model_scale.py --write    puts them into it

Each number below that was measured says with which script and where; each that was not says so.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedadapt.training.distributed import MOST_GAINS, MOST_PIECES, PIECE

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("--write", action="store_true", help="into docs/scale.md")

# Measured on one host, 16 cores of a Xeon and an H100, with 52.6 MB of contracts.
TEXT_BYTES_PER_TOKEN = 52.6e6 / 8.89e6
# On another, an EPYC with AVX-512: tokens a second of one core, bench_oov.py, contracts read once.
COUNTED_PER_SECOND = 129.2e6 / TEXT_BYTES_PER_TOKEN
ENCODED_PER_SECOND = 11.17e6
DISTINCT = {1e4: 1_405, 1e5: 5_539, 1e6: 15_245, 3e6: 27_410, 8.89e6: 46_423}  # tokens: words
THREADS = {
    1: 1.73e6,
    2: 2.66e6,
    4: 3.86e6,
    8: 5.68e6,
    16: 7.25e6,
}  # words/s of `fast` at 300 dimensions
GPU = {104: 377.8e6, 304: 200.3e6}  # width: words/s, bench_scale.py, 500,000 words
TO_HOST, TO_GPU, ADD = 3.1e9, 8.5e9, 5.9e9  # bytes/s of ordinary memory, and of adding tables

# Measured on two cores beside other work: CPU time of bench_cluster.py, 4 workers, 300 dimensions.
BOTH, GAIN = 35.6e6, 6.2e6  # bytes of both matrices, and of a shard's gains as they travel
FOUND, SUMMED, MERGED = BOTH / 0.0059, GAIN / 0.0012, GAIN / 0.0044  # bytes/s: the gains in both
# matrices found, two gains added up, a gain merged into a model
SENT = 6 * GAIN / (0.187 - 4 * 0.0059 - 3 * 0.0012 - 4 * 0.0044)  # bytes/s: 6 copies in the rest
TASK = 0.1 / 4  # seconds: four tasks one after the other, in a sync round of next to nothing

# Not measured: what is assumed of machines elsewhere.
NETWORK = 25e9 / 8  # bytes/s of each machine's link
CORES, HOST_MEMORY, GPU_MEMORY, DISK = 16, 128e9, 78e9, 4e12
BYTES_PER_COUNTED_WORD = 150  # a Python string, its count and its place in a dict

# The plan: 300 dimensions (304 floats a row), five epochs, two matrices.
WIDTH, EPOCHS, MATRICES = 304, 5, 2
WORDS = 1_000_000  # trained at most: what min_count leaves
SYNC_ROUNDS_AN_EPOCH = 10
GAINED = 0.25  # bytes of a gain of all rows, over those of the matrices
SIZES = {1e9: "1 billion", 1e11: "100 billion", 1e12: "1 trillion"}


@dataclass(frozen=True)
class Plan:
    """A corpus on some machines of CORES cores, or on one machine with some GPUs."""

    tokens: float
    machines: int = 1
    gpus: int = 0

    @property
    def where(self) -> str:
        if self.gpus:
            return "1 GPU" if self.gpus == 1 else f"{self.gpus} GPUs"
        return f"{self.machines} x {CORES} cores"

    @property
    def table_bytes(self) -> float:
        """Both matrices."""
        return MATRICES * min(WORDS, distinct_words(self.tokens)) * WIDTH * 4

    @property
    def text_seconds(self) -> float:
        """Counting and encoding, a process on each core."""
        one_core = self.tokens / COUNTED_PER_SECOND + self.tokens / ENCODED_PER_SECOND
        return one_core / (CORES * self.machines)

    @property
    def training_seconds(self) -> float:
        words = self.tokens * EPOCHS
        if self.gpus:
            return words * gpu_seconds_per_word(WIDTH) / self.gpus
        return words / (words_per_second(CORES) * self.machines)

    @property
    def sync_rounds(self) -> int:
        """Rounds in which the differences of all are added up."""
        return EPOCHS * SYNC_ROUNDS_AN_EPOCH if max(self.machines, self.gpus) > 1 else 0

    @property
    def sync_seconds(self) -> float:
        """Of GPUs: differences up a tree of pairs and the sum down again, added up on the way.

        Of machines, as Dask does it: gains of one byte a number, of all rows, in MOST_PIECES
        pieces; of each piece four are made one, three of them coming from elsewhere, until one is
        left; it goes to all. So does the model now and then, whole, in as many steps as doubling
        takes.
        """
        if self.gpus:
            steps = int(np.ceil(np.log2(self.gpus)))
            round_trip = 1 / TO_HOST + 1 / TO_GPU + steps / ADD
            return self.sync_rounds * self.table_bytes * round_trip
        n = self.machines
        steps, levels = (int(np.ceil(np.log2(n) / np.log2(fold))) for fold in (2, 4))
        pieces = min(MOST_PIECES, n, max(1, int(self.table_bytes // PIECE)))
        tasks_of_one = [
            np.ceil(pieces * np.ceil(n / 4**level) / n) for level in range(1, levels + 1)
        ]
        added = float(3 * sum(tasks_of_one) / pieces)  # gains that come to one machine to be added
        copy = 1 / NETWORK + 1 / SENT
        per_gain = (added + 1) * copy + added / SUMMED + 1 / MERGED
        per_byte = 1 / FOUND + GAINED * (per_gain + steps * copy / MOST_GAINS)
        return self.sync_rounds * (self.table_bytes * per_byte + (3 + levels) * TASK)

    @property
    def traffic(self) -> float:
        """Bytes between machines, or between GPUs and their host, in all sync rounds."""
        if self.gpus:
            return self.sync_rounds * 2 * self.gpus * self.table_bytes
        gains = 2 * (self.machines - 1) * (1 + 1 / MOST_GAINS / 2)
        return self.sync_rounds * gains * GAINED * self.table_bytes

    @property
    def seconds(self) -> float:
        return self.text_seconds + self.training_seconds + self.sync_seconds

    def limits(self) -> list[str]:
        """What does not fit, then what takes most of the time."""
        counts = BYTES_PER_COUNTED_WORD * distinct_words(self.tokens)
        text = (TEXT_BYTES_PER_TOKEN + 4) * self.tokens / self.machines
        fits = {
            f"tables {size(self.table_bytes)} in a GPU": self.table_bytes < GPU_MEMORY
            or not self.gpus,
            f"counts {size(counts)} in memory": counts < HOST_MEMORY,
            f"text and ids {size(text)} on disk": text < DISK,
        }
        terms = {
            "reading text": self.text_seconds,
            "training": self.training_seconds,
            "sync round": self.sync_seconds,
        }
        return [what for what, does in fits.items() if not does] + [
            max(terms, key=terms.__getitem__)
        ]


def line(x: dict[float, float], y_of: float) -> float:
    """The straight line through measured logarithms, read at another place."""
    slope, offset = np.polyfit(np.log(list(x)), np.log(list(x.values())), 1)
    return float(np.exp(offset + slope * np.log(y_of)))


def distinct_words(tokens: float) -> float:
    """Heaps's law on the measured text."""
    return line(dict(DISTINCT), tokens)


def words_per_second(threads: int) -> float:
    """A power of the number of threads."""
    return line({float(n): rate for n, rate in THREADS.items()}, threads)


def gpu_seconds_per_word(width: int) -> float:
    """What a word takes anyhow, and what each float of its rows takes."""
    slope, offset = np.polyfit(list(GPU), [1 / rate for rate in GPU.values()], 1)
    return float(offset + slope * width)


def size(n_bytes: float) -> str:
    """
    >>> size(2.4e9), size(3e12)
    ('2.4 GB', '3.0 TB')
    """
    unit, scale = next((u, s) for u, s in (("TB", 1e12), ("GB", 1e9), ("MB", 0)) if n_bytes >= s)
    return f"{n_bytes / (scale or 1e6):.1f} {unit}"


def duration(seconds: float) -> str:
    """
    >>> duration(25), duration(9_000), duration(1e6)
    ('25 s', '2.5 h', '11.6 days')
    """
    for unit, scale in (("days", 86_400 * 2), ("h", 3_600), ("min", 60)):
        if seconds >= scale:
            return f"{seconds / min(scale, 86_400):.1f} {unit}"
    return f"{seconds:.0f} s"


def fits() -> str:
    """What was fitted, in one line each."""
    slope = np.polyfit(np.log(list(DISTINCT)), np.log(list(DISTINCT.values())), 1)[0]
    power = np.polyfit(np.log(list(THREADS)), np.log(list(THREADS.values())), 1)[0]
    per_float, anyhow = np.polyfit(list(GPU), [1 / rate for rate in GPU.values()], 1)
    return "\n".join(
        [
            f"- distinct words grow as tokens^{slope:.2f}: "
            + ", ".join(
                f"{distinct_words(n) / 1e6:,.1f} million in {name}" for n, name in SIZES.items()
            ),
            f"- threads: words/s grow as threads^{power:.2f}, {words_per_second(CORES) / 1e6:.1f} "
            f"million on {CORES} cores at 300 dimensions",
            f"- GPU: {anyhow * 1e9:.2f} ns a word and {per_float * 1e12:.1f} ps for each column of "
            f"its rows, {1e-6 / gpu_seconds_per_word(WIDTH):.0f} million words/s at 300 dimensions",
            f"- reading text: {COUNTED_PER_SECOND / 1e6:.1f} million tokens/s a core counted, "
            f"{ENCODED_PER_SECOND / 1e6:.2f} million encoded",
        ]
    )


def table() -> str:
    """The plans in Markdown."""
    rows = [
        "| tokens | on | reading text | training | sync round | in all | moved | breaks first |"
    ]
    rows.append("|" + "---|" * 8)
    for tokens, name in SIZES.items():
        for plan in (
            *(Plan(tokens, machines=machines) for machines in (1, 8, 64)),
            *(Plan(tokens, gpus=gpus) for gpus in (1, 8)),
        ):
            times = plan.text_seconds, plan.training_seconds, plan.sync_seconds, plan.seconds
            moved = size(plan.traffic) if plan.traffic else ""
            cells = [name, plan.where, *map(duration, times), moved, "; ".join(plan.limits())]
            rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> None:
    parts = {"fits": fits(), "plans": table()}
    if parser.parse_args().write:
        PAGE.write_text(filled(PAGE.read_text(), parts))
    else:
        print(parts["fits"] + "\n\n" + parts["plans"])


def filled(page: str, parts: dict[str, str]) -> str:
    """The page with each part between the comments of its name."""
    for name, text in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = page.split(begin)
        page = before + begin + text + "\n" + end + rest.split(end)[1]
    return page


if __name__ == "__main__":
    main()
