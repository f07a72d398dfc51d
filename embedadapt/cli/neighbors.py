from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    opened,
    print_json,
    stdout_console,
)
from embedadapt.cli.options import (
    OUTPUT,
    AdaptersOption,
    BudgetOption,
    JsonOption,
    LayoutChoice,
    LayoutOption,
    QuietOption,
    ScaleOption,
    TrustPickleOption,
    VectorsArgument,
)
from embedadapt.cli.pieces import words_for
from embedadapt.cli.progress import begin, progress_bar
from embedadapt.core.errors import FormatError

if TYPE_CHECKING:
    from embedadapt.evaluation.compared import ComparedNeighbors
    from embedadapt.text.lookup import Lookup, WordNeighbors


@one_line_errors
def neighbors(
    vectors: VectorsArgument,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...",
            help="Words whose nearest neighbors are shown. Put a query of several words in "
            "quotation marks.",
        ),
    ],
    adapter: AdaptersOption = None,
    layout: LayoutOption = LayoutChoice.add,
    budget: BudgetOption = None,
    scale: ScaleOption = None,
    topn: Annotated[
        int,
        typer.Option(
            "--top",
            "-n",
            min=1,
            metavar="N",
            help="Number of neighbors to show for each word.",
            rich_help_panel=OUTPUT,
        ),
    ] = 10,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show the nearest neighbors of words by cosine similarity.

    With --adapter, the output shows the neighbors before and after adaptation, and the layout and
    the scale of the adapted vectors. For a query of several words, and for a word that the vectors
    split into parts, the mean of their vectors is used. The output marks these queries.

    Example:  embedadapt neighbors glove.6B.50d.txt lessor --adapter legal.adapter
    """
    from embedadapt.report.terminal import show_compared, show_neighbors
    from embedadapt.workflows.neighbors import compare_neighbors, find_neighbors

    check_order("neighbors", VECTORS=vectors, WORD=words, __adapter=adapter)
    compared = None
    with progress_bar(quiet=quiet, transient=True) as on_progress:
        begin(on_progress, "finding neighbors")
        base = opened(words_for(vectors, adapter) if adapter else vectors, trust_pickle)
        applied: dict[str, Any] = {
            "layout": layout.value,
            "scale": scale,
            "budget": budget,
            "topn": topn,
        }
        if adapter:
            compared = compare_neighbors(base, words, adapter, **applied)
        found = compared.after if compared else find_neighbors(base, words, **applied)
    if as_json:
        print_json(as_dict(found, compared))
    elif compared:
        show_compared(compared, stdout_console())
    else:
        show_neighbors(found, stdout_console())
    missing = [near.lookup for near in found.values() if not near.lookup.found]
    if missing:
        raise FormatError(
            vectors,
            expected=f"a vector for {', '.join(repr(one.query) for one in missing)}",
            found="; ".join(map(_lacking, missing)),
            hint=_suggested(missing)
            or (
                "Give an --adapter trained on text that uses the word."
                if adapter is None
                else "The adapter's corpus uses the word too rarely, or not at all."
            ),
        )


def as_dict(
    found: Mapping[str, WordNeighbors], compared: ComparedNeighbors | None
) -> dict[str, Any]:
    """JSON-ready: the neighbors of each query, null for a query without a vector, and those before
    adapting where there is an adapter."""
    from embedadapt.core.specificity import BySpecificity

    def pairs(of: Mapping[str, WordNeighbors]) -> dict[str, list[tuple[str, float]] | None]:
        return {query: list(near) if near.lookup.found else None for query, near in of.items()}

    value: dict[str, Any] = {
        "format": 2,
        "neighbors": pairs(found),
        "lookups": {query: asdict(near.lookup) for query, near in found.items()},
    }
    if compared is None:
        return value
    scale = str(compared.scale) if isinstance(compared.scale, BySpecificity) else compared.scale
    return value | {"before": pairs(compared.before), "layout": compared.layout, "scale": scale}


def _lacking(lookup: Lookup) -> str:
    """Which parts of a query have no vector."""
    if not lookup.missing or lookup.missing == lookup.words:
        return "none"
    return f"none for {', '.join(map(repr, lookup.missing))} in {lookup.query!r}"


def _suggested(lookups: Sequence[Lookup]) -> str:
    """A question that names the words that mistyped ones resemble; "" where nothing is near."""
    several = len(lookups) > 1
    meant = [
        " or ".join(one.suggestions) + f" (for {one.query})" * several
        for one in lookups
        if one.suggestions
    ]
    return f"Did you mean {', '.join(meant)}?" if meant else ""
