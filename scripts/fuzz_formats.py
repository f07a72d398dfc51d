"""What the loaders make of broken files: fuzzed headers and truncations of each binary form.

    python scripts/fuzz_formats.py                 10,000 cases of each form
    python scripts/fuzz_formats.py --cases 500     fewer

Every case is a sound file with its beginning fuzzed or its end cut off, made from a seed and so the
same each time. It is loaded, and then inspected, in a process of its own. Either the table loads,
or one FormatError says why not; anything else fails, and so do more than 5 s, and more memory
allocated than four times the file (and 1 MB that any call takes). Exit status 1 on any failure.
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import tempfile
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from bounded import print_table, run_bounded

from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.inspection.summary import inspect_vectors

SECONDS = 5
HARD_LIMIT = 2**30
"""Bytes beyond which a process is stopped whatever it does."""
RATIO, ALLOWANCE = 4, 1_000_000
N_WORDS, DIM = 5000, 50
OUTCOMES = ("the same", "another table", "refused", "FAILED")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000, help="of each form")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--form", choices=list(FORMS), help="only this one")
    arguments = parser.parse_args()
    rows, failures = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("word2vec-text", "glove"):  # a broken file is often taken for text
            inspect_vectors(made(name, Path(folder) / "sound"))  # compiles
        for form in [arguments.form] if arguments.form else FORMS:
            sound = FORMS[form](Path(folder) / "sound")
            fingerprint = load_vectors(sound).fingerprint
            inspect_vectors(sound)
            counts: Counter[str] = Counter()
            ratio = slowest = 0.0
            for case in range(arguments.cases):
                seed = f"{arguments.seed} {form} {case}"
                path = Path(folder) / "case"
                path.write_bytes(broken(sound.read_bytes(), random.Random(seed)))
                found = run_bounded(lambda: load(path), seconds=SECONDS, n_bytes=HARD_LIMIT)  # noqa: B023
                outcome = judge(found, fingerprint)
                counts[outcome] += 1
                if outcome == "FAILED":
                    failures.append(f"{seed}: {found}")
                ratio = max(ratio, found.get("value", {}).get("ratio", 0))
                slowest = max(slowest, found["seconds"])
            figures = [f"{ratio:.2f}", f"{slowest:.2f}"]
            rows.append([form, *(f"{counts[name]:,}" for name in OUTCOMES), *figures])
    print_table(["form", *OUTCOMES, "most memory / file", "slowest s"], rows)
    print(f"\n{arguments.cases * len(rows):,} cases, {len(failures):,} failed")
    for failure in failures[:20]:
        print(failure)
    sys.exit(bool(failures))


def load(path: Path) -> dict[str, Any]:
    """What came of loading and inspecting a file, and the most memory loading it took."""
    tracemalloc.start()
    try:
        vectors: WordVectors | None = load_vectors(path)
    except FormatError:
        vectors = None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    told = {
        "ratio": max(0, peak - ALLOWANCE) / max(1, path.stat().st_size),
        "fingerprint": vectors.fingerprint if vectors else "",
    }
    try:
        inspection = inspect_vectors(path)
    except FormatError:
        return {**told, "inspected": False}
    return {**told, "inspected": True, "refused": inspection.refused}


def judge(found: dict[str, Any], fingerprint: str) -> str:
    """One of OUTCOMES."""
    if "value" not in found:
        return "FAILED"
    value = found["value"]
    loaded = bool(value["fingerprint"])
    if value["ratio"] > RATIO or (loaded and (not value["inspected"] or value["refused"])):
        return "FAILED"
    if not loaded:
        return "refused"
    return "the same" if value["fingerprint"] == fingerprint else "another table"


# Breaking


def broken(content: bytes, rng: random.Random) -> bytes:
    """A truncation, or one to four changes near the beginning (or anywhere, one time in four)."""
    if rng.random() < 0.3:
        return content[: rng.randrange(len(content))]
    damaged = bytearray(content)
    reach = len(content) if rng.random() < 0.25 else min(len(content), rng.choice((16, 100, 400)))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(reach)
        change = rng.choice(CHANGES)(rng)
        if rng.random() < 0.8:
            damaged[at : at + len(change)] = change
        else:
            damaged[at : at + rng.randint(0, 3)] = change
    return bytes(damaged)


EXTREMES = (0, 1, -1, 2, 3, 127, 2**15, 2**31 - 1, -(2**31), 10**9)
CHANGES = (
    lambda rng: bytes([rng.randrange(256)]),
    lambda rng: rng.randbytes(rng.randint(1, 8)),
    lambda rng: struct.pack("<i", rng.choice(EXTREMES)),
    lambda rng: struct.pack("<q", rng.choice((*EXTREMES, 2**62, -(2**63), 10**12))),
    lambda rng: str(rng.choice((*EXTREMES, 10**18, 10**30))).encode(),
    lambda rng: bytes(
        rng.choice(b" \n\t\r\0-0123456789[]{}\"',:") for _ in range(rng.randint(1, 3))
    ),
)


# Sound files


def table() -> WordVectors:
    rows = np.random.default_rng(0).normal(size=(N_WORDS, DIM)).astype(np.float32)
    return WordVectors(Vocabulary(f"word{n}" for n in range(N_WORDS)), rows)


def made(name: str, path: Path) -> Path:
    path.unlink(missing_ok=True)
    save_vectors(table(), path, format=name)
    return path


def made_array(path: Path) -> Path:
    """An .npz of the words and the matrix."""
    vectors = table()
    with path.open("wb") as stream:
        np.savez(stream, words=np.array(vectors.vocabulary.words), vectors=vectors.matrix)
    return path


def trained(path: Path, *, quantized: bool = False) -> Path:
    """A fastText model as the library writes it, of a supervised task where it is to be quantized:
    the others it does not quantize."""
    import fasttext

    rng = random.Random(0)
    text = path.with_name("text")
    lines = (
        f"__label__{rng.randrange(3)} " + " ".join(f"word{rng.randrange(400)}" for _ in range(12))
        for _ in range(2000)
    )
    text.write_text("\n".join(lines) + "\n")
    settings: dict[str, Any] = {"dim": 20, "bucket": 2000, "epoch": 1, "thread": 1, "verbose": 0}
    if quantized:
        model = fasttext.train_supervised(str(text), minn=3, maxn=4, **settings)
        model.quantize(input=str(text), verbose=0)
    else:
        model = fasttext.train_unsupervised(str(text), minCount=1, **settings)
    model.save_model(str(path))
    return path


FORMS = {
    "word2vec binary": lambda path: made("word2vec-binary", path),
    "fastText .bin": trained,
    "fastText .ftz": lambda path: trained(path, quantized=True),
    "safetensors": lambda path: made("safetensors", path),
    "npz": made_array,
}

if __name__ == "__main__":
    main()
