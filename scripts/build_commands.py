"""Write a manual page for each command into docs/commands, from the help that the command prints.

    python scripts/build_commands.py [FOLDER]

tests/cli/test_manual.py checks that the pages are those of today's help: run this after every
change of a help text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer.main

from embedadapt.cli import app
from embedadapt.cli.help import help_sections
from embedadapt.cli.schemas import SCHEMAS, schema_name

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "commands"
MADE_BY = "<!-- scripts/build_commands.py writes this page from the help of the command. -->"

STATUS = """\
| status | meaning |
|---|---|
| 0 | The command succeeded. |
| 1 | An input is wrong. One line on stderr has the place, what was expected, and what was found. |
| 2 | The command line itself is wrong. |
| 3 | A gate failed: the result was printed, but exceeds the limit that an option sets. |
| 130 | The command was interrupted (Ctrl-C). |"""

COMMON = """\
Results go to stdout; progress, notes and errors go to stderr. `adapt`, `evaluate`, `prepare` and
`certify` also log each finished stage there; the other commands show progress only on terminals.
`--quiet` switches progress off. `NO_COLOR=1` in the environment switches colors off.

`--json` prints a result that validates against the JSON schema of the command, in
[embedadapt/cli/schemas](../../embedadapt/cli/schemas). The number `format` in the result increases
when a key is removed or changes its meaning. New keys may be added without a new number.

`embedadapt --install-completion` installs the completion of commands, options and paths for the
shell (bash, zsh, fish or PowerShell); `embedadapt --show-completion` prints the script instead."""


def commands() -> dict[str, Any]:
    """Every command by what is typed after `embedadapt`, such as "adapter show"."""
    found: dict[str, Any] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        parts = getattr(command, "commands", None)
        found |= {f"{name} {part}": c for part, c in parts.items()} if parts else {name: command}
    return found


def pages() -> dict[str, str]:
    """Each page by the name of its file."""
    found = {f"{name.replace(' ', '-')}.md": page(name, c) for name, c in commands().items()}
    return {"README.md": index(), **found}


def index() -> str:
    rows = [
        f"| [`embedadapt {name}`]({name.replace(' ', '-')}.md) | {summary(command)} |"
        for name, command in commands().items()
    ]
    table = "\n".join(["| command | effect |", "|---|---|", *rows])
    return "\n\n".join([MADE_BY, "# Commands", table, COMMON, "## Exit status", STATUS]) + "\n"


def page(name: str, command: Any) -> str:
    """The manual of one command in Markdown."""
    context = command.make_context(
        name, [], resilient_parsing=True, help_option_names=["-h", "--help"]
    )
    usage = " ".join(["embedadapt", name, *command.collect_usage_pieces(context)])
    parts = [MADE_BY, f"# embedadapt {name}", f"```\n{usage}\n```", *paragraphs(command.help)]
    for title, rows in help_sections(command, context).items():
        parts += [f"## {title}", "\n".join(f"- `{term}`  \n  {text}" for term, text in rows)]
    if schema_name(name) in SCHEMAS:
        file = f"{schema_name(name)}.schema.json"
        parts += [
            "## JSON",
            f"`--json` prints an object that validates against [{file}]"
            f"(../../embedadapt/cli/schemas/{file}).",
        ]
    parts += ["## Exit status", "All commands share [their exit status](README.md#exit-status)."]
    return "\n\n".join(parts) + "\n"


def paragraphs(help: str) -> Iterator[str]:
    """The help with its examples and its lists as code."""
    for paragraph in cleandoc(help).split("\n\n"):
        if paragraph.startswith("\b"):
            title, *lines = paragraph.removeprefix("\b\n").split("\n")
            yield "\n".join([title, "", "```", *(line.removeprefix("  ") for line in lines), "```"])
        elif paragraph.startswith("Example:"):
            yield f"Example:\n\n```\n{paragraph.removeprefix('Example:').strip()}\n```"
        else:
            yield paragraph


def summary(command: Any) -> str:
    """The first sentence of a command's help."""
    first: str = cleandoc(command.help).split("\n\n", 1)[0]
    return first.replace("\n", " ")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
