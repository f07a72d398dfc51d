"""`embedadapt oov` where it is given tokenizers instead of word vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from embedadapt.cli.console import GATE_FAILED, print_json, stdout_console
from embedadapt.cli.progress import progress_bar
from embedadapt.core.corpus import Corpus
from embedadapt.core.engine import Engine
from embedadapt.core.errors import SettingsError


def check_options(options: Mapping[str, object]) -> None:
    """Raises SettingsError for an option that word vectors are needed for."""
    for name, value in options.items():
        if value:
            raise SettingsError(
                name, expected="word vectors with it", found="a tokenizer of pieces"
            )


def report_fertility(
    tokenizers: Sequence[str],
    text: Corpus,
    engine: Engine,
    as_json: bool,
    fail_above: float | None,
    quiet: bool,
) -> None:
    """Prints how the tokenizers cut the words; exits with status 3 where the best one shatters more
    of them than is allowed."""
    from embedadapt.report.fertility import gate_failure
    from embedadapt.report.terminal.fertility import show_fertility
    from embedadapt.workflows.fertility import compare_tokenizers

    with progress_bar(quiet=quiet, transient=True) as on_progress:
        found = compare_tokenizers(tokenizers, text, engine=engine, on_progress=on_progress)
    if as_json:
        print_json(found.to_dict())
    else:
        show_fertility(found, stdout_console())
    failure = gate_failure(found.best, fail_above)
    if failure:
        typer.echo(f"embedadapt: {failure}", err=True)
        raise typer.Exit(GATE_FAILED)
