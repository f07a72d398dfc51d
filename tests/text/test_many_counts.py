from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.text import many_counts
from embedadapt.text.many_counts import ManyCounts

strings = st.lists(st.text(st.sampled_from("ab é\ud800"), max_size=2), max_size=8)


@given(st.lists(strings, max_size=8), st.integers(1, 3))
def test_counts_are_those_of_a_counter_in_memory_and_in_files(parts, least: int) -> None:
    expected = Counter(string for part in parts for string in part)
    for most in (many_counts.MOST, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(many_counts, "MOST", most)
            counts = ManyCounts()
            for part in parts:
                counts.update(part)
            found = counts.at_least(least)
        assert found == {string: n for string, n in expected.items() if n >= least}
