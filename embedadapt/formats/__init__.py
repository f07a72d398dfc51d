"""One file per vector format, `read` beside `write`; here they are told apart and called.

Every reader takes a file for hostile until parsed: headers are held against the file's size before
anything is allocated, and each defect is one `FormatError` with its place. Nothing is unpickled.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.files import drafting
from embedadapt.core.vectors import BLOCK_ROWS, WordVectors
from embedadapt.formats.sniffing import sniff_format

__all__ = ["load_vectors", "save_vectors", "sniff_format"]

_MODULES = {
    "word2vec-text": "word2vec_text",
    "word2vec-binary": "word2vec_binary",
    "glove": "glove",
    "fasttext-bin": "fasttext",
    "spacy": "spacy",
    "safetensors": "safetensors",
    "numpy": "npy",
}
_BY_SUFFIX = {
    ".safetensors": "safetensors",
    ".bin": "word2vec-binary",
    ".txt": "word2vec-text",
    ".vec": "word2vec-text",
    ".npy": "numpy",
}
"""What a suffix asks for when no format is named."""
_WRITTEN = (*dict.fromkeys(_BY_SUFFIX.values()), "glove", "fasttext-bin")

ROUNDING = 1e-4
"""Far above what was seen (2e-6 with 30 n-grams a word), far below what moves a neighbour."""


def load_vectors(path: str | Path) -> WordVectors:
    """The vectors of a file, of a spaCy pipeline's folder, or of an installed pipeline by its name.

    The format is told by content (`sniff_format`), gzip included. Raises FormatError.
    """
    reader = import_module(f"embedadapt.formats.{_MODULES[sniff_format(path)]}")
    vectors: WordVectors = reader.read(path)
    return vectors


def save_vectors(vectors: WordVectors, path: str | Path, *, format: str | None = None) -> None:
    """Writes atomically: the file is read back and compared before it takes its place.

    format: "safetensors" (everything); "fasttext-bin" (with its n-grams and context, where there
    are any); or, words and vectors only, "word2vec-text", "word2vec-binary", "glove" (text without
    a header) or "numpy" (an .npy, and its words beside it in `<name>.words.txt`). None takes it
    from the suffix: .safetensors, .bin, .txt, .vec or .npy.

    Raises OutputError for an unknown format, a target that cannot be written, or a table that the
    format cannot hold (a word with a space in word2vec text, a NaN in any).
    """
    name = format or _BY_SUFFIX.get(Path(path).suffix, "")
    if name not in _WRITTEN:
        raise OutputError(
            str(path),
            expected=f"one of the suffixes {', '.join(_BY_SUFFIX)}"
            if format is None
            else f"one of the formats {', '.join(_WRITTEN)}",
            found=repr(format or Path(path).suffix),
        )
    with drafting(path) as draft:
        import_module(f"embedadapt.formats.{_MODULES[name]}").write(vectors, draft)
        _check_reads_back(vectors, draft)


def _check_reads_back(vectors: WordVectors, draft: Path) -> None:
    """Raises OutputError unless `draft` reads as the same words with the same vectors."""
    problem = "another table"
    try:
        found = load_vectors(draft)
        if found.fingerprint == vectors.fingerprint or _is_composed_alike(found, vectors):
            return
    except FormatError as error:
        problem = f"{error.found} (expected {error.expected})"
    raise OutputError(
        str(draft),
        expected="a file that reads back as the table written",
        found=problem,
        hint="This format cannot hold it: write .safetensors, which holds any finite table.",
    )


def _is_composed_alike(found: WordVectors, vectors: WordVectors) -> bool:
    """Whether a model's vectors, sums of many rows, are those written but for rounding."""
    if found.subwords is None or found.vocabulary.words != vectors.vocabulary.words:
        return False
    blocks = (slice(row, row + BLOCK_ROWS) for row in range(0, len(vectors), BLOCK_ROWS))
    return all(
        np.allclose(found.matrix[block], vectors.matrix[block], rtol=ROUNDING, atol=ROUNDING)
        for block in blocks
    )
