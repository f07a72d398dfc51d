"""The command line: each command parses, calls one public function, prints what it returns.

Exit status: 0 done; 1 something given was wrong (one line on stderr says what); 2 the command line
itself was wrong; 3 a gate failed (`oov --fail-above`, `--baseline`, `certify --fail-below`);
130 interrupted.
"""

from __future__ import annotations

import typer

from embedadapt import __version__
from embedadapt.cli import adapter
from embedadapt.cli.adapt import adapt
from embedadapt.cli.certify import certify
from embedadapt.cli.console import CommandLine
from embedadapt.cli.evaluate import evaluate
from embedadapt.cli.export import export
from embedadapt.cli.inspect import inspect
from embedadapt.cli.neighbors import neighbors
from embedadapt.cli.oov import OOVCommand, oov
from embedadapt.cli.prepare import prepare

app = typer.Typer(
    name="embedadapt",
    cls=CommandLine,
    help="Adapt pretrained word vectors to the text of your domain.",
    epilog="Start with:  embedadapt oov VECTORS CORPUS",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (inspect, prepare, oov, adapt, evaluate, neighbors, export, certify):
    app.command(cls=OOVCommand if command is oov else None)(command)
app.add_typer(adapter.app, name="adapter")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"embedadapt {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Adapt pretrained word vectors to the text of your domain."""
