"""How the kernels are compiled."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any, TypeAlias

from numba import njit
from numba.core import event
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

from embedadapt.kernels import begin_compiling, beside
from embedadapt.kernels._parts import compiled_in_callers

Decorator: TypeAlias = Callable[[Callable[..., Any]], Any]

_COMMON: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True}
_UNCOUNTED: dict[str, Any] = {"_nrt": False}


class SharedCache(FunctionCache):
    """numba's cache of a kernel on disk, which other processes may fill at the same time.

    Two processes never compile a kernel at once, not even for different types: numba could then
    give both results the same file.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled kernel; None if it is to be compiled now."""
        found = self._load(sig, target_context)
        if found is None and beside.lock(self._lock):
            found = self._load(sig, target_context)
            if found is not None:
                beside.unlock(self._lock)
        return found

    def _load(self, sig: Any, target_context: Any) -> Any:
        """The kernel on disk: machine code, which needs numba's memory management alone. numba
        would load everything that it compiles with first, which takes a fifth of a second."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        """Save the compiled kernel."""
        super().save_overload(sig, data)
        beside.unlock(self._lock)

    @property
    def _lock(self) -> str:
        return f"{self._py_func.__module__}.{self._py_func.__name__}"


def _cached(options: dict[str, Any]) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Any:
        compiled = njit(**options)(function)
        compiled._cache = SharedCache(function)
        return compiled

    return decorate


kernel: Decorator = _cached(_COMMON)
"""Compiles a loop that Python calls, once for each set of types; the result is kept on disk and
runs without the interpreter's lock."""

loop: Decorator = _cached({**_COMMON, **_UNCOUNTED})
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
    """Announces compiling, and keeps Python from collecting garbage meanwhile: going through the
    many objects of the compiler, again and again, took a tenth of the time."""

    def __init__(self) -> None:
        self._n_begun = 0
        self._collects = True

    def on_start(self, _: Any) -> None:
        if self._n_begun == 0:
            self._collects = gc.isenabled()
            gc.disable()
        self._n_begun += 1
        begin_compiling()

    def on_end(self, _: Any) -> None:
        self._n_begun -= 1
        if self._n_begun == 0 and self._collects:
            gc.enable()


event.register("numba:compile", _Compiling())
