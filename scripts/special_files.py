"""Every argument and option of a command that takes a path gets what is no file of its kind.

    python scripts/special_files.py                 all cases
    python scripts/special_files.py --command oov
    python scripts/special_files.py --most 50       so many cases, drawn by --seed

A folder, a device, a link that leads nowhere or in circles, a socket, a name that is too long or
not UTF-8, an archive of files elsewhere, another kind of ours: each is given in turn, where the
rest of the command is sound. The command does its work or ends in one line on stderr, within
seconds and a bounded memory, and a command that fails leaves nothing behind.
Exit status 1 on any fault.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import socket
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, closing
from pathlib import Path

import typer
from bounded import run_bounded
from typer.testing import CliRunner

SECONDS, BYTES = 30, 2 << 30
"""Of a case, with the loading of its kernels."""
PATHS = re.compile("FILE|PATH|VECTORS|CORPUS|ADAPTER|TEXT|WORDS")
"""What the names of values that are paths have in them, in help."""
TABLE = "the 0.5 1 2\nlessee 2 -3 1\nlessor 1 1 0\nrent 0 1 1\nand 1 2 {}\n"
COMMANDS = {
    "adapt": "adapt t.vec texts -q --epochs 1 -o out.adapter",
    "combine": "combine t.vec b.vec -o out.vec",
    "evaluate": "evaluate t.vec a.adapter texts -q --seeds 1 --draws 1",
    "export": "export t.vec --adapter a.adapter --to numpy -o out.npy",
    "inspect": "inspect t.vec",
    "neighbors": "neighbors t.vec the --adapter a.adapter",
    "oov": "oov t.vec texts -q",
    "prepare": "prepare texts -o out.jsonl",
    "shrink": "shrink t.vec texts -o out.vec",
}
"""Sound command lines. The path of an argument has the place that it has in the command's help."""


def _socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as one:
        one.bind(str(path))


def _archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../elsewhere", "x" * 100)


MADE: Mapping[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "empty": Path.touch,
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "link in a circle": lambda path: path.symlink_to(path.name),
    "socket": _socket,
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(3_000)),
    "archive": _archive,
}
NAMED = {
    "missing": "no/such/file",
    "long name": "x" * 300,
    "deep path": "d/" * 3_000 + "x",
    "no name": "",
    "here": ".",
    "root": "/",
    "below a file": "t.vec/x",
    "an adapter": "a.adapter",
    "zeros": "/dev/zero",
    "full disk": "/dev/full",
    "nothing": "/dev/null",
    "closed descriptor": "/dev/fd/99",
    "memory": "/proc/self/mem",
    "line feed and escape": "a\nb\x1b[31m.txt",
    "no UTF-8": os.fsdecode(b"caf\xe9.txt"),
}


def lay_out(folder: Path) -> None:
    """The inputs of all commands."""
    (folder / "texts").mkdir()
    (folder / "t.vec").write_text(TABLE.format(1))
    (folder / "b.vec").write_text(TABLE.format(2))
    for number in range(8):
        text = "the lessee pays the rent.\nthe lessor and the lessee give thanks.\n"
        (folder / "texts" / f"{number}.txt").write_text(text + "and rent.\n" * number)
    for name in ("line feed and escape", "no UTF-8"):
        (folder / NAMED[name]).write_text("the rent")


def cases(names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Command, the argument or option that is replaced, and what by."""
    from embedadapt.cli import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name in names:
        for parameter in commands[name].params:
            if PATHS.search(parameter.metavar or ""):
                yield from ((name, parameter.opts[0], kind) for kind in (*MADE, *NAMED))


def line_of(name: str, replaced: str, path: str) -> list[str]:
    """The words of a command, with a path in the place of an argument or an option."""
    words = COMMANDS[name].split(" ")
    option = "-o" if replaced == "--output" else replaced
    if option in words:
        words[words.index(option) + 1] = path
    elif replaced.startswith("-"):
        words += [replaced, path]
    else:
        sound = {"corpus": "texts", "adapter": "a.adapter", "second": "b.vec", "words": "the"}
        words[words.index(sound.get(replaced, "t.vec" if "t.vec" in words else "texts"))] = path
    return words


def fault_of(origin: Path, name: str, replaced: str, kind: str) -> str:
    """What is wrong in one case, "" for nothing."""
    with tempfile.TemporaryDirectory() as parent, chdir(parent):
        folder = Path(shutil.copytree(origin, Path(parent, "here"), symlinks=True))
        special = folder / "special.txt"
        if kind in MADE:
            MADE[kind](special)
        line = line_of(name, replaced, NAMED.get(kind, special.name))
        before = {*folder.rglob("*")}
        told = run_bounded(lambda: run(folder, line), seconds=2 * SECONDS, n_bytes=BYTES)
        if "value" not in told:
            return str(told)
        status, said, error = told["value"]
        left = {*folder.rglob("*")} - before
        if error or (status == 1 and not re.search(r"(\A|\n)embedadapt: [^\n\x1b]+\n\Z", said)):
            return f"said {said!r} {error}"
        if "not enough memory" in said or told["seconds"] > SECONDS:
            return f"took too much: {said!r}"
        return f"left {sorted(path.name for path in left)}" if status and left else ""


def run(folder: Path, line: list[str]) -> list[object]:
    """Status, what is said on stderr, and an exception that is none of ours."""
    from embedadapt.cli import app

    with chdir(folder):
        result = CliRunner().invoke(app, line, input="")
    error = "" if isinstance(result.exception, SystemExit | None) else repr(result.exception)
    return [result.exit_code, result.stderr, error]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", choices=COMMANDS, help="only this one")
    parser.add_argument("--most", type=int, help="cases")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    chosen = [arguments.command] if arguments.command else COMMANDS
    tried = list(cases({name: COMMANDS[name] for name in chosen}))
    if arguments.most is not None:
        tried = random.Random(arguments.seed).sample(tried, min(arguments.most, len(tried)))
    n_faults = 0
    with tempfile.TemporaryDirectory() as name:
        origin = Path(name)
        lay_out(origin)
        line = COMMANDS["adapt"].replace("out.adapter", "a.adapter")
        status, said, error = run(origin, line.split(" "))
        if status:
            raise SystemExit(f"{said} {error}")
        for case in tried:
            if fault := fault_of(origin, *case):
                n_faults += 1
                print(f"{', '.join(case)}: {fault}", flush=True)
    print(f"{len(tried):,} cases, {n_faults:,} faults")
    raise SystemExit(bool(n_faults))


if __name__ == "__main__":
    main()
