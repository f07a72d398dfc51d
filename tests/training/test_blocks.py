from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.training.blocks import split_blocks


@given(lengths=st.lists(st.sampled_from([0, 1, 30, 9_999, 10_000, 10_001, 35_000])))
def test_blocks_are_the_whole_text_once(lengths: list[int]) -> None:
    offsets = np.cumsum([0, *lengths]).astype(np.int64)
    blocks = split_blocks(offsets)
    ends = [0, *(int(block[-1]) for block in blocks)]
    assert [int(block[0]) for block in blocks] == ends[:-1]
    assert ends[-1] == offsets[-1]
    assert all(0 < b - a <= 10_000 for block in blocks for a, b in pairwise(block.tolist()))
    assert all(block[-1] - block[0] < 20_000 for block in blocks)
    assert set(offsets.tolist()) <= {0, *(int(cut) for block in blocks for cut in block)}
