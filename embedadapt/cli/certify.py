from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    GATE_FAILED,
    check_order,
    one_line_errors,
    print_json,
    stdout_console,
)
from embedadapt.cli.help import completed_paths
from embedadapt.cli.options import (
    ADAPTED,
    GATE,
    JsonOption,
    LayoutChoice,
    QuietOption,
)
from embedadapt.cli.progress import progress_bar


@one_line_errors
def certify(
    pipeline: Annotated[
        str,
        typer.Argument(
            metavar="PIPELINE",
            autocompletion=completed_paths,
            help="Trained spaCy pipeline: a folder or the name of an installed package.",
        ),
    ],
    adapter: Annotated[
        Path,
        typer.Argument(
            metavar="ADAPTER",
            help="Adapter file that `embedadapt adapt` wrote for the pipeline's vectors.",
        ),
    ],
    dev: Annotated[
        Path,
        typer.Argument(
            metavar="DEV",
            help="Development set of the pipeline: a .spacy file, or a folder of such files.",
        ),
    ],
    further: Annotated[
        list[Path] | None,
        typer.Option(
            "--adapter",
            metavar="ADAPTER",
            help="Another adapter file, applied together with the first. Repeat the option to give "
            "several. Default: none.",
            rich_help_panel=ADAPTED,
        ),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="VECTORS",
            help="Base vectors of the adapter. This option is required if the pipeline was "
            "trained with adapted vectors. Default: the pipeline's own vectors.",
            rich_help_panel=ADAPTED,
        ),
    ] = None,
    layout: Annotated[
        LayoutChoice,
        typer.Option(
            help="Layout of the adapted vectors. Only add is accepted, since trained components "
            "require vectors of the width that they were trained with.",
            rich_help_panel=ADAPTED,
        ),
    ] = LayoutChoice.add,
    scale: Annotated[
        list[float] | None,
        typer.Option(
            metavar="SCALE",
            help="Scale to test, from 0 (the base) to 1. Repeat the option to give several. "
            "Default: 0.25, 0.5 and 1.",
            rich_help_panel=ADAPTED,
        ),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option(
            metavar="SCORE",
            help="Largest decrease at which a score still counts as kept; 0.01 is one point of "
            "100.",
            rich_help_panel=GATE,
        ),
    ] = 0.01,
    fail_below: Annotated[
        float | None,
        typer.Option(
            metavar="SCALE",
            help="Exit with status 3 unless the scores are kept at this scale or a larger one. "
            "Default: no such gate.",
            rich_help_panel=GATE,
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Test whether a trained spaCy pipeline can take adapted vectors.

    The pipeline is scored on its development set with its own vectors and with adapted vectors at
    several scales. The pipeline is not trained again.

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
            f"embedadapt: --fail-below {fail_below:g}: no scale from {fail_below:g} up keeps the "
            "scores for certain.",
            err=True,
        )
        raise typer.Exit(GATE_FAILED)
