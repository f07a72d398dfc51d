import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from embedadapt.core.vectors import SubwordTable
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.kernels import subword
from embedadapt.kernels.subword import compose_words
from tests.naive import compose_word


@njit
def ngram_buckets(
    marked: np.ndarray, n_buckets: int, min_n: int, max_n: int, buckets: np.ndarray
) -> int:
    return subword.ngram_buckets(marked, n_buckets, min_n, max_n, buckets)


def buckets_of(word: str, n_buckets: int, min_n: int, max_n: int) -> list[int]:
    marked = np.frombuffer(f"<{word}>".encode("utf-8", "surrogateescape"), dtype=np.uint8)
    out = np.empty(len(marked) * max_n, dtype=np.int32)
    return out[: ngram_buckets(marked, n_buckets, min_n, max_n, out)].tolist()


@given(st.text(max_size=12), st.integers(1, 4), st.integers(0, 4), st.integers(1, 2_000_000))
def test_buckets_are_those_of_the_subword_table(
    word: str, min_n: int, more: int, n_buckets: int
) -> None:
    table = SubwordTable(np.zeros((n_buckets, 0), np.float32), None, min_n, min_n + more)
    assert buckets_of(word, n_buckets, min_n, min_n + more) == table.buckets(word)


def test_a_hash_worked_by_hand() -> None:
    # FNV-1a of the one 3-gram "<a>": offset basis, then xor and multiply thrice.
    value = 2166136261
    for byte in b"<a>":
        value = ((value ^ byte) * 16777619) % 2**32
    assert buckets_of("a", 1_000_003, 3, 3) == [value % 1_000_003]


def test_a_word_that_is_not_utf8_counts_characters_as_fasttext_does() -> None:
    # A byte that only continues a character belongs to the one before it.
    assert len(buckets_of("a\udc80b", 100, 1, 1)) == 2


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5), st.integers(0, 3), st.booleans())
def test_words_are_composed_as_the_slow_twin_composes_them(
    words: list[str], max_n: int, whole: bool
) -> None:
    rng = np.random.default_rng(0)
    own = rng.normal(size=(len(words), 3)).astype(np.float32)
    ngrams = rng.normal(size=(11 if max_n else 0, 3)).astype(np.float32)
    packed, offsets = pack_words(words)
    composed = np.empty_like(own)
    compose_words(
        packed,
        offsets,
        own,
        ngrams,
        2,
        max_n,
        0 if whole else -1,
        np.empty(0, np.int32),
        len(ngrams),
        composed,
    )
    table = SubwordTable(ngrams, own, 2, max_n)
    for i, word in enumerate(words):
        buckets = [] if not max_n or (whole and i == 0) else table.buckets(word)
        expected = compose_word(own[i], ngrams[buckets])
        np.testing.assert_array_equal(composed[i], expected)
