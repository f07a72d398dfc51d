from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    JsonOption,
    check_order,
    one_line_errors,
    print_json,
    stdout_console,
)
from embedadapt.core.errors import AdapterError

app = typer.Typer(
    help="Look into adapters, compare two, make one of several.", no_args_is_help=True
)

AdapterArgument = Annotated[
    Path, typer.Argument(metavar="ADAPTER", help="Made by `embedadapt adapt`.")
]


@app.command()
@one_line_errors
def show(adapter: AdapterArgument, as_json: JsonOption = False) -> None:
    """What an adapter holds: its base, settings and scores, the words it moved most, new ones.

    Example:  embedadapt adapter show legal.adapter
    """
    from embedadapt.report.terminal import show_adapter_summary
    from embedadapt.workflows.adapter import show_adapter

    check_order("adapter show", ADAPTER=adapter)
    summary = show_adapter(adapter)
    if as_json:
        print_json(summary.to_dict())
    else:
        show_adapter_summary(summary, adapter, stdout_console())


@app.command()
@one_line_errors
def settings(adapter: AdapterArgument) -> None:
    """Print the settings that an adapter was trained with, as a file for `adapt --config`.

    Example:  embedadapt adapter settings legal.adapter > legal.toml
    """
    from embedadapt.adaptation.config import AdaptationConfig
    from embedadapt.formats.settings_file import settings_as_toml
    from embedadapt.workflows.adapter import show_adapter

    summary = show_adapter(adapter)
    if "merged" in summary.provenance:
        raise AdapterError(
            str(adapter),
            expected="an adapter of one training",
            found=f"one merged of {len(summary.provenance['merged'])}",
            hint="Print the settings of each of them.",
        )
    typer.echo(settings_as_toml(AdaptationConfig.from_dict(summary.settings).to_dict()))


@app.command()
@one_line_errors
def diff(
    one: AdapterArgument,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another one of that base.")],
    as_json: JsonOption = False,
) -> None:
    """How two adapters of one base differ: words of one only, words the two moved differently.

    Example:  embedadapt adapter diff contracts.adapter statutes.adapter
    """
    from embedadapt.report.terminal import show_adapter_comparison
    from embedadapt.workflows.adapter import diff_adapters

    check_order("adapter diff", ADAPTER=one, OTHER=other)
    comparison = diff_adapters(one, other)
    if as_json:
        print_json(comparison.to_dict())
    else:
        show_adapter_comparison(comparison, (one.name, other.name), stdout_console())


@app.command()
@one_line_errors
def merge(
    adapters: Annotated[
        list[Path], typer.Argument(metavar="ADAPTER...", help="Adapters of one base.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The adapter to write.")],
    weight: Annotated[
        list[float] | None,
        typer.Option(help="How much of each goes in, in their order; 1 if not given."),
    ] = None,
) -> None:
    """Make one adapter of several: deltas add, dimensions stand side by side.

    A new word of several stands at the mean of its places by its counts.

    Example:  embedadapt adapter merge contracts.adapter statutes.adapter -o legal.adapter
    """
    from embedadapt.workflows.adapter import merge_adapters

    check_order("adapter merge", ADAPTER=adapters)
    merged = merge_adapters(adapters, weight, output=output)
    typer.echo(
        f"{output}: {len(merged.vocabulary):,} words, {merged.n_new:,} of them new, "
        f"{merged.n_dimensions} domain dimensions."
    )
