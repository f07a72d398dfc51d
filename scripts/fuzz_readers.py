"""Every reader of a file that a user may give, fed with inputs that nobody wrote.

    python scripts/fuzz_readers.py                     2,000 inputs of each reader
    python scripts/fuzz_readers.py --cases 100000 --reader "phrase list"
    python scripts/fuzz_readers.py --by hypothesis

The inputs are sound files cut, repeated, spliced and filled with the tokens and the numbers that
readers trip over, or JSON of any shape. By default, random numbers make them, in microseconds each;
Hypothesis takes twenty times as long, and looks for small inputs where something fails. What is
read is used or refused by one EmbedAdaptError of one line; any other exception fails, and so do
more than 10 s, and more memory than four times the input and 200 MB. scripts/fuzz_guided.py steers
by coverage; scripts/fuzz_formats.py breaks the headers and ends of every binary form of vectors.
Exit status 1 on any failure; the input is printed, and belongs into a test.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from fuzz_formats import memory, restart_peak
from fuzz_seeds import Reader, readers
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st

from embedadapt.core.apart import MOST_MEMORY, MOST_SECONDS
from embedadapt.core.errors import EmbedAdaptError

SECONDS = 10
RATIO, ALLOWANCE = 4, 200_000_000
LIMITS = (MOST_SECONDS, "bytes of memory", "(status ")
"""What an error says of a document that took too much, or whose reader of ours raised."""
MAKERS = ("random", "hypothesis")
TOGETHER = 50
"""Inputs whose time and memory are measured together."""
TIMES = (*[1] * 16, 2, 3, 50, 1000)
"""So often a piece comes in."""
TOKENS = [
    *(b"", b"\0", b"\n", b"\r\n", b" ", b"\t", b'"', b",", b"'", b"\\", b"{", b"}", b"[", b"]"),
    *(b"-1", b"0", b"1e999", b"nan", b"-inf", b"9" * 30, b"2147483648", b"18446744073709551616"),
    *(b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b[31m", "\u0130ẞ".encode()),
    *(
        b"<!--",
        b"</p>",
        b"<![CDATA[",
        b"=?utf-8?q?a?=",
        b"(",
        b"Content-Type: ",
        b"{\\rtf1",
        b"\\u",
    ),
    *(b"word", b"text", b"label", b"format", b"null", b"true", b"__metadata__", b"[[[[[[[["),
]


def inputs(reader: Reader) -> st.SearchStrategy[bytes]:
    """Sound files with pieces of them, of TOKENS and of anything put in, left out and repeated."""
    seed = st.sampled_from(reader.seeds)
    json_value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
    piece = st.sampled_from(TOKENS) | st.binary(max_size=12) | json_value
    edit = st.tuples(
        st.floats(0, 1), st.integers(0, 40), piece, st.sampled_from([1, 1, 1, 2, 5000])
    )

    def edited(content: bytes, edits: list[tuple[float, int, bytes, int]]) -> bytes:
        for place, n_dropped, inserted, times in edits:
            at = int(place * len(content))
            content = content[:at] + inserted * times + content[at + n_dropped :]
        return content

    return st.builds(edited, seed, st.lists(edit, max_size=6)) | json_value


def random_input(reader: Reader, rng: random.Random) -> bytes:
    """As `inputs`, from random numbers; pieces come from sound files too, and bits are flipped."""
    content, pack = rng.choice((*((seed, bytes) for seed in reader.seeds), *reader.inner))
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(content) + 1)
        end = at + rng.choice((0, 0, 1, 4, rng.randrange(40), len(content)))
        kind = rng.randrange(6)
        if kind < 3:
            piece = rng.choice(TOKENS)
        elif kind == 3:
            piece = rng.randbytes(rng.randrange(12))
        elif kind == 4:
            seed = rng.choice(reader.seeds)
            start = rng.randrange(len(seed) + 1)
            piece = seed[start : start + rng.randrange(60)]
        else:
            end = at + 1
            piece = bytes(byte ^ 1 << rng.randrange(8) for byte in content[at:end])
        content = content[:at] + piece * rng.choice(TIMES) + content[end:]
    return pack(content)


def outcome_of(reader: Reader, content: bytes, folder: Path) -> str:
    """ "" for an input that is read, "refused" for one clear line, else what is wrong."""
    path = folder / reader.name
    path.write_bytes(content)
    for name, data in reader.beside.items():
        if not (folder / name).exists():
            (folder / name).write_bytes(data)
    try:
        reader.read(path)
    except EmbedAdaptError as error:
        if any(told in str(error) for told in LIMITS):
            return str(error)
        return "refused" if str(error).isprintable() else f"not one line: {str(error)!r}"
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {place.name}:{place.lineno}: {error}"
    return ""


def fault_of(reader: Reader, content: bytes, folder: Path) -> str:
    """As `outcome_of`, with the time of the processor and the memory that it takes."""
    restart_peak()
    held, started = held_now(), time.process_time()
    outcome = outcome_of(reader, content, folder)
    if (seconds := time.process_time() - started) > SECONDS:
        return f"{seconds:.0f} s"
    if (grown := most_held() - held) > RATIO * len(content) + ALLOWANCE:
        return f"{grown / 1e6:.0f} MB"
    return outcome


def faults_of(reader: Reader, contents: list[bytes], folder: Path) -> list[str]:
    """As `fault_of`; each by itself only where all together take much: measuring takes longer than
    most inputs."""
    started = time.process_time()
    outcomes = [outcome_of(reader, content, folder) for content in contents]
    took_much = most_held() - held_now() > ALLOWANCE // 2
    if took_much or time.process_time() - started > SECONDS:
        return [fault_of(reader, content, folder) for content in contents]
    return outcomes


def held_now() -> int:
    """Bytes that this process holds."""
    statm = Path("/proc/self/statm")
    return int(statm.read_bytes().split()[1]) * resource.getpagesize() if statm.exists() else 0


def most_held() -> int:
    """The most bytes that this process held since `restart_peak`.

    ru_maxrss would begin with the peak of the process that started this one.
    """
    return memory("VmHWM")


def fuzz(
    reader: Reader, n_cases: int, seed: int, by: str = "random"
) -> tuple[Counter[str], dict[str, bytes]]:
    """How often an input was read, refused and failed; the faults, each with its first input. by:
    of MAKERS."""
    counts: Counter[str] = Counter()
    faults: dict[str, bytes] = {}
    kinds: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:

        def note(fault: str, content: bytes) -> None:
            counts[fault if fault in ("", "refused") else "FAILED"] += 1
            if fault not in ("", "refused"):
                kind = fault.replace(name, "")[:40]
                kinds.setdefault(kind, fault)
                faults.setdefault(kinds[kind][:200], content)

        def one(content: bytes) -> None:
            note(fault_of(reader, content, Path(name)), content)

        if by == "random":
            rng = random.Random(seed)
            for start in range(0, n_cases, TOGETHER):
                n_together = min(TOGETHER, n_cases - start)
                contents = [random_input(reader, rng) for _ in range(n_together)]
                for fault, content in zip(
                    faults_of(reader, contents, Path(name)), contents, strict=True
                ):
                    note(fault, content)
        else:
            run = settings(
                max_examples=n_cases,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            with_seed(seed)(run(given(content=inputs(reader))(one)))()
    return counts, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2_000, help="of each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", help="only this one")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that fail")
    parser.add_argument("--by", choices=MAKERS, default="random")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    os.environ[MOST_MEMORY] = str(ALLOWANCE)  # of what reads documents in a process apart
    known = readers()
    names = [arguments.reader] if arguments.reader else list(known)
    started, n_cases, failures = time.perf_counter(), 0, []
    print(f"{'reader':18}{'read':>10}{'refused':>10}{'FAILED':>10}{'seconds':>10}")
    for name in names:
        reader, since = known[name], time.perf_counter()
        for content in reader.seeds:  # what it compiles or imports is not the input's
            with tempfile.TemporaryDirectory() as folder:
                fault_of(reader, content, Path(folder))
        counts, faults = fuzz(reader, arguments.cases, arguments.seed, arguments.by)
        figures = "".join(f"{counts[key]:>10,}" for key in ("", "refused", "FAILED"))
        print(f"{name:18}{figures}{time.perf_counter() - since:>10.0f}", flush=True)
        n_cases += counts.total()
        for number, (fault, content) in enumerate(faults.items()):
            failures.append(f"{name}: {fault} from {content[:300]!r}")
            if arguments.keep:
                (arguments.keep / f"{name} {number} {reader.name}").write_bytes(content)
    print(f"\n{n_cases:,} inputs in {time.perf_counter() - started:.0f} s, {len(failures)} faults")
    for failure in failures:
        print(failure)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
