from __future__ import annotations

from embedadapt.cli.console import (
    JsonOption,
    VectorsArgument,
    one_line_errors,
    print_json,
    stdout_console,
)


@one_line_errors
def inspect(vectors: VectorsArgument, as_json: JsonOption = False) -> None:
    """Say what a vector file holds: format, size, norms, conventions.

    Example:  embedadapt inspect glove.6B.50d.txt
    """
    from embedadapt import workflows
    from embedadapt.report.terminal import show_inspection

    inspection, normalization = workflows.inspect_vectors(vectors)
    if as_json:
        print_json({**inspection.to_dict(), "normalization": normalization.to_dict()})
    else:
        show_inspection(inspection, normalization, stdout_console())
