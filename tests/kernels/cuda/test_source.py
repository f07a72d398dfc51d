"""The source of the GPU's kernel compiles for every processor it is meant for. Needs no GPU."""

import ctypes
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from embedadapt.kernels.cuda.launch import SOURCE
from embedadapt.kernels.cuda.sizes import Sizes

CAPABILITIES = ("80", "90", "100", "120")
"""Ampere, Hopper and both Blackwells: compute capability 8.0 to 12.0."""

SKIPGRAM = Sizes(width=304, window=5, targets=6, together=10)
ALL_SIZES = {
    "skipgram": SKIPGRAM,
    "cbow": SKIPGRAM._replace(cbow=True, together=1),
    "subwords": SKIPGRAM._replace(width=104, subwords=True),
    "cbow of subwords": SKIPGRAM._replace(cbow=True, subwords=True, together=1),
    "widest window, most targets": SKIPGRAM._replace(width=56, window=15, targets=31, together=30),
}


@pytest.fixture(scope="module")
def nvrtc() -> ctypes.CDLL:
    """NVIDIA's compiler, a library of its own that needs neither a driver nor CuPy."""
    libraries = list(find_libraries())
    if not libraries:
        pytest.skip("no compiler: pip install nvidia-cuda-nvrtc-cu12")
    return ctypes.CDLL(str(libraries[0]))


def find_libraries() -> Iterator[Path]:
    package = find_spec("nvidia")
    for folder in (package and package.submodule_search_locations) or ():
        yield from sorted(Path(folder).glob("cuda_nvrtc/lib/libnvrtc.so.*"))


def compiled(nvrtc: ctypes.CDLL, sizes: Sizes, capability: str) -> bytes:
    """The machine code for one processor; fails with the compiler's messages."""
    program = ctypes.c_void_p()
    source = SOURCE.read_bytes()
    assert nvrtc.nvrtcCreateProgram(ctypes.byref(program), source, b"train.cu", 0, None, None) == 0
    options = [f"--gpu-architecture=sm_{capability}", *sizes.compiler_options]
    given = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
    failed = nvrtc.nvrtcCompileProgram(program, len(options), given)
    messages = received(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog, program)
    assert not failed, messages.decode()
    code = received(nvrtc.nvrtcGetCUBINSize, nvrtc.nvrtcGetCUBIN, program)
    nvrtc.nvrtcDestroyProgram(ctypes.byref(program))
    return code


def received(get_size: Any, get: Any, program: ctypes.c_void_p) -> bytes:
    size = ctypes.c_size_t()
    assert get_size(program, ctypes.byref(size)) == 0
    buffer = ctypes.create_string_buffer(size.value)
    assert get(program, buffer) == 0
    return buffer.raw


@pytest.mark.parametrize("capability", CAPABILITIES)
@pytest.mark.parametrize("sizes", ALL_SIZES.values(), ids=list(ALL_SIZES))
def test_it_compiles(nvrtc: ctypes.CDLL, sizes: Sizes, capability: str) -> None:
    code = compiled(nvrtc, sizes, capability)
    assert code.startswith(b"\x7fELF")
    assert b"train" in code


def test_errors_are_found(nvrtc: ctypes.CDLL) -> None:
    """The compiler's messages reach the test, so that a source that fails cannot pass."""
    with pytest.raises(AssertionError, match="error"):
        compiled(nvrtc, SKIPGRAM._replace(together=-1), "80")
