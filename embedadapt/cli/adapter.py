from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    print_json,
    stdout_console,
)
from embedadapt.cli.help import Command
from embedadapt.cli.options import (
    ADAPTED,
    OUTPUT,
    JsonOption,
)
from embedadapt.core.errors import AdapterError

app = typer.Typer(
    name="adapter",
    help="Describe, compare and merge adapters.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

AdapterArgument = Annotated[
    Path,
    typer.Argument(metavar="ADAPTER", help="Adapter file that `embedadapt adapt` wrote."),
]


@app.command(cls=Command)
@one_line_errors
def show(adapter: AdapterArgument, as_json: JsonOption = False) -> None:
    """Describe an adapter.

    The command prints its base, settings and scores, the domain words that it moved furthest, and
    its new words.

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


@app.command(cls=Command)
@one_line_errors
def settings(adapter: AdapterArgument, as_json: JsonOption = False) -> None:
    """Print the settings of an adapter as TOML.

    The output is a file for `adapt --config`, which trains another adapter with the same settings.

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
            hint="Print the settings of the adapters that it was merged of.",
        )
    values = AdaptationConfig.from_dict(summary.settings).to_dict()
    if as_json:
        print_json({"format": 1, "settings": values})
    else:
        typer.echo(settings_as_toml(values))


@app.command(cls=Command)
@one_line_errors
def diff(
    one: AdapterArgument,
    other: Annotated[
        Path,
        typer.Argument(metavar="OTHER", help="Adapter file of the same base to compare with."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Compare two adapters of the same base.

    The command prints the words that only one adapter has, and the words that the two adapters move
    differently.

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


@app.command(cls=Command)
@one_line_errors
def merge(
    adapters: Annotated[
        list[Path],
        typer.Argument(metavar="ADAPTER...", help="Adapter files of the same base to merge."),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Adapter file to write.",
            rich_help_panel=OUTPUT,
        ),
    ],
    weight: Annotated[
        list[float] | None,
        typer.Option(
            metavar="WEIGHT",
            help="Weight of an adapter. Repeat the option once for each adapter, in their order. "
            "Default: 1 for each.",
            rich_help_panel=ADAPTED,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Merge several adapters of the same base into one.

    The command adds the deltas and puts the domain dimensions side by side. A new word of several
    adapters gets the mean of its vectors, weighted by its counts.

    Example:  embedadapt adapter merge contracts.adapter statutes.adapter -o legal.adapter
    """
    from embedadapt.workflows.adapter import merge_adapters

    check_order("adapter merge", ADAPTER=adapters)
    merged = merge_adapters(adapters, weight, output=output)
    if as_json:
        print_json(
            {
                "format": 1,
                "path": str(output),
                "n_words": len(merged.vocabulary),
                "n_new": merged.n_new,
                "n_dimensions": merged.n_dimensions,
            }
        )
        return
    typer.echo(
        f"{output} has {len(merged.vocabulary):,} words, of which {merged.n_new:,} are new, and "
        f"{merged.n_dimensions} domain dimensions."
    )
