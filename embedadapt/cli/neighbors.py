from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

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
from embedadapt.cli.progress import begin, progress_bar
from embedadapt.core.errors import FormatError

if TYPE_CHECKING:
    from embedadapt.text.lookup import Lookup


@one_line_errors
def neighbors(
    vectors: VectorsArgument,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...",
            help="Words whose nearest neighbors are shown. Quotation marks make several words one "
            "query.",
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

    Without --adapter the neighbors are those in the base. A query of several words, or a word that
    the vectors split, is answered by the mean of its parts, and the output says so.

    Example:  embedadapt neighbors glove.6B.50d.txt lessor --adapter legal.adapter
    """
    from embedadapt.report.terminal import show_neighbors
    from embedadapt.workflows.neighbors import find_neighbors

    check_order("neighbors", VECTORS=vectors, WORD=words, __adapter=adapter)
    with progress_bar(quiet=quiet, transient=True) as on_progress:
        begin(on_progress, "finding neighbors")
        found = find_neighbors(
            opened(vectors, trust_pickle),
            words,
            adapter=adapter,
            layout=layout.value,
            scale=scale,
            budget=budget,
            topn=topn,
        )
    if as_json:
        print_json(
            {
                "format": 2,
                "neighbors": {
                    query: list(near) if near.lookup.found else None
                    for query, near in found.items()
                },
                "lookups": {query: asdict(near.lookup) for query, near in found.items()},
            }
        )
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
