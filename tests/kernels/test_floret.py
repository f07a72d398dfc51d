import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.kernels.floret import SEED, compose_hashed, murmur_hash
from tests.naive import floret_vector, murmur3_x64_128


def hashed(data: bytes) -> tuple[int, int]:
    array = np.frombuffer(b"?" + data + b"??", dtype=np.uint8)
    low, high = murmur_hash(array, 1, 1 + len(data))
    return int(low), int(high)


@given(st.binary(max_size=100))
def test_the_hash_is_its_slow_twins(data: bytes) -> None:
    assert hashed(data) == murmur3_x64_128(data, int(SEED))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (0, 0)),
        (b"hello", (0xCBD8A7B341BD9B02, 0x5B1E906A48AE1D19)),
        (b"hello, world", (0x342FAC623A5EBC8E, 0x4CDCBC079642414D)),
        (
            b"The quick brown fox jumps over the lazy dog.",
            (0xCD99481F9EE902C9, 0x695DA1A38987B6E7),
        ),
    ],
)
def test_the_slow_twin_gives_the_published_values(data: bytes, expected: tuple[int, int]) -> None:
    """With seed 0, as the reference implementation's ports test themselves."""
    assert murmur3_x64_128(data, 0) == expected


@pytest.mark.parametrize(("min_n", "max_n"), [(2, 3), (1, 4), (1, 0)])
@pytest.mark.parametrize("hash_count", [1, 2, 3, 4])
def test_words_are_their_slow_twins(min_n: int, max_n: int, hash_count: int) -> None:
    words = ["the", "naïve", "👩🏽‍⚖️", "a", "", "indemnification of a lessee"]
    table = np.random.default_rng(0).normal(size=(97, 5)).astype(np.float32)
    encoded = [word.encode() for word in words]
    offsets = np.cumsum([0, *map(len, encoded)])
    composed = np.empty((len(words), 5), dtype=np.float32)
    packed = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    for own in (table[:0], table[:1]):
        compose_hashed(packed, offsets, table, min_n, max_n, hash_count, own, 3, composed)
        for i, (word, row) in enumerate(zip(words, composed, strict=True)):
            extra = [*own] if i == 0 else []
            expected = floret_vector(word, table, min_n, max_n, hash_count, extra)
            assert np.allclose(row, 0 if i == 3 else expected, atol=1e-6), word
