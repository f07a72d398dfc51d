"""Operations on eight bytes at a time, and on sixty-four."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, extending

# Numba calls an intrinsic with types and values of its own; to its users it is a function.
intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = extending.intrinsic


@intrinsic
def load_word(typing_context: Any, text: Any, i: Any) -> Any:
    """The bytes text[i] to text[i + 7] as one uint64, text[i] the lowest.

    That is the order on the processors that numba compiles for. `text` is contiguous; the bound is
    not checked.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = cgutils.pointer_add(builder, array.data, arguments[1], ir.IntType(64).as_pointer())
        return builder.load(place, align=1)

    return types.uint64(text, types.intp), emit


def byte_finder(*wanted: int, below: int = 0) -> Callable[[Any, int], np.uint64]:
    """A function that marks bytes of a text among 64 from a position.

    Marked are bytes among `wanted`, and those below `below`. The lowest bit of the uint64 it
    returns belongs to text[i]; the bound is not checked.
    """

    @intrinsic
    def find(typing_context: Any, text: Any, i: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            block = ir.VectorType(ir.IntType(8), 64)
            place = cgutils.pointer_add(builder, array.data, arguments[1], block.as_pointer())
            bytes_ = builder.load(place, align=1)
            found = builder.icmp_unsigned("<", bytes_, block([below] * 64))
            for byte in wanted:
                equal = builder.icmp_unsigned("==", bytes_, block([byte] * 64))
                found = builder.or_(found, equal)
            return builder.bitcast(found, ir.IntType(64))

        return types.uint64(text, types.intp), emit

    return find


@intrinsic
def trailing_zeros(typing_context: Any, word: Any) -> Any:
    """Number of zero bits below the lowest one bit of a uint64 other than 0."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), emit


@intrinsic
def n_ones(typing_context: Any, word: Any) -> Any:
    """Number of one bits of a uint64."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), emit
