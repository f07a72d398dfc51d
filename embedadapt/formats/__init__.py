"""One file per vector format, `read` beside `write`; here they are told apart and called.

Every reader takes a file for hostile until parsed: headers are held against the file's size before
anything is allocated, and each defect is one `FormatError` with its place. Nothing is unpickled.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from embedadapt.core.errors import OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.sniffing import sniff_format

__all__ = ["load_vectors", "save_vectors", "sniff_format"]

_MODULES = {
    "word2vec-text": "word2vec_text",
    "word2vec-binary": "word2vec_binary",
    "glove": "glove",
    "fasttext-bin": "fasttext",
    "spacy": "spacy",
    "safetensors": "safetensors",
}
_WRITTEN = {
    ".safetensors": "safetensors",
    ".bin": "word2vec-binary",
    ".txt": "word2vec-text",
    ".vec": "word2vec-text",
}
"""What a suffix asks for when no format is named."""


def load_vectors(path: str | Path) -> WordVectors:
    """The vectors of a file, of a spaCy pipeline's folder, or of an installed pipeline by its name.

    The format is told by content (`sniff_format`), gzip included. Raises FormatError.
    """
    reader = import_module(f"embedadapt.formats.{_MODULES[sniff_format(path)]}")
    vectors: WordVectors = reader.read(path)
    return vectors


def save_vectors(vectors: WordVectors, path: str | Path, *, format: str | None = None) -> None:
    """Writes atomically.

    format: "safetensors" (everything), "word2vec-text" or "word2vec-binary" (words and vectors
    only). None takes it from the suffix: .safetensors, .bin, .txt or .vec.

    Raises OutputError for an unknown format, a target that cannot be written, or a word that the
    format cannot hold (a space in word2vec text).
    """
    name = format or _WRITTEN.get(Path(path).suffix, "")
    if name not in _WRITTEN.values():
        raise OutputError(
            str(path),
            expected=f"one of the suffixes {', '.join(_WRITTEN)}"
            if format is None
            else f"one of the formats {', '.join(dict.fromkeys(_WRITTEN.values()))}",
            found=repr(format or Path(path).suffix),
        )
    import_module(f"embedadapt.formats.{_MODULES[name]}").write(vectors, path)
