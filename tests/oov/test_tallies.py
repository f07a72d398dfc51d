from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from embedadapt.oov.tallies import WordNumbers

KNOWN = {"a", "b"}


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", ""]))))
def test_documents_are_counted_as_counters_count_them(documents: list[list[str]]) -> None:
    numbers, counts, n_affected = WordNumbers(KNOWN), Counter[str](), 0
    for words in documents:
        found = numbers.add(words)
        names = numbers.since(0)
        assert [names[i] for i in found.ids] == words
        assert found.is_unknown.tolist() == [word not in KNOWN for word in words]
        assert {names[i] for i in found.unknown} == set(words) - KNOWN
        assert found.n_unknown == sum(word not in KNOWN for word in words)
        counts.update(words)
        n_affected += bool(set(words) - KNOWN)
    tally = numbers.tally("raw")
    assert list(tally.counts.items()) == list(counts.items())  # in the order they are met
    assert tally.n_affected == n_affected
