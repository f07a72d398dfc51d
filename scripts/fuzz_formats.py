"""What the loaders make of broken files: fuzzed headers and truncations of each binary form.

    python scripts/fuzz_formats.py                 10,000 cases of each form
    python scripts/fuzz_formats.py --cases 500     fewer
    python scripts/fuzz_formats.py --form "GloVe text"

Every case is a sound table of which one file has its beginning (or end, or any place) fuzzed or its
end cut off, made from a seed and so the same each time; half of the packed ones are broken before
they are packed. It is loaded, and then inspected. Either the table loads, or one FormatError says
why not; anything else fails, and so do more than 5 s, and more memory for loading it than four
times its files, and 2 MB that any call takes. What is packed or quantized counts as large as what
it unpacks to. Memory is what Python and numpy allocate or what the process grows by, whichever is
more; a process that asks for 1 GB is ended. Exit status 1 on any failure.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import lzma
import random
import shutil
import struct
import sys
import tarfile
import tempfile
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from bounded import run_each

from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.core.zstd import zstd_module
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.inspection.summary import describe, read_both_ways

SECONDS = 60
"""Far more than any case takes: a busy machine is no hang."""
HARD_LIMIT = 2**30
"""Bytes beyond which a process is stopped whatever it does."""
RATIO, ALLOWANCE = 4, 2_000_000
WARM = 20
"""Cases run before they count: the first find libraries that are not in memory yet."""
N_WORDS, DIM = 500, 50
OUTCOMES = ("the same", "another table", "refused", "FAILED")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000, help="of each form")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--form", choices=[*FORMS, *PACKED], help="only this one")
    arguments = parser.parse_args()
    warm_up()
    names = [arguments.form] if arguments.form else [*BINARY_FORMS, *PACKED]
    failures: list[str] = []
    print_row(["form", *OUTCOMES, "kB", "most memory, kB", "slowest s"])
    for name in names:
        row, failed = fuzz(name, arguments.cases, arguments.seed)
        print_row(row)
        failures += failed
    print(f"\n{arguments.cases * len(names):,} cases, {len(failures):,} failed")
    for failure in failures[:20]:
        print(failure)
    sys.exit(bool(failures))


def print_row(cells: list[str]) -> None:
    """At once: all forms together take an hour."""
    print(f"{cells[0]:28}" + "".join(f"{cell:>16}" for cell in cells[1:]), flush=True)


def fuzz(name: str, n_cases: int, seed: int) -> tuple[list[str], list[str]]:
    """A row of the table, and the cases that failed."""
    counts: Counter[str] = Counter()
    failures, peak, slowest = [], 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        sound = make_sound(name, Path(folder))
        fingerprint = load(sound.path, sound.expands)["fingerprint"]

        def run(case: int) -> dict[str, Any]:
            with breaking(sound, random.Random(f"{seed} {name} {case}")):
                return load(sound.path, sound.expands)

        told = run_each(run, range(-WARM, n_cases), seconds=SECONDS, n_bytes=HARD_LIMIT)
        for case, found in enumerate(islice(told, WARM, None)):
            outcome = judge(found, fingerprint)
            counts[outcome] += 1
            if outcome == "FAILED":
                failures.append(f"{seed} {name} {case}: {found}")
            peak = max(peak, found.get("value", {}).get("peak", 0))
            slowest = max(slowest, found["seconds"])
        n_bytes = sum(part.stat().st_size for part in files_of(sound.path.parent)) * sound.expands
    figures = [f"{n_bytes / 1000:,.0f}", f"{peak / 1000:,.0f}", f"{slowest:.2f}"]
    return [name, *(f"{counts[outcome]:,}" for outcome in OUTCOMES), *figures], failures


def load(path: Path, expands: float) -> dict[str, Any]:
    """What came of loading and inspecting a table, and the most memory loading it took."""
    n_bytes = sum(part.stat().st_size for part in files_of(path.parent))
    held = restart_peak()
    tracemalloc.start()
    try:
        vectors: WordVectors | None = load_vectors(path, trust_pickle=True)
    except FormatError:
        vectors = None
    peak = max(tracemalloc.get_traced_memory()[1], memory("VmHWM") - held)
    tracemalloc.stop()
    told = {
        "peak": peak,
        "allowed": ALLOWANCE + RATIO * n_bytes * expands,
        "fingerprint": "" if vectors is None else vectors.fingerprint,
    }
    try:
        inspection = describe(path, read_both_ways(path, trust_pickle=True))
    except FormatError:
        return {**told, "inspected": False}
    return {**told, "inspected": True, "refused": inspection.refused}


def judge(found: dict[str, Any], fingerprint: str) -> str:
    """One of OUTCOMES."""
    if "value" not in found:
        return "FAILED"
    value = found["value"]
    loaded = bool(value["fingerprint"])
    if value["peak"] > value["allowed"] or (
        loaded and (not value["inspected"] or value["refused"])
    ):
        return "FAILED"
    if not loaded:
        return "refused"
    return "the same" if value["fingerprint"] == fingerprint else "another table"


def warm_up() -> None:
    """Compiles the kernels, those for text among them: a broken file is often taken for text."""
    for name in ("word2vec text", "GloVe text", "fastText .bin", "floret .bin", "safetensors"):
        with tempfile.TemporaryDirectory() as folder:
            load(make_sound(name, Path(folder)).path, 1)


# Memory


def memory(entry: str) -> int:
    """Bytes, as Linux counts them for this process; 0 elsewhere."""
    status = Path("/proc/self/status")
    lines = status.read_text().split("\n") if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(entry)), 0)


def restart_peak() -> int:
    """Forgets the most memory had so far; the memory in use."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5")
    return memory("VmRSS")


# Breaking


@dataclass(frozen=True)
class Sound:
    """A sound table. path: what is loaded, in a folder of its own. pack: of a packed one.
    expands: what it unpacks to, in bytes for each of its own."""

    path: Path
    content: bytes = b""
    pack: Callable[[bytes], bytes] | None = None
    expands: float = 1


@contextmanager
def breaking(sound: Sound, rng: random.Random) -> Iterator[None]:
    """One file of a table broken, and whole again afterwards."""
    part = rng.choice(files_of(sound.path.parent))
    whole = part.read_bytes()
    if sound.pack and rng.random() < 0.5:
        part.write_bytes(sound.pack(broken(sound.content, rng)))
    else:
        part.write_bytes(broken(whole, rng))
    try:
        yield
    finally:
        part.write_bytes(whole)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def broken(content: bytes, rng: random.Random) -> bytes:
    """A truncation, or one to four changes: near the beginning mostly, else near the end or
    anywhere."""
    if rng.random() < 0.3:
        return content[: rng.randrange(len(content))]
    damaged = bytearray(content)
    reach = min(len(content), rng.choice((16, 100, 400)))
    start = rng.choice((0, 0, 0, len(content) - reach))
    if rng.random() < 0.25:
        start, reach = 0, len(content)
    for _ in range(rng.randint(1, 4)):
        at = start + rng.randrange(reach)
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


# Sound tables. Each is made in an empty folder; what is to be loaded is returned.


def make_sound(name: str, folder: Path) -> Sound:
    place = folder / "sound"
    place.mkdir()
    if name not in PACKED:
        path = FORMS[name](place)
        return Sound(path, expands=UNPACKED.get(name, path.stat().st_size) / path.stat().st_size)
    form, pack = PACKED[name]
    path = FORMS[form](place)
    content = path.read_bytes()
    path.write_bytes(pack(content))
    return Sound(path, content, pack, len(content) / path.stat().st_size)


def table() -> WordVectors:
    rows = np.random.default_rng(0).normal(size=(N_WORDS, DIM)).astype(np.float32)
    return WordVectors(Vocabulary(f"word{n}" for n in range(N_WORDS)), rows)


def written(format: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        save_vectors(table(), folder / "table", format=format)
        return folder / "table"

    return make


def array_file(folder: Path) -> Path:
    """An .npy with its words beside it."""
    save_vectors(table(), folder / "table.npy")
    return folder / "table.npy"


def array_archive(folder: Path) -> Path:
    """An .npz of the words and the matrix."""
    vectors = table()
    words = np.array(vectors.vocabulary.words)
    np.savez(folder / "table.npz", words=words, vectors=vectors.matrix)
    return folder / "table.npz"


def pipeline(**settings: Any) -> Callable[[Path], Path]:
    """The vectors of a spaCy pipeline; settings: those of its `Vectors`."""

    def make(folder: Path) -> Path:
        from spacy.strings import StringStore
        from spacy.vectors import Vectors

        vectors, strings = table(), StringStore()
        keys = [strings.add(word) for word in vectors.vocabulary.words]
        named = {} if settings else {"keys": keys}
        saved = Vectors(strings=strings, data=vectors.matrix, **named, **settings)
        place = folder / "pipeline" / "vocab"
        place.mkdir(parents=True)
        saved.to_disk(place)
        strings.to_disk(place / "strings.json")
        return folder / "pipeline"

    return make


def static_model(folder: Path) -> Path:
    """A model2vec folder with shared and weighted rows."""
    from safetensors.numpy import save_file

    vectors, rng = table(), np.random.default_rng(0)
    place = folder / "model"
    place.mkdir()
    tokens = ", ".join(f'"{word}": {row}' for row, word in enumerate(vectors.vocabulary.words))
    text = f'{{"model": {{"type": "WordLevel", "vocab": {{{tokens}}}}}}}'
    (place / "tokenizer.json").write_text(text)
    arrays: dict[str, np.ndarray] = {
        "embeddings": vectors.matrix,
        "mapping": rng.permutation(N_WORDS),
        "weights": rng.uniform(size=N_WORDS),
    }
    save_file(arrays, place / "model.safetensors")
    return place


def native(*, aside: bool) -> Callable[[Path], Path]:
    """gensim's own file, its array inside or in a file aside."""

    def make(folder: Path) -> Path:
        from gensim.models import KeyedVectors

        vectors, saved = table(), KeyedVectors(DIM)
        saved.add_vectors(list(vectors.vocabulary.words), vectors.matrix)
        saved.save(str(folder / "table.kv"), sep_limit=0 if aside else 2**30)
        return folder / "table.kv"

    return make


def trained(*, labels: bool = False, packing: dict[str, Any] | None = None) -> Callable[..., Path]:
    """A fastText model as the library writes it. packing: how it is quantized, None for not."""

    def make(folder: Path) -> Path:
        import fasttext

        rng, text, path = random.Random(0), folder / "text", folder / "model"
        lines = (
            f"__label__{rng.randrange(3)} " * labels
            + " ".join(f"word{rng.randrange(400)}" for _ in range(12))
            for _ in range(2000)
        )
        text.write_text("\n".join(lines) + "\n")
        settings: dict[str, Any] = {"dim": 20, "bucket": 2000, "epoch": 1, "thread": 1}
        train = fasttext.train_supervised if labels else fasttext.train_unsupervised
        model = train(str(text), minn=3, maxn=4, minCount=1, verbose=0, **settings)
        if packing is not None:
            model.quantize(input=str(text), verbose=0, **packing)
        model.save_model(str(path))
        text.unlink()
        return path

    return make


FLORET = Path(__file__).parent.parent / "tests" / "formats" / "data" / "floret"


def floret_model(folder: Path) -> Path:
    """A model in floret's own mode, as the tests have it."""
    return Path(shutil.copy(FLORET / "floret-2.bin", folder / "model"))


def floret_table(folder: Path) -> Path:
    return Path(shutil.copy(FLORET / "floret-2.floret", folder / "table"))


BINARY_FORMS: dict[str, Callable[[Path], Path]] = {
    "word2vec binary": written("word2vec-binary"),
    "fastText .bin": trained(),
    "fastText .bin, supervised": trained(labels=True),
    "fastText .ftz": trained(labels=True, packing={}),
    "fastText .ftz, pruned": trained(labels=True, packing={"cutoff": 1000, "qnorm": True}),
    "floret .bin": floret_model,
    "safetensors": written("safetensors"),
    ".npy and words": array_file,
    ".npz": array_archive,
    "spaCy": pipeline(),
    "spaCy, floret mode": pipeline(mode="floret", minn=2, maxn=3, hash_count=2),
    "static embedding": static_model,
    "gensim native": native(aside=False),
    "gensim native, array aside": native(aside=True),
}
FORMS = {
    **BINARY_FORMS,
    "word2vec text": written("word2vec-text"),
    "GloVe text": written("glove"),
    "floret text": floret_table,
}
UNPACKED = {"fastText .ftz": 4 * 20 * 2400, "fastText .ftz, pruned": 4 * 20 * 1000}
"""Bytes of the input matrix that a quantized model stands for."""


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.bin", content)
    return packed.getvalue()


def tarred(content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        entry = tarfile.TarInfo("table.bin")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def zstandard(content: bytes) -> bytes:
    packed: bytes = zstd_module("a fuzzed file").compress(content)
    return packed


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "word2vec binary, gzip": ("word2vec binary", lambda content: gzip.compress(content, 1)),
    "word2vec binary, bzip2": ("word2vec binary", bz2.compress),
    "word2vec binary, xz": ("word2vec binary", lambda content: lzma.compress(content, preset=0)),
    "word2vec binary, zstd": ("word2vec binary", zstandard),
    "word2vec binary, zip": ("word2vec binary", zipped),
    "word2vec binary, tar.gz": ("word2vec binary", tarred),
    "fastText .bin, gzip": ("fastText .bin", lambda content: gzip.compress(content, 1)),
}

if __name__ == "__main__":
    main()
