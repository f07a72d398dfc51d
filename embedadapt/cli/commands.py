"""All commands by name. Each is imported and built when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from embedadapt.cli.console import FAILED, name_fault, say_renamed
from embedadapt.cli.help import Command
from embedadapt.cli.interruption import ending_when_asked
from embedadapt.cli.streams import standard_streams
from embedadapt.core.renamed import translate_options

NAMES = (
    *("inspect", "prepare", "oov", "adapt", "evaluate", "neighbors", "export", "certify"),
    *("shrink", "combine", "adapter"),
)
"""Names of the commands, in the order of the help. Each is a module of this package."""


class CommandLine(TyperGroup):
    """All commands, over streams whose failure is one line however a command ends."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands()  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [*NAMES]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        return _built(cmd_name) if cmd_name in NAMES else None

    def main(self, args: Sequence[str] | None = None, *more: Any, **kwargs: Any) -> Any:
        """Raises SystemExit with the status."""
        with standard_streams(), ending_when_asked():
            try:
                try:
                    given = sys.argv[1:] if args is None else [*args]
                    return super().main(translate_options(given, say_renamed), *more, **kwargs)
                finally:
                    sys.stdout.flush()
            except OSError as error:
                name_fault(error)
                sys.exit(FAILED)


class _Commands(Mapping[str, Any]):
    """The commands by name. Each is built at its first use: a command line needs one of them."""

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        return _built(name)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@cache
def _built(name: str) -> Any:
    module = import_module(f"embedadapt.cli.{name}")
    if name == "adapter":
        return get_command(module.app)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.command(cls=module.OOVCommand if name == "oov" else Command)(getattr(module, name))
    return get_command(alone)
