"""The kernels as compiled for processors with less than this one; scripts/processors has more."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import environment

KERNELS = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="needs x86-64")
@pytest.mark.parametrize("processor", ["x86-64", "x86-64-v3"])
def test_kernels_are_right_with_narrower_vectors(processor: str) -> None:
    """SSE2 only, and AVX2."""
    tests = [str(KERNELS / f"test_{name}.py") for name in ("simd", "sgns", "bags", "parse")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=KERNELS.parents[1],
        env=environment(NUMBA_CPU_NAME=processor, NUMBA_CPU_FEATURES=""),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
