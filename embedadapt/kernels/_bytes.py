"""Eight bytes at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils, extending

# Numba calls an intrinsic with types and values of its own; to its users it is a function.
intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = extending.intrinsic


@intrinsic
def load_word(typing_context: Any, text: Any, i: Any) -> Any:
    """The bytes text[i] to text[i + 7] as one uint64, text[i] its lowest byte on the processors
    that numba compiles for. `text` is contiguous; nothing checks the bound."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = cgutils.pointer_add(builder, array.data, arguments[1], ir.IntType(64).as_pointer())
        return builder.load(place, align=1)

    return types.uint64(text, types.intp), emit


@intrinsic
def trailing_zeros(typing_context: Any, word: Any) -> Any:
    """How many zero bits stand below the lowest one bit of a uint64 that is not 0."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), emit
