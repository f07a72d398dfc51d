"""Judging looks at a part of a large table, and finds what it would have found in all of it."""

from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.adapted import apply_adapter
from embedadapt.evaluation import neighbors
from tests.core.make import ADAPTER, BASE


def test_far_words_are_left_out_and_the_rest_adapts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of "the", "lease" and "cat" the first is near, "lease" known; "cat" is neither."""
    monkeypatch.setattr(neighbors, "N_CANDIDATES", 1)
    near, adapter = neighbors.without_far_words(BASE, ADAPTER)
    assert near.vocabulary.words == ("the", "lease")
    for layout in ("concat", "add"):
        whole = apply_adapter(BASE, ADAPTER, layout=layout, scale=0.5)
        part = apply_adapter(near, adapter, layout=layout, scale=0.5)
        for word in part.vocabulary.words:
            np.testing.assert_array_equal(part[word], whole[word])


def test_words_that_a_measure_looks_at_are_never_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbors, "N_CANDIDATES", 1)
    named = np.array([BASE.vocabulary.index["cat"], -1], dtype=np.int32)
    near, _ = neighbors.without_far_words(BASE, ADAPTER, [named])
    assert near.vocabulary.words == BASE.vocabulary.words


def test_a_small_table_is_judged_as_it_is() -> None:
    base, adapter = neighbors.without_far_words(BASE, replace(ADAPTER))
    assert base is BASE
    assert adapter.base_fingerprint == BASE.fingerprint
