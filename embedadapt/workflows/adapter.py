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
    """Summarize an adapter: words, settings, scores, and the words that moved most.

    Parameters
    ----------
    adapter : Adapter or path
        The adapter; its base is not needed.

    Returns
    -------
    AdapterSummary
        Its `to_dict` is JSON-ready.

    Raises
    ------
    AdapterError
        The file is no adapter, or one of a newer version.

    Examples
    --------
    >>> summary = embedadapt.show_adapter(adapter)
    >>> summary.n_new, summary.dim, summary.new_words[0]
    (85, 50, ('warranty', 83))
    """
    return summarize_adapter(as_adapter(adapter))


def diff_adapters(one: AnyAdapter, other: AnyAdapter) -> AdapterComparison:
    """Compare two adapters of one base.

    Parameters
    ----------
    one, other : Adapter or path
        The adapters; their base is not needed.

    Returns
    -------
    AdapterComparison
        Words that only one of them has, words that they move in different directions, and settings
        that differ.

    Raises
    ------
    AdapterError
        The adapters have different bases.

    Examples
    --------
    >>> difference = embedadapt.diff_adapters(adapter, adapter)
    >>> difference.only, difference.agreement
    (((), ()), 1.0)
    """
    return compare_adapters(as_adapter(one), as_adapter(other))


def join_adapters(
    adapters: Sequence[AnyAdapter], output: str | Path, *, weights: Sequence[float] | None = None
) -> Adapter:
    """Merge adapters of one base and save the result; see `merge_adapters`.

    Parameters
    ----------
    adapters : sequence of Adapter or path
        One or more, all trained from the same base under the same conventions.
    output : path
        File to save the merged adapter to.
    weights : sequence of float, optional
        The scale of each adapter. Default: 1.

    Returns
    -------
    Adapter
        The merged adapter.

    Raises
    ------
    AdapterError
        There is no adapter, or two have different bases or conventions.
    SettingsError
        The number of weights differs from the number of adapters.
    OutputError
        `output` cannot be written, or is one of the adapters.

    Examples
    --------
    >>> embedadapt.save_adapter(adapter, "one.adapter")
    >>> embedadapt.join_adapters(["one.adapter", adapter], "both.adapter", weights=[1, 0]).n_new
    85
    """
    check_not_input(output, paths_among(adapters))
    merged = merge_adapters([as_adapter(one) for one in adapters], weights)
    save_adapter(merged, output)
    return merged
