"""A matrix that fastText compressed by product quantization, as in an .ftz.

Columns are cut into groups of `group` (`dsub`). For each row and group the file has one byte, the
number of the nearest of that group's 256 centroids. With `qnorm` the rows have unit length there,
and their norms are stored the same way, one byte each.

    qnorm u8; rows, columns i64; number of codes i32; codes u8; centroids of the columns;
    with qnorm: codes of the norms u8; centroids of the norms
    centroids: columns, groups, columns a group, columns of the last group i32; columns x 256 f32

Source: fastText 0.9.2 `quantmatrix.cc`, `productquantizer.cc`; Joulin et al. 2016, "FastText.zip".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.core.vectors import BLOCK_ROWS
from embedadapt.formats.reading.window import Window

N_CENTROIDS = 256
GROUP = 2
"""Columns of a group that is written, as in fastText: one byte for eight."""
SAMPLE, ROUNDS = 65_536, 25
"""Rows and rounds by which centroids are found, as in fastText."""
WIDEST_GROUP = 16
"""Largest number of columns per byte: fastText takes 2, and its autotune tries up to 16. A file
therefore expands to at most 64 times its size."""


@dataclass(frozen=True)
class Centroids:
    """The centroids of all groups.

    values: (dim * 256,) float32; those of group g start at 256 * group * g, row by row.
    """

    dim: int
    group: int
    values: Floats1d

    @property
    def n_groups(self) -> int:
        return -(-self.dim // self.group)

    def of(self, group: int) -> Floats2d:
        """The 256 centroids of a group, (256, its columns)."""
        start = group * self.group
        stop = min(start + self.group, self.dim)
        return self.values[N_CENTROIDS * start : N_CENTROIDS * stop].reshape(N_CENTROIDS, -1)


def read_quantized(window: Window, n_rows: int, dim: int, what: str) -> Floats2d:
    """The expanded matrix, (n_rows, dim). Raises FormatError with file and byte."""
    where = f"{window.source.path}, byte {window.position:,}"
    layout = window.take(21, f"the shape of the {what}")
    has_norms, found_rows, found_dim, n_codes = struct.unpack("<?qqi", layout)
    if (found_rows, found_dim) != (n_rows, dim):
        raise FormatError(
            where,
            expected=f"an {what} of {n_rows:,} x {dim}, as its dictionary and arguments say",
            found=f"{found_rows:,} x {found_dim:,}",
            hint="The file is damaged or of a variant that is not read.",
        )
    n_groups = n_codes // n_rows if n_rows else 0
    if n_codes != n_rows * n_groups or (n_rows and not dim <= n_groups * WIDEST_GROUP):
        raise FormatError(
            where,
            expected=f"a byte for every {WIDEST_GROUP} columns or fewer, {n_rows:,} times",
            found=f"{n_codes:,} bytes",
        )
    codes = np.frombuffer(window.take_long(n_codes, f"the codes of the {what}"), np.uint8)
    centroids = _read_centroids(window, dim, n_groups if n_rows else None)
    scales = _read_norms(window, n_rows) if has_norms else None
    return _unpack(codes.reshape(n_rows, n_groups), centroids, scales)


def write_quantized(stream: IO[bytes], parts: Sequence[Floats2d], *, group: int = GROUP) -> None:
    """Write the rows of some matrices as one compressed matrix, without norms.

    Centroids are found by k-means on SAMPLE rows, always the same.
    """
    from scipy.spatial import cKDTree

    n_rows, dim = sum(map(len, parts)), parts[0].shape[1]
    n_groups = -(-dim // group)
    codes = np.empty((n_rows, n_groups), dtype=np.uint8)
    values = np.empty(N_CENTROIDS * dim, dtype=np.float32)
    for number in range(n_groups):
        columns = slice(number * group, min((number + 1) * group, dim))
        rows = np.concatenate([part[:, columns] for part in parts]).astype(np.float32, copy=False)
        centroids = _fit_centroids(rows, np.random.default_rng(number))
        codes[:, number] = cKDTree(centroids).query(rows)[1]
        values[N_CENTROIDS * columns.start : N_CENTROIDS * columns.stop] = centroids.reshape(-1)
    stream.write(struct.pack("<?qqi", False, n_rows, dim, codes.size))
    stream.write(codes.data)
    stream.write(struct.pack("<4i", dim, n_groups, group, dim % group or group))
    stream.write(values.astype("<f4").data)


def _fit_centroids(rows: Floats2d, rng: np.random.Generator) -> Floats2d:
    """(256, columns): Lloyd's algorithm. A centroid without a row takes one at random."""
    from scipy.spatial import cKDTree

    sample = rows[rng.permutation(len(rows))[:SAMPLE]].astype(np.float64)
    centroids = sample[np.arange(N_CENTROIDS) % len(sample)]
    for _ in range(ROUNDS):
        nearest = cKDTree(centroids).query(sample)[1]
        counts = np.bincount(nearest, minlength=N_CENTROIDS)
        for column in range(sample.shape[1]):
            sums = np.bincount(nearest, sample[:, column], N_CENTROIDS)
            centroids[:, column] = sums / np.maximum(counts, 1)
        empty = np.flatnonzero(counts == 0)
        centroids[empty] = sample[rng.integers(len(sample), size=len(empty))]
    found: Floats2d = centroids.astype(np.float32)
    return found


def _read_centroids(window: Window, dim: int, n_groups: int | None) -> Centroids:
    where = f"{window.source.path}, byte {window.position:,}"
    found = struct.unpack("<4i", window.take(16, "the shape of the centroids"))
    group = found[2]
    ok = found[0] == dim and group > 0 and found[1] == -(-dim // group)
    if not ok or found[3] != (dim % group or group) or n_groups not in (None, found[1]):
        raise FormatError(
            where,
            expected=f"centroids of {dim} columns in {n_groups} groups",
            found=f"{found[0]} columns in {found[1]} groups of {group}, the last of {found[3]}",
            hint="The file is damaged: fetch it again.",
        )
    values = window.take_long(4 * N_CENTROIDS * dim, "the centroids")
    return Centroids(dim, group, np.frombuffer(values, "<f4"))


def _read_norms(window: Window, n_rows: int) -> Floats1d:
    codes = np.frombuffer(window.take_long(n_rows, "the codes of the norms"), np.uint8)
    norms: Floats1d = _read_centroids(window, 1, 1).of(0)[codes, 0]
    return norms


def _unpack(codes: np.ndarray, centroids: Centroids, scales: Floats1d | None) -> Floats2d:
    rows = np.empty((len(codes), centroids.dim), dtype=np.float32)
    for start in range(0, len(codes), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        for group in range(codes.shape[1]):
            columns = slice(group * centroids.group, (group + 1) * centroids.group)
            rows[block, columns] = centroids.of(group)[codes[block, group]]
        if scales is not None:
            rows[block] *= scales[block, None]
    return rows
