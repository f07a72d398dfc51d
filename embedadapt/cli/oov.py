from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    GATE_FAILED,
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    StepsOption,
    TrustPickleOption,
    VectorsArgument,
    one_line_errors,
    opened,
    print_json,
    read_from,
    stdout_console,
    write_page,
)
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input, check_writable


@one_line_errors
def oov(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as a self-contained page.")
    ] = None,
    fail_above: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="Exit with status 3 if more than this share of tokens (0.02 is 2 %) has no "
            "vector after normalisation.",
        ),
    ] = None,
    prepare: StepsOption = "none",
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
) -> None:
    """Report the words of a corpus that have no vector, why, and what would cure them.

    Example:  embedadapt oov glove.6B.50d.txt contracts/ --html report.html
    """
    from embedadapt.report.html import render_oov
    from embedadapt.report.terminal import show_oov
    from embedadapt.workflows.oov import analyze_oov

    if fail_above is not None and not 0 <= fail_above <= 1:
        raise SettingsError("--fail-above", expected="a share from 0 to 1", found=str(fail_above))
    if html is not None:
        check_not_input(html, [vectors, *corpus])
        check_writable(html)
    text = read_from(corpus, field, column, on_error, prepare)
    report = analyze_oov(opened(vectors, trust_pickle), text)
    if html is not None:
        write_page(html, render_oov(report))
    if as_json:
        print_json(report.to_dict())
    else:
        show_oov(report, stdout_console())
    if html is not None:
        typer.echo(f"Page written to {html}", err=True)
    if fail_above is not None and report.normalized.token_rate > fail_above:
        typer.echo(
            f"embedadapt: {report.normalized.token_rate:.4%} of the tokens have no vector, "
            f"more than the {fail_above:.4%} allowed.",
            err=True,
        )
        raise typer.Exit(GATE_FAILED)
