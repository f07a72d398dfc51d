from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    TrustPickleOption,
    VectorsArgument,
    one_line_errors,
    opened,
    print_json,
    progress_bar,
    read_from,
    stdout_console,
)


@one_line_errors
def evaluate(
    vectors: VectorsArgument,
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="Made by `embedadapt adapt`.")],
    corpus: CorpusArgument,
    further: Annotated[
        list[Path] | None,
        typer.Option("--adapter", help="A further adapter, judged together with the first."),
    ] = None,
    as_json: JsonOption = False,
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare before and after: held-out loss, neighbours kept, words that moved.

    Give the same corpus as to `adapt`: the documents it held out are found again.

    Example:  embedadapt evaluate glove.6B.50d.txt legal.adapter contracts/
    """
    from embedadapt.report.terminal import show_evaluation
    from embedadapt.workflows import evaluate as workflow

    with progress_bar(quiet=quiet) as on_progress:
        result = workflow.evaluate(
            opened(vectors, trust_pickle),
            [adapter, *(further or [])],
            read_from(corpus, field, column, on_error),
            on_progress=on_progress,
        )
    if as_json:
        print_json(result.to_dict())
    else:
        show_evaluation(result, stdout_console())
