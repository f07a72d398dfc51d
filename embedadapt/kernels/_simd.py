"""Operations on vectors of LANES floats: 16 with AVX-512, 8 elsewhere.

On its own, LLVM uses 256-bit vectors on many Xeons, and does not vectorize a sum of floats, since
it may not reorder it. These functions emit operations on `<16 x float>` where the processor has
AVX-512, which has 32 registers of 512 bits, and on `<8 x float>` elsewhere: with AVX2, which has 16
of 256 bits, a group of twelve vectors then stays in registers, which made the mode `fast` 1.2 times
as fast.

`Vectors` is a group of them in registers; it exists in compiled code only. The compiler knows the
size of a group from the length of a tuple, which is part of the tuple's type: `rows` is a tuple of
row numbers, and `count` any tuple whose length is the size of the group. Block k of a row is the
LANES columns from LANES k on; `span` is a tuple whose length is the number of blocks taken from k
on.

No bound is checked. Matrices are C-contiguous float32, with a width that is a multiple of LINE. In
a matrix that begins at a multiple of 64 bytes (`aligned_zeros`), each block is in one cache line.
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
from numba.core.registry import cpu_target

from embedadapt.core.types import Floats2d


def has_avx512() -> bool:
    """Whether numba compiles for AVX-512."""
    _, _, features = cpu_target.target_context.codegen().magic_tuple()
    return "+avx512f" in features.split(",")


LINE = 16
"""Columns of a row in a cache line."""

LANES = LINE if has_avx512() else LINE // 2
"""Columns in a vector."""

Vectors: TypeAlias = Any
"""A group of vectors of LANES float32, in compiled code."""

Rows: TypeAlias = tuple[int, ...]
"""Row numbers; how many is part of the compiled type."""

Slots: TypeAlias = tuple[int, ...]
"""(0, 1, ... n - 1), which represents the number n at compile time."""

_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)
_INT32 = ir.IntType(32)
_INTP = ir.IntType(64)  # what numba calls intp

# Numba calls an intrinsic with types and values of its own; to its users it is a function.
intrinsic: Callable[[Callable[..., Any]], Callable[..., Any]] = extending.intrinsic


class VectorsType(types.Type):
    """The type `[n x <LANES x float>]` for numba."""

    def __init__(self, n: int) -> None:
        self.n = n
        super().__init__(name=f"Vectors({n})")


@register_model(VectorsType)
class VectorsModel(models.PrimitiveModel):
    """The data model of a group, which is passed on as LLVM's own value."""

    def __init__(self, manager: Any, group: VectorsType) -> None:
        super().__init__(manager, group, ir.ArrayType(_VECTOR, group.n))


def slots(n: int) -> Slots:
    """The tuple of length n that represents n in a type.

    >>> slots(3)
    (0, 1, 2)
    """
    return tuple(range(n))


ONE, TWO = slots(1), slots(2)


def padded_width(dim: int) -> int:
    """`dim` rounded up to whole cache lines.

    >>> padded_width(50), padded_width(64)
    (64, 64)
    """
    return -(-dim // LINE) * LINE


def aligned_zeros(n_rows: int, width: int) -> Floats2d:
    """(n_rows, width) float32 zeros that begin at a multiple of 64 bytes."""
    buffer = np.zeros(n_rows * width + LINE, dtype=np.float32)
    skip = (-buffer.ctypes.data % 64) // 4
    return buffer[skip : skip + n_rows * width].reshape(n_rows, width)


# Memory.


@intrinsic
def load_rows(typing_context: Any, matrix: Any, rows: Any, k: Any, span: Any) -> Any:
    """Load blocks k, k + 1, ... of the first row, then those of the next."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = _places(context, builder, signature, arguments, len(span))
        return _pack(builder, [builder.load(place, align=4) for place in places])

    return VectorsType(rows.count * len(span))(matrix, rows, types.intp, span), emit


@intrinsic
def store_rows(typing_context: Any, matrix: Any, rows: Any, k: Any, group: Any) -> Any:
    """Overwrite blocks k, k + 1, ... of each row, as many as the group has."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = _places(context, builder, signature, arguments, group.n // rows.count)
        for place, vector in zip(places, _unpack(builder, arguments[3]), strict=True):
            builder.store(vector, place, align=4)
        return context.get_dummy_value()

    return types.none(matrix, rows, types.intp, group), emit


@intrinsic
def add_to_rows(typing_context: Any, matrix: Any, rows: Any, k: Any, group: Any) -> Any:
    """Add to blocks k, k + 1, ... of each row, one row after the other.

    A row that occurs twice receives both additions.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = _places(context, builder, signature, arguments, group.n // rows.count)
        for place, vector in zip(places, _unpack(builder, arguments[3]), strict=True):
            builder.store(builder.fadd(builder.load(place, align=4), vector), place, align=4)
        return context.get_dummy_value()

    return types.none(matrix, rows, types.intp, group), emit


@intrinsic
def add_scaled_to_rows(
    typing_context: Any, matrix: Any, rows: Any, k: Any, scales: Any, group: Any
) -> Any:
    """Add scales[0, t] * group[0] + scales[1, t] * group[1] + ... to block k of row t.

    One row moves after the other: one that occurs twice receives both additions.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = _places(context, builder, signature, arguments, 1)
        factors, added = (_unpack(builder, each) for each in arguments[3:])
        for t, place in enumerate(places):
            row = builder.load(place, align=4)
            for factor, vector in zip(factors[t :: len(places)], added, strict=True):
                row = _fma(builder, factor, vector, row)
            builder.store(row, place, align=4)
        return context.get_dummy_value()

    return types.none(matrix, rows, types.intp, scales, group), emit


@intrinsic
def prefetch_rows(typing_context: Any, matrix: Any, rows: Any, k: Any) -> Any:
    """Prefetch block k of each row for writing.

    The cache line then comes in a state that allows writes at once, which was a fifth faster on one
    thread than prefetching for reading.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        function_type = ir.FunctionType(ir.VoidType(), [pointer, _INT32, _INT32, _INT32])
        function = cgutils.get_or_insert_function(builder.module, function_type, "llvm.prefetch.p0")
        for_writing, into_all_caches, data = _INT32(1), _INT32(3), _INT32(1)
        for place in _places(context, builder, signature, arguments, 1):
            where = builder.bitcast(place, pointer)
            builder.call(function, [where, for_writing, into_all_caches, data])
        return context.get_dummy_value()

    return types.none(matrix, rows, types.intp), emit


@intrinsic
def load_at(typing_context: Any, numbers: Any, start: Any) -> Any:
    """Load numbers[start : start + LANES] as one vector."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _element(context, builder, signature.args[0], arguments, 0)
        return _pack(builder, [builder.load(builder.bitcast(place, _VECTOR.as_pointer()), align=4)])

    return VectorsType(1)(numbers, types.intp), emit


@intrinsic
def store_at(typing_context: Any, numbers: Any, start: Any, group: Any) -> Any:
    """Overwrite numbers[start : start + n LANES] with n vectors."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        for i, vector in enumerate(_unpack(builder, arguments[2])):
            place = _element(context, builder, signature.args[0], arguments, i * LANES)
            builder.store(vector, builder.bitcast(place, _VECTOR.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.none(numbers, types.intp, group), emit


@intrinsic
def copy_at(typing_context: Any, target: Any, place: Any, source: Any, start: Any) -> Any:
    """Copy source[start : start + LANES] to target[place : place + LANES], both of int32."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(_INT32, LANES).as_pointer()
        to, at = (
            builder.bitcast(_element(context, builder, signature.args[i], arguments[i:], 0), vector)
            for i in (0, 2)
        )
        builder.store(builder.load(at, align=4), to, align=4)
        return context.get_dummy_value()

    return types.none(target, types.intp, source, types.intp), emit


@intrinsic
def spread(typing_context: Any, numbers: Any, start: Any, count: Any) -> Any:
    """Make a vector of each of numbers[start], numbers[start + 1], ..., equal in every lane."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = [
            _element(context, builder, signature.args[0], arguments, i) for i in range(len(count))
        ]
        return _pack(builder, [_splat(builder, builder.load(place)) for place in places])

    return VectorsType(len(count))(numbers, types.intp, count), emit


@intrinsic
def join(typing_context: Any, group: Any, other: Any) -> Any:
    """The vectors of two groups as one group."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _pack(builder, [each for one in arguments for each in _unpack(builder, one)])

    return VectorsType(group.n + other.n)(group, other), emit


@intrinsic
def read_rows(typing_context: Any, numbers: Any, start: Any, count: Any) -> Any:
    """Return (numbers[start], numbers[start + 1], ...), row numbers; a tuple as long as `count`."""
    rows = types.UniTuple(types.intp, len(count))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = [
            _element(context, builder, signature.args[0], arguments, i) for i in range(len(count))
        ]
        values = [builder.sext(builder.load(place), _INTP) for place in places]
        return context.make_tuple(builder, rows, values)

    return rows(numbers, types.intp, count), emit


def _places(context: Any, builder: Any, signature: Any, arguments: Any, span: int) -> list[Any]:
    """Pointers to blocks of several rows, from the arguments (matrix, rows, k, ...)."""
    matrix = cgutils.create_struct_proxy(signature.args[0])(context, builder, arguments[0])
    width = cgutils.unpack_tuple(builder, matrix.shape, 2)[1]
    places = []
    for number in cgutils.unpack_tuple(builder, arguments[1]):
        row = context.cast(builder, number, signature.args[1].dtype, types.intp)
        for s in range(span):
            column = builder.mul(builder.add(arguments[2], _INTP(s)), _INTP(LANES))
            place = builder.gep(matrix.data, [builder.add(builder.mul(row, width), column)])
            places.append(builder.bitcast(place, _VECTOR.as_pointer()))
    return places


def _element(context: Any, builder: Any, array: Any, arguments: Any, offset: int) -> Any:
    """Pointer to an element, from the type of an array and arguments (numbers, start, ...)."""
    numbers = cgutils.create_struct_proxy(array)(context, builder, arguments[0])
    return builder.gep(numbers.data, [builder.add(arguments[1], _INTP(offset))])


def _pack(builder: Any, vectors: list[Any]) -> Any:
    group = ir.ArrayType(_VECTOR, len(vectors))(ir.Undefined)
    for i, vector in enumerate(vectors):
        group = builder.insert_value(group, vector, i)
    return group


def _unpack(builder: Any, group: Any) -> list[Any]:
    return [builder.extract_value(group, i) for i in range(group.type.count)]


# Sums of products. Each multiplication is fused with its addition where the processor can.


@intrinsic
def fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        threes = zip(*(_unpack(builder, group) for group in arguments), strict=True)
        return _pack(builder, [_fma(builder, *three) for three in threes])

    return a(a, b, c), emit


@intrinsic
def add_products_with_rows(
    typing_context: Any, matrix: Any, rows: Any, k: Any, group: Any, sums: Any
) -> Any:
    """sums[i, t] + group[i] * block k of row t, lane by lane.

    A loaded row meets the whole group and leaves its register.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = _places(context, builder, signature, arguments, 1)
        vectors, result = (_unpack(builder, each) for each in arguments[3:])
        for t, place in enumerate(places):
            row = builder.load(place, align=4)
            for i, vector in enumerate(vectors):
                at = i * len(places) + t
                result[at] = _fma(builder, vector, row, result[at])
        return _pack(builder, result)

    return sums(matrix, rows, types.intp, group, sums), emit


@intrinsic
def add_outer(typing_context: Any, sums: Any, a: Any, b: Any) -> Any:
    """sums[i, j] + a[i] * b[j] for every vector of a and every vector of b, lane by lane."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        result, left, right = (_unpack(builder, group) for group in arguments)
        products = [(one, other) for one in left for other in right]
        pairs = zip(products, result, strict=True)
        return _pack(builder, [_fma(builder, *two, total) for two, total in pairs])

    return sums(sums, a, b), emit


@intrinsic
def add_weighted(typing_context: Any, sums: Any, a: Any, b: Any) -> Any:
    """sums[j] + a[0] * b[0, j] + a[1] * b[1, j] + ..."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        result, weights, rows = (_unpack(builder, group) for group in arguments)
        for i, weight in enumerate(weights):
            for j in range(sums.n):
                result[j] = _fma(builder, weight, rows[i * sums.n + j], result[j])
        return _pack(builder, result)

    return sums(sums, a, b), emit


@intrinsic
def add_combinations(typing_context: Any, sums: Any, a: Any, b: Any) -> Any:
    """sums[i] + a[i, 0] * b[0] + a[i, 1] * b[1] + ...

    Two halves are summed apart, so that not every addition waits for the one before: this made the
    mode `fast` a sixth faster with AVX2.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        result, weights, rows = (_unpack(builder, group) for group in arguments)
        n, half = len(rows), len(rows) // 2
        rest = [builder.fmul(weights[i * n + half], rows[half]) for i in range(sums.n)]
        for sums_of, some in ((result, range(half)), (rest, range(half + 1, n))):
            for j in some:
                for i in range(sums.n):
                    sums_of[i] = _fma(builder, weights[i * n + j], rows[j], sums_of[i])
        return _pack(builder, [builder.fadd(*pair) for pair in zip(result, rest, strict=True)])

    return sums(sums, a, b), emit


@intrinsic
def totals(typing_context: Any, group: Any) -> Any:
    """Sum the lanes of each vector: lane i of the result is the sum of vector i.

    A result vector holds LANES sums. All are computed together: two vectors become one that holds
    half sums of both, until each has one lane.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _unpack(builder, arguments[0])
        chunks = [vectors[i : i + LANES] for i in range(0, len(vectors), LANES)]
        return _pack(builder, [_transposed_sum(builder, chunk) for chunk in chunks])

    return VectorsType(-(-group.n // LANES))(group), emit


def _transposed_sum(builder: Any, vectors: list[Any]) -> Any:
    """One vector, whose lane i is the sum of vectors[i]; at most LANES of them."""
    nothing = _VECTOR(ir.Undefined)
    lanes = ir.VectorType(_INT32, LANES)

    def add_halves(a: Any, b: Any, low: list[int], half: int) -> Any:
        """Lanes `low` of a and b side by side, and those `half` further on, added."""
        high = [lane + half for lane in low]
        return builder.fadd(
            builder.shuffle_vector(a, b, lanes(low)), builder.shuffle_vector(a, b, lanes(high))
        )

    n = 1 << (len(vectors) - 1).bit_length()
    half = n // 2
    while half:  # Vector i meets vector i + half; in every 2 half lanes each keeps half of them.
        ahead, behind = vectors[:half], vectors[half:]
        behind += [nothing] * (len(ahead) - len(behind))
        low = [lane + (LANES - half) * (lane // half % 2) for lane in range(LANES)]
        vectors = [add_halves(a, b, low, half) for a, b in zip(ahead, behind, strict=True)]
        half //= 2
    half = LANES // 2
    while half >= n:  # With few vectors each still has several lanes.
        vectors = [add_halves(vectors[0], nothing, [i % half for i in range(LANES)], half)]
        half //= 2
    return vectors[0]


# Arithmetic, element by element.


def _define_operator(function: Callable[..., Any], instruction: str) -> None:
    """Compile an operator on groups, such as `group + group`, to its LLVM instruction."""

    @intrinsic
    def compute(typing_context: Any, a: Any, b: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pairs = zip(*(_unpack(builder, group) for group in arguments), strict=True)
            return _pack(builder, [getattr(builder, instruction)(*pair) for pair in pairs])

        return a(a, b), emit

    @overload(function, strict=False)
    def choose(a: Any, b: Any) -> Any:
        if isinstance(a, VectorsType) and a == b:
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
def divide(typing_context: Any, a: Any, b: Any, count: Any) -> Any:
    """a / b in the first lanes of single vectors: a division of half as many takes half as long."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (top,), (bottom,) = (_unpack(builder, group) for group in arguments[:2])
        if len(count) > LANES // 2:
            return _pack(builder, [builder.fdiv(top, bottom)])
        first = ir.VectorType(_INT32, LANES // 2)(list(range(LANES // 2)))
        every = ir.VectorType(_INT32, LANES)([*range(LANES // 2)] * 2)
        top, bottom = (builder.shuffle_vector(each, each, first) for each in (top, bottom))
        quotient = builder.fdiv(top, bottom)
        return _pack(builder, [builder.shuffle_vector(quotient, quotient, every)])

    return a(a, b, count), emit


@intrinsic
def fill(typing_context: Any, number: Any, count: Any) -> Any:
    """A group with the same number in all lanes."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _pack(builder, [_splat(builder, arguments[0])] * len(count))

    return VectorsType(len(count))(types.float32, count), emit


@intrinsic
def clamp(typing_context: Any, group: Any, limit: Any) -> Any:
    """Limit every number to [-limit, limit]; NaN stays NaN, so that it is noticed."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        high = _splat(builder, arguments[1])
        low = _splat(builder, builder.fneg(arguments[1]))
        result = []
        for vector in _unpack(builder, arguments[0]):
            below = builder.select(builder.fcmp_ordered(">", vector, high), high, vector)
            result.append(builder.select(builder.fcmp_ordered("<", below, low), low, below))
        return _pack(builder, result)

    return group(group, types.float32), emit


def _splat(builder: Any, number: Any) -> Any:
    lane = builder.insert_element(_VECTOR(ir.Undefined), number, _INT32(0))
    everywhere = ir.VectorType(_INT32, LANES)([0] * LANES)
    return builder.shuffle_vector(lane, _VECTOR(ir.Undefined), everywhere)


def _fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c by `llvm.fmuladd`.

    On a processor without the instruction `llvm.fma` becomes a library call, fourteen times slower.
    """
    function_type = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    function = cgutils.get_or_insert_function(
        builder.module, function_type, f"llvm.fmuladd.v{LANES}f32"
    )
    return builder.call(function, [a, b, c])
