"""The safetensors container as we use it: named arrays, one JSON value, a format number.

A file has an 8-byte little-endian length, that many bytes of JSON with the type, shape and place of
each array, and then the arrays. The `safetensors` library checks what we read; arrays are then
mapped rather than copied. We write files ourselves, since the library does not write atomically and
puts several metadata entries in random order: we have one entry, so that equal content gives equal
bytes.

Source: https://huggingface.co/docs/safetensors (format).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import EmbedAdaptError, FormatError
from embedadapt.core.files import replacing_file, unreadable
from embedadapt.core.types import Floats2d
from embedadapt.formats.reading.opening import check_regular

METADATA_KEY = "embedadapt"
DIGEST_KEY = "sha256"

TYPES = {"I64": "<i8", "F32": "<f4", "I32": "<i4", "F16": "<f2", "U8": "u1"}
"""The element types, in the order of the arrays in a file: widest first, so that each is aligned to
its own size."""
READ_TYPES = {**TYPES, "F64": "<f8", "I8": "i1", "BF16": "<u2"}
"""Those of other programs too; a BF16 is the upper half of a float32."""


@dataclass(frozen=True)
class TensorFile:
    """An opened container. `metadata` is our JSON value, {} where the file is not ours."""

    path: Path
    metadata: Mapping[str, Any]
    _places: Mapping[str, tuple[str, tuple[int, ...], int]]
    _header: Mapping[str, Any]
    _body: int

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array that is there."""
        return self._places[name][1]

    def __iter__(self) -> Iterator[str]:
        """The names of the arrays."""
        return iter(self._places)

    def renamed(self, names: Mapping[str, str]) -> TensorFile:
        """The same arrays, with new names for those in `names` (old to new)."""
        return replace(self, _places={names.get(n, n): place for n, place in self._places.items()})

    def check_digest(self) -> None:
        """Read the whole file and compare its digest. Files of older versions have none and pass.

        Raises FormatError for other content than the digest was made of.
        """
        texts = dict(self._header.get("__metadata__") or {})
        written = texts.pop(DIGEST_KEY, None)
        if written is None and set(texts) == {METADATA_KEY}:
            return
        digest = _digest_of_header({**self._header, "__metadata__": texts})
        with self.path.open("rb") as stream:
            stream.seek(self._body)
            while block := stream.read(2**20):
                digest.update(block)
        if digest.hexdigest() != written:
            raise FormatError(
                str(self.path),
                expected=f"content with the digest {str(written)[:12]}… that it was written with",
                found=f"{digest.hexdigest()[:12]}…",
                hint="The file is damaged or was edited: fetch or write it again.",
            )

    def array(self, name: str, dtype: str, ndim: int) -> NDArray[Any]:
        """The array `name`, read-only and memory-mapped.

        Raises FormatError where it is missing or has another type or rank.
        """
        found, shape, offset = self._places.get(name, ("nothing", (), 0))
        if found != dtype or len(shape) != ndim:
            raise FormatError(
                str(self.path),
                expected=f"a {ndim}-d {dtype} array named {name!r}",
                found=found if found == "nothing" else f"a {len(shape)}-d {found} array",
            )
        if 0 in shape:
            return np.empty(shape, READ_TYPES[dtype])
        stored = READ_TYPES[dtype]
        return np.asarray(np.memmap(self.path, stored, mode="r", offset=offset, shape=shape))

    def stored(self, name: str) -> tuple[str, tuple[int, ...], NDArray[np.uint8]]:
        """An array of any type that is there: the file's name for the type, shape and bytes."""
        dtype, shape, offset = self._places[name]
        start, end = self._header[name]["data_offsets"]
        if start == end:
            return dtype, shape, np.empty(0, np.uint8)
        stored = np.memmap(self.path, np.uint8, mode="r", offset=offset, shape=(end - start,))
        return dtype, shape, np.asarray(stored)

    def dtype(self, name: str) -> str:
        """numpy's name for the element type of an array that is there."""
        found = self._places[name][0]
        return "bfloat16" if found == "BF16" else np.dtype(READ_TYPES.get(found, "V")).name

    def numbers(self, name: str) -> Floats2d:
        """A 2-d array of any type that vectors are kept in: mapped if float32, else converted in
        memory, each number as it is. Raises FormatError."""
        found = self._places.get(name, ("",))[0]
        if found not in ("F64", "I8", "BF16"):
            return self.floats(name)
        rows = self.array(name, found, 2)
        if found == "BF16":
            return (rows.astype(np.uint32) << 16).view(np.float32)
        with np.errstate(over="ignore"):  # what does not fit is infinite, and refused as such
            return rows.astype(np.float32)

    def floats(self, name: str) -> Floats2d:
        """A 2-d float array: mapped if float32, converted in memory if float16."""
        half = self._places.get(name, ("",))[0] == "F16"
        rows = self.array(name, "F16" if half else "F32", 2)
        return rows.astype(np.float32, copy=False)


def read_tensors(path: str | Path) -> TensorFile:
    """Open a container.

    Raises FormatError unless the header is sound and its arrays cover the file exactly.
    """
    from safetensors import SafetensorError, safe_open

    check_regular(Path(path))
    try:
        with Path(path).open("rb") as stream:
            with safe_open(path, framework="numpy"):
                pass  # it checks the header before we read it
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(length))
    except RecursionError as error:
        raise FormatError(str(path), found="a header nested too deeply") from error
    except SafetensorError as error:
        raise FormatError(
            str(path),
            expected=f"a whole safetensors file ({Path(path).stat().st_size:,} bytes)",
            found=str(error),
            hint="Fetch or write it again.",
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error
    places = {
        name: (entry["dtype"], tuple(entry["shape"]), 8 + length + entry["data_offsets"][0])
        for name, entry in header.items()
        if name != "__metadata__"
    }
    metadata = _our_metadata(path, header.get("__metadata__") or {})
    return TensorFile(Path(path), metadata, places, header, 8 + length)


def write_tensors(
    path: str | Path,
    arrays: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, Any],
    *,
    with_digest: bool = False,
) -> None:
    """Write atomically; equal content gives equal bytes. Raises OutputError.

    with_digest: for `TensorFile.check_digest`; each array is then read twice.
    """
    order = sorted(arrays, key=lambda name: (list(TYPES).index(_type_of(arrays[name])), name))
    text = json.dumps(metadata, ensure_ascii=True, sort_keys=True)
    header: dict[str, Any] = {"__metadata__": {METADATA_KEY: text}}
    end = 0
    for name in order:
        start, end = end, end + arrays[name].nbytes
        header[name] = {
            "dtype": _type_of(arrays[name]),
            "shape": arrays[name].shape,
            "data_offsets": [start, end],
        }
    if with_digest:
        digest = _digest_of_header(header)
        for name in order:
            for block in _blocks(arrays[name]):
                digest.update(block)
        header["__metadata__"][DIGEST_KEY] = digest.hexdigest()
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    with replacing_file(path) as stream:
        stream.write(len(encoded).to_bytes(8, "little") + encoded)
        for name in order:
            for block in _blocks(arrays[name]):
                stream.write(block)


@contextmanager
def reading_metadata(path: str | Path) -> Iterator[None]:
    """Convert the exception of a missing or malformed metadata entry to one FormatError."""
    try:
        yield
    except EmbedAdaptError:
        raise
    except (
        *(KeyError, TypeError, ValueError, AttributeError),
        *(RecursionError, OverflowError),
    ) as error:
        raise FormatError(
            str(path),
            expected="the metadata embedadapt writes",
            found=f"{type(error).__name__}: {error}",
            hint="The file is damaged or was edited: write it again.",
        ) from error


def _our_metadata(path: str | Path, texts: Mapping[str, str]) -> Mapping[str, Any]:
    with reading_metadata(path):
        metadata = json.loads(texts.get(METADATA_KEY, "{}"))
        if not isinstance(metadata, dict):
            raise TypeError(f"a {type(metadata).__name__} for an object")
        return metadata


def _digest_of_header(header: Mapping[str, Any]) -> hashlib._Hash:
    return hashlib.sha256(json.dumps(header, sort_keys=True).encode())


def _type_of(array: NDArray[Any]) -> str:
    return next(name for name, dtype in TYPES.items() if array.dtype == np.dtype(dtype))


def _blocks(array: NDArray[Any], rows: int = 65_536) -> Iterator[memoryview]:
    """A matrix in pieces, so that a mapped or strided one is never copied whole."""
    for start in range(0, len(array), rows):
        yield np.ascontiguousarray(array[start : start + rows]).reshape(-1).view(np.uint8).data
