"""Sizes of the GPU's kernel, and the memory they need; computed without a GPU."""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = 4  # of a thread
LANES = 32
FLOAT = 4  # bytes


class Sizes(NamedTuple):
    """The sizes that train.cu is compiled for; it describes them."""

    width: int
    window: int
    targets: int
    together: int
    cbow: bool = False
    subwords: bool = False

    @property
    def threads(self) -> int:
        """Threads of a writer, in whole warps.

        >>> Sizes(width=304, window=5, targets=6, together=10).threads
        96
        """
        return -(-self.width // (COLUMNS * LANES)) * LANES

    @property
    def shared_bytes(self) -> int:
        """Shared memory of a writer: each row of the window twice, and two arrays of sums."""
        rows = 2 * (2 * self.window + 1) * self.threads * COLUMNS
        return (rows + 2 * self.threads) * FLOAT

    @property
    def compiler_options(self) -> tuple[str, ...]:
        return (
            "--std=c++17",
            *(f"-D{name.upper()}={int(n)}" for name, n in self._asdict().items()),
        )


def padded_width(dim: int) -> int:
    """`dim` rounded up to a multiple of 32 bytes, the least that memory transfers.

    >>> padded_width(300), padded_width(64)
    (304, 64)
    """
    return -(-dim // 8) * 8
