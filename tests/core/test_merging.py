from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import AdapterError, SettingsError
from embedadapt.core.merging import merge_adapters
from embedadapt.core.normalization import Normalization
from embedadapt.core.text_record import SentenceFilter, TextRecord
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from tests.core.make import ADAPTER, BASE, OTHER


def test_deltas_add_and_new_words_meet_by_their_counts() -> None:
    """ "lessor" stands at (5, 7) from 3 tokens, at (5, 1) from 1: at (5, 5.5) from all 4."""
    merged = merge_adapters([ADAPTER, OTHER], [0.5, 2])
    assert merged.vocabulary.words == ("lease", "lessor", "the", "sublet")
    assert merged.vocabulary.counts is not None
    assert merged.vocabulary.counts.tolist() == [4, 4, 7, 2]
    assert merged.base_rows.tolist() == [1, -1, 0, -1]
    assert_allclose(merged.delta, [[0.5, 0], [1, 1.5], [2, 2], [1, 0]])
    assert_allclose(merged.starts, [[4, 4], [7, 7]])
    assert_allclose(merged.dimensions, [[4, 0, 0], [2, 10, 12], [0, 2, 4], [0, 6, 8]])


def test_a_form_read_in_two_ways_is_read_as_in_the_first() -> None:
    assert merge_adapters([ADAPTER, OTHER]).surface_forms == {"LESSOR": 1, "Sublet": 3}
    assert merge_adapters([OTHER, ADAPTER]).surface_forms == {"LESSOR": 0, "Sublet": 1}


def test_one_adapter_is_itself() -> None:
    merged = merge_adapters([ADAPTER])
    for name in ("base_rows", "starts", "delta", "dimensions"):
        assert_array_equal(getattr(merged, name), getattr(ADAPTER, name))
    assert (merged.vocabulary.words, merged.surface_forms) == (
        ADAPTER.vocabulary.words,
        ADAPTER.surface_forms,
    )


def test_what_went_in_is_told() -> None:
    one = replace(ADAPTER, settings={"seed": 1, "epochs": 5}, scores={"training_tokens": 9})
    merged = merge_adapters([one, replace(OTHER, settings={"seed": 1, "epochs": 7})], [1, 0.5])
    assert merged.settings == {"seed": 1}
    told = merged.provenance["merged"]
    assert [part["weight"] for part in told] == [1, 0.5]
    assert told[0]["scores"] == {"training_tokens": 9}


def test_documents_of_words_add_where_all_adapters_know_them() -> None:
    one = replace(ADAPTER, document_counts=np.array([3, 2, 1]), scores={"training_documents": 9})
    other = replace(OTHER, document_counts=np.array([4, 2, 1]), scores={"training_documents": 5})
    merged = merge_adapters([one, other], [0.5, 2])
    assert merged.document_counts is not None
    assert merged.document_counts.tolist() == [3, 3, 5, 2]
    assert merged.n_documents == 14
    assert merge_adapters([merged, one]).n_documents == 23
    half = merge_adapters([one, OTHER])
    assert (half.document_counts, half.n_documents) == (None, 0)


def test_what_is_expected_of_a_new_word_is_the_mean_by_counts() -> None:
    one = replace(ADAPTER, confidence=np.array([0.8], np.float32))
    other = replace(OTHER, confidence=np.array([np.nan, 0.4], np.float32))
    expected = merge_adapters([one, other]).confidence
    assert_allclose(expected, [0.7, np.nan], rtol=1e-6)
    assert_allclose(merge_adapters([one, OTHER]).confidence, [0.8, np.nan], rtol=1e-6)
    assert_array_equal(merge_adapters([one]).confidence, one.confidence)


def test_without_counts_each_adapter_counts_once() -> None:
    uncounted = replace(OTHER, vocabulary=Vocabulary(OTHER.vocabulary.words))
    merged = merge_adapters([uncounted, uncounted])
    assert merged.vocabulary.counts is None
    assert_allclose(merged.starts, OTHER.starts)


def test_what_does_not_go_together_is_refused() -> None:
    other_base = replace(OTHER, base_fingerprint="00" * 16, provenance={"base": "fr.vec"})
    with pytest.raises(AdapterError, match=r"one base, found .* and fr\.vec \(2 dimensions"):
        merge_adapters([ADAPTER, other_base])
    cased = replace(OTHER, normalization=Normalization(case="fallback"))
    with pytest.raises(AdapterError, match="case 'lower' and 'fallback'"):
        merge_adapters([ADAPTER, cased])
    with pytest.raises(SettingsError, match=r"one for each adapter \(2\), found 1"):
        merge_adapters([ADAPTER, OTHER], [1])


@st.composite
def adapters(draw: st.DrawFn) -> Adapter:
    """Of BASE, with any of six words, in any order."""
    words = draw(st.permutations(["the", "lease", "cat", "lessor", "sublet", "tenant"]))
    words = words[: draw(st.integers(1, 6))]
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    base_rows = BASE.vocabulary.lookup(words)

    def rows(n: int, dim: int) -> np.ndarray:
        return rng.normal(size=(n, dim)).astype(np.float32)

    return Adapter(
        vocabulary=Vocabulary(words, rng.integers(1, 50, len(words))),
        base_rows=base_rows,
        starts=rows(int((base_rows < 0).sum()), 2),
        delta=rows(len(words), 2),
        dimensions=rows(len(words), draw(st.integers(1, 3))),
        surface_forms={},
        normalization=Normalization(),
        base_fingerprint=BASE.fingerprint,
    )


@given(st.lists(adapters(), min_size=3, max_size=3))
def test_merging_by_steps_and_at_once_are_the_same(three: list[Adapter]) -> None:
    at_once = merge_adapters(three)
    by_steps = merge_adapters([merge_adapters(three[:2]), three[2]])
    assert at_once.vocabulary.words == by_steps.vocabulary.words
    assert_array_equal(at_once.vocabulary.counts, by_steps.vocabulary.counts)
    for name in ("base_rows", "starts", "delta", "dimensions"):
        assert_allclose(getattr(at_once, name), getattr(by_steps, name), atol=1e-5)


@given(st.lists(adapters(), min_size=2, max_size=3), st.sampled_from(["add", "concat"]))
def test_the_order_of_adapters_is_no_matter(several: list[Adapter], layout: str) -> None:
    """But for the order of the dimensions, which no cosine sees."""
    scales = [0.5, 1.0, 0.25][: len(several)]

    def table(order: slice) -> WordVectors:
        return apply_adapter(
            BASE,
            several[order],
            layout=layout,  # type: ignore[arg-type]
            scale=scales[order],
        )

    one, other = table(slice(None)), table(slice(None, None, -1))
    assert set(one.vocabulary) == set(other.vocabulary)
    for word in one.vocabulary:
        assert_allclose(np.sort(one[word]), np.sort(other[word]), atol=1e-5)


def test_a_record_that_one_adapter_lacks_is_not_made_up_for() -> None:
    nothing = np.empty(0, np.int64)
    record = TextRecord(bytes(16), nothing, nothing, SentenceFilter(np.zeros(1, np.uint8), 1))
    recorded = replace(ADAPTER, records=(record,))
    assert merge_adapters([recorded, recorded]).records == (record, record)
    assert merge_adapters([recorded, ADAPTER]).records == ()
