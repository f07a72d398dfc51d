"""Vectors of a tokenizer's pieces: a table of rows, and the tokenizer.json that numbers them.

- A folder of model2vec: `model.safetensors` with "embeddings", a row a token; or fewer, with
  "mapping", the row of each token, and "weights", a factor for each. float64, float32, float16 or
  int8. `config.json` says whether what it composes has length 1 ("normalize").
- A folder of sentence-transformers' StaticEmbedding: "embedding.weight", flat or in
  `0_StaticEmbedding`; `modules.json` names a module Normalize behind it, or none.
- Any other program's .safetensors or .npy with one table of two dimensions, or the input rows of a
  transformer, and a tokenizer beside it: WordLlama's `weights/NAME_256.safetensors` and
  `tokenizers/NAME_tokenizer_config.json`.

Source: model2vec 0.10 `persistence.py`; sentence-transformers 5 `StaticEmbedding`; WordLlama 0.4.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance
from embedadapt.formats.reading.array_file import as_table, map_array
from embedadapt.formats.reading.table_checks import check_dim, check_finite, check_some_rows
from embedadapt.formats.reading.tensor_file import TensorFile, read_tensors

TENSORS, TOKENIZER = "model.safetensors", "tokenizer.json"
LAYOUTS = ("", "0_StaticEmbedding")
"""Where in the folder the two files stand: model2vec's, and a sentence-transformers module's."""
MODEL2VEC, STATIC_EMBEDDING = "embeddings", "embedding.weight"
TABLE_NAMES = (MODEL2VEC, STATIC_EMBEDDING)
INPUT_ROWS = (
    *("word_embeddings.weight", "embed_tokens.weight", "wte.weight", "shared.weight"),
    *("tok_embeddings.weight", "embed_in.weight"),
)
"""How the names of a transformer's input rows end: BERT's, Llama's, GPT-2's, T5's, ModernBERT's,
GPT-NeoX's."""
OUTPUT_ROWS = ("lm_head.weight", "decoder.weight", "embed_out.weight")
"""How those of its output rows end, which may be the only ones where they are tied."""
MOST_PADDING = 1_024
"""Rows beyond the last token that a table may have: a transformer's is filled up to a multiple of
64 or so. With more, table and tokenizer belong to different models."""
TABLES = (".safetensors", ".npy")


def load_pieces(path: str | Path, tokenizer: str | Path | None = None) -> PieceVectors:
    """Load the vectors of a tokenizer's pieces, from which the vector of any word is composed.

    Parameters
    ----------
    path : path
        A folder of model2vec or of sentence-transformers' StaticEmbedding, or a .safetensors or
        .npy with one matrix, such as WordLlama's.
    tokenizer : path, optional
        The tokenizer.json of the matrix. Default: the one in the folder or beside the file.

    Returns
    -------
    PieceVectors
        The vectors. float32 rows are memory-mapped; other types are converted in memory.

    Raises
    ------
    FormatError
        A file is missing or damaged, the tokenizer belongs to other vectors, or it does not cut
        words into pieces.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> tokens = {"[UNK]": 0, "licensor": 1, "##s": 2}
    >>> Tokenizer(models.WordPiece(tokens, unk_token="[UNK]")).save("tokenizer.json")
    >>> np.save("rows.npy", np.eye(3, dtype=np.float32))
    >>> pieces = embedadapt.load_pieces("rows.npy")
    >>> pieces, pieces["licensors"]
    (PieceVectors(3 WordPiece pieces x 3), array([0. , 0.5, 0.5], dtype=float32))
    """
    table = _find_table(Path(path))
    cutter = read_tokenizer(tokenizer or _tokenizer_of(table))
    check_pieces(cutter)
    parts = _read_npy(table) if table.suffix == ".npy" else _read_tensors(table, cutter)
    check_dim(parts.rows.shape[1], str(table))
    _check_size(cutter, len(parts.rows), table, exact=parts.library == MODEL2VEC)
    check_finite(parts.rows, _names(cutter, len(parts.rows)), str(table))
    return PieceVectors(
        cutter,
        parts.rows,
        parts.factors,
        drops_unknown=parts.library == MODEL2VEC,
        normalize=_normalizes(table.parent) if parts.library else False,
        half=parts.half,
        provenance=Provenance("pieces", str(path)),
    )


def find_tokenizer(path: str | Path) -> Path | None:
    """The tokenizer that a path names, or that stands in a folder or beside a table; or None."""
    path = Path(path)
    if path.is_dir():
        places = (path / layout / TOKENIZER for layout in LAYOUTS)
        return next((place for place in places if place.is_file()), None)
    if path.suffix == ".json" and path.is_file():
        return path
    if path.suffix not in TABLES or not path.is_file():
        return None
    return next((place for place in _beside(path) if place.is_file()), None)


def read_tokenizer(path: str | Path) -> PieceTokenizer:
    """The tokenizer of a file, or of a folder or table that has one.

    Raises
    ------
    FormatError
        Where there is none, or one that cannot be read.
    """
    place = find_tokenizer(path)
    if place is None:
        raise FormatError(str(path), expected=f"a {TOKENIZER}", found="none")
    try:
        content = place.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or "bytes that are not UTF-8"
        raise FormatError(str(place), expected="a tokenizer", found=found) from error
    tokenizer = PieceTokenizer(content, str(place))
    if tokenizer.kind:  # a model that is not known is told before it is said to be empty
        check_some_rows(len(tokenizer.tokens), str(place))
    return tokenizer


def check_pieces(tokenizer: PieceTokenizer) -> None:
    """Raises FormatError for a tokenizer that does not cut words into pieces."""
    if not tokenizer.composes:
        raise FormatError(
            tokenizer.path,
            expected="a tokenizer that cuts words into pieces",
            found="one of whole words (WordLevel)",
            hint="Its vectors are word vectors: load_vectors reads them.",
        )
    special = tokenizer.byte_tokens | (
        {tokenizer.unknown} if tokenizer.unknown is not None else set()
    )
    if all(len(tokenizer.bare(n)) <= 1 or n in special or _is_special(tokenizer.tokens[n])
           for n in tokenizer.tokens):  # fmt: skip
        raise FormatError(
            tokenizer.path,
            expected="pieces of more than one character",
            found="characters or bytes only",
            hint="Nothing is to be learned of words from such pieces.",
        )


@dataclass(frozen=True)
class _Parts:
    """What a file holds. library: the name of its table where that tells whose it is, or ""."""

    rows: Floats2d
    factors: NDArray[Any] | None = None
    library: str = ""
    half: bool = False


def _find_table(path: Path) -> Path:
    if path.is_file() and path.suffix in TABLES:
        return path
    if path.is_dir():
        for layout in LAYOUTS:
            if (path / layout / TENSORS).is_file():
                return path / layout / TENSORS
        tables = sorted(one for one in path.iterdir() if one.suffix in TABLES)
        if len(tables) == 1:
            return tables[0]
        found = f"{len(tables)} of them" if tables else "none"
    else:
        found = "another file" if path.exists() else "nothing of that name"
    raise FormatError(
        str(path),
        expected=f"a .safetensors or .npy with a table and a {TOKENIZER} beside it",
        found=found,
    )


def _beside(table: Path) -> tuple[Path, ...]:
    """Where the tokenizer of a table may be."""
    model = re.sub(r"_[0-9]++\Z", "", table.stem)
    return (
        table.with_name(TOKENIZER),
        table.with_name(f"{table.stem}.{TOKENIZER}"),
        table.with_name(f"{model}_tokenizer_config.json"),
        table.parent.parent / "tokenizers" / f"{model}_tokenizer_config.json",
    )


def _tokenizer_of(table: Path) -> Path:
    place = find_tokenizer(table)
    if place is None:
        raise FormatError(
            str(table),
            expected="its tokenizer beside it",
            found=f"no {TOKENIZER}",
            hint="Put it there, or name it: load_pieces(path, tokenizer).",
        )
    return place


def _read_npy(path: Path) -> _Parts:
    return _Parts(as_table(map_array(path), str(path)))


def _read_tensors(path: Path, tokenizer: PieceTokenizer) -> _Parts:
    file = read_tensors(path)
    name = _table_name(file)
    table = file.numbers(name)
    # Alone in any file, "embedding.weight" is WordLlama's, who computes in float32.
    library = name if name in TABLE_NAMES and path.name == TENSORS else ""
    half = bool(library) and file.dtype(name) == "float16"
    if library != MODEL2VEC:
        return _Parts(table, library=library, half=half)
    mapping, factors = one_dimensional(file, "mapping"), one_dimensional(file, "weights")
    n_tokens = len(table) if mapping is None else len(mapping)
    _check_factors(factors, n_tokens, path)
    _check_size(tokenizer, n_tokens, path, exact=True)
    if mapping is not None:
        if mapping.dtype.kind not in "iu" or mapping.min() < 0 or mapping.max() >= len(table):
            raise FormatError(
                str(path),
                expected=f"whole numbers of rows from 0 to {len(table) - 1:,} in 'mapping'",
                found=f"{mapping.dtype} from {mapping.min()} to {mapping.max()}",
            )
        table = table[mapping]
    return _Parts(table, factors, library, half)


def _table_name(file: TensorFile) -> str:
    """Which of a file's arrays is the table."""
    tables = [name for name in file if len(file.shape(name)) == 2]
    known = [name for name in TABLE_NAMES if name in file]
    inputs = [name for name in tables if name.endswith(INPUT_ROWS)]
    same = inputs[:1] if len({file.stored(name)[2].tobytes() for name in inputs}) == 1 else inputs
    for names in (known[:1], same, tables):
        if len(names) == 1:
            return names[0]
    tied = next((name for name in tables if name.endswith(OUTPUT_ROWS)), None)
    raise FormatError(
        str(file.path),
        expected=f"one table of two dimensions, one named {MODEL2VEC!r}, or a transformer's input "
        "rows",
        found=f"{len(tables)} tables" + (f" ({', '.join(tables[:3])}, …)" if tables else ""),
        hint=f"{tied} has output rows: save the input rows too." if tied and not inputs else "",
    )


def one_dimensional(file: TensorFile, name: str) -> NDArray[Any] | None:
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
    if array.ndim != 1 or array.dtype.kind not in "iuf" or not len(array):
        raise FormatError(
            str(file.path),
            expected=f"a list of numbers named {name!r}",
            found=f"{array.dtype} of shape {array.shape}",
        )
    return array


def _check_factors(factors: NDArray[Any] | None, n_tokens: int, path: Path) -> None:
    if factors is None:
        return
    if len(factors) != n_tokens or not np.isfinite(factors).all():
        raise FormatError(
            str(path),
            expected=f"{n_tokens:,} finite numbers in 'weights', one for each token",
            found=f"{len(factors):,}, {int(np.isfinite(factors).sum()):,} of them finite",
        )


def _check_size(tokenizer: PieceTokenizer, n_rows: int, table: Path, *, exact: bool) -> None:
    """Raises FormatError for a tokenizer whose numbers are not those of the rows."""
    last, n_tokens = max(tokenizer.tokens), len(tokenizer.tokens)
    fits = n_tokens == n_rows if exact else n_rows <= last + 1 + MOST_PADDING
    if last < n_rows and fits:
        return
    raise FormatError(
        str(table),
        expected=f"rows for the {n_tokens:,} tokens, numbers 0 to {last:,}, of {tokenizer.path}",
        found=f"{n_rows:,} rows",
        hint="Table and tokenizer are of different models.",
    )


def _names(tokenizer: PieceTokenizer, n_rows: int) -> list[str]:
    return [tokenizer.tokens.get(number, "") for number in range(n_rows)]


def _normalizes(folder: Path) -> bool:
    """Whether what is composed has length 1, as config.json says or a module does it."""
    config = _json(folder / "config.json")
    if isinstance(config, dict) and isinstance(config.get("normalize"), bool):
        return bool(config["normalize"])
    beside = folder if folder.name not in LAYOUTS else folder.parent
    modules = _json(beside / "modules.json")
    return isinstance(modules, list) and any(
        isinstance(module, dict) and str(module.get("type", "")).endswith(".Normalize")
        for module in modules
    )


def _json(path: Path) -> object:
    """What a small JSON file says; None without the file. Raises FormatError."""
    if not path.is_file():
        return None
    try:
        found: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise FormatError(
            str(path), expected="JSON", found=f"{type(error).__name__}: {error}"
        ) from error
    return found


def _is_special(token: str) -> bool:
    """Whether a token is none of text: `[CLS]`, `<s>`."""
    return token[:1] + token[-1:] in ("[]", "<>")
