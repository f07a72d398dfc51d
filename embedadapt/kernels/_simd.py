"""Sixteen floats at a time, said outright.

Left to itself LLVM takes 256-bit vectors on many Xeons, and leaves a float sum scalar since it may
not reorder it. These functions emit operations on `<16 x float>`: one 512-bit instruction where the
processor has AVX-512, two of 256 bits with AVX2, four of 128 bits elsewhere.

A vector lives in compiled code only. Rows are read by matrix, row number and block number k, that
is columns 16 k to 16 k + 15, without any check: the matrix must be C-contiguous float32, its width
a multiple of `LANES`. A first address that is a multiple of 64 bytes keeps every block inside one
cache line (`aligned_zeros`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, extending
from numba.core.extending import models, overload, register_model

from embedadapt.core.types import Floats2d

LANES = 16

Vector: TypeAlias = Any
"""Sixteen float32, inside compiled code."""

# Numba calls an intrinsic with types and values of its own; to its users it is a function.
intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = extending.intrinsic

_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_INT32 = ir.IntType(32)


class VectorType(types.Type):
    """Numba's name for `<16 x float>`."""

    def __init__(self) -> None:
        super().__init__(name="Vector")


VECTOR = VectorType()


@register_model(VectorType)
class VectorModel(models.PrimitiveModel):
    """A vector is passed on as LLVM's own value, in a register."""

    def __init__(self, manager: Any, numba_type: VectorType) -> None:
        super().__init__(manager, numba_type, _VECTOR)


def padded_width(dim: int) -> int:
    """`dim` rounded up to whole vectors.

    >>> padded_width(50), padded_width(64)
    (64, 64)
    """
    return -(-dim // LANES) * LANES


def aligned_zeros(n_rows: int, width: int) -> Floats2d:
    """(n_rows, width) float32 zeros that begin at a multiple of 64 bytes."""
    buffer = np.zeros(n_rows * width + LANES, dtype=np.float32)
    skip = (-buffer.ctypes.data % 64) // 4
    return buffer[skip : skip + n_rows * width].reshape(n_rows, width)


# Memory.


def _address(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Pointer to block k of a row, from the arguments (matrix, row, k, ...)."""
    matrix = cgutils.create_struct_proxy(signature.args[0])(context, builder, arguments[0])
    width = cgutils.unpack_tuple(builder, matrix.shape, 2)[1]
    _, row, k, *_ = arguments
    offset = builder.add(builder.mul(row, width), builder.mul(k, k.type(LANES)))
    return builder.bitcast(builder.gep(matrix.data, [offset]), _VECTOR.as_pointer())


@intrinsic
def load(typing_context: Any, matrix: Any, row: Any, k: Any) -> Any:
    """Block k of a row."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_address(context, builder, signature, arguments), align=4)

    return VECTOR(matrix, types.intp, types.intp), emit


@intrinsic
def store(typing_context: Any, matrix: Any, row: Any, k: Any, vector: Any) -> Any:
    """Overwrite block k of a row."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _address(context, builder, signature, arguments)
        builder.store(arguments[3], place, align=4)
        return context.get_dummy_value()

    return types.none(matrix, types.intp, types.intp, VECTOR), emit


@intrinsic
def prefetch(typing_context: Any, matrix: Any, row: Any, k: Any) -> Any:
    """Ask for block k of a row ahead of a write to it."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.bitcast(
            _address(context, builder, signature, arguments), ir.IntType(8).as_pointer()
        )
        function_type = ir.FunctionType(ir.VoidType(), [place.type, _INT32, _INT32, _INT32])
        function = cgutils.get_or_insert_function(builder.module, function_type, "llvm.prefetch.p0")
        for_writing, keep_in_all_levels, data = _INT32(1), _INT32(3), _INT32(1)
        builder.call(function, [place, for_writing, keep_in_all_levels, data])
        return context.get_dummy_value()

    return types.none(matrix, types.intp, types.intp), emit


# Arithmetic.


@intrinsic
def splat(typing_context: Any, number: Any) -> Any:
    """The same number in every lane."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _splat(builder, arguments[0])

    return VECTOR(types.float32), emit


def _splat(builder: Any, number: Any) -> Any:
    first = builder.insert_element(_VECTOR(ir.Undefined), number, _INT32(0))
    everywhere = ir.VectorType(_INT32, LANES)([0] * LANES)
    return builder.shuffle_vector(first, _VECTOR(ir.Undefined), everywhere)


@intrinsic
def fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c, lane by lane, fused where the processor can.

    `llvm.fmuladd`, not `llvm.fma`: on a processor without the instruction the latter becomes a
    library call, fourteen times slower.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        function_type = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        function = cgutils.get_or_insert_function(
            builder.module, function_type, "llvm.fmuladd.v16f32"
        )
        return builder.call(function, arguments)

    return VECTOR(VECTOR, VECTOR, VECTOR), emit


def _define_operator(function: Callable[..., Any], instruction: str) -> None:
    """Give `vector + vector` and its like their LLVM instruction."""

    @intrinsic
    def compute(typing_context: Any, a: Any, b: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return getattr(builder, instruction)(*arguments)

        return VECTOR(VECTOR, VECTOR), emit

    @overload(function, strict=False)
    def choose(a: Any, b: Any) -> Any:
        if a is VECTOR and b is VECTOR:
            return lambda a, b: compute(a, b)
        return None


for _function, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _define_operator(_function, _instruction)


@intrinsic
def clamp(typing_context: Any, vector: Any, limit: Any) -> Any:
    """Every lane brought into [-limit, limit]; NaN stays NaN, so that it is noticed."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value, number = arguments
        high, low = _splat(builder, number), _splat(builder, builder.fneg(number))
        value = builder.select(builder.fcmp_ordered(">", value, high), high, value)
        return builder.select(builder.fcmp_ordered("<", value, low), low, value)

    return VECTOR(VECTOR, types.float32), emit


@intrinsic
def total(typing_context: Any, vector: Any) -> Any:
    """Sum of the sixteen lanes, by halves: lane i with lane i + 8, then + 4, + 2, + 1."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = arguments[0]
        for half in (8, 4, 2, 1):
            size = ir.VectorType(_INT32, half)
            nothing = value.type(ir.Undefined)
            left = builder.shuffle_vector(value, nothing, size(list(range(half))))
            right = builder.shuffle_vector(value, nothing, size(list(range(half, 2 * half))))
            value = builder.fadd(left, right)
        return builder.extract_element(value, _INT32(0))

    return types.float32(VECTOR), emit
