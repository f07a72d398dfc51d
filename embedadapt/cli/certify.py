from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    GATE_FAILED,
    JsonOption,
    LayoutChoice,
    QuietOption,
    check_order,
    one_line_errors,
    print_json,
    progress_bar,
    stdout_console,
)


@one_line_errors
def certify(
    pipeline: Annotated[
        str,
        typer.Argument(
            metavar="PIPELINE", help="A trained spaCy pipeline: a folder or an installed package."
        ),
    ],
    adapter: Annotated[
        Path, typer.Argument(metavar="ADAPTER", help="Made from this pipeline's vectors.")
    ],
    dev: Annotated[
        Path,
        typer.Argument(metavar="DEV", help="Its development set: a .spacy file, or a folder."),
    ],
    further: Annotated[
        list[Path] | None,
        typer.Option("--adapter", help="A further adapter, swapped in together with the first."),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="VECTORS",
            help="Vectors that the adapter was made for, for a pipeline trained with vectors that "
            "were adapted before. Default: the pipeline's own vectors.",
        ),
    ] = None,
    layout: Annotated[
        LayoutChoice, typer.Option(help="None but add: trained components expect their width.")
    ] = LayoutChoice.add,
    scale: Annotated[
        list[float] | None,
        typer.Option(
            help="A scale from 0 to 1 to try, given several times. Default: 0.25, 0.5 and 1."
        ),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="How much a score may fall.")] = 0.01,
    fail_below: Annotated[
        float | None,
        typer.Option(
            metavar="SCALE",
            help="Exit with status 3 unless the scores are kept at this scale or a larger one.",
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tell at which scales a trained spaCy pipeline keeps its scores, without training again.

    Example:  embedadapt certify en_contracts legal.adapter dev.spacy
    """
    from embedadapt.report.terminal import show_certificate
    from embedadapt.workflows import certify as workflow

    check_order("certify", PIPELINE=pipeline, ADAPTER=[adapter, *(further or [])], DEV=dev)
    with progress_bar(quiet=quiet) as on_progress:
        certificate = workflow.certify(
            pipeline,
            [adapter, *(further or [])],
            dev,
            vectors=base,
            layout=layout.value,
            scales=scale or workflow.SCALES,
            tolerance=tolerance,
            on_progress=on_progress,
        )
    if as_json:
        print_json(certificate.to_dict())
    else:
        show_certificate(certificate, pipeline, stdout_console())
    if fail_below is not None and (certificate.largest_scale or 0) < fail_below:
        typer.echo(
            f"embedadapt: no scale from {fail_below:g} up is sure to keep the scores.", err=True
        )
        raise typer.Exit(GATE_FAILED)
