from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.errors import AdapterError, SettingsError
from embedadapt.core.specificity import NO_WORD, BySpecificity
from embedadapt.core.vectors import WordVectors
from tests.core.make import ADAPTER, BASE, OTHER
from tests.naive import moved_by_specificity


def test_add_moves_the_domains_rows_by_scale() -> None:
    table = apply_adapter(BASE, ADAPTER, layout="add", scale=0.5)
    assert table.vocabulary.words == ("the", "lease", "cat", "lessor")
    assert_allclose(table.matrix, [[3, 0], [0.5, 1], [1, 1], [5, 5.5]])


def test_concat_leaves_the_base_and_adds_dimensions() -> None:
    table = apply_adapter(BASE, ADAPTER, layout="concat", scale=0.25)
    assert_allclose(table.matrix, [[1, 0, 0], [0, 1, 2], [1, 1, 0], [5, 5.5, 1]])


def test_scale_zero_is_the_base_and_new_words_go_a_quarter_of_the_way_at_any() -> None:
    table = apply_adapter(BASE, ADAPTER, layout="add", scale=0)
    assert_array_equal(table.matrix[:3], BASE.matrix)
    assert_array_equal(table["lessor"], [5, 5.5])


def test_another_table_is_refused() -> None:
    other = WordVectors(BASE.vocabulary, BASE.matrix + np.float32(1))
    with pytest.raises(AdapterError, match=r"expected its base .* found other vectors"):
        apply_adapter(other, [ADAPTER], scale=1)


def test_concat_needs_dimensions() -> None:
    with pytest.raises(AdapterError, match="domain dimensions"):
        narrow = replace(ADAPTER, dimensions=np.zeros((3, 0), np.float32))
        apply_adapter(BASE, [ADAPTER, narrow], layout="concat", scale=1)


@pytest.mark.parametrize("scale", [-0.1, 1.01, 5, float("nan"), float("inf"), 9e99])
@pytest.mark.parametrize(
    ("layout", "whole"), [("add", "plain continued training"), ("concat", "domain dimensions")]
)
def test_a_scale_that_was_never_found_to_help_is_refused(
    scale: float, layout: str, whole: str
) -> None:
    with pytest.raises(SettingsError, match=f"from 0, the base, to 1, {whole}.*, found"):
        apply_adapter(BASE, ADAPTER, layout=layout, scale=scale)  # type: ignore[arg-type]
    with pytest.raises(SettingsError):
        apply_adapter(BASE, [ADAPTER, OTHER], scale=[0.5, scale])


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(SettingsError, match="concat or add"):
        apply_adapter(BASE, ADAPTER, layout="sum", scale=1)  # type: ignore[arg-type]


def test_two_adapters_add_each_at_its_scale() -> None:
    table = apply_adapter(BASE, [ADAPTER, OTHER], layout="add", scale=[0.5, 1])
    assert table.vocabulary.words == ("the", "lease", "cat", "lessor", "sublet")
    assert_allclose(table.matrix, [[3, 1], [0.5, 1], [1, 1], [4.25, 4.375], [7.25, 7]])
    assert table.provenance.notes == ("adapted: add at scale 0.5 + 1",)


def test_two_adapters_concat_side_by_side() -> None:
    table = apply_adapter(BASE, [ADAPTER, OTHER], layout="concat", scale=[0.25, 1])
    assert_allclose(
        table.matrix,
        [
            [1, 0, 0, 1, 2],
            [0, 1, 2, 0, 0],
            [1, 1, 0, 0, 0],
            [4.25, 4.375, 1, 5, 6],
            [7.25, 7, 0, 3, 4],
        ],
    )


def test_scales_are_one_or_as_many_as_adapters() -> None:
    one = apply_adapter(BASE, [ADAPTER, OTHER], scale=0.5).matrix
    assert_array_equal(one, apply_adapter(BASE, [ADAPTER, OTHER], scale=[0.5, 0.5]).matrix)
    with pytest.raises(SettingsError, match=r"one for each adapter \(2\), found 3"):
        apply_adapter(BASE, [ADAPTER, OTHER], scale=[1, 1, 1])


def test_no_adapter_is_refused() -> None:
    with pytest.raises(AdapterError, match="one or more"):
        apply_adapter(BASE, [], scale=1)


SPECIFIC = replace(ADAPTER, specificity=np.array([2.0, np.nan, 1.0], dtype=np.float32))
"""ADAPTER, of whose words "lease" is more specific than "the"."""


@pytest.mark.parametrize("scale", [BySpecificity(1.5), BySpecificity(-1, share=0.5)])
def test_each_word_moves_as_far_as_it_is_specific(scale: BySpecificity) -> None:
    adapted = apply_adapter(BASE, SPECIFIC, layout="add", scale=scale)
    assert_allclose(adapted.matrix, moved_by_specificity(BASE, SPECIFIC, scale), rtol=1e-5)
    assert_array_equal(adapted["cat"], BASE["cat"])  # the corpus does not use it
    assert_array_equal(adapted["lessor"], [5, 5.5])  # a new word has no general sense to lose


def test_concat_by_specificity_moves_the_base_too() -> None:
    scale = BySpecificity(1.5, dimensions=0.5)
    adapted = apply_adapter(BASE, SPECIFIC, layout="concat", scale=scale).matrix
    assert_allclose(adapted[:, :2], moved_by_specificity(BASE, SPECIFIC, scale), rtol=1e-5)
    whole = apply_adapter(BASE, SPECIFIC, layout="concat", scale=1).matrix
    assert_allclose(adapted[:, 2:], whole[:, 2:] / 2)


def test_a_scale_for_each_word_needs_their_specificities() -> None:
    with pytest.raises(AdapterError, match="specificity of its words"):
        apply_adapter(BASE, ADAPTER, scale=BySpecificity(1.5))


def test_a_scale_by_specificity_says_what_it_does() -> None:
    assert str(BySpecificity(1.5)) == "by specificity from 1.50"
    assert str(BySpecificity(1.5, share=0.5)) == "0.5 by specificity from 1.50"
    assert str(BySpecificity(NO_WORD)) == "0 for every word of the base"
