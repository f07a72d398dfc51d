"""numpy arrays with a list of words: .npy with the list beside it, .npz with it inside or beside.

Small integers are read with their scale: an array called `scale` in an .npz, `legal.scale.npy` or
`legal.scale.txt` beside an .npy; one number, or one for each row or each column.

The words of `legal.npy` are in the first existing file of `legal.words.txt`, `legal.vocab`,
`legal.txt`, `words.txt` and `vocab.txt`: UTF-8, one word per line, in row order. Arrays of Python
objects are pickles, and are refused.

Source: numpy `lib/format.py` (NEP 1); hyperwords (Levy et al. 2015) for `.vocab`.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.files import replacing_file
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.array_file import as_table, map_array, read_header, unreadable
from embedadapt.formats.reading.containers import Bounded, limit_of
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.table_checks import (
    check_dim,
    check_finite,
    check_some_rows,
    note_on_bytes,
    notes,
    without_repeats,
)
from embedadapt.formats.sniffing import BYTE_ORDER_MARK

SMALL = (np.int8, np.uint8)
SCALES = ("scale", "scales")
WORDS_BESIDE = ("{}.words.txt", "{}.vocab", "{}.txt", "words.txt", "vocab.txt")


def read(path: str | Path) -> WordVectors:
    """Read the arrays. A float32 .npy stays mapped; other floats are converted in memory.

    Raises FormatError unless there are finite floats and as many words as rows.
    """
    parts = read_parts(path)
    check_finite(parts.tables["vector"], parts.words, str(path))
    distinct, matrix, repeats = without_repeats(parts.words, parts.tables["vector"])
    return WordVectors(
        Vocabulary(tuple(distinct)),
        matrix,
        provenance=Provenance("numpy", str(path), notes=notes(repeats, note_on_bytes(distinct))),
    )


def read_parts(path: str | Path) -> RawTable:
    """The unchecked contents. Raises FormatError unless there are floats, and a word per row."""
    path = Path(path)
    if path.suffix == ".npz" or zipfile.is_zipfile(path):
        array, words, scale = _read_archive(path)
    else:
        array, words, scale = map_array(path, writable=True), None, _scale_beside(path)
    place = f"{path}"
    if words is None:
        place, words = _read_words_beside(path)
    matrix = as_table(array, str(path)) if scale is None else _scaled(array, scale, path)
    check_some_rows(len(matrix), str(path))
    check_dim(matrix.shape[1], str(path))
    if len(words) != len(matrix):
        raise FormatError(
            place, expected=f"{len(matrix):,} words, one for each row", found=f"{len(words):,}"
        )
    return RawTable(words, {"vector": matrix}, array.dtype.name)


def write(vectors: WordVectors, path: str | Path) -> None:
    """Write `path` (.npy) and its words beside it, each atomically (`save_vectors` replaces both).

    Raises OutputError for a word that a line cannot hold.
    """
    for word in vectors.vocabulary.words:
        if "\n" in word or word.endswith("\r"):
            raise OutputError(
                str(path),
                expected="words without a line end, since the list has one per line",
                found=repr(word),
                hint="Write .safetensors, which holds any word.",
            )
    path = Path(path)
    with replacing_file(path.with_name(WORDS_BESIDE[0].format(path.stem))) as stream:
        for word in vectors.vocabulary.words:
            stream.write(word.encode("utf-8", "surrogateescape") + b"\n")
    with replacing_file(path) as stream:
        np.lib.format.write_array(stream, np.asarray(vectors.matrix), allow_pickle=False)


def _scaled(array: NDArray[Any], scale: NDArray[Any], path: Path) -> Floats2d:
    """Small integers times their scale. Raises FormatError where these do not fit."""
    fits = array.ndim == 2 and scale.squeeze().shape in ((), (len(array),), array.shape[1:])
    if array.dtype not in SMALL or not fits or scale.dtype.kind != "f":
        raise FormatError(
            str(path),
            expected="a matrix of int8 with one scale, or one for each row or each column",
            found=f"{array.dtype} of shape {array.shape} and a scale of shape {scale.shape}",
        )
    factor = scale.squeeze().astype(np.float32)
    by_row = factor.shape == (len(array),) and scale.shape != (1, array.shape[1])
    return array * (factor[:, None] if by_row else factor)


def _scale_beside(path: Path) -> NDArray[Any] | None:
    """The numbers of `legal.scale.npy`, or of `legal.scale.txt`; None where there is none."""
    array, text = (path.with_name(f"{path.stem}.scale{suffix}") for suffix in (".npy", ".txt"))
    if array.is_file():
        return map_array(array)
    if not text.is_file():
        return None
    try:
        content = text.read_text("ascii")
        if "_" in content:
            raise ValueError("an underscore")
        return np.array(content.split(), dtype=np.float32)
    except ValueError as error:
        raise FormatError(str(text), expected="numbers", found=str(error)) from error


def _read_archive(
    path: Path,
) -> tuple[NDArray[Any], tuple[str, ...] | None, NDArray[Any] | None]:
    """The one matrix in an .npz, and the words and the scale if they are in it too."""
    tables, lists, limit = {}, {}, limit_of(path)
    scale: NDArray[Any] | None = None
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as packed:
                    array = _read_array(cast(IO[bytes], Bounded(packed, limit)), entry.file_size)
                if entry.filename.removesuffix(".npy") in SCALES:
                    scale = array
                elif array.ndim == 2 and (array.dtype.kind == "f" or array.dtype in SMALL):
                    tables[entry.filename] = array
                elif array.ndim == 1 and array.dtype.kind in "US":
                    lists[entry.filename] = array
    except FormatError:
        raise
    except Exception as error:  # zipfile and numpy raise anything of what is damaged
        raise unreadable(str(path), error) from error
    if len(tables) != 1 or len(lists) > 1:
        raise FormatError(
            str(path),
            expected="one matrix of floats and at most one list of words",
            found=f"{len(tables)} tables and {len(lists)} lists",
        )
    (_, table), words = tables.popitem(), None
    for array in lists.values():
        texts = array.tolist()
        words = tuple(t.decode("utf-8", "surrogateescape") if isinstance(t, bytes) else t
                      for t in texts)  # fmt: skip
    return table, words, scale


def _read_array(stream: IO[bytes], size: int) -> NDArray[Any]:
    """An array whose header is checked against the member's size. Raises ValueError."""
    shape, is_fortran, dtype = read_header(stream)
    if dtype.hasobject:
        raise ValueError("Python objects, which are never unpickled")
    n_bytes = dtype.itemsize * int(np.prod(shape, dtype=object))
    if n_bytes > size:
        raise ValueError(f"an array of {n_bytes:,} bytes in a member of {size:,}")
    data = bytearray()
    while len(data) < n_bytes and (block := stream.read(min(2**20, n_bytes - len(data)))):
        data += block
    if len(data) < n_bytes or stream.read(1):
        raise ValueError(f"not the {n_bytes:,} bytes its header announces")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if is_fortran else "C")


def _read_words_beside(path: Path) -> tuple[str, tuple[str, ...]]:
    """The file of the words, and the words."""
    names = [name.format(path.stem) for name in WORDS_BESIDE]
    place = next((p for p in map(path.with_name, names) if p.is_file() and p != path), None)
    if place is None:
        raise FormatError(
            str(path),
            expected="a list of its words beside it",
            found=f"none of {', '.join(names)}",
            hint="Add one: UTF-8, one word per line, in row order.",
        )
    content = place.read_bytes().removeprefix(BYTE_ORDER_MARK)
    lines = content.removesuffix(b"\n").split(b"\n")
    if all(line.endswith(b"\r") for line in lines):
        lines = [line.removesuffix(b"\r") for line in lines]
    return str(place), tuple(line.decode("utf-8", "surrogateescape") for line in lines)
