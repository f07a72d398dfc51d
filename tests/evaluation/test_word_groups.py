"""Words of everyone and words of the domain are told apart by their specificity."""

from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.adapter import Adapter
from embedadapt.core.normalization import Normalization
from embedadapt.core.specificity import FAR_ABOVE, GENERAL_SHARE, shares_of, specificities
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.word_groups import N_GENERAL, WordGroups, domain_share

WORDS = ("the", "party", "lessor", "zebra", "12", "unused")
SHARES = np.array([5e-2, 1e-4, 1e-7, 1e-7, 1e-3])
COUNTS = np.array([60_000, 9_000, 500, 3, 400])
BASE = WordVectors(Vocabulary(WORDS), np.eye(6, dtype=np.float32))
ADAPTER = Adapter(
    vocabulary=Vocabulary(WORDS[:5], COUNTS),
    base_rows=np.arange(5, dtype=np.int32),
    starts=np.zeros((0, 6), np.float32),
    delta=np.zeros((5, 6), np.float32),
    dimensions=np.zeros((5, 0), np.float32),
    surface_forms={},
    normalization=Normalization(),
    base_fingerprint=BASE.fingerprint,
    specificity=specificities(COUNTS, SHARES),
)


def named(rows: np.ndarray) -> list[str]:
    return [WORDS[row] for row in rows]


def test_words_are_grouped_by_their_shares() -> None:
    """`zebra` is too rare to be judged, `12` no word, and `unused` cannot move."""
    groups = WordGroups.of(BASE, ADAPTER)
    assert groups.by_specificity
    assert named(groups.general) == ["the"]
    assert named(groups.shared) == ["party"]
    assert named(groups.domain) == ["party", "lessor"]


def test_the_bounds_are_those_that_are_said() -> None:
    assert ADAPTER.specificity is not None
    np.testing.assert_allclose(shares_of(COUNTS, ADAPTER.specificity), SHARES, rtol=1e-4)
    assert (SHARES[:2] >= GENERAL_SHARE).all() and SHARES[2] < GENERAL_SHARE
    assert (ADAPTER.specificity[[1, 2]] >= FAR_ABOVE).all()


def test_without_specificities_they_are_the_frequent_words() -> None:
    groups = WordGroups.of(BASE, replace(ADAPTER, specificity=None))
    assert not groups.by_specificity
    assert named(groups.general) == ["the", "party", "lessor", "zebra"]
    assert not len(groups.shared) and not len(groups.domain)


@pytest.mark.parametrize("n", [N_GENERAL, 3 * N_GENERAL])
def test_of_many_words_some_are_taken_evenly(n: int) -> None:
    words = Vocabulary([f"w{chr(97 + i % 26)}{i}" for i in range(n)], np.full(n, 10))
    base = WordVectors(Vocabulary(words.words), np.ones((n, 2), np.float32))
    adapter = Adapter(
        vocabulary=words,
        base_rows=np.arange(n, dtype=np.int32),
        starts=np.zeros((0, 2), np.float32),
        delta=np.zeros((n, 2), np.float32),
        dimensions=np.zeros((n, 0), np.float32),
        surface_forms={},
        normalization=Normalization(),
        base_fingerprint=base.fingerprint,
        specificity=np.zeros(n, np.float32),
    )
    rows = WordGroups.of(base, adapter).general
    assert len(rows) == N_GENERAL
    assert (rows[0], rows[-1]) == (0, n - 1)
    assert len(set(np.diff(rows))) <= 2


def test_the_share_of_the_domain_is_that_of_its_tokens() -> None:
    assert domain_share(ADAPTER) == pytest.approx((9_000 + 500 + 3) / COUNTS.sum())
    assert domain_share(replace(ADAPTER, specificity=None)) is None
