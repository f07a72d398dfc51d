from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    FAILED,
    check_order,
    one_line_errors,
    print_json,
    stdout_console,
)
from embedadapt.cli.options import (
    OUTPUT,
    JsonOption,
    QuietOption,
    TrustPickleOption,
    VectorsArgument,
)
from embedadapt.cli.progress import begin, progress_bar

RepairOption = Annotated[
    Path | None,
    typer.Option(
        "--repair",
        metavar="FILE",
        help="Write a repaired copy to this file, without the rows that cannot be repaired. The "
        "command reports every change. Default: no copy.",
        rich_help_panel=OUTPUT,
    ),
]


@one_line_errors
def inspect(
    vectors: VectorsArgument,
    repair: RepairOption = None,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Describe a vector file and list its defects.

    Each defect is reported with its place in the file. The exit status is 1 if no command can load
    the file, unless --repair writes a copy that loads.

    Example:  embedadapt inspect glove.6B.50d.txt
    """
    from embedadapt.report.terminal import show_inspection
    from embedadapt.workflows.inspect import inspect_vectors, repair_vectors

    check_order("inspect", VECTORS=vectors)
    with progress_bar(quiet=quiet, transient=True) as on_progress:
        begin(on_progress, "reading the vectors")
        inspection, normalization = inspect_vectors(vectors, trust_pickle=trust_pickle)
        if repair:
            begin(on_progress, "writing the repaired copy")
        repaired = repair_vectors(vectors, repair) if repair else None
    if as_json:
        description = {**inspection.to_dict(), "normalization": normalization.to_dict()}
        print_json({**description, "repair": repaired and repaired.to_dict()})
    else:
        show_inspection(inspection, normalization, stdout_console(), repaired)
    if inspection.refused and not repaired:
        typer.echo(f"embedadapt: {inspection.refused}", err=True)
        raise typer.Exit(FAILED)
