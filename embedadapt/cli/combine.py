from __future__ import annotations

from typing import Annotated

import typer

from embedadapt.cli.console import check_order, one_line_errors, print_json, stdout_console
from embedadapt.cli.help import completed_paths
from embedadapt.cli.options import OUTPUT, JsonOption, QuietOption, VectorsArgument
from embedadapt.cli.progress import begin, progress_bar
from embedadapt.cli.shrink import OutputOption, OverwriteOption


@one_line_errors
def combine(
    vectors: VectorsArgument,
    second: Annotated[
        str,
        typer.Argument(
            metavar="SECOND",
            autocompletion=completed_paths,
            help="Second vectors, in any format that VECTORS may have. Their words are added if "
            "the first vectors lack them.",
        ),
    ],
    output: OutputOption,
    most_words: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Largest number of words to add, in the order of SECOND. Default: all.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Add words from a second file of vectors to a first one.

    The second vectors are aligned to the first by an orthogonal map, which is fitted to the words
    that both have. The first vectors do not change. If the first are vectors of pieces, words that
    are cut into several pieces become tokens of their own.

    Example:  embedadapt combine glove.6B.50d.txt medical.vec -o both.safetensors
    """
    from embedadapt.report.terminal.rewritten import show_combined
    from embedadapt.workflows.combine import combine_vectors

    check_order("combine", VECTORS=[vectors, second])
    with progress_bar(quiet=quiet, transient=True) as on_progress:
        begin(on_progress, "aligning the vectors")
        combined = combine_vectors(
            vectors, second, output, most_words=most_words, overwrite=overwrite
        )
    if as_json:
        print_json(combined.to_dict())
    else:
        show_combined(combined, stdout_console())
