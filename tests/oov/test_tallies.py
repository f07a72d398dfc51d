from collections import Counter
from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.counted import Counted

KNOWN = Vocabulary(["a", "b"])


@given(st.lists(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", ""])))))
def test_documents_are_counted_as_counters_count_them(batches: list[list[list[str]]]) -> None:
    counted, counts, n_affected = Counted(), Counter[str](), 0
    names: list[str] = []
    for documents in batches:
        new = [word for word in dict.fromkeys(chain(*documents)) if word not in names]
        names += new
        counted.learn(np.array([word not in KNOWN for word in new], np.bool_))
        numbers = [names.index(word) for word in chain(*documents)]
        ends = np.cumsum([len(words) for words in documents], dtype=np.int64)
        n_unknown = counted.count(np.array(numbers, np.int32), ends)
        assert n_unknown.tolist() == [
            sum(word not in KNOWN for word in words) for words in documents
        ]
        counts.update(chain(*documents))
        n_affected += sum(any(word not in KNOWN for word in words) for words in documents)
    tally = counted.tally("raw", lambda some: [names[i] for i in some.tolist()], KNOWN)
    assert (tally.n_tokens, tally.n_types) == (counts.total(), len(counts))
    unknown = {word: n for word, n in counts.items() if word not in KNOWN}
    assert tally.unknown(KNOWN) == tally.unknown(Vocabulary(["a", "b"])) == unknown
    assert list(tally.counts.items()) == list(counts.items())  # in the order they are met
    assert tally.n_affected == n_affected
