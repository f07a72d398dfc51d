"""Folders of model2vec and of sentence-transformers' StaticEmbedding: vectors of tokens.

`tokenizer.json` has the tokens by number. `model.safetensors` has their vectors: "embeddings", or
"embedding.weight" in sentence-transformers' own format. In model2vec tokens may share a row
("mapping", a row for each token) and have a weight ("weights", a factor for each token): the vector
of a token is `embeddings[mapping[token]] * weights[token]`.

Source: model2vec 0.10 `persistence.py`, `model.py`; sentence-transformers `StaticEmbedding`;
Hugging Face tokenizers (`tokenizer.json`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.table_checks import (
    check_dim,
    check_distinct,
    check_finite,
    check_some_rows,
    notes,
)
from embedadapt.formats.reading.tensor_file import TensorFile, read_tensors

TENSORS, TOKENIZER = "model.safetensors", "tokenizer.json"
LAYOUTS = ("", "0_StaticEmbedding")
"""Places of the two files in the folder: model2vec's, and a module of sentence-transformers."""
TABLE_NAMES = ("embeddings", "embedding.weight")
INNER_PIECE = {"WordPiece": "##"}


def find_static_model(path: str | Path) -> Path | None:
    """The folder at or in `path` that holds a tokenizer and its vectors; None without one."""
    for layout in LAYOUTS:
        folder = Path(path, layout)
        if (folder / TENSORS).is_file() and (folder / TOKENIZER).is_file():
            return folder
    return None


def read(path: str | Path) -> WordVectors:
    """Read the tokens in the order of their numbers, spelled as the tokenizer spells them.

    The matrix stays mapped where it is float32, unweighted and whole. Raises FormatError with the
    name of the wrong file.
    """
    kind, folder, parts = _read_folder(path)
    words, matrix = tuple(parts.words), parts.tables["vector"]
    check_distinct(words, str(folder / TOKENIZER))
    check_finite(matrix, words, str(folder / TENSORS))
    provenance = Provenance("static-embedding", str(path), notes=notes(_note_on(kind, words)))
    return WordVectors(Vocabulary(words), matrix, provenance=provenance)


def read_parts(path: str | Path) -> RawTable:
    """The unchecked contents. Raises FormatError with the name of the wrong file."""
    return _read_folder(path)[2]


def _read_folder(path: str | Path) -> tuple[str, Path, RawTable]:
    """The kind of tokenizer, the folder of its two files, and their contents."""
    folder = find_static_model(path)
    if folder is None:
        raise FormatError(str(path), expected=f"{TOKENIZER} beside {TENSORS}", found="none")
    kind, tokens = _read_tokens(folder / TOKENIZER)
    check_some_rows(len(tokens), str(folder / TOKENIZER))
    numbers = np.array(sorted(tokens), dtype=np.int64)
    file = read_tensors(folder / TENSORS)
    name = next((name for name in TABLE_NAMES if name in file), TABLE_NAMES[0])
    matrix = _token_rows(file, name, numbers)
    check_dim(matrix.shape[1], str(file.path))
    words = [tokens[number] for number in numbers.tolist()]
    return kind, folder, RawTable(words, {"vector": matrix}, file.dtype(name))


def _read_tokens(path: Path) -> tuple[str, dict[int, str]]:
    """Return the kind of tokenizer, and its tokens by number."""
    try:
        tokenizer = json.loads(path.read_bytes())
        vocabulary = tokenizer["model"]["vocab"]
        if isinstance(vocabulary, dict):
            tokens = {int(number): str(token) for token, number in vocabulary.items()}
        else:  # Unigram: a list of token and score
            tokens = {number: str(token) for number, (token, _) in enumerate(vocabulary)}
        for added in tokenizer.get("added_tokens") or ():
            tokens[int(added["id"])] = str(added["content"])
        if any(abs(number) >= 2**31 for number in tokens):
            raise ValueError("a token's number beyond 2**31")
        return str(tokenizer["model"].get("type", "")), tokens
    except (
        *(OSError, ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        raise FormatError(
            str(path),
            expected="a tokenizer with its vocabulary",
            found=f"{type(error).__name__}: {error}",
            hint="Fetch the folder again.",
        ) from error


def _token_rows(file: TensorFile, name: str, numbers: NDArray[np.int64]) -> Floats2d:
    """The vectors of some tokens, (n_tokens, dim), from the matrix called `name`."""
    path, table = file.path, file.floats(name)
    mapping, weights = _one_dimensional(file, "mapping"), _one_dimensional(file, "weights")
    n_tokens = len(table) if mapping is None else len(mapping)
    if (
        numbers[0] < 0
        or numbers[-1] >= n_tokens
        or (weights is not None and len(weights) != n_tokens)
    ):
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


def _one_dimensional(file: TensorFile, name: str) -> NDArray[Any] | None:
    """A small array of any number type, in memory; None where there is none."""
    if name not in file:
        return None
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file.path, framework="numpy") as tensors:
            array: NDArray[Any] = tensors.get_tensor(name)
    except (SafetensorError, TypeError, AttributeError) as error:  # a type numpy does not have
        raise FormatError(
            str(file.path), expected=f"numbers in {name!r}", found=str(error)
        ) from error
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise FormatError(
            str(file.path),
            expected=f"a list of numbers named {name!r}",
            found=f"{array.dtype} of shape {array.shape}",
        )
    return array


def _note_on(kind: str, words: tuple[str, ...]) -> str:
    prefix = INNER_PIECE.get(kind, "")
    inner = sum(word.startswith(prefix) for word in words) if prefix else 0
    pieces = f", of which {inner:,} are inner pieces of words ({prefix}…)" if inner else ""
    return f"these are tokens of a {kind or 'model2vec'} tokenizer, spelled its way{pieces}"
