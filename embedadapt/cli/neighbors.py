from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from embedadapt.cli.console import (
    AdaptersOption,
    BudgetOption,
    JsonOption,
    LayoutChoice,
    LayoutOption,
    ScaleOption,
    TrustPickleOption,
    VectorsArgument,
    check_order,
    one_line_errors,
    opened,
    print_json,
    stdout_console,
)
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
            help="One or more words; several that belong together in quotation marks.",
        ),
    ],
    adapter: AdaptersOption = None,
    layout: LayoutOption = LayoutChoice.add,
    budget: BudgetOption = None,
    scale: ScaleOption = None,
    topn: Annotated[int, typer.Option("--top", "-n", min=1, help="How many to show.")] = 10,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the nearest words, in the base or before and after adapting.

    With --adapter, the neighbors in the base stand beside those in the adapted vectors, and the
    layout and scale of these are named. A word that the vectors split is answered by the mean of
    its pieces, and the output says so.

    Example:  embedadapt neighbors glove.6B.50d.txt lessor --adapter legal.adapter
    """
    from embedadapt.report.terminal import show_compared, show_neighbors
    from embedadapt.workflows.neighbors import compare_neighbors, find_neighbors

    check_order("neighbors", VECTORS=vectors, WORD=words, __adapter=adapter)
    base = opened(vectors, trust_pickle)
    console = stdout_console()
    if adapter:
        compared = compare_neighbors(
            base,
            words,
            adapter,
            layout=layout.value,
            scale=scale,
            budget=budget,
            topn=topn,
        )
        found = compared.after
        if as_json:
            print_json(as_dict(found, compared))
        else:
            show_compared(compared, console)
    else:
        found = find_neighbors(
            base, words, layout=layout.value, scale=scale, budget=budget, topn=topn
        )
        if as_json:
            print_json(as_dict(found, None))
        else:
            show_neighbors(found, console)
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
    """Which of several pieces has no vector."""
    if not lookup.missing or lookup.missing == lookup.words:
        return "none"
    return f"none for {', '.join(map(repr, lookup.missing))} in {lookup.query!r}"


def _suggested(lookups: Sequence[Lookup]) -> str:
    """What mistyped words may have been meant to be; "" where nothing is near."""
    several = len(lookups) > 1
    meant = [
        " or ".join(one.suggestions) + f" (for {one.query})" * several
        for one in lookups
        if one.suggestions
    ]
    return f"Did you mean {', '.join(meant)}?" if meant else ""
