from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.specificity import BySpecificity
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.scale import Budget, ScaleCost, scale_of, scale_within

N, DIM = 300, 8
WORDS = tuple("w" + "abcdefghij"[i // 100] + "abcdefghij"[i // 10 % 10] + str(i) for i in range(N))
RNG = np.random.default_rng(0)
BASE = WordVectors(Vocabulary(WORDS), RNG.normal(size=(N, DIM)).astype(np.float32))
ADAPTER = Adapter(
    vocabulary=Vocabulary((*WORDS[:200], "lessor"), np.arange(201, 0, -1)),
    base_rows=np.array([*range(200), -1], dtype=np.int32),
    starts=np.ones((1, DIM), dtype=np.float32),
    delta=RNG.normal(size=(201, DIM)).astype(np.float32),
    dimensions=RNG.normal(size=(201, 5)).astype(np.float32),
    surface_forms={},
    normalization=Normalization(),
    base_fingerprint=BASE.fingerprint,
)


def found(
    layout: Layout, *adapters: Adapter, keep: float | None = None, drift: float | None = None
) -> ScaleCost:
    return scale_within(Budget(keep, drift), BASE, adapters or (ADAPTER,), layout)


def share_kept(scale: float, layout: Layout) -> float:
    """Of the ten nearest of each word that the adapter knows, by plain loops."""
    table = apply_adapter(BASE, ADAPTER, layout=layout, scale=scale)
    table = WordVectors(BASE.vocabulary, table.matrix[:N])
    shares = [
        len(
            {word for word, _ in BASE.most_similar(word)}
            & {word for word, _ in table.most_similar(word)}
        )
        / 10
        for word in WORDS[:200]
    ]
    return float(np.mean(shares))


@pytest.mark.parametrize("layout", ["add", "concat"])
def test_the_share_found_is_kept_and_a_hundredth_more_is_not(layout: Layout) -> None:
    cost = found(layout, keep=0.7)
    assert cost.neighbor_overlap is not None
    assert 0 < cost.scale < 1
    assert cost.neighbor_overlap.value == pytest.approx(share_kept(cost.scale, layout))
    assert cost.neighbor_overlap.value >= 0.7 > share_kept(cost.scale + 0.01, layout)


def test_no_word_turns_further_than_allowed() -> None:
    cost = found("add", drift=0.2)
    table = apply_adapter(BASE, ADAPTER, layout="add", scale=cost.scale)
    turns = [1 - cosine_with_base(table, word) for word in WORDS]
    assert max(turns) == pytest.approx(cost.drift, abs=1e-5)
    assert cost.drift <= 0.2
    assert found("add", drift=0.4).scale > cost.scale


def cosine_with_base(table: WordVectors, word: str) -> float:
    one, other = BASE[word], table[word][:DIM]
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(table[word]))


def test_drift_of_wider_tables_is_told_by_their_dimensions() -> None:
    cost = found("concat", drift=0.1)
    lengths = np.linalg.norm(ADAPTER.dimensions[:200], axis=1) * cost.scale
    cosines = BASE.norms[:200] / np.hypot(BASE.norms[:200], lengths)
    assert cost.drift == pytest.approx(1 - cosines.min(), abs=1e-5)


def test_the_tighter_of_two_limits_counts() -> None:
    each = (found("add", keep=0.7).scale, found("add", drift=0.2).scale)
    assert found("add", keep=0.7, drift=0.2).scale == min(each)


def test_a_budget_for_everything_takes_all_and_for_nothing_none() -> None:
    assert found("add", keep=0).scale == 1
    assert found("add", drift=0).scale == 0
    assert found("concat", keep=1).neighbor_overlap.value == 1  # type: ignore[union-attr]


def test_two_adapters_share_the_budget() -> None:
    other = replace(ADAPTER, delta=ADAPTER.delta[::-1].copy())
    both = found("add", ADAPTER, other, keep=0.7)
    assert both.neighbor_overlap is not None
    assert both.neighbor_overlap.value >= 0.7
    assert 0 < both.scale < found("add", keep=0.7).scale


@pytest.mark.parametrize("limits", [{"neighbor_overlap": 1.1}, {"max_drift": -0.1}])
def test_a_limit_outside_its_range_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="a number from 0 to"):
        Budget(**limits)


def test_a_budget_finds_a_threshold_where_specificities_are_known() -> None:
    specificity = np.linspace(-3, 5, 201).astype(np.float32)
    adapter = replace(ADAPTER, specificity=specificity)
    costs = [found("add", adapter, keep=keep) for keep in (0.95, 0.6)]
    for cost, keep in zip(costs, (0.95, 0.6), strict=True):
        assert isinstance(cost.scale, BySpecificity)
        assert cost.neighbor_overlap is not None
        assert cost.neighbor_overlap.value >= keep
    assert costs[0].scale.threshold > costs[1].scale.threshold  # type: ignore[union-attr]


def test_a_budget_of_everything_leaves_every_word_where_it_is() -> None:
    adapter = replace(ADAPTER, specificity=np.linspace(-3, 5, 201).astype(np.float32))
    cost = found("concat", adapter, keep=1)
    adapted = apply_adapter(BASE, adapter, layout="concat", scale=cost.scale)
    np.testing.assert_allclose(adapted.matrix[:N, :DIM], BASE.matrix, atol=1e-6)


def test_a_scale_and_a_budget_exclude_each_other() -> None:
    assert scale_of(BASE, [ADAPTER], "add", 0.3, None) == 0.3
    with pytest.raises(SettingsError, match="A budget determines the scale"):
        scale_of(BASE, [ADAPTER], "add", 0.3, 0.9)
