"""An .npy file, alone or as part of other formats: mapped, with its header checked by its size.

Source: numpy `lib/format.py` (NEP 1).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d

AGAIN = "Write it again, as float32."
NO_SCALE = "Give the scale of the integers: an array `scale` in an .npz, or NAME.scale.npy beside."
VERSIONS = ((1, 0), (2, 0), (3, 0))
LONGEST_HEADER = 10_000
"""Bytes of an array's header. numpy itself refuses longer ones, but allocates memory first."""


def map_array(path: Path, *, writable: bool = False, hint: str = AGAIN) -> NDArray[Any]:
    """The array of a file that holds nothing else; arrays of Python objects are refused.

    Those are pickles. writable: changes stay in memory. Raises FormatError.
    """
    try:
        with path.open("rb") as stream:
            read_header(stream)
        array: np.memmap[Any, Any] = np.lib.format.open_memmap(path, mode="c" if writable else "r")
        end = array.offset + array.nbytes
    except Exception as error:  # numpy reads the header as Python: a damaged one may raise anything
        raise unreadable(str(path), error, hint) from error
    if end != path.stat().st_size:
        raise FormatError(
            f"{path}, byte {end:,}",
            expected="the end of the file after its array",
            found=f"{path.stat().st_size - end:,} bytes more",
        )
    return array


def read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether it is in Fortran order, and type. Raises ValueError and others if damaged."""
    version = np.lib.format.read_magic(stream)
    length = stream.read(2 if version == (1, 0) else 4)
    n_header = int.from_bytes(length, "little")
    if version not in VERSIONS or n_header > LONGEST_HEADER:
        raise ValueError(f"version {version} and a header of {n_header:,} bytes")
    parse = (
        np.lib.format.read_array_header_1_0 if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )  # fmt: skip
    return parse(io.BytesIO(length + stream.read(n_header)))


def as_table(array: NDArray[Any], where: str, hint: str = "") -> Floats2d:
    """Rows of float32, converted in memory if necessary.

    Raises FormatError, placed at `where`, unless it is a matrix of floats.
    """
    if array.ndim != 2 or array.dtype.kind != "f" or not array.shape[1]:
        raise FormatError(
            where,
            expected="a matrix of floats",
            found=f"{array.dtype} of shape {array.shape}",
            hint=hint or (NO_SCALE if array.dtype == np.int8 else ""),
        )
    with np.errstate(over="ignore"):  # what does not fit float32 is infinite, and refused as such
        return np.ascontiguousarray(array, dtype=np.float32)


def unreadable(where: str, error: Exception, hint: str = AGAIN) -> FormatError:
    """The error for an array that cannot be read."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = text.replace("allow_pickle=False", "pickles refused") or type(error).__name__
    return FormatError(
        where,
        expected="a whole numpy array",
        found=text.replace("\n", " ").rstrip("."),
        hint=hint,
    )
