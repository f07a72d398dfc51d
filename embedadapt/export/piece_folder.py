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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import OutputError
from embedadapt.core.folders import check_folder, replacing_folder
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.export.static_folder import CONFIG, MODULES
from embedadapt.formats.pieces import LAYOUTS, MODEL2VEC, TABLE_NAMES, TENSORS, TOKENIZER
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
    pieces: PieceVectors,
    words: WordVectors,
    path: str | Path,
    *,
    change_pieces: bool = False,
    only_words: bool = False,
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write the folder of some piece vectors again with words added, and return these words.

    A folder of model2vec or StaticEmbedding stays what it is; any other piece vectors, such as
    WordLlama's, become a folder that both libraries open.

    Words of one piece have a row and are left out. With `change_pieces` they are added too where
    the tokenizer can tell word and piece apart, or else their row is changed, and they are returned
    as well. Words that are spelled as an inner piece (Llama's `ors` beside `▁ors`), and those that
    the tokenizer reads as another one, are left out.

    only_words: whether tokens without a letter count as zeros.

    Raises OutputError where the words have another width, and for a folder that is not as we wrote
    it.
    """
    check_width(pieces, words, path)
    check_folder(path, overwrite=overwrite)
    names = words.vocabulary.words
    tokenizer, added = with_words(pieces.tokenizer, names, whole=change_pieces)
    changed = changed_pieces(pieces.tokenizer, names, added) if change_pieces else {}
    table = _Table.of(pieces).changed([*changed.values()], rows_of(pieces, words, [*changed]))
    if only_words:
        table = table.muted(letterless(pieces.tokenizer))
    table = table.extended(rows_of(pieces, words, added))
    _write(table, tokenizer, pieces, path, overwrite=overwrite)
    return (*added, *changed)


def write_fewer(
    pieces: PieceVectors,
    tokenizer: PieceTokenizer,
    numbers: Longs1d,
    path: str | Path,
    *,
    overwrite: bool = False,
) -> None:
    """Write the folder of some piece vectors again with only some tokens.

    tokenizer, numbers: as `fewer_pieces.with_fewer` returns them. Raises OutputError for a folder
    that is not as we wrote it.
    """
    check_folder(path, overwrite=overwrite)
    _write(_Table.of(pieces).only(numbers), tokenizer.content, pieces, path, overwrite=overwrite)


def _write(
    table: _Table, tokenizer: str, pieces: PieceVectors, path: str | Path, *, overwrite: bool
) -> None:
    nested = table.source.name if table.source and table.source.name in LAYOUTS else ""
    with replacing_folder(path, overwrite=overwrite) as building:
        (building / nested).mkdir(exist_ok=True)
        _save(table.arrays, building / nested / TENSORS)
        (building / nested / TOKENIZER).write_text(tokenizer, "utf-8")
        if table.source is None:
            config = {**CONFIG, "normalize": pieces.normalize}
            (building / "config.json").write_text(json.dumps(config), "utf-8")
            (building / "modules.json").write_text(json.dumps(MODULES), "utf-8")
        else:
            _copy_settings(table.source, building, nested)


def check_width(pieces: PieceVectors, words: WordVectors, path: str | Path) -> None:
    """Raise OutputError where words have another width than pieces."""
    if words.dim != pieces.dim:
        raise OutputError(
            str(path),
            expected=f"{pieces.dim} dimensions, as the pieces have",
            found=str(words.dim),
            hint='Take the layout "add".',
        )


def _copy_settings(source: Path, building: Path, nested: str) -> None:
    for parent in dict.fromkeys((source, source.parent if nested else source)):
        for file in (parent / name for name in SETTINGS):
            if file.is_file():
                place = building / (nested if parent == source else "")
                shutil.copyfile(file, place / file.name)


def rows_of(pieces: PieceVectors, words: WordVectors, chosen: Sequence[str]) -> Floats2d:
    """(n_chosen, dim): what a library adds to a sum of pieces for each of these words."""
    rows: Floats2d = words.matrix[words.vocabulary.lookup(chosen)] * _lengths(pieces, chosen)
    return rows


def _lengths(pieces: PieceVectors, words: Sequence[str]) -> Floats2d:
    """(n, 1) float32: what rows of these words are multiplied by. Where composed vectors have
    length 1, the mean of the pieces' rows gives the weight that a word has within a text."""
    ones: Floats2d = np.ones((len(words), 1), dtype=np.float32)
    if not pieces.normalize:
        return ones
    lengths = np.linalg.norm(replace(pieces, normalize=False).compose(words), axis=1, keepdims=True)
    return np.where(lengths > 0, lengths, ones).astype(np.float32)


def with_words(
    tokenizer: PieceTokenizer, words: Sequence[str], *, whole: bool = False
) -> tuple[str, tuple[str, ...]]:
    """The JSON of a tokenizer with words added, and those that it then reads as one token.

    whole: whether words of one piece are added too. The piece of a word is spelled otherwise where
    it has a mark of the space before it (`▁party`).
    """
    pieces = frozenset(tokenizer.tokens.values())  # one that is added again keeps its old number
    chosen = [
        word
        for word, numbers in zip(words, tokenizer.cut_words(words), strict=True)
        if (whole or len(numbers) > 1) and word not in pieces
    ]
    first = max(tokenizer.tokens) + 1
    trial = PieceTokenizer(_described(tokenizer, chosen, first))
    read = trial.cut(chosen)
    found = [w for place, w in enumerate(chosen) if read[place] == [first + place]]
    return _described(tokenizer, found, first), tuple(found)


def changed_pieces(
    tokenizer: PieceTokenizer, words: Sequence[str], added: Sequence[str]
) -> dict[str, int]:
    """The number of the piece of each word of one piece that was not added. Of words of the same
    piece the first counts."""
    numbers: dict[int, str] = {}
    is_added = set(added)
    left = [word for word in words if word not in is_added]
    for word, cut in zip(left, tokenizer.cut_words(left), strict=True):
        if len(cut) == 1 and cut[0] != tokenizer.unknown:
            numbers.setdefault(cut[0], word)
    return {word: number for number, word in numbers.items()}


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


@dataclass(frozen=True)
class _Table:
    """The arrays of a file of piece vectors. source: its folder; None for another kind of file.

    n_tokens: rows beyond them only fill the table up.
    """

    arrays: dict[str, NDArray[Any]]
    name: str
    n_tokens: int
    source: Path | None

    @classmethod
    def of(cls, pieces: PieceVectors) -> _Table:
        """The arrays as they are in the folder of the pieces, or new ones without a folder."""
        n_tokens = max(pieces.tokenizer.tokens) + 1
        source = find_static_model(pieces.provenance.path) if pieces.provenance.path else None
        file = read_tensors(source / TENSORS) if source else None
        name = next((one for one in TABLE_NAMES if file and one in file), "")
        if source is None or file is None or not name:
            arrays = {MODEL2VEC: np.array(pieces.rows[:n_tokens])}
            if pieces.factors is not None:
                arrays["weights"] = pieces.factors[:n_tokens]
            return cls(arrays, MODEL2VEC, n_tokens, None)
        arrays = {one: _array(file.path, one) for one in file if one != name}
        is_brain_float = file.dtype(name) == "bfloat16"
        arrays[name] = file.numbers(name) if is_brain_float else _array(file.path, name)
        return cls(arrays, name, n_tokens, source)

    def extended(self, rows: Floats2d) -> _Table:
        """With rows for new tokens behind the last one's. Their weights are 1."""
        arrays, table = dict(self.arrays), self.arrays[self.name]
        n_kept = self.n_tokens
        if "mapping" in arrays:
            n_kept = len(table)
            numbers = np.arange(n_kept, n_kept + len(rows), dtype=arrays["mapping"].dtype)
            arrays["mapping"] = np.concatenate([arrays["mapping"][: self.n_tokens], numbers])
        if "weights" in arrays:
            ones = np.ones(len(rows), dtype=arrays["weights"].dtype)
            arrays["weights"] = np.concatenate([arrays["weights"][: self.n_tokens], ones])
        arrays[self.name] = np.concatenate([table[:n_kept], _typed(rows, table)])
        return replace(self, arrays=arrays)

    def changed(self, numbers: Sequence[int], rows: Floats2d) -> _Table:
        """With other rows for some tokens; where tokens share rows, these get one of their own."""
        if not len(numbers):
            return self
        arrays, table = dict(self.arrays), np.array(self.arrays[self.name])
        if "weights" in arrays:
            factors = arrays["weights"][numbers].astype(np.float32)[:, None]
            rows = np.divide(rows, factors, out=np.zeros_like(rows), where=factors != 0)
        if "mapping" in arrays:
            arrays["mapping"] = np.array(arrays["mapping"])
            arrays["mapping"][numbers] = np.arange(len(table), len(table) + len(rows))
            arrays[self.name] = np.concatenate([table, _typed(rows, table)])
        else:
            table[numbers] = _typed(rows, table)
            arrays[self.name] = table
        return replace(self, arrays=arrays)

    def muted(self, numbers: Sequence[int]) -> _Table:
        """With some tokens that count as zeros."""
        if self.name != MODEL2VEC:
            return self.changed(numbers, np.zeros((len(numbers), self.dim), dtype=np.float32))
        weights = self.arrays.get("weights", np.ones(self.n_tokens, dtype=np.float32))
        weights = np.array(weights[: self.n_tokens])
        weights[numbers] = 0
        return replace(self, arrays={**self.arrays, "weights": weights})

    def only(self, numbers: Longs1d) -> _Table:
        """With some of the tokens, in the order given."""
        arrays, table = dict(self.arrays), self.arrays[self.name]
        rows = numbers
        if "mapping" in arrays:
            rows, places = np.unique(arrays["mapping"][numbers], return_inverse=True)
            arrays["mapping"] = places.astype(arrays["mapping"].dtype)
        if "weights" in arrays:
            arrays["weights"] = arrays["weights"][numbers]
        return replace(self, arrays={**arrays, self.name: table[rows]}, n_tokens=len(numbers))

    @property
    def dim(self) -> int:
        return int(self.arrays[self.name].shape[1])


def letterless(tokenizer: PieceTokenizer) -> list[int]:
    """The numbers of the tokens without a letter, except bytes, which may be part of one."""
    return [
        number
        for number in sorted(tokenizer.tokens)
        if number not in tokenizer.byte_tokens
        and not any(letter.isalpha() for letter in tokenizer.bare(number))
    ]


def _typed(rows: Floats2d, table: NDArray[Any]) -> NDArray[Any]:
    """Rows in the type of a table."""
    fitting = np.clip(np.rint(rows), -127, 127) if table.dtype == np.int8 else rows
    return fitting.astype(table.dtype)


def _array(path: Path, name: str) -> NDArray[Any]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as tensors:
        array: NDArray[Any] = tensors.get_tensor(name)
        return array


def _save(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    from safetensors.numpy import save_file

    save_file(arrays, path)
