import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.kernels.cuda.stream import SENTENCE_START, SHARED, thin
from tests import naive

SENTENCES = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=8), min_size=1, max_size=12)


@given(sentences=SENTENCES, key=st.integers(0, 2**64 - 1), seed=st.integers(0, 99))
def test_keeps_the_words_that_the_generator_says(
    sentences: list[list[int]], key: int, seed: int
) -> None:
    keep = np.random.default_rng(seed).random(7, dtype=np.float32)
    marks = np.where(np.arange(7) < 2, SHARED, np.int32(0))
    ids = np.array([word for s in sentences for word in s], dtype=np.int32)
    offsets = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    rng = naive.SplitMix64(key)
    expected = []
    for sentence in sentences:
        kept = [word for word in sentence if rng.unit() < keep[word]]
        expected += [
            word | int(marks[word]) | (int(SENTENCE_START) if i == 0 else 0)
            for i, word in enumerate(kept)
        ]
    words = thin(np, ids, offsets, keep, marks, key)
    assert words.dtype == np.int32
    assert words.tolist() == expected


def test_keeps_all_or_nothing() -> None:
    ids, offsets = np.arange(5, dtype=np.int32), np.array([0, 5])
    no_marks = np.zeros(5, np.int32)
    assert len(thin(np, ids, offsets, np.ones(5, np.float32), no_marks, 1)) == 5
    assert len(thin(np, ids, offsets, np.zeros(5, np.float32), no_marks, 1)) == 0
