"""Help as plain text: options in groups; and what a shell completes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from typer import BadParameter
from typer.core import TyperCommand

DECLARED_DEFAULT = re.compile(r"\[default: \(([^)\n\[]*+)\)")
"""typer puts a default that is given as text in parentheses."""

GENERAL = "General options"


class Command(TyperCommand):
    """A command whose help shows its options by panel, as plain text of 80 columns."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises BadParameter for an empty argument: as a path it would be the current folder."""
        if "" in args:
            hint = "it was given as ''. Was a variable of the shell not set?"
            raise BadParameter(hint, ctx=ctx, param_hint=f"argument {args.index('') + 1}")
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        params = (p for p in self.get_params(ctx) if p.param_type_name == "argument")
        return ["[OPTIONS]", *(str(param.metavar) for param in params)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        for title, rows in help_sections(self, ctx).items():
            with formatter.section(title):
                formatter.write_dl(rows)


def help_sections(command: Any, ctx: Any) -> Mapping[str, list[tuple[str, str]]]:
    """What a command takes, by the titles of its groups: rows of a name and its help."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
    for param in command.get_params(ctx):
        is_argument = param.param_type_name == "argument"
        title = "Arguments" if is_argument else getattr(param, "rich_help_panel", None) or GENERAL
        if record := param.get_help_record(ctx):
            sections.setdefault(title, []).append(_row(param, record))
    general = sections.pop(GENERAL, [])
    return {title: rows for title, rows in {**sections, GENERAL: general}.items() if rows}


def _row(param: Any, record: tuple[str, str]) -> tuple[str, str]:
    name, text = record
    if param.param_type_name == "argument":
        return param.metavar, text.replace("  [required]", "")
    return name, DECLARED_DEFAULT.sub(r"[default: \1", text)


def completed_paths(incomplete: str) -> list[str]:
    """The files and folders that a path may go on to, for arguments that may be names too."""
    from glob import escape, glob
    from pathlib import Path

    found = sorted(glob(f"{escape(incomplete)}*"))  # noqa: PTH207, as it keeps what was typed
    return [f"{path}/" if Path(path).is_dir() else path for path in found]


def starting_with(values: Iterable[str], incomplete: str) -> Iterator[str]:
    """The values that a word under completion may become."""
    return (value for value in values if value.startswith(incomplete))
