"""The pages of docs/ run: each command and block of Python, in order, compared with the page.

A line that begins with `$ ` is a command; after it comes what it prints, `...` standing for
anything. A command without output is run all the same. Python is a doctest, or a plain block.
"""

import doctest
import importlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import embedadapt
from embedadapt.cli import app

ROOT = Path(__file__).parent.parent
README, TABLE = ROOT / "README.md", "glove.6B.50d.60k.safetensors"
PAGES = [
    *("contracts.md", "concurrence.md", "gensim.md", "pieces.md", "python.md"),
    pytest.param("spacy.md", marks=pytest.mark.slow),  # trains pipelines of spaCy
]
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
LINK = re.compile(r"\]\(([^)#:]*)(#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_prints_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for kind, block in BLOCK.findall((ROOT / "docs" / page).read_text("utf-8")):
        if kind == "console":
            for command, expected in commands(block):
                agree(command, expected, printed(command))
        elif ">>>" in block:
            run_doctest(block, names, page)
        else:
            exec(compile(block, page, "exec"), names)


@pytest.mark.slow  # to the digits of the processor that the README was printed on
def test_the_readme_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of a mere `…` stand for others, and the two lines at the head of a report are left
    out."""
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    (tmp_path / TABLE).symlink_to(ROOT / "corpora" / "pretrained" / TABLE)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```\n(\$ .*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    found = [one for block in blocks for one in commands(block)]
    assert [command.split(" ")[1] for command, _ in found] == ["oov", "adapt", "evaluate", "export"]
    for command, expected in found:
        expected = re.sub(r"^ *…$", "...", expected, flags=re.MULTILINE)
        agree(command, f"...{expected.lstrip()}", printed(command))


def commands(block: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def printed(command: str) -> str:
    """On stdout; the command must succeed."""
    name, *arguments = shlex.split(command)
    if name == "embedadapt":
        result = CliRunner().invoke(app, arguments, env={"COLUMNS": "80"})
        assert result.exit_code == 0, f"{command}\n{result.output}"
        return result.stdout
    assert name == "python", command
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def agree(command: str, expected: str, found: str) -> None:
    if expected and not doctest.OutputChecker().check_output(expected, found, FLAGS):
        raise AssertionError(f"{command}\n--- the page:\n{expected}\n--- printed:\n{found}")


def run_doctest(block: str, names: dict[str, object], page: str) -> None:
    test = doctest.DocTestParser().get_doctest(block, names, page, page, 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    runner.run(test, out=told.append, clear_globs=False)
    assert not told, "".join(told)
    names |= test.globs


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=str)
def test_a_link_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        path = page.parent / target if target else page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), f"{target}{anchor}"


def anchors(page: Path) -> set[str]:
    """GitHub's names of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8").lower(), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in headings}


def test_the_reference_has_every_public_name_and_no_dead_link(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "build_reference.py"
    done = subprocess.run(
        [sys.executable, script, tmp_path / "reference"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "reference" / "embedadapt.html").read_text("utf-8")
    for name in {*embedadapt.__all__} - {"errors", "results"}:
        assert f'id="{name}"' in page
    for module in (embedadapt.errors, embedadapt.results):
        name = f"{module.__name__.replace('.', '/')}.html"
        page = (tmp_path / "reference" / name).read_text("utf-8")
        for part in module.__all__:
            assert f'id="{part}"' in page


def test_a_dead_link_in_the_reference_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    build_reference = importlib.import_module("build_reference")
    (tmp_path / "a.html").write_text(
        '<a id="here" href="#here"></a> <a href="b.html#x"></a> <a href="#there"></a> '
        "<code>WordVectors.nothing</code> <code>os.path</code>"
    )
    assert list(build_reference.broken_in(tmp_path / "a.html")) == [
        *("the link b.html#x", "the link #there", "<code>WordVectors.nothing</code>")
    ]


def test_a_public_docstring_that_is_incomplete_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numpydoc")
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    check_docstrings = importlib.import_module("check_docstrings")
    (tmp_path / "a_module.py").write_text(
        '__all__ = ["f", "C"]\n'
        'def f(x):\n    """Returns x."""\n    return x\n'
        'class C:\n    """Hold nothing."""\n    def g(self): pass\n    def _h(self): pass\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("a_module")
    found = {
        name: {code for code, _ in check_docstrings.problems_of(name, needs_example)}
        for name, needs_example in check_docstrings.public_names(module)
    }
    assert found == {
        "a_module.f": {"SS05", "PR01", "RT01", "EX01"},
        "a_module.C": {"EX01"},
        "a_module.C.g": {"GL08"},
    }


def test_a_page_that_prints_something_else_is_noticed() -> None:
    with pytest.raises(AssertionError, match="the page"):
        agree("x", "1 word\n", "2 words\n")
    with pytest.raises(AssertionError, match="Expected"):
        run_doctest(">>> 1 + 1\n3\n", {}, "a page")
    assert list(commands("$ a b\nc\n$ d\n")) == [("a b", "c\n"), ("d", "")]


def test_nothing_is_installed_from_an_index_that_has_no_release_yet() -> None:
    """`pip install embedadapt` is true from the first release on; delete this test then."""
    texts = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    texts += [*ROOT.glob("docs/**/*.*"), *ROOT.glob("embedadapt/**/*.py")]
    for path in texts:
        found = re.findall(r"pip install [\"']?embedadapt\b", path.read_text("utf-8"))
        assert not found, path
