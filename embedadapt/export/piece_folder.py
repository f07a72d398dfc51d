"""Whole words added to vectors of pieces, in the same kind of folder.

A word becomes an added token of the tokenizer, which matches only whole words, and a row after the
others. Old tokens keep their numbers and rows to the bit. The encoding of a text without a new word
does not change.

Source: tokenizers 0.23 `added_vocabulary.rs`; model2vec 0.10 `persistence.py`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import OutputError
from embedadapt.core.folders import check_folder, replacing_folder
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.formats.pieces import LAYOUTS, MODEL2VEC, STATIC_EMBEDDING, TENSORS, TOKENIZER
from embedadapt.formats.reading.tensor_file import read_tensors
from embedadapt.formats.static_model import find_static_model

SETTINGS = (
    "config.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
)
"""Files that are copied as they are."""


def write_piece_folder(
    pieces: PieceVectors, words: WordVectors, path: str | Path, *, overwrite: bool = False
) -> tuple[str, ...]:
    """Write the folder of some piece vectors again with words added, and return these words.

    Words of one piece are left out, since they have a row, and so are words that are spelled as an
    inner piece (Llama's `ors` beside `▁ors`), and those that the tokenizer reads as another one.

    Raises OutputError where the pieces are not of a folder of model2vec or StaticEmbedding, where
    the words have another width, and for a folder that is not as we wrote it.
    """
    source = find_static_model(pieces.provenance.path) if pieces.provenance.path else None
    if source is None:
        raise OutputError(
            str(path),
            expected="piece vectors of a folder of model2vec or StaticEmbedding",
            found=pieces.provenance.path or "ones from memory",
            hint="Export word vectors instead: export_vectors.",
        )
    if words.dim != pieces.dim:
        raise OutputError(
            str(path),
            expected=f"{pieces.dim} dimensions, as the pieces have",
            found=str(words.dim),
            hint='Take the layout "add".',
        )
    check_folder(path, overwrite=overwrite)
    tokenizer, added = _with_words(pieces.tokenizer, words.vocabulary.words)
    rows = words.matrix[words.vocabulary.lookup(added)] * _lengths(pieces, added)
    arrays = _arrays(source / TENSORS, max(pieces.tokenizer.tokens) + 1, rows)
    nested = source.name if source.name in LAYOUTS else ""
    with replacing_folder(path, overwrite=overwrite) as building:
        (building / nested).mkdir(exist_ok=True)
        _save(arrays, building / nested / TENSORS)
        (building / nested / TOKENIZER).write_text(tokenizer, "utf-8")
        for parent in dict.fromkeys((source, source.parent if nested else source)):
            for file in (parent / name for name in SETTINGS):
                if file.is_file():
                    place = building / (nested if parent == source else "")
                    shutil.copyfile(file, place / file.name)
    return added


def _lengths(pieces: PieceVectors, words: Sequence[str]) -> Floats2d:
    """(n, 1) float32: what rows of these words are multiplied by. Where composed vectors have
    length 1, the mean of the pieces' rows gives the weight that a word has within a text."""
    ones: Floats2d = np.ones((len(words), 1), dtype=np.float32)
    if not pieces.normalize:
        return ones
    lengths = np.linalg.norm(replace(pieces, normalize=False).compose(words), axis=1, keepdims=True)
    return np.where(lengths > 0, lengths, ones).astype(np.float32)


def _with_words(tokenizer: PieceTokenizer, words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The JSON of a tokenizer with words added, and those that it then reads as one token."""
    pieces = frozenset(tokenizer.tokens.values())  # one that is added again keeps its old number
    several = [
        word
        for word, numbers in zip(words, tokenizer.cut_words(words), strict=True)
        if len(numbers) > 1 and word not in pieces
    ]
    first = max(tokenizer.tokens) + 1
    trial = PieceTokenizer(_described(tokenizer, several, first))
    read = trial.cut(several)
    found = [w for place, w in enumerate(several) if read[place] == [first + place]]
    return _described(tokenizer, found, first), tuple(found)


def _described(tokenizer: PieceTokenizer, words: Sequence[str], first: int) -> str:
    """The JSON of a tokenizer with added tokens.

    They take the space before them with them, which would else be a piece of its own. Where the
    normalizer puts a mark before each part of a text (Llama's), they are looked up before it is
    applied, and take the space behind them too; else in normalized text, so that case and accents
    count as they do for the tokenizer.
    """
    described: dict[str, Any] = json.loads(tokenizer.content)
    prepends = '"Prepend"' in json.dumps(described.get("normalizer"))
    described["added_tokens"] = [*(described.get("added_tokens") or ())] + [
        {
            "id": first + place,
            "content": word,
            "single_word": True,
            "lstrip": True,
            "rstrip": prepends,
            "normalized": not prepends,
            "special": False,
        }
        for place, word in enumerate(words)
    ]
    return json.dumps(described, ensure_ascii=False)


def _arrays(path: Path, n_tokens: int, rows: Floats2d) -> dict[str, NDArray[Any]]:
    """The arrays of a file with rows added behind the last token's."""
    file = read_tensors(path)
    name = MODEL2VEC if MODEL2VEC in file else STATIC_EMBEDDING
    arrays = {one: _array(path, one) for one in file if one != name}
    table = file.numbers(name) if file.dtype(name) == "bfloat16" else _array(path, name)
    new = np.clip(np.rint(rows), -127, 127) if table.dtype == np.int8 else rows
    if "mapping" in arrays:
        numbers = np.arange(len(table), len(table) + len(new), dtype=arrays["mapping"].dtype)
        arrays["mapping"] = np.concatenate([arrays["mapping"][:n_tokens], numbers])
        n_kept = len(table)
    else:
        n_kept = n_tokens
    if "weights" in arrays:
        ones = np.ones(len(new), dtype=arrays["weights"].dtype)
        arrays["weights"] = np.concatenate([arrays["weights"][:n_tokens], ones])
    return arrays | {name: np.concatenate([table[:n_kept], new.astype(table.dtype)])}


def _array(path: Path, name: str) -> NDArray[Any]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as tensors:
        array: NDArray[Any] = tensors.get_tensor(name)
        return array


def _save(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    from safetensors.numpy import save_file

    save_file(arrays, path)
