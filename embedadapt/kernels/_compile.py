"""How the kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from numba import njit
from numba.core import event

from embedadapt.kernels import begin_compiling

Decorator: TypeAlias = Callable[[Callable[..., Any]], Any]

_COMMON: dict[str, Any] = {"cache": True, "nogil": True, "no_cfunc_wrapper": True}
_UNCOUNTED: dict[str, Any] = {"_nrt": False}
_BORROWING: dict[str, Any] = {"forceinline": True, "no_cpython_wrapper": True, **_UNCOUNTED}

kernel: Decorator = njit(**_COMMON)
"""Compiles a loop that Python calls, once for each set of types; the result is kept on disk and
runs without the interpreter's lock."""

loop: Decorator = njit(**_COMMON, **_UNCOUNTED)
"""Compiles a loop that Python calls and that makes no array: as with `step`, no references are
counted. It took half of the time of loops over the strings of a hash table."""

step: Decorator = njit(**_COMMON, **_BORROWING)
"""Compiles a part of a kernel, which is inlined where it is called. It only borrows its arrays:
numba's reference counting (`_nrt`), an atomic addition for each array and window, took 14 % of the
time. Python cannot call it: the wrappers for that were a quarter of the compiling."""


class _Compiling(event.Listener):
    def on_start(self, _: Any) -> None:
        begin_compiling()

    def on_end(self, _: Any) -> None:
        pass


event.register("numba:compile", _Compiling())
