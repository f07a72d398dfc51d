from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedadapt.core.adapter import Adapter
from embedadapt.core.files import check_not_input
from embedadapt.core.merging import merge_adapters
from embedadapt.evaluation.adapters import (
    AdapterComparison,
    AdapterSummary,
    compare_adapters,
    summarize_adapter,
)
from embedadapt.formats.adapter_file import save_adapter
from embedadapt.workflows.inputs import AnyAdapter, as_adapter, paths_among


def show_adapter(adapter: AnyAdapter) -> AdapterSummary:
    """What an adapter holds: words, settings, scores, and which words it moved most."""
    return summarize_adapter(as_adapter(adapter))


def diff_adapters(one: AnyAdapter, other: AnyAdapter) -> AdapterComparison:
    """How two adapters of one base differ."""
    return compare_adapters(as_adapter(one), as_adapter(other))


def join_adapters(
    adapters: Sequence[AnyAdapter], output: str | Path, *, weights: Sequence[float] | None = None
) -> Adapter:
    """Writes one adapter that does what several do together; see `merge_adapters`."""
    check_not_input(output, paths_among(adapters))
    merged = merge_adapters([as_adapter(one) for one in adapters], weights)
    save_adapter(merged, output)
    return merged
