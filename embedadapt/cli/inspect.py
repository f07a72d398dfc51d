from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    FAILED,
    JsonOption,
    TrustPickleOption,
    VectorsArgument,
    check_order,
    one_line_errors,
    print_json,
    stdout_console,
)

RepairOption = Annotated[
    Path | None,
    typer.Option(
        "--repair",
        metavar="OUT",
        help="Write a mended file: what cannot be mended is left out, and everything done is told.",
    ),
]


@one_line_errors
def inspect(
    vectors: VectorsArgument,
    repair: RepairOption = None,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a vector file holds, and every defect with its place.

    Ends with status 1 for a file that no command would load, unless --repair mends it.

    Example:  embedadapt inspect glove.6B.50d.txt
    """
    from embedadapt.report.terminal import show_inspection
    from embedadapt.workflows.inspect import inspect_vectors, repair_vectors

    check_order("inspect", VECTORS=vectors)
    inspection, normalization = inspect_vectors(vectors, trust_pickle=trust_pickle)
    mended = repair_vectors(vectors, repair) if repair else None
    if as_json:
        told = {**inspection.to_dict(), "normalization": normalization.to_dict()}
        print_json({**told, "repair": mended and mended.to_dict()})
    else:
        show_inspection(inspection, normalization, stdout_console(), mended)
    if inspection.refused and not mended:
        typer.echo(f"embedadapt: {inspection.refused}", err=True)
        raise typer.Exit(FAILED)
