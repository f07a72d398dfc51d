from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    print_json,
    read_from,
    stdout_console,
)
from embedadapt.cli.options import (
    OUTPUT,
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    VectorsArgument,
)
from embedadapt.cli.progress import begin, progress_bar

OutputOption = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="File to write; the suffix determines the format. For vectors of pieces, the output "
        "is a folder.",
        rich_help_panel=OUTPUT,
    ),
]
OverwriteOption = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace the output folder even if it holds other files. The old folder is kept as "
        "PATH.backup.",
        rich_help_panel=OUTPUT,
    ),
]


@one_line_errors
def shrink(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    output: OutputOption,
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    quantize: Annotated[
        bool,
        typer.Option(
            "--quantize",
            help="Compress the rows of a fastText model to an eighth, as in an .ftz.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write only the words or pieces that your text needs.

    The words of the text keep their vectors. With vectors of pieces, the text is encoded exactly as
    before. A fastText model keeps its n-grams.

    Example:  embedadapt shrink potion-base-8M contracts/ -o potion-small
    """
    from embedadapt.report.terminal.rewritten import show_shrunk
    from embedadapt.workflows.shrink import shrink_vectors

    check_order("shrink", VECTORS=vectors, CORPUS=corpus)
    with progress_bar(quiet=quiet, transient=True) as on_progress:
        begin(on_progress, "reading the text")
        text = read_from(corpus, field, column, on_error)
        shrunk = shrink_vectors(vectors, text, output, quantize=quantize, overwrite=overwrite)
    if as_json:
        print_json(shrunk.to_dict())
    else:
        show_shrunk(shrunk, stdout_console())
