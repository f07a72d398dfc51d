import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.text_record import SentenceFilter, TextRecord

keys = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=200)


@given(keys, st.integers(0, 4_000))
def test_a_filter_knows_every_sentence_that_was_put_in(put: list[int], n_tokens: int) -> None:
    found = SentenceFilter.of(np.array(put, dtype=np.int64), n_tokens)
    assert found.knows(np.array(put, dtype=np.int64)).all()


@pytest.mark.parametrize(("n_sentences", "most"), [(20_000, 0.001), (1_250_000, 0.06)])
def test_a_filter_takes_few_others_for_known(n_sentences: int, most: float) -> None:
    """Of 10 million tokens at most: few sentences at 16 bits each, ones of 8 words at 6.4."""
    rng = np.random.default_rng(1)
    put = rng.integers(-(2**62), 2**62, n_sentences)
    found = SentenceFilter.of(put, 10_000_000)
    assert 0 < found.knows(rng.integers(-(2**62), 2**62, 20_000)).mean() < most


def test_a_filter_is_at_most_a_megabyte_for_ten_million_tokens() -> None:
    put = np.random.default_rng(1).integers(-(2**62), 2**62, 2_000_000)
    assert len(SentenceFilter.of(put, 10_000_000).bits) <= 1_000_000


def test_what_is_no_record_is_refused() -> None:
    sentences = SentenceFilter(np.zeros(1, np.uint8), 1)
    nothing = np.empty(0, np.int64)
    with pytest.raises(ValueError, match="salt"):
        TextRecord(b"short", nothing, nothing, sentences)
    with pytest.raises(ValueError, match="ascending"):
        TextRecord(bytes(16), np.array([2, 1]), nothing, sentences)
    with pytest.raises(ValueError, match="probes"):
        SentenceFilter(np.zeros(1, np.uint8), 0)
    with pytest.raises(ValueError, match="bytes"):
        SentenceFilter(np.zeros(0, np.uint8), 1)
