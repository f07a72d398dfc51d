"""The package's doors: what is public, what opening it costs, which commands are documented."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

import embedadapt
from embedadapt.cli import app

ROOT = Path(__file__).parent.parent
HEAVY = ("numpy", "numba", "spacy", "gensim", "scipy", "safetensors", "rich.console", "jinja2")


def test_every_public_name_opens() -> None:
    for name in embedadapt.__all__:
        assert getattr(embedadapt, name) is not None
    assert set(embedadapt.__all__) <= set(dir(embedadapt))
    with pytest.raises(AttributeError, match="no attribute 'adpat'"):
        embedadapt.adpat  # noqa: B018


def test_type_checkers_see_the_same_names() -> None:
    source = Path(embedadapt.__file__).read_text()
    typed = re.findall(r"import (\w+) as (\w+)", source)
    assert {name for name, same in typed if name == same} | {"__version__"} == set(
        embedadapt.__all__
    )


INTERNAL = {
    *("DaskEngine", "FloretHashing", "PieceTokenizer", "SentenceFilter", "SubwordTable"),
    *("TextRecord", "VectorsOutline"),
}
"""Parts of vectors, adapters and engines that only the package itself looks into."""


def test_what_functions_return_is_public() -> None:
    """Results and the types of their attributes, down to the last."""
    public = {getattr(embedadapt, name) for name in embedadapt.__all__ if name[0] != "_"}
    public |= {getattr(embedadapt.results, name) for name in embedadapt.results.__all__}
    for value in public:
        for kind in {kind for text, of in annotations(value) for kind in named(text, of)}:
            assert kind in public or kind.__name__ in INTERNAL, f"{kind} of {value}"


def annotations(value: Any) -> Iterator[tuple[str, ModuleType]]:
    """What a function returns; of a class, what its attributes are and its methods return."""
    if inspect.isfunction(value):
        value = inspect.unwrap(value)
        yield str(value.__annotations__.get("return", "")), sys.modules[value.__module__]
    elif inspect.isclass(value):
        for base in value.__mro__:
            if base.__module__.startswith("embedadapt"):
                for name, text in inspect.get_annotations(base).items():
                    yield "" if name[0] == "_" else str(text), sys.modules[base.__module__]
                for name, member in vars(base).items():
                    inner = getattr(member, "fget", None) or getattr(member, "func", member)
                    if name[0] != "_" and inspect.isfunction(inner):
                        yield from annotations(inner)


def named(text: str, module: ModuleType) -> Iterator[type]:
    """The package's own classes in an annotation."""
    for name in re.findall(r"\b[A-Z]\w+", text):
        kind = getattr(module, name, None)
        if inspect.isclass(kind) and kind.__module__.startswith("embedadapt"):
            yield kind


COMMANDS = (
    "import typer.main, embedadapt.cli as cli; commands = typer.main.get_command(cli.app).commands"
)


@pytest.mark.parametrize("code", [f"{COMMANDS}; [*commands.values()]", "import embedadapt"])
def test_nothing_heavy_is_imported_at_the_door(code: str) -> None:
    loaded = modules_after(code)
    assert [name for name in HEAVY if name in loaded] == []


def test_a_command_imports_no_other() -> None:
    names = [f"embedadapt.cli.{name}" for name in {each.split(" ")[0] for each in all_commands()}]
    loaded = modules_after(f"{COMMANDS}; commands['inspect']")
    assert [name for name in names if name in loaded] == ["embedadapt.cli.inspect"]


def modules_after(code: str) -> list[str]:
    """What a process has imported that ran some code."""
    script = f"{code}; import sys, json; print(json.dumps(sorted(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    modules: list[str] = json.loads(printed.stdout)
    return modules


def test_every_command_is_explained_with_an_example() -> None:
    commands = all_commands()
    assert {name.split(" ")[0] for name in commands} == {
        *("inspect", "prepare", "oov", "adapt", "evaluate", "neighbors"),
        *("export", "certify", "shrink", "combine", "adapter"),
    }
    for name, command in commands.items():
        assert f"Example:  embedadapt {name} " in command.help


def test_the_documentation_and_the_demo_call_commands_and_options_that_exist() -> None:
    commands = all_commands()
    pages = [ROOT / "README.md", ROOT / "scripts" / "demo", *sorted(ROOT.glob("docs/*.md"))]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    names = "|".join(sorted(commands, key=len, reverse=True))
    called = re.findall(rf"embedadapt ({names}) ([^\n`]*)", text.replace("\\\n", " "))
    in_groups = {name for name in commands if " " in name}
    assert {name for name, _ in called} | in_groups == set(commands)
    for name, rest in called:
        known = {option for p in commands[name].params for option in p.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known, name


def all_commands() -> dict[str, Any]:
    """By what is typed: "oov", "adapter show"."""
    commands: dict[str, Any] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        commands |= {f"{name} {each}": one for each, one in inner.items()} or {name: command}
    return commands
