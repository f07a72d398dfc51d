"""The command line: each command parses, calls one public function, prints what it returns.

Exit status: 0 for success; 1 for an error in the input, which one line on stderr describes; 2 for
an error in the command line; 3 for a gate that failed (`oov --fail-above` and `--baseline`, `adapt
--require-gain`, `certify --fail-below`); 130 for an interruption (Ctrl-C, or a request to end such
as SIGTERM).
"""

from __future__ import annotations

import typer

from embedadapt import __version__
from embedadapt.cli.commands import CommandLine

app = typer.Typer(
    name="embedadapt",
    cls=CommandLine,
    help="Adapt pretrained word vectors to the text of your domain.",
    epilog="To begin, measure how many words have no vector:  embedadapt oov VECTORS CORPUS",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"embedadapt {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(
        False,
        "--version",
        callback=_print_version,
        is_eager=True,
        help="Print the version and exit.",
    ),
) -> None:
    """Adapt pretrained word vectors to the text of your domain."""
