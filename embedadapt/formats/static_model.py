"""Folders of model2vec and of sentence-transformers' StaticEmbedding whose tokens are whole words.

`tokenizer.json` has the tokens by number. `model.safetensors` has their vectors: "embeddings", or
"embedding.weight" in sentence-transformers' own format. In model2vec tokens may share a row
("mapping", a row for each token) and have a weight ("weights", a factor for each token): the vector
of a token is `embeddings[mapping[token]] * weights[token]`.

A tokenizer that cuts words into pieces makes no list of words: `formats.pieces` reads such folders.

Source: model2vec 0.10 `persistence.py`, `model.py`; sentence-transformers `StaticEmbedding`;
Hugging Face tokenizers (`tokenizer.json`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.pieces import (
    LAYOUTS,
    TABLE_NAMES,
    TENSORS,
    TOKENIZER,
    one_dimensional,
    read_tokenizer,
)
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.table_checks import check_dim, check_distinct, check_finite
from embedadapt.formats.reading.tensor_file import TensorFile, read_tensors


def find_static_model(path: str | Path) -> Path | None:
    """The folder at or in `path` that holds a tokenizer and its vectors; None without one."""
    for layout in LAYOUTS:
        folder = Path(path, layout)
        if (folder / TENSORS).is_file() and (folder / TOKENIZER).is_file():
            return folder
    return None


def read(path: str | Path) -> WordVectors:
    """Read the tokens in the order of their numbers.

    The matrix stays mapped where it is float32, unweighted and whole. Raises FormatError with the
    name of the wrong file, and for a tokenizer that cuts words into pieces.
    """
    folder, tokenizer = _open(path)
    if tokenizer.composes:
        raise FormatError(
            str(path),
            expected="a vector for each word",
            found=f"vectors of the pieces of a {tokenizer.kind} tokenizer, which composes words",
            hint="In Python: embedadapt.load_pieces(path).words(words) is a table of words.",
        )
    parts = _read_parts(folder, tokenizer)
    words, matrix = tuple(parts.words), parts.tables["vector"]
    check_distinct(words, str(folder / TOKENIZER))
    check_finite(matrix, words, str(folder / TENSORS))
    notes = ("these are tokens of a tokenizer of whole words",)
    provenance = Provenance("static-embedding", str(path), notes=notes)
    return WordVectors(Vocabulary(words), matrix, provenance=provenance)


def read_parts(path: str | Path) -> RawTable:
    """The tokens, words or pieces of words, and their rows, unchecked.

    Raises FormatError with the name of the wrong file.
    """
    return _read_parts(*_open(path))


def _open(path: str | Path) -> tuple[Path, PieceTokenizer]:
    """The folder of the two files, and its tokenizer."""
    folder = find_static_model(path)
    if folder is None:
        raise FormatError(str(path), expected=f"{TOKENIZER} beside {TENSORS}", found="none")
    return folder, read_tokenizer(folder / TOKENIZER)


def _read_parts(folder: Path, tokenizer: PieceTokenizer) -> RawTable:
    numbers = np.array(sorted(tokenizer.tokens), dtype=np.int64)
    file = read_tensors(folder / TENSORS)
    name = next((name for name in TABLE_NAMES if name in file), TABLE_NAMES[0])
    matrix = _token_rows(file, name, numbers)
    check_dim(matrix.shape[1], str(file.path))
    words = [tokenizer.tokens[number] for number in numbers.tolist()]
    return RawTable(words, {"vector": matrix}, file.dtype(name))


def _token_rows(file: TensorFile, name: str, numbers: NDArray[np.int64]) -> Floats2d:
    """The vectors of some tokens, (n_tokens, dim), from the matrix called `name`."""
    path, table = file.path, file.numbers(name)
    mapping, weights = one_dimensional(file, "mapping"), one_dimensional(file, "weights")
    n_tokens = len(table) if mapping is None else len(mapping)
    if numbers[-1] >= n_tokens or (weights is not None and len(weights) != n_tokens):
        raise FormatError(
            str(path),
            expected=f"a row and a weight for each token up to number {numbers[-1]:,}",
            found=f"{n_tokens:,}" if weights is None else f"{n_tokens:,} and {len(weights):,}",
        )
    rows = numbers if mapping is None else mapping[numbers].astype(np.int64)
    if rows.min() < 0 or rows.max() >= len(table):
        raise FormatError(
            str(path), expected=f"rows from 0 to {len(table) - 1:,}", found=f"{rows.max():,}"
        )
    if mapping is None and weights is None and len(numbers) == len(table):
        return table
    vectors: Floats2d = table[rows]
    if weights is not None:
        vectors *= weights[numbers].astype(np.float32)[:, None]
    return vectors
