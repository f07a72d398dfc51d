import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.keyness import Keyness, general_share

corpus = Keyness(n_tokens=10_000, n_documents=50, share=1e-3)


def test_the_log_likelihood_ratio_by_hand():
    # 2 * (20 * ln(20 / 10) - (20 - 10)), in as many documents as chance would deal it out to
    assert corpus.of(20, 50) == pytest.approx(2 * (20 * 0.693147 - 10), rel=1e-5)
    assert corpus.of(10, 50) == 0
    assert corpus.of(5, 50) < 0


@given(st.integers(1, 500), st.integers(1, 50))
def test_more_often_and_in_more_documents_is_more(count, n_documents):
    assert corpus.of(count + 1, n_documents) >= corpus.of(count, n_documents) or count < 20
    assert 0 < corpus.dispersion(count, n_documents) <= 1


def test_the_table_tells_what_general_language_lets_expect():
    counted = Vocabulary(["the", "rare"], counts=np.array([999, 1]))
    assert general_share(counted) == 1 / 1000
    assert general_share(Vocabulary(map(str, range(1000)))) == pytest.approx(1 / 7485, rel=1e-3)
