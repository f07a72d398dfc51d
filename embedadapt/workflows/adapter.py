from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedadapt.core import merging
from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input
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


def merge_adapters(
    adapters: Sequence[AnyAdapter],
    weights: Sequence[float] | None = None,
    *,
    output: str | Path | None = None,
) -> Adapter:
    """Return one adapter that does what several adapters of one base do together.

    A word of the base has its deltas added, each times its adapter's weight; a new word has the
    mean of its vectors, by its counts; domain dimensions stand side by side.

    Parameters
    ----------
    adapters : sequence of Adapter or path
    weights : sequence of float, optional
        How much of each adapter goes in, as its scale would have it. Default: 1 for each.
    output : path, optional
        File to save the merged adapter to.

    Returns
    -------
    Adapter

    Raises
    ------
    AdapterError
        The adapters were made for different vectors, or read their text under different
        conventions.
    SettingsError
        There is not one weight for each adapter.

    Examples
    --------
    >>> import embedadapt
    >>> embedadapt.merge_adapters(["leases.adapter", "loans.adapter"])  # doctest: +SKIP
    Adapter(5,120 words, 204 of them new, 50 + 200 dimensions)
    """
    if isinstance(weights, (str, Path)):
        raise SettingsError(
            "weights", expected="numbers", found=str(weights), hint="Name the file: output=..."
        )
    if output is not None:
        check_not_input(output, paths_among(adapters))
    merged = merging.merge_adapters([as_adapter(one) for one in adapters], weights)
    if output is not None:
        save_adapter(merged, output)
    return merged
