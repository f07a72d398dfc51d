from collections import Counter
from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.oov.counted import Counted

KNOWN = {"a", "b"}


@given(st.lists(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", ""])))))
def test_documents_are_counted_as_counters_count_them(batches: list[list[list[str]]]) -> None:
    counted, counts, n_affected = Counted(KNOWN), Counter[str](), 0
    for documents in batches:
        new = dict.fromkeys(chain(*documents))
        counted.learn([word for word in new if word not in counted.names])
        assert counted.unknown.tolist() == [word not in KNOWN for word in counted.names]
        numbers = [counted.names.index(word) for word in chain(*documents)]
        ends = np.cumsum([len(words) for words in documents], dtype=np.int64)
        n_unknown = counted.count(np.array(numbers, np.int32), ends)
        assert n_unknown.tolist() == [
            sum(word not in KNOWN for word in words) for words in documents
        ]
        counts.update(chain(*documents))
        n_affected += sum(bool(set(words) - KNOWN) for words in documents)
    tally = counted.tally("raw")
    assert list(tally.counts.items()) == list(counts.items())  # in the order they are met
    assert tally.n_affected == n_affected
