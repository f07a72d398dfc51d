"""Draw sentences of help, output, docstrings and docs at random, for someone to read cold.

    python scripts/draw_sentences.py [--seed N] [-n N] [--all]

A sentence passes if a reader from the field, who sees it for the first time with the place it is
from, reads it once. Output is drawn from the strings of the modules that print and from the
templates of pages; `{…}` stands for a value.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from pathlib import Path

from build_commands import commands, paragraphs
from check_docstrings import public_names

import embedadapt
from embedadapt.cli.help import help_sections

ROOT = Path(__file__).parent.parent
PRINTING = ("cli/*.py", "report/**/*.py", "export/card*.py")
NOT_DRAWN = ("pieces.md", "testing.md", "scale.md", "scales.md", "concurrence.md")
"""Pages for the authors, pages with figures alone, and a page in French."""
END = re.compile(r"(?<=[.?!]) +(?=[A-Z`\"'\[(*{])")
FEWEST = 4
"""Words of a sentence; what is shorter is a label."""
FEWEST_IN_CELLS = 8
VALUE = re.compile(r"{{.*?}}", re.DOTALL)
OTHERWISE = re.compile(r"{%-? (?:else|elif)\b.*?(?={%-? endif)", re.DOTALL)
MARKUP = re.compile(r"{%.*?%}|<(?:b|i|bdi|code|small|span|/b|/i|/code|/small|/span|/bdi)\b[^>]*>")

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("-n", type=int, default=20, help="sentences of each kind (default: 20)")
parser.add_argument("--all", action="store_true", help="every sentence instead")


def main() -> None:
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    for kind, found in sentences().items():
        drawn = found if arguments.all else rng.sample(found, min(arguments.n, len(found)))
        print(f"== {kind}: {len(drawn)} of {len(found)}")
        print("\n".join(f"{number}. {one}" for number, one in enumerate(drawn, start=1)))


def sentences() -> Mapping[str, list[str]]:
    """Every sentence once, under the first kind and with the first place that has it."""
    kinds = {"help": help_texts, "output": outputs, "docstrings": docstrings, "docs": pages}
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    seen: set[str] = set()
    for kind, texts in kinds.items():
        for place, text in texts():
            for one in split(text):
                if one not in seen:
                    seen.add(one)
                    found[kind].append(f"[{place}] {one}")
    return found


def split(text: str) -> Iterator[str]:
    for one in END.split(" ".join(text.split())):
        if len(one.split()) >= FEWEST:
            yield one


def help_texts() -> Iterator[tuple[str, str]]:
    for name, command in commands().items():
        context = command.make_context(name, [], resilient_parsing=True)
        yield from ((name, text) for text in paragraphs(command.help) if "```" not in text)
        for rows in help_sections(command, context).values():
            yield from ((f"{name} {term}", text) for term, text in rows)


def outputs() -> Iterator[tuple[str, str]]:
    """Strings that are sentences: they begin with a capital or a value, and end as sentences do."""
    package = Path(embedadapt.__file__).parent
    for path in sorted(file for pattern in PRINTING for file in package.glob(pattern)):
        for text in strings(ast.parse(path.read_text("utf-8"))):
            if re.match(r"[A-Z{`]", text) and text.rstrip().endswith((".", ":", "?")):
                yield path.stem, text
    for path in sorted(package.glob("report/templates/*.jinja")):
        first = OTHERWISE.sub("", path.read_text("utf-8"))
        text = MARKUP.sub("", VALUE.sub("{…}", first))
        for element in re.split(r"<[^>]*>", text):
            if element.rstrip().endswith("."):
                yield path.name, element


def strings(tree: ast.AST) -> Iterator[str]:
    """The strings of a module that are no docstrings, no help and no part of another one."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
        elif isinstance(node, ast.keyword) and node.arg == "help":
            skipped.update(ast.walk(node.value))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (getattr(part, "value", None) for part in node.values)
            yield "".join(part if isinstance(part, str) else "{…}" for part in parts)


def docstrings() -> Iterator[tuple[str, str]]:
    """Paragraphs, and descriptions of parameters and results; no examples."""
    for name, _ in public_names(embedadapt):
        names = name.split(".")[1:]
        text = inspect.cleandoc(reduce(getattr, names, embedadapt).__doc__ or "")
        prose = re.sub(r"^[A-Z]\w+\n-{3,}$", "", text.partition("\nExamples\n")[0], flags=re.M)
        for paragraph in re.split(r"\n\s*\n", prose):
            if not paragraph.strip().startswith(">>>"):
                yield from entries(".".join(names), paragraph.strip("\n").split("\n"))


def entries(name: str, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A paragraph, or each entry of a section by the line that is not indented."""
    place, text = name, ""
    for line in lines:
        if re.match(r"\S.* : |\w+(, \w+)*$", line):
            yield place, text
            place, text = f"{name}, {line.partition(' : ')[0]}", ""
        else:
            text += f"{line} "
    yield place, text


def pages() -> Iterator[tuple[str, str]]:
    """Paragraphs, cells of tables and items of lists."""
    for path in sorted((ROOT / "docs").glob("*.md")):
        if path.name not in NOT_DRAWN:
            text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.M)
            text = re.sub(r"^(    |#).*$", "", text, flags=re.M)
            for block in re.split(r"\n\s*\n", text):
                is_table = block.lstrip().startswith("|")
                for row in block.split("\n") if is_table else [block]:
                    for part in re.split(r"\n(?=- )| \| ", row.strip("| \n")):
                        if not is_table or len(part.split()) >= FEWEST_IN_CELLS:
                            yield path.name, part


if __name__ == "__main__":
    main()
