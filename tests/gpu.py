"""CuPy for the tests that need a GPU; they skip where it, or the GPU, is missing."""

from typing import Any

import pytest


def require_gpu() -> Any:
    """CuPy; skips the module that asks for it where there is nothing to run on."""
    cupy = pytest.importorskip("cupy", reason="no CuPy: pip install '.[cuda]'")
    try:
        cupy.cuda.Device().use()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        pytest.skip(f"no GPU: {error}", allow_module_level=True)
    return cupy
