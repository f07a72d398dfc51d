"""The vectors of a spaCy pipeline, read from its files; none of its code is run.

The folder `vocab` of a pipeline holds `vectors` (npy), `key2row` (msgpack: 64-bit hash of a word to
its row), `strings.json` (the words) and `vectors.cfg`. In the `md` pipelines many keys share a row,
since the vectors are pruned. The row was trained for its first key; the other keys only borrow the
nearest vector (spaCy `Vocab.prune_vectors`), and are counted and left out. In floret mode no row
belongs to a word: see `floret`.

Source: spaCy 3.8 `vectors.pyx` (`Vectors.to_disk`), `vocab.pyx`, `strings.pyx`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.subwords import FloretHashing
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.array_file import as_table, map_array
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.table_checks import (
    check_distinct,
    check_finite,
    check_some_rows,
    notes,
)
from embedadapt.formats.reading.wordless import wordless

AGAIN = "Install the pipeline again."
NO_VECTORS = "Small (sm) pipelines have no vectors: take md or lg."

PACKAGE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*+(?>([_-][A-Za-z0-9]++)+)")
PIPELINE_NAME = re.compile(r"([a-z]{2,3}_[a-z]++_[a-z]++)_(sm|md|lg|trf)")
WITHOUT_VECTORS = ("sm", "trf")


def find_pipeline(path: str | Path) -> Path | None:
    """The data folder of a pipeline, given a folder or the name of an installed package.

    A package is looked up, not imported. None for anything else. Raises FormatError for a folder or
    package that holds no pipeline, or more than one.
    """
    if Path(path).is_dir():
        return _data_folder(Path(path), str(path))
    if Path(path).exists() or not str(path).isidentifier():
        return None
    folders = _package_folders(str(path))
    return _data_folder(Path(folders[0]), f"the installed package {path}") if folders else None


def is_pipeline(path: str | Path) -> bool:
    """Whether `find_pipeline` finds one."""
    try:
        return find_pipeline(path) is not None
    except FormatError:
        return False


def likely_package(name: str) -> str:
    """Advice for a name that is neither a path nor an installed pipeline.

    If the name is installed with `_` for `-`, or the reverse, the advice names that spelling;
    otherwise it is how to install the package. It is "" for a name that no package can have.
    """
    if not PACKAGE_NAME.fullmatch(name):
        return ""
    importable = name.replace("-", "_")
    for other in (importable, name.replace("_", "-")):
        if other != name and (is_pipeline(other) or Path(other).exists()):
            return f"There is {other}: give that name."
    found = PIPELINE_NAME.fullmatch(importable)
    if not found:
        return f"Check the path; if it is a package, install it: pip install {name}"
    stem, size = found.groups()
    if size in WITHOUT_VECTORS:
        return f"Pipelines of size {size} have no vectors: python -m spacy download {stem}_md"
    return f"If it is not installed yet: python -m spacy download {importable}"


def read(path: str | Path) -> WordVectors:
    """Read the words that own a row, in row order; a floret table has none.

    Raises FormatError with the name of the wrong file.
    """
    folder = _vocab_folder(path)
    places = _Places(str(folder), str(folder / "vectors"), str(folder / "key2row"))
    return _table(_read_pipeline(folder), Provenance("spacy", str(path)), places)


def from_pipeline(nlp: Any) -> WordVectors:
    """The vectors of a loaded pipeline or `Vocab`, as `read` reads them from its folder.

    A float32 array is shared where each of its rows belongs to a word, and copied otherwise.
    `SubwordVectors` give the vectors that they hold.
    """
    vectors, where = getattr(nlp, "vocab", nlp).vectors, "the spaCy pipeline"
    held = getattr(vectors, "table", None)
    if isinstance(held, WordVectors):
        check_some_rows(len(held), where)
        return held
    data = vectors.data if isinstance(vectors.data, np.ndarray) else vectors.data.get()  # of a GPU
    matrix = as_table(data, where, "" if data.size else NO_VECTORS)
    strings = getattr(nlp, "vocab", nlp).strings
    pipeline, borrowed = _Pipeline((), matrix, data.dtype.name), {}
    if str(getattr(vectors.mode, "value", vectors.mode)) == "floret":
        numbers = vectors.minn, vectors.maxn, len(matrix), vectors.hash_count, vectors.hash_seed
        hashing = FloretHashing(*numbers, (vectors.bow, vectors.eow), as_spacy=True)
        pipeline = replace(pipeline, hashing=hashing)
    else:
        key2row = {int(key): int(row) for key, row in vectors.key2row.items() if row >= 0}
        if key2row and max(key2row.values()) >= len(matrix):
            row = f"row {max(key2row.values()):,}"
            raise FormatError(where, expected=f"keys of the {len(matrix):,} rows", found=row)
        names = {key: strings[key] for key in key2row if key in strings}
        pipeline = _keyed(matrix, key2row, names, data.dtype.name)
        borrowed = _borrowed(key2row, names)
    return _table(pipeline, Provenance("spacy", borrowed=borrowed), _Places(where, where, where))


class _Places(NamedTuple):
    """The places that errors name."""

    whole: str
    vectors: str
    keys: str


def _table(pipeline: _Pipeline, provenance: Provenance, places: _Places) -> WordVectors:
    if pipeline.hashing is not None:
        check_finite(pipeline.matrix, (), places.vectors, "floret row")
        return wordless(pipeline.matrix, pipeline.hashing, "spacy", provenance.path)
    check_some_rows(len(pipeline.words), places.whole)
    check_distinct(pipeline.words, places.keys)
    check_finite(pipeline.matrix, pipeline.words, places.vectors)
    nameless = f"{pipeline.n_nameless:,} rows belong to keys missing from strings.json"
    provenance = replace(
        provenance,
        n_shared_keys=pipeline.n_shared_keys,
        notes=notes(nameless if pipeline.n_nameless else ""),
    )
    return WordVectors(Vocabulary(pipeline.words), pipeline.matrix, provenance=provenance)


def read_parts(path: str | Path) -> RawTable:
    """The unchecked contents. Raises FormatError with the name of the wrong file."""
    pipeline = _read_pipeline(_vocab_folder(path))
    return RawTable(pipeline.words, {"vector": pipeline.matrix}, pipeline.dtype)


@dataclass(frozen=True)
class _Pipeline:
    """The vectors of a pipeline.

    words, matrix: the words that own a row, and their rows; for a floret table no words, and all
    rows. n_shared_keys: keys that borrow a row. n_nameless: rows whose word is not known. hashing:
    the hashing of a floret table. dtype: type of the numbers in the file.
    """

    words: tuple[str, ...]
    matrix: Floats2d
    dtype: str
    n_shared_keys: int = 0
    n_nameless: int = 0
    hashing: FloretHashing | None = None


def _vocab_folder(path: str | Path) -> Path:
    folder = find_pipeline(path)
    if folder is None:
        raise FormatError(str(path), expected="a spaCy pipeline", found="none")
    return folder / "vocab"


def _read_pipeline(folder: Path) -> _Pipeline:
    """Read the files and check only that they fit each other."""
    array = map_array(folder / "vectors", hint=AGAIN)
    matrix = as_table(array, str(folder / "vectors"), "" if array.size else NO_VECTORS)
    hashing = _floret_hashing(folder / "vectors.cfg", len(matrix))
    if hashing is not None:
        return _Pipeline((), matrix, array.dtype.name, hashing=hashing)
    key2row = _read_key2row(folder / "key2row", len(matrix))
    names = _read_names(folder / "strings.json", _owners(key2row).values())
    return _keyed(matrix, key2row, names, array.dtype.name)


def _keyed(
    matrix: Floats2d, key2row: Mapping[int, int], names: Mapping[int, str], dtype: str
) -> _Pipeline:
    owners = _owners(key2row)
    rows = np.array([row for row in owners if owners[row] in names], dtype=np.int64)
    return _Pipeline(
        tuple(names[owners[row]] for row in rows.tolist()),
        _select_rows(matrix, rows),
        dtype,
        n_shared_keys=len(key2row) - len(owners),
        n_nameless=len(owners) - len(rows),
    )


def read_borrowed(path: str | Path) -> dict[str, str]:
    """For a pruned pipeline, each word that borrows another's row, to the word that owns it.

    Raises FormatError as `read`.
    """
    folder = _vocab_folder(path)
    n_rows = len(map_array(folder / "vectors", hint=AGAIN))
    key2row = _read_key2row(folder / "key2row", n_rows)
    return _borrowed(key2row, _read_names(folder / "strings.json", key2row))


def _borrowed(key2row: Mapping[int, int], names: Mapping[int, str]) -> dict[str, str]:
    owners = _owners(key2row)
    return {
        names[key]: names[owners[row]]
        for key, row in key2row.items()
        if key != owners[row] and key in names and owners[row] in names
    }


def _package_folders(name: str) -> list[str]:
    try:
        spec = find_spec(name)
    except ValueError:  # a module without a spec, such as __main__
        return []
    return list(spec.submodule_search_locations or ()) if spec else []


def _data_folder(folder: Path, where: str) -> Path:
    found = [f for f in (folder, *sorted(folder.iterdir())) if (f / "vocab" / "vectors").is_file()]
    if len(found) != 1:
        raise FormatError(
            where,
            expected="a spaCy pipeline (vocab/vectors, vocab/key2row, vocab/strings.json)",
            found=f"{len(found)} of them: {', '.join(f.name for f in found)}" if found else "none",
            hint="Name one of them." if found else "Take a pipeline with vectors (md or lg).",
        )
    return found[0]


def _floret_hashing(path: Path, n_rows: int) -> FloretHashing | None:
    """How words find their rows by hash; None in spaCy's default mode."""
    if not path.is_file():
        return None  # written before spaCy 3.2: there was one mode only
    settings = _read_json(path, dict)
    mode = settings.get("mode", "default")
    if mode == "default":
        return None
    numbers = [settings.get(name) for name in ("minn", "maxn", "hash_count", "hash_seed")]
    marks = settings.get("bow"), settings.get("eow")
    if mode != "floret" or any(type(n) is not int for n in numbers):
        raise _damaged(path, "the settings of mode default or floret", f"mode {mode!r}")
    min_n, max_n, hash_count, seed = numbers
    before, behind = map(str, marks)
    return FloretHashing(min_n, max_n, n_rows, hash_count, seed, (before, behind), as_spacy=True)


def _read_key2row(path: Path, n_rows: int) -> Mapping[int, int]:
    """Keys in file order, and their rows, all within the table; unset keys (row -1) left out."""
    from srsly import msgpack

    try:
        key2row = msgpack.unpackb(path.read_bytes(), raw=False)
    except (OSError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _damaged(path, "a msgpack mapping", error) from error
    if not isinstance(key2row, dict):
        raise _damaged(path, "a mapping of keys to rows", type(key2row).__name__)
    for key, row in key2row.items():
        is_hash = type(key) is int and 0 <= key < 2**64
        if not is_hash or type(row) is not int or not -1 <= row < n_rows:
            raise _damaged(path, f"keys to rows from 0 to {n_rows - 1:,}", f"{key!r}: {row!r}")
    return {key: row for key, row in key2row.items() if row >= 0}


def _owners(key2row: Mapping[int, int]) -> dict[int, int]:
    """Each row that has a key, ascending, and its first key."""
    first: dict[int, int] = {}
    for key, row in key2row.items():
        first.setdefault(row, key)
    return dict(sorted(first.items()))


def _read_names(path: Path, keys: Any) -> dict[int, str]:
    """The words of the keys, as far as the pipeline knows them."""
    from spacy.strings import StringStore

    strings = _read_json(path, list)
    if not all(isinstance(word, str) for word in strings):
        raise _damaged(path, "a list of words", "something else among them")
    try:
        store = StringStore(strings)
    except UnicodeEncodeError as error:
        raise _damaged(path, "words that are UTF-8", error) from error
    return {key: store[key] for key in keys if key in store}


def _select_rows(matrix: Floats2d, rows: Longs1d) -> Floats2d:
    """Some rows; still mapped where they are all rows."""
    if len(rows) == len(matrix):
        return matrix
    return matrix[rows]


def _read_json(path: Path, kind: type) -> Any:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, "JSON", error) from error
    if not isinstance(value, kind):
        raise _damaged(path, f"a JSON {kind.__name__}", type(value).__name__)
    return value


def _damaged(path: Path, expected: str, found: object) -> FormatError:
    text = found.strerror if isinstance(found, OSError) and found.strerror else str(found)
    return FormatError(
        str(path),
        expected=expected,
        found=text.rstrip(".") or type(found).__name__,
        hint=AGAIN,
    )
