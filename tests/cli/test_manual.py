"""The manual in docs/commands, the groups of options, completion, and colors."""

import importlib
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedadapt.cli import app
from embedadapt.cli.help import completed_paths
from tests.processes import run_command

ROOT = Path(__file__).parent.parent.parent
COLOR = re.compile(r"\x1b\[[0-9;]*(3[0-9]|4[0-9]|9[0-7])m")


@pytest.fixture(scope="module")
def manual() -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        pages: dict[str, str] = importlib.import_module("build_commands").pages()
    return pages


def test_the_manual_is_of_todays_help(manual: dict[str, str]) -> None:
    folder = ROOT / "docs" / "commands"
    assert {path.name for path in folder.iterdir()} == set(manual)
    for name, text in manual.items():
        written = (folder / name).read_text("utf-8")
        assert written == text, f"{name} is out of date: run python scripts/build_commands.py"


def test_links_of_the_manual_lead_somewhere(manual: dict[str, str]) -> None:
    for text in manual.values():
        for target in re.findall(r"\]\(([^)#]+)", text):
            assert (ROOT / "docs" / "commands" / target).exists(), target


def test_every_option_is_in_a_group_and_says_its_default(manual: dict[str, str]) -> None:
    for name, text in manual.items():
        general = text.partition("## General options")[2].partition("\n## ")[0]
        assert re.findall(r"`(.+?)`  $", general, re.MULTILINE) in ([], ["-h, --help"]), name
        for option, help in re.findall(r"^- `(.+?)`  \n  (.*)$", text, re.MULTILINE):
            takes_value = re.fullmatch(r"(-\w, )?--[\w-]+ (\S+)", option)
            if takes_value:
                assert "efault: " in help or "[required]" in help, f"{name} {option}"
            assert re.match(r"[A-Z`]|here|all ", help), f"{name} {option}: {help}"


def test_a_shell_completes_commands_options_targets_and_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def completed(line: str) -> list[str]:
        words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
        done = run_command(_EMBEDADAPT_COMPLETE="complete_bash", **words)
        return done.stdout.split()

    (tmp_path / "glove.txt").write_text("a 1 0\n")
    assert completed("embedadapt ad") == ["adapt", "adapter"]
    assert "--sense-shifts" in completed("embedadapt oov --s")
    assert completed("embedadapt export --to word2") == ["word2vec-binary", "word2vec-text"]
    assert completed(f"embedadapt oov {tmp_path}/gl") == [f"{tmp_path}/glove.txt"]
    monkeypatch.chdir(tmp_path.parent)
    assert f"{tmp_path.name}/" in completed_paths(tmp_path.name[:-1])


def test_no_color_is_printed_where_none_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "t.vec").write_text("2 2\nthe 1 0\nrent 0 1\n")
    (tmp_path / "c.txt").write_text("The rent of the lessor.")
    call = ("oov", tmp_path / "t.vec", tmp_path / "c.txt")
    assert COLOR.search(run_command(*call, FORCE_COLOR="1").stdout)
    assert not COLOR.search(run_command(*call, FORCE_COLOR="1", NO_COLOR="1").stdout)
    assert "\x1b" not in run_command(*call).stdout


@pytest.mark.parametrize("quiet", [True, False])
def test_oov_shows_progress_on_a_terminal_only(tmp_path: Path, quiet: bool) -> None:
    (tmp_path / "t.vec").write_text("2 2\nthe 1 0\nrent 0 1\n")
    (tmp_path / "c.txt").write_text("The rent of the lessor.")
    call = ["oov", str(tmp_path / "t.vec"), str(tmp_path / "c.txt"), *(["-q"] if quiet else [])]
    on_a_terminal = run_command(*call, TTY_COMPATIBLE="1").stderr
    assert ("counting words" in on_a_terminal) != quiet
    assert ("finding examples" in on_a_terminal) != quiet
    assert CliRunner().invoke(app, call).stderr == ""
