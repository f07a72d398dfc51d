"""Array types whose names give rank and element type."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats1d: TypeAlias = NDArray[np.float32]
"""Rank 1, float32."""
Floats2d: TypeAlias = NDArray[np.float32]
"""Rank 2, float32, C-contiguous unless said otherwise: one row per word."""
Doubles1d: TypeAlias = NDArray[np.float64]
"""Rank 1, float64: sums and statistics."""
Doubles2d: TypeAlias = NDArray[np.float64]
"""Rank 2, float64: one row per item."""
Ints1d: TypeAlias = NDArray[np.int32]
"""Rank 1, int32: word ids; -1 is "no such word"."""
Ints2d: TypeAlias = NDArray[np.int32]
"""Rank 2, int32."""
Longs1d: TypeAlias = NDArray[np.int64]
"""Rank 1, int64: counts and offsets."""
Longs2d: TypeAlias = NDArray[np.int64]
"""Rank 2, int64."""
