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
        The file is no adapter, or its format is newer.

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
        Words that only one adapter has, words that the two move in different directions, and
        settings that differ.

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


def merge_adapters(
    adapters: Sequence[AnyAdapter],
    weights: Sequence[float] | None = None,
    *,
    output: str | Path | None = None,
) -> Adapter:
    """Return one adapter that does what several adapters of one base do together.

    The deltas of a word of the base are multiplied by the weights of the adapters and added. The
    vector of a new word is the mean of its vectors, weighted by its counts. The domain dimensions
    are put side by side.

    Parameters
    ----------
    adapters : sequence of Adapter or path
        One or more, all trained from the same base under the same conventions.
    weights : sequence of float, optional
        The scale of each adapter. Default: 1.
    output : path, optional
        File to save the merged adapter to.

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
    >>> embedadapt.merge_adapters(["one.adapter", adapter], [1, 0], output="both.adapter").n_new
    85
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
