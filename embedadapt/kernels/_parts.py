"""Parts of kernels: functions that compiled code calls, and Python does not.

numba makes machine code of every function that it compiles, with all that the function calls inside
it, so that the innermost step of a ladder is optimized once on each rung. The code of a part is
only kept for its callers: it is optimized within the kernel that Python calls, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numba import njit, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class PartLibrary(JITCodeLibrary):
    """The code of a part as LLVM's, for the libraries of its callers."""

    @property
    def codegen(self) -> Any:
        """Where numba looks for `set_env`."""
        return self

    def set_env(self, name: str, env: object) -> None:
        """Nothing refers to the environment, which the machine code of a part would have."""

    def get_pointer_to_function(self, _: str) -> int:
        """0: there is no machine code."""
        self._ensure_finalized()
        return 0

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class PartCompiler(Compiler):
    """numba's compiler, with another library for the code."""

    def define_pipelines(self) -> list[Any]:
        state = self.state
        if state.library is None:
            state.library = PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()


def compiled_in_callers(options: dict[str, Any]) -> Callable[[Callable[..., Any]], Any]:
    """A decorator for parts, with options of `njit`.

    A constant argument such as 0 has a type of its own in numba, for which a function is compiled
    once more; for parts it is an integer like any other.
    """
    as_part: dict[str, Any] = {"no_cpython_wrapper": True, "pipeline_class": PartCompiler}
    compiled = njit(**options, **as_part)

    def decorate(function: Callable[..., Any]) -> Any:
        part = compiled(function)
        template_of = part.get_call_template

        def template_of_any(args: Sequence[Any], kws: Mapping[str, Any]) -> Any:
            return template_of(
                tuple(types.unliteral(each) for each in args),
                {name: types.unliteral(each) for name, each in kws.items()},
            )

        part.get_call_template = template_of_any
        return part

    return decorate
