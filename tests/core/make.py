"""A base of three words and an adapter of it, small enough to be worked by hand."""

import numpy as np

from embedadapt.core.adapter import Adapter
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

BASE = WordVectors(
    Vocabulary(["the", "lease", "cat"]), np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
)
ADAPTER = Adapter(
    vocabulary=Vocabulary(["lease", "lessor", "the"], np.array([4, 3, 2])),
    base_rows=np.array([1, -1, 0], dtype=np.int32),
    starts=np.array([[5, 5]], dtype=np.float32),
    delta=np.array([[1, 0], [0, 2], [4, 0]], dtype=np.float32),
    dimensions=np.array([[8], [4], [0]], dtype=np.float32),
    surface_forms={"LESSOR": 1},
    normalization=Normalization(case="lower"),
    base_fingerprint=BASE.fingerprint,
)

OTHER = Adapter(
    vocabulary=Vocabulary(["the", "sublet", "lessor"], np.array([5, 2, 1])),
    base_rows=np.array([0, -1, -1], dtype=np.int32),
    starts=np.array([[7, 7], [1, 1]], dtype=np.float32),
    delta=np.array([[0, 1], [1, 0], [4, 0]], dtype=np.float32),
    dimensions=np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32),
    surface_forms={"LESSOR": 0, "Sublet": 1},
    normalization=Normalization(case="lower"),
    base_fingerprint=BASE.fingerprint,
)
"""Another adapter of that base: both move "the", and both know a "lessor"."""
