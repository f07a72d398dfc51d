"""An .npy file as several formats hold one: mapped, its header held against its size.

Source: numpy `lib/format.py` (NEP 1).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats2d

AGAIN = "Write it again, as float32."


def map_array(path: Path, *, writable: bool = False, hint: str = AGAIN) -> NDArray[Any]:
    """The array of a file that holds nothing else. Python objects are pickles, and refused.

    writable: what is written to it stays in memory. Raises FormatError.
    """
    try:
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


def as_table(array: NDArray[Any], where: str, hint: str = "") -> Floats2d:
    """Rows of float32, converted in memory where they are others. Raises FormatError for anything
    but a table of floats, placed at `where`."""
    if array.ndim != 2 or array.dtype.kind != "f" or not array.shape[1]:
        raise FormatError(
            where,
            expected="a table of floats",
            found=f"{array.dtype} of shape {array.shape}",
            hint=hint,
        )
    with np.errstate(over="ignore"):  # what does not fit float32 is infinite, and refused as such
        return np.ascontiguousarray(array, dtype=np.float32)


def unreadable(where: str, error: Exception, hint: str = AGAIN) -> FormatError:
    """The one line for an array that cannot be read."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = text.replace("allow_pickle=False", "pickles refused") or type(error).__name__
    return FormatError(
        where,
        expected="a whole numpy array",
        found=text.replace("\n", " ").rstrip("."),
        hint=hint,
    )
