"""One reader fed by atheris, which keeps the inputs that reach new lines of ours.

    pip install atheris
    python scripts/fuzz_guided.py "word pairs" --seconds 60

The readers, and what counts as a fault, are those of scripts/fuzz_readers.py; libFuzzer limits
memory and time. The first fault ends it with the input printed; options of libFuzzer may follow,
such as -seed=3.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["embedadapt"]):
    from fuzz_readers import outcome_of
    from fuzz_seeds import readers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", choices=readers())
    parser.add_argument("--seconds", type=int, default=60)
    arguments, others = parser.parse_known_args()
    warnings.simplefilter("ignore")
    reader = readers()[arguments.reader]
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    (folder / "corpus").mkdir()
    for number, content in enumerate(reader.seeds):
        (folder / "corpus" / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        fault = outcome_of(reader, content, folder)
        if fault not in ("", "refused"):
            raise AssertionError(f"{arguments.reader}: {fault} from {content[:300]!r}")

    limits = [f"-max_total_time={arguments.seconds}", "-timeout=60", "-rss_limit_mb=1024"]
    size = "-max_len=4096"
    atheris.Setup([sys.argv[0], *limits, size, *others, str(folder / "corpus")], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
