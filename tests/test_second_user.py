"""What another user of the machine can do to a run: tried with a second user id, as root only."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from embedadapt.core.errors import OutputError
from embedadapt.core.files import check_writable, drafting, replacing_file
from embedadapt.core.folders import replacing_folder
from embedadapt.text.readers.stdin import kept_stdin
from embedadapt.training.checkpoint import Checkpoints

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be two users"
)
USER, OTHER = 60_001, 60_002


@contextmanager
def as_user(number: int) -> Iterator[None]:
    os.seteuid(number)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder as /tmp: everyone writes in it, and nobody renames or removes what others have."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == "root" and folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o711)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    return tmp_path / "shared"


@pytest.fixture
def diary(shared: Path) -> Path:
    """A file of the user's that the other one would like to see replaced."""
    home = shared.parent / "home"
    home.mkdir(mode=0o755)
    os.chown(home, USER, USER)
    with as_user(USER):
        (home / "diary").write_text("years of work")
    return home / "diary"


@pytest.mark.parametrize("write", [replacing_file, drafting, replacing_folder])
def test_a_link_that_another_user_put_there_is_not_followed(
    shared: Path, diary: Path, write: Callable[[Path], AbstractContextManager[object]]
) -> None:
    with as_user(OTHER):
        (shared / "out").symlink_to(diary)
    with as_user(USER):
        with pytest.raises(OutputError, match="another user"), write(shared / "out"):
            pass
        with pytest.raises(OutputError, match="another user"):
            check_writable(shared / "out")
    assert diary.read_text() == "years of work"


def test_ones_own_link_is_followed(shared: Path, diary: Path) -> None:
    with as_user(USER):
        (shared / "out").symlink_to(diary)
        with replacing_file(shared / "out") as stream:
            stream.write(b"more work")
    assert diary.read_text() == "more work"


def test_a_run_goes_on_from_its_own_checkpoint_only(shared: Path) -> None:
    with as_user(OTHER):
        (shared / "a.checkpoint").mkdir(mode=0o777)
    with as_user(USER), pytest.raises(OutputError, match="a folder that another user put there"):
        Checkpoints(shared / "a.checkpoint", {}, 1)
    with as_user(USER):
        Checkpoints(shared / "b.checkpoint", {}, 1)
    with as_user(OTHER), pytest.raises(PermissionError):
        (shared / "b.checkpoint" / "1.safetensors").write_bytes(b"")
    with as_user(OTHER), pytest.raises(PermissionError):
        os.listdir(shared / "b.checkpoint")


def test_a_draft_is_its_users_alone(shared: Path) -> None:
    with as_user(USER), replacing_file(shared / "out") as stream:
        stream.write(b"secret")
        stream.flush()
        (draft,) = shared.iterdir()
        with as_other(), pytest.raises(PermissionError):
            draft.read_bytes()
        with as_other(), pytest.raises(PermissionError):
            draft.unlink()
    with as_user(USER), drafting(shared / "out") as draft:
        draft.write_bytes(b"secret")
        with as_other(), pytest.raises(PermissionError):
            os.listdir(draft.parent)


def test_a_file_of_another_user_in_the_way_is_one_line(shared: Path) -> None:
    with as_user(OTHER):
        (shared / "out").write_text("mine")
    refused = pytest.raises(OutputError, match="not permitted")
    with as_user(USER), refused, replacing_file(shared / "out") as stream:
        stream.write(b"theirs")
    assert (shared / "out").read_text() == "mine"
    assert os.listdir(shared) == ["out"]


def test_kept_standard_input_is_its_users_alone(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"secret")))
    kept_stdin.cache_clear()
    with as_user(USER):
        kept = kept_stdin()
        with as_other(), pytest.raises(PermissionError):
            kept.read_bytes()
    kept_stdin.cache_clear()


@contextmanager
def as_other() -> Iterator[None]:
    """For a moment, from within the user's work."""
    os.seteuid(0)
    os.seteuid(OTHER)
    try:
        yield
    finally:
        os.seteuid(0)
        os.seteuid(USER)
