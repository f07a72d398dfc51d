"""A folder is replaced only where all of it is ours, and a killed process spoils nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from embedadapt.core import folders
from embedadapt.core.errors import OutputError
from embedadapt.core.folders import MANIFEST, check_folder, replacing_folder

OLD, NEW = "the old table", "the new one"


def export(target: Path, text: str, *, overwrite: bool = False) -> None:
    """Writes two files, one of them in a folder of its own."""
    with replacing_folder(target, overwrite=overwrite) as new:
        (new / "meta.json").write_text(text)
        (new / "vocab").mkdir()
        (new / "vocab" / "vectors").write_text(text)


def content(folder: Path) -> dict[str, str]:
    """Of every file, by its name; empty folders end in a slash."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*")}
    return {
        name if path.is_file() else f"{name}/": path.read_text() if path.is_file() else ""
        for name, path in found.items()
    }


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder that we wrote."""
    export(tmp_path / "legal", OLD)
    return tmp_path / "legal"


@pytest.fixture(params=[True, False], ids=["exchange", "two renames"])
def exchanges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether names are exchanged, as far as the system can, or one is renamed after the other."""
    if not request.param:
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    return bool(request.param)


@pytest.mark.usefixtures("exchanges")
def test_a_folder_as_we_wrote_it_is_replaced_and_so_is_the_next(target: Path) -> None:
    first = content(target)
    for text in (NEW, OLD):
        export(target, text)
        assert (target / "vocab" / "vectors").read_text() == text
        assert os.listdir(target.parent) == ["legal"]
    assert content(target) == first


def test_the_manifest_is_what_sha256sum_prints(target: Path) -> None:
    files = json.loads((target / MANIFEST).read_text())["files"]
    assert files.keys() == {"meta.json", "vocab/vectors"}
    assert files["meta.json"] == "7ce2d48fea35d74d1dee60481f0564d306a8b47484780901024983b6825ceae9"


def test_where_nothing_or_an_empty_folder_is_one_is_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new"):
        export(tmp_path / name, NEW)
    assert content(tmp_path / "empty") == content(tmp_path / "new")
    assert sorted(os.listdir(tmp_path)) == ["empty", "new"]


def write_note(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def write_deep(folder: Path) -> None:
    (folder / "vocab" / "lookups.bin").write_text("mine")


def make_git(folder: Path) -> None:
    (folder / ".git" / "refs").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main")


def make_empty_folder(folder: Path) -> None:
    (folder / "textcat").mkdir()


def change(folder: Path) -> None:
    (folder / "vocab" / "vectors").write_text("THE OLD TABLE")


def link_elsewhere(folder: Path) -> None:
    kept = folder.parent / "kept"
    shutil.move(folder / "meta.json", kept)
    (folder / "meta.json").symlink_to(kept)


def link_a_folder(folder: Path) -> None:
    kept = folder.parent / "kept"
    shutil.move(folder / "vocab", kept)
    (folder / "vocab").symlink_to(kept)


def lose_manifest(folder: Path) -> None:
    """As an earlier version wrote it, or someone else."""
    (folder / MANIFEST).unlink()


def spoil_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"files": ["meta.json", "vocab/vectors"]}')


SPOILED: list[tuple[Callable[[Path], None], str]] = [
    (write_note, "found notes.txt. "),
    (write_deep, "found vocab/lookups.bin. "),
    (make_git, "found .git/. "),
    (make_empty_folder, "found textcat/. "),
    (change, "found vocab/vectors (changed). "),
    (link_elsewhere, "found meta.json. "),
    (link_a_folder, "found vocab. "),
    (lose_manifest, f"found meta.json, vocab, and no {MANIFEST}. "),
    (spoil_manifest, f"found {MANIFEST}, meta.json, vocab, and no {MANIFEST}. "),
]


@pytest.mark.parametrize(
    ("spoil", "found"), SPOILED, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_folder_that_is_not_as_we_wrote_it_is_refused_by_name(
    target: Path, spoil: Callable[[Path], None], found: str
) -> None:
    spoil(target)
    before = content(target.parent)
    with pytest.raises(OutputError) as caught:
        export(target, NEW)
    assert str(caught.value).startswith(
        f"{target}: expected a new folder, an empty one, or an unchanged export"
    )
    assert found in str(caught.value)
    assert str(caught.value).endswith("the old folder is then kept as legal.backup.")
    assert content(target.parent) == before


@pytest.mark.usefixtures("exchanges")
@pytest.mark.parametrize("spoil", [spoil for spoil, _ in SPOILED])
def test_overwriting_keeps_the_old_folder_beside(
    target: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(target)
    before = content(target)
    check_folder(target, overwrite=True)
    export(target, NEW, overwrite=True)
    assert (target / "meta.json").read_text() == NEW
    assert content(target.with_name("legal.backup")) == before
    write_note(target)
    export(target, NEW, overwrite=True)
    assert content(target.with_name("legal.backup")) == before
    assert (target.with_name("legal.backup.2") / "notes.txt").read_text() == "mine"
    assert not (target / "notes.txt").exists()


def test_of_many_files_a_few_are_named(target: Path) -> None:
    for number in range(9):
        (target / f"{number}.txt").touch()
    with pytest.raises(OutputError, match=r"found 0\.txt, 1\.txt, 2\.txt and 6 more\. "):
        check_folder(target)


def test_a_file_is_no_folder_to_overwrite(tmp_path: Path) -> None:
    (tmp_path / "legal").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match=r"found a file\. Choose another target"):
            export(tmp_path / "legal", NEW, overwrite=overwrite)
    assert content(tmp_path) == {"legal": "mine"}


def test_what_is_added_while_we_write_is_kept(target: Path) -> None:
    with replacing_folder(target) as new:
        (new / "meta.json").write_text(NEW)
        write_note(target)
    assert (target / "meta.json").read_text() == NEW
    assert (target.with_name("legal.backup") / "notes.txt").read_text() == "mine"


def test_what_is_added_at_the_last_moment_is_kept(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = folders._replace

    def add_note(new: Path, target: Path, *, aside: Path) -> None:
        write_note(target)
        replace(new, target, aside=aside)

    monkeypatch.setattr(folders, "_replace", add_note)
    export(target, NEW)
    assert (target / "meta.json").read_text() == NEW
    assert (target.with_name("legal.backup") / "notes.txt").read_text() == "mine"
    assert sorted(os.listdir(target.parent)) == ["legal", "legal.backup"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_what_stops_the_writing_leaves_the_old_folder(
    target: Path, interruption: type[BaseException]
) -> None:
    before = content(target.parent)
    with pytest.raises(interruption), replacing_folder(target) as new:
        (new / "meta.json").write_text(NEW)
        raise interruption
    assert content(target.parent) == before


def test_a_link_stays_and_what_it_names_is_replaced(target: Path) -> None:
    (target.parent / "link").symlink_to(target)
    export(target.parent / "link", NEW)
    assert (target.parent / "link").is_symlink()
    assert (target / "meta.json").read_text() == NEW


AT_STEP = """
import os, signal, sys
from embedadapt.core import folders

target, step, overwrite, exchanges, stop = sys.argv[1:]
if exchanges == "False":
    folders._exchange = lambda *_: False
left = int(step)

def count(event, arguments):
    "Whatever changes a name."
    global left
    if event in ("os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.dlsym"):
        left -= 1
        if left == 0:
            if stop == "SIGKILL":
                os.kill(os.getpid(), signal.SIGKILL)
            raise KeyboardInterrupt

sys.addaudithook(count)
with folders.replacing_folder(target, overwrite=overwrite == "True") as new:
    (new / "meta.json").write_text("the new one")
"""
"""An export that is stopped right before its step-th change of a name."""


@pytest.mark.parametrize("stop", ["SIGKILL", "Ctrl-C"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_at_whatever_moment_it_is_stopped_the_old_folder_is_found(
    tmp_path: Path, exchanges: bool, overwrite: bool, stop: str
) -> None:
    target, beside = (
        tmp_path / "legal",
        tmp_path / ("legal.backup" if overwrite else "legal.replaced"),
    )
    moments = set()
    for step in range(1, 40):
        for path in tmp_path.iterdir():
            shutil.rmtree(path)
        export(target, OLD)
        if overwrite:
            write_note(target)
        old = content(target)
        given = [str(target), str(step), str(overwrite), str(exchanges), stop]
        done = subprocess.run(
            [sys.executable, "-c", AT_STEP, *given], capture_output=True, text=True
        )
        is_new = target.exists() and (target / "meta.json").read_text() == NEW
        if target.exists() and not is_new:
            moments.add("before")
            assert content(target) == old
        elif not is_new:
            moments.add("between")
            assert content(beside) == old
        elif overwrite:
            moments.add("after")
            assert content(beside) == old
        if not done.returncode:
            break
        if stop == "SIGKILL":
            assert done.returncode == -signal.SIGKILL, done.stderr
        else:
            assert "KeyboardInterrupt" in done.stderr
            assert is_new or os.listdir(tmp_path) == ["legal"]
        with pytest.raises(RuntimeError), replacing_folder(target, overwrite=overwrite):
            raise RuntimeError  # the next run puts things right before it begins
        assert is_new or overwrite or content(target) == old
        assert overwrite or not beside.exists()
        export(target, NEW, overwrite=overwrite)
        assert (target / "vocab" / "vectors").read_text() == NEW
    else:
        pytest.fail("it never ended")
    assert ("between" in moments) == (stop == "SIGKILL" and not exchanges)


@pytest.mark.skipif(sys.platform != "linux", reason="names are exchanged on Linux")
def test_two_folders_exchange_their_names_in_one_step(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert folders._exchange(tmp_path / "one", tmp_path / "other")
    assert content(tmp_path) == {"one/": "", "one/other": "", "other/": "", "other/one": ""}
    assert not folders._exchange(tmp_path / "one", tmp_path / "nowhere")


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("named", [".", "../here"])
def test_the_folder_one_is_in_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, overwrite: bool
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    with (
        pytest.raises(OutputError, match="a folder other than the current one"),
        replacing_folder(named, overwrite=overwrite) as building,
    ):
        (building / "f").write_text("new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["here"] and here.samefile(Path.cwd())
