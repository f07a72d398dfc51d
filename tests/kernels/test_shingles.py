import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.kernels.shingles import MOST_COMPARED, NO_WORD, group_alike, minhash
from embedadapt.text.duplicates import FEW_DOCUMENTS
from tests import naive
from tests.naive import shingle_similarity


def packed(passages: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    ids = np.array([i for passage in passages for i in passage], dtype=np.int32)
    return ids, np.cumsum([0, *map(len, passages)]).astype(np.int64)


def mixed(share: float, n: int = 300) -> tuple[list[int], list[int]]:
    """Two passages with about `share` of their words in the same runs."""
    rng = np.random.default_rng(round(100 * share))
    one, other = rng.integers(0, 1000, size=(2, n))
    same = round(share * n)
    other[:same] = one[:same]
    return one.tolist(), other.tolist()


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.8, 1])
@pytest.mark.parametrize("width", [1, 3, 5])
def test_signatures_agree_as_often_as_the_sets_are_similar(share: float, width: int) -> None:
    one, other = mixed(share)
    signatures = minhash(*packed([one, other]), width, 1024)
    similarity = shingle_similarity(one, other, width)
    error = np.sqrt(similarity * (1 - similarity) / 1024)
    assert abs((signatures[0] == signatures[1]).mean() - similarity) <= 4 * error


def test_a_short_passage_is_one_shingle_and_an_empty_one_none() -> None:
    signatures = minhash(*packed([[7, 8], [7, 8], [8, 7], [7], []]), 5, 16)
    assert (signatures[0] == signatures[1]).all()
    assert not (signatures[0] == signatures[2]).any()
    assert not (signatures[0] == signatures[3]).any()
    assert (signatures[4] == NO_WORD).all()


def test_order_matters_within_a_shingle_only() -> None:
    signatures = minhash(*packed([[1, 2, 3, 4], [1, 2, 3, 4, 1, 2]]), 1, 16)
    assert (signatures[0] == signatures[1]).all()


def grouped(signatures: list[list[int]], n_agreeing: int, band: int = 1) -> list[int]:
    groups = np.arange(len(signatures))
    group_alike(np.array(signatures, dtype=np.uint32), band, n_agreeing, groups)
    return groups.tolist()


def test_groups_reach_through_others() -> None:
    chain = [[1, 1, 1, 1], [9, 9, 9, 9], [1, 1, 2, 2], [3, 3, 2, 2], [3, 3, 5, 6]]
    assert grouped(chain, 2) == [0, 1, 0, 0, 0]
    assert grouped(chain, 3) == [0, 1, 2, 3, 4]


def test_only_what_agrees_in_a_whole_band_is_compared() -> None:
    crossed = [[1, 0, 1, 0], [1, 5, 1, 6]]
    assert grouped(crossed, 2, band=1) == [0, 0]
    assert grouped(crossed, 2, band=2) == [0, 1]


def test_passages_without_a_word_stay_alone() -> None:
    empty = [int(NO_WORD)] * 4
    assert grouped([empty, [1, 2, 3, 4], empty, [1, 2, 3, 4]], 2) == [0, 1, 2, 1]


signatures_of_four = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), max_size=12)


@given(signatures_of_four, st.integers(1, 4), st.sampled_from([1, 2]))
def test_groups_are_those_of_all_pairs(signatures, n_agreeing, band) -> None:
    signatures = [[1, 1, 1, 1], *signatures]
    assert grouped(signatures, n_agreeing, band) == naive.groups_alike(signatures, n_agreeing, band)


def test_passages_that_are_all_alike_take_no_time_by_their_square() -> None:
    assert set(grouped([[1, 2, 3, 4]] * 300_000, 3)) == {0}
    of_two_kinds = [[1, 2, 3, 4], [1, 5, 6, 7]] * 300_000
    assert set(grouped(of_two_kinds, 3)) == {0, 1}


def test_passages_that_share_a_place_alone_take_no_time_by_the_square_of_their_number() -> None:
    n = 300_000
    sharing = [[1, *range(9 * n + 3 * i, 9 * n + 3 * i + 3)] for i in range(n)]
    assert grouped(sharing, 2) == [*range(n)]
    # Each is like the next: they agree in the second place and in the third by turns.
    chain = [[1, 2 * n + (i + 1) // 2, 4 * n + i // 2, 6 * n + i] for i in range(n)]
    crossed = [signature for pair in zip(sharing, chain, strict=True) for signature in pair]
    groups = grouped(crossed, 2)
    assert groups[::2] == [*range(0, 2 * n, 2)]
    assert set(groups[1::2]) == {1}


def test_a_group_that_is_large_hides_no_other() -> None:
    """Of two kinds that share a band, each is one group."""
    n = 10 * MOST_COMPARED
    of_two_kinds = [[1, 1, kind, 10 + 2 * i + kind] for i in range(n) for kind in (2, 3)]
    assert grouped(of_two_kinds, 3, band=2) == [0, 1] * n


def test_passages_far_apart_in_a_crowded_bucket_meet_in_another() -> None:
    between = [[1, *range(3 * i, 3 * i + 3)] for i in range(1, 1 + 2 * MOST_COMPARED)]
    assert grouped([[1, 0, 1, 0], *between, [1, 5, 1, 6]], 2)[-1] == 0


@pytest.mark.parametrize(
    ("n_between", "are_compared"), [(FEW_DOCUMENTS, True), (MOST_COMPARED, False)]
)
def test_in_a_crowded_bucket_the_last_ones_are_compared(n_between: int, are_compared: bool) -> None:
    """All of so few documents as text.duplicates compares without compiled loops."""
    alone = [1, 1, 7]
    between = [[1, 1, 2 * i, 2 * i + 1] for i in range(10, 10 + n_between)]
    groups = grouped([[*alone, 0], *between, [*alone, 8]], 3, band=2)
    assert groups[-1] == (0 if are_compared else n_between + 1)
