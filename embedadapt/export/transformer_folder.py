"""Whole words added to a transformer: tokens, and rows for them in its input and output matrices.

The folder is one that `transformers` loads: `model.safetensors` with all weights, of which only the
matrices with a row for each token are longer; `tokenizer.json` with the added tokens; `config.json`
with the new "vocab_size".

Source: transformers 5 `modeling_utils.py` (`resize_token_embeddings`); safetensors format.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.folders import check_folder, replacing_folder
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.export.piece_folder import changed_pieces, check_width, rows_of, with_words
from embedadapt.formats.pieces import INPUT_ROWS, TENSORS, TOKENIZER
from embedadapt.formats.reading.tensor_file import read_tensors

CONFIG = "config.json"
SIZE = "vocab_size"
COPIED = (".json", ".txt", ".model", ".jinja")
"""Endings of the small files that are copied. Nothing that could be executed is among them."""
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": ""}
"""Of matrices that can be resized. numpy has no bfloat16."""
_IN_A_LAYER = re.compile(r"\.[0-9]++\.|position|token_type")


def is_transformer(path: str | Path | None) -> bool:
    """Whether a folder has the weights of a transformer in one file, its config and tokenizer."""
    folder = Path(path or "")
    if not all((folder / name).is_file() for name in (TENSORS, TOKENIZER, CONFIG)):
        return False
    return any(name.endswith(INPUT_ROWS) for name in read_tensors(folder / TENSORS))


def write_transformer_folder(
    pieces: PieceVectors,
    words: WordVectors,
    path: str | Path,
    *,
    change_pieces: bool = False,
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write the folder of a transformer again with words added, and return these words.

    The rows of `words` become input rows, and output rows where the output matrix equals the input
    matrix (tied weights). Output rows of their own, and biases, are the mean of the old ones, as
    `resize_token_embeddings` has them. Parameters are those of `write_piece_folder`.

    Raises OutputError as it does, and FormatError where the config names no size of a vocabulary.
    """
    check_width(pieces, words, path)
    check_folder(path, overwrite=overwrite)
    source = Path(str(pieces.provenance.path))
    config = _config(source / CONFIG)
    names = words.vocabulary.words
    tokenizer, added = with_words(pieces.tokenizer, names, whole=change_pieces)
    changed = changed_pieces(pieces.tokenizer, names, added) if change_pieces else {}
    first = max(pieces.tokenizer.tokens) + 1
    numbers = np.array([*range(first, first + len(added)), *changed.values()], dtype=np.int64)
    rows = rows_of(pieces, words, [*added, *changed])
    size = max(len(pieces.rows), first + len(added))
    weights, metadata = _weights(source / TENSORS)
    resized = _resized(weights, len(pieces.rows), size, numbers, rows)
    with replacing_folder(path, overwrite=overwrite) as building:
        for file in sorted(source.iterdir()):
            if file.suffix in COPIED and file.name not in (TOKENIZER, CONFIG) and file.is_file():
                shutil.copyfile(file, building / file.name)
        _save(resized, building / TENSORS, metadata)
        (building / TOKENIZER).write_text(tokenizer, "utf-8")
        (building / CONFIG).write_text(json.dumps(_with_size(config, size), indent=2), "utf-8")
    return (*added, *changed)


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_bytes())
        _with_size(config, 0)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormatError(
            str(path),
            expected=f"the config of a transformer, with its {SIZE!r}",
            found=f"{type(error).__name__}: {error}",
        ) from error
    return dict(config)


def _with_size(config: Mapping[str, Any], size: int) -> dict[str, Any]:
    """With another size of the vocabulary; models of text and images have a config in theirs."""
    if SIZE in config:
        return {**config, SIZE: size}
    return {**config, "text_config": {**config["text_config"], SIZE: size}}


@dataclass(frozen=True)
class _Weight:
    """An array as it is in the file: the name of its type there, its shape, its bytes."""

    dtype: str
    shape: tuple[int, ...]
    data: NDArray[np.uint8]

    @property
    def width(self) -> int:
        """Bytes of a number."""
        return self.data.nbytes // max(1, math.prod(self.shape))

    @property
    def floats(self) -> NDArray[np.float32]:
        if self.dtype == "BF16":
            wide = self.data.view("<u2").astype(np.uint32) << 16
            return wide.view(np.float32).reshape(self.shape)
        return self.data.view(TYPES[self.dtype]).astype(np.float32).reshape(self.shape)

    def with_rows(
        self, size: int, numbers: NDArray[np.int64], rows: NDArray[np.float32]
    ) -> _Weight:
        """With `size` rows, of which some are new. The others keep their bits."""
        table = np.zeros((size, self.data.nbytes // self.shape[0]), dtype=np.uint8)
        table[: self.shape[0]] = self.data.reshape(self.shape[0], -1)
        table[numbers] = _bytes(rows, self.dtype).reshape(len(numbers), table.shape[1])
        return _Weight(self.dtype, (size, *self.shape[1:]), table.reshape(-1))


def _bytes(rows: NDArray[np.float32], dtype: str) -> NDArray[np.uint8]:
    if dtype != "BF16":
        return np.ascontiguousarray(rows, dtype=TYPES[dtype]).reshape(-1).view(np.uint8)
    bits = np.ascontiguousarray(rows, dtype=np.float32).reshape(-1).view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16  # to the nearest, to even between two
    return rounded.astype("<u2").view(np.uint8)


def _weights(path: Path) -> tuple[dict[str, _Weight], dict[str, str]]:
    """All arrays of a file, which `load_pieces` has checked, and its metadata."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as tensors:
        metadata = tensors.metadata() or {}
    file = read_tensors(path)
    return {name: _Weight(*file.stored(name)) for name in file}, metadata


def _resized(
    weights: Mapping[str, _Weight],
    n_rows: int,
    size: int,
    numbers: NDArray[np.int64],
    rows: Floats2d,
) -> dict[str, _Weight]:
    """The weights with new rows in each array that has one for each token."""
    name = next(one for one in weights if one.endswith(INPUT_ROWS))
    inputs = weights[name]
    resized = dict(weights)
    for other, weight in weights.items():
        if weight.shape[:1] != (n_rows,) or weight.dtype not in TYPES:
            continue
        if weight.shape == inputs.shape and np.array_equal(weight.data, inputs.data):
            resized[other] = weight.with_rows(size, numbers, rows)
        elif not _IN_A_LAYER.search(other):
            added = numbers[numbers >= n_rows]
            mean = weight.floats.mean(axis=0, dtype=np.float64).astype(np.float32)
            means = np.broadcast_to(mean, (len(added), *weight.shape[1:]))
            resized[other] = weight.with_rows(size, added, np.array(means))
    return resized


def _save(weights: Mapping[str, _Weight], path: Path, metadata: Mapping[str, str]) -> None:
    """Write a safetensors file of any types, those of most bytes a number first."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    order = sorted(weights, key=lambda name: (-weights[name].width, name))
    end = 0
    for name in order:
        start, end = end, end + weights[name].data.nbytes
        weight = weights[name]
        header[name] = {
            "dtype": weight.dtype,
            "shape": weight.shape,
            "data_offsets": [start, end],
        }
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    with path.open("wb") as stream:
        stream.write(len(encoded).to_bytes(8, "little") + encoded)
        for name in order:
            stream.write(weights[name].data.data)
