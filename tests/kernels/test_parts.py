"""Functions that are compiled within the kernels that call them."""

import numpy as np
from numba import njit

from embedadapt.kernels._compile import part, step
from embedadapt.kernels._parts import PartLibrary


@step
def add(numbers: np.ndarray, i: int, more: int) -> int:
    numbers[i] += more
    return i + 1


@part
def doubled(numbers: np.ndarray) -> np.ndarray:
    copy = np.empty_like(numbers)
    for i in range(len(numbers)):
        copy[i] = 2 * numbers[i]
    return copy


@njit
def add_and_double(numbers: np.ndarray, at: int) -> np.ndarray:
    add(numbers, add(numbers, 0, 3), at)
    return doubled(numbers)


def test_a_kernel_of_parts_computes_what_its_python_does() -> None:
    numbers, others = np.array([1, 2, 4]), np.array([1, 2, 4])
    others[:2] += [3, 5]
    assert add_and_double(numbers, 5).tolist() == (2 * others).tolist()
    assert numbers.tolist() == others.tolist()


def test_parts_have_no_machine_code_and_constants_no_copy() -> None:
    add_and_double(np.arange(3), 1)
    # `add` is called with the constants 0 and 3, and with numbers: all are integers.
    assert [len(add.overloads), len(doubled.overloads)] == [1, 1]
    (compiled,) = add.overloads.values()
    assert isinstance(compiled.library, PartLibrary)
    assert compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name) == 0
