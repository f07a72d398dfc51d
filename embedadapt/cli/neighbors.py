from __future__ import annotations

from typing import Annotated

import typer

from embedadapt.cli.console import (
    AdaptersOption,
    JsonOption,
    LayoutChoice,
    LayoutOption,
    StrengthOption,
    TrustPickleOption,
    VectorsArgument,
    one_line_errors,
    opened,
    print_json,
    stdout_console,
)
from embedadapt.core.errors import FormatError


@one_line_errors
def neighbors(
    vectors: VectorsArgument,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="One or more words.")],
    adapter: AdaptersOption = None,
    layout: LayoutOption = LayoutChoice.extend,
    strength: StrengthOption = None,
    topn: Annotated[int, typer.Option("--top", "-n", min=1, help="How many to show.")] = 10,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the nearest words, in the base or in the adapted table.

    Example:  embedadapt neighbors glove.6B.50d.txt lessor --adapter legal.adapter
    """
    from embedadapt.report.terminal import show_neighbors
    from embedadapt.workflows.neighbors import find_neighbors

    found = find_neighbors(
        opened(vectors, trust_pickle),
        words,
        adapter=adapter,
        layout=layout.value,
        strength=strength,
        topn=topn,
    )
    if as_json:
        print_json({"format": 1, "neighbors": found})
    else:
        show_neighbors(found, stdout_console())
    missing = [word for word, nearest in found.items() if nearest is None]
    if missing:
        raise FormatError(
            vectors,
            expected=f"a vector for {', '.join(map(repr, missing))}",
            found="none",
            hint="Give an --adapter trained on text that uses the word."
            if adapter is None
            else "The adapter's corpus shows the word too rarely, or not at all.",
        )
