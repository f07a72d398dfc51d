"""One file per vector format, `read` beside `write`; this module picks and calls them.

Readers trust no file before it is parsed: headers are compared with the size of the file before
anything is allocated, and each defect is one `FormatError` with its place. Pickles are read only
with `trust_pickle`.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from embedadapt.core.errors import FormatError, OutputError, SettingsError
from embedadapt.core.files import drafting
from embedadapt.core.vectors import BLOCK_ROWS, VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.selection import Selection, select_rows
from embedadapt.formats.sniffing import sniff_format

__all__ = ["load_vectors", "save_vectors", "scan_vectors", "scan_vocabulary", "sniff_format"]

_MODULES = {
    "word2vec-text": "word2vec_text",
    "word2vec-binary": "word2vec_binary",
    "glove": "glove",
    "fasttext-bin": "fasttext",
    "floret": "floret",
    "spacy": "spacy",
    "safetensors": "safetensors",
    "numpy": "npy",
    "parquet": "parquet",
    "delimited": "delimited",
    "json-lines": "json_lines",
    "json": "json_table",
    "static-embedding": "static_model",
    "gensim": "gensim",
}
_READ_IN_PART = ("word2vec-text", "word2vec-binary", "glove", "fasttext-bin", "safetensors")
"""Formats whose `read` takes a selection, and that have a `scan` beside it."""
_SHOWN_IN_PARTS = ("fasttext-bin", "safetensors", "numpy", "spacy", "static-embedding", "gensim")
"""Formats whose modules have `read_parts`."""
BY_SUFFIX = {
    ".safetensors": "safetensors",
    ".bin": "word2vec-binary",
    ".txt": "word2vec-text",
    ".vec": "word2vec-text",
    ".npy": "numpy",
}
"""The format of a suffix, when none is named."""
_WRITTEN = (*dict.fromkeys(BY_SUFFIX.values()), "glove", "fasttext-bin")

ROUNDING = 1e-4
"""Tolerance far above the rounding seen (2e-6 with 30 n-grams per word), far below what changes a
neighbor."""


def load_vectors(
    path: str | Path,
    *,
    words: Iterable[str] | None = None,
    limit: int | None = None,
    trust_pickle: bool = False,
) -> WordVectors:
    """Load vectors from a file, a folder of spaCy or model2vec, or an installed spaCy pipeline.

    The format is recognized by content (`sniff_format`). The rows may also be in .csv, .tsv, JSON,
    JSON Lines or Parquet. A file may be compressed (gzip, bzip2, xz, zstd) or in a zip or tar
    archive; `glove.6B.zip/glove.6B.50d.txt` is a file in an archive.

    Parameters
    ----------
    path : path
        File or folder, or the name of an installed pipeline.
    words : iterable of str, optional
        Load only these words, if the file has them. Default: all words. Default: all.
    limit : int, optional
        Read only this number of rows from the beginning of the file. The other rows may not be
        checked. Default: all.
    trust_pickle : bool
        Read gensim's native files, which are pickles and can run any code. Default: refuse them.

    Returns
    -------
    WordVectors
        The words in the order of the file. For a word that occurs twice, the first row is loaded.
        Arrays are memory-mapped if the format allows it.

    Raises
    ------
    FormatError
        The file is missing, damaged or of no known format, or no row is left.
    SettingsError
        `limit` is below 1.

    Examples
    --------
    >>> path = "corpora/pretrained/glove.6B.50d.60k.safetensors"
    >>> embedadapt.load_vectors(path, words=["lease", "tenant"]).matrix.shape
    (2, 50)
    """
    if limit is not None and limit < 1:
        raise SettingsError("limit", expected="a number of rows, 1 or more", found=str(limit))
    selection = Selection(None if words is None else frozenset(words), limit)
    name = sniff_format(path)
    reader = _module(name)
    if name in _READ_IN_PART:
        chosen: WordVectors = reader.read(path, selection)
        return chosen
    vectors: WordVectors = reader.read(path, **_trust(name, trust_pickle))
    return select_rows(vectors, selection) if selection else vectors


def scan_vectors(path: str | Path, *, trust_pickle: bool = False) -> VectorsOutline:
    """Words, dimensions and conventions of a file, without its vectors.

    Vectors are not read where the format allows it: a fastText .bin of any size is read up to the
    end of its dictionary.

    Raises FormatError as `load_vectors` does, except for defects in what is not read.
    """
    name = sniff_format(path)
    if name in _READ_IN_PART:
        outline: VectorsOutline = _module(name).scan(path)
        return outline
    return load_vectors(path, trust_pickle=trust_pickle).outline


def scan_vocabulary(path: str | Path, *, trust_pickle: bool = False) -> Vocabulary:
    """Read the words of a vector file, with their counts if it has any.

    The vectors themselves are not read, if the format allows this.

    Parameters
    ----------
    path : path
        Anything that `load_vectors` reads.
    trust_pickle : bool
        Read gensim's native files, which are pickles and can run any code. Default: refuse them.

    Returns
    -------
    Vocabulary
        The words in the order of the file.

    Raises
    ------
    FormatError
        The file is missing, of no known format, or damaged in the part that is read.

    Examples
    --------
    >>> len(embedadapt.scan_vocabulary("corpora/pretrained/glove.6B.50d.60k.safetensors"))
    60000
    """
    return scan_vectors(path, trust_pickle=trust_pickle).vocabulary


def read_parts(path: str | Path, *, trust_pickle: bool = False) -> RawTable | None:
    """The unchecked contents of a vector file; None for a format that is surveyed row by row.

    Raises FormatError where its rows cannot be separated.
    """
    name = sniff_format(path)
    if name not in _SHOWN_IN_PARTS:
        return None
    parts: RawTable = _module(name).read_parts(path, **_trust(name, trust_pickle))
    return parts


def _trust(name: str, trust_pickle: bool) -> dict[str, bool]:
    """The argument `trust_pickle` of a reader; only gensim's takes it."""
    return {"trust_pickle": trust_pickle} if name == "gensim" else {}


def save_vectors(vectors: WordVectors, path: str | Path, *, format: str | None = None) -> None:
    """Save vectors to a file, which is read back and compared before it replaces anything.

    Parameters
    ----------
    vectors : WordVectors
        The vectors.
    path : path
        File to write.
    format : str, optional
        "safetensors" keeps everything. "fasttext-bin" keeps n-grams and context, if there are any.
        "word2vec-text", "word2vec-binary", "glove" (text without a header) and "numpy" (an .npy
        file with its words in `<name>.words.txt`) keep words and vectors only. Default: by the
        suffix of `path`: .safetensors, .bin, .txt, .vec or .npy.

    Raises
    ------
    OutputError
        The format is unknown, the file cannot be written, or the format cannot hold the vectors (a
        word with a space in word2vec text, NaN in any).

    Examples
    --------
    >>> embedadapt.save_vectors(vectors, "glove.safetensors")
    >>> embedadapt.load_vectors("glove.safetensors").fingerprint == vectors.fingerprint
    True
    """
    name = format or BY_SUFFIX.get(Path(path).suffix, "")
    if name not in _WRITTEN:
        raise OutputError(
            str(path),
            expected=f"one of the suffixes {', '.join(BY_SUFFIX)}"
            if format is None
            else f"one of the formats {', '.join(_WRITTEN)}",
            found=repr(format or Path(path).suffix),
        )
    _check_encodable(vectors, path)
    with drafting(path) as draft:
        _module(name).write(vectors, draft)
        _check_reads_back(vectors, draft)


def _check_encodable(vectors: WordVectors, path: str | Path) -> None:
    """Raise OutputError for a word that UTF-8 cannot write: one with a lone surrogate."""
    for row, word in enumerate(vectors.vocabulary.words):
        try:
            word.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise OutputError(
                str(path),
                expected="words that UTF-8 can write",
                found=f"{word!r} in row {row}",
                hint="Rename or drop the word.",
            ) from None


def _module(name: str) -> ModuleType:
    return import_module(f"embedadapt.formats.{_MODULES[name]}")


def _check_reads_back(vectors: WordVectors, draft: Path) -> None:
    """Raise OutputError unless `draft` reads as the same words with the same vectors."""
    problem = "other vectors"
    try:
        found = load_vectors(draft)
        if found.fingerprint == vectors.fingerprint or _is_composed_alike(found, vectors):
            return
    except FormatError as error:
        problem = f"{error.found} (expected {error.expected})"
    raise OutputError(
        str(draft),
        expected="a file that reads back as the vectors written",
        found=problem,
        hint="This format cannot hold it: write .safetensors, which holds any finite table.",
    )


def _is_composed_alike(found: WordVectors, vectors: WordVectors) -> bool:
    """Whether a model's vectors, sums of many rows, equal the written ones except for rounding."""
    if found.subwords is None or found.vocabulary.words != vectors.vocabulary.words:
        return False
    blocks = (slice(row, row + BLOCK_ROWS) for row in range(0, len(vectors), BLOCK_ROWS))
    return all(
        np.allclose(found.matrix[block], vectors.matrix[block], rtol=ROUNDING, atol=ROUNDING)
        for block in blocks
    )
