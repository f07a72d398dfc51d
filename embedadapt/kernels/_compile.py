"""How the kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from numba import njit
from numba.core import event

from embedadapt.kernels import begin_compiling
from embedadapt.kernels._parts import compiled_in_callers

Decorator: TypeAlias = Callable[[Callable[..., Any]], Any]

_COMMON: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True}
_UNCOUNTED: dict[str, Any] = {"_nrt": False}

kernel: Decorator = njit(cache=True, **_COMMON)
"""Compiles a loop that Python calls, once for each set of types; the result is kept on disk and
runs without the interpreter's lock."""

loop: Decorator = njit(cache=True, **_COMMON, **_UNCOUNTED)
"""Compiles a loop that Python calls and that makes no array: as with `step`, no references are
counted. It took half of the time of loops over the strings of a hash table."""

part: Decorator = compiled_in_callers(_COMMON)
"""Compiles a part of a kernel that may make arrays; LLVM decides whether to inline it."""

step: Decorator = compiled_in_callers({**_COMMON, **_UNCOUNTED, "forceinline": True})
"""Compiles a part of a kernel, which is inlined where it is called. It only borrows its arrays:
numba's reference counting (`_nrt`), an atomic addition for each array and window, took 14 % of the
time."""

branch: Decorator = compiled_in_callers({**_COMMON, **_UNCOUNTED})
"""Compiles a part that is seldom reached, or is called from several places: as `step`, but LLVM
decides whether to inline it, which takes half as long to compile."""


class _Compiling(event.Listener):
    def on_start(self, _: Any) -> None:
        begin_compiling()

    def on_end(self, _: Any) -> None:
        pass


event.register("numba:compile", _Compiling())
