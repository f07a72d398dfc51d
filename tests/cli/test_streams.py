"""Streams that are full, closed or left by their reader: one line and a status of our own."""

import io
import os
from pathlib import Path

import pytest

from embedadapt.cli.streams import standard_streams
from tests.processes import run_command

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs a shell of POSIX"),
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full"),
]

FULL = "embedadapt: standard output: No space left on device.\n"
CLOSED = "embedadapt: standard output: Bad file descriptor.\n"
CALLS = {
    "a result": "inspect t.vec",
    "JSON": "inspect t.vec --json",
    "a gate that fails": "oov t.vec c.txt --fail-above 0.01",
    "the version": "--version",
    "help": "--help",
    "help of a command": "oov --help",
    "help of a group": "adapter --help",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t.vec").write_text("3 2\nthe 1 0\nrent 0 1\nof 1 1\n")
    (tmp_path / "c.txt").write_text("The rent of the lessor. The rent of the lessee is due.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.usefixtures("here")
def test_a_full_disk_is_one_line(call: str) -> None:
    done = run_command(*call.split(" "), redirected=">/dev/full")
    assert (done.returncode, done.stderr) == (1, FULL)


@pytest.mark.parametrize("call", ["inspect t.vec", "--help"])
@pytest.mark.usefixtures("here")
def test_a_full_disk_is_one_line_without_a_buffer(call: str) -> None:
    done = run_command(*call.split(" "), redirected=">/dev/full", PYTHONUNBUFFERED="1")
    assert (done.returncode, done.stderr) == (1, FULL)


@pytest.mark.parametrize("call", ["inspect t.vec", "--version"])
@pytest.mark.usefixtures("here")
def test_a_closed_stdout_is_one_line(call: str) -> None:
    done = run_command(*call.split(" "), redirected=">&-")
    assert (done.returncode, done.stderr) == (1, CLOSED)


@pytest.mark.parametrize("call", ["inspect t.vec", "--help"])
@pytest.mark.usefixtures("here")
def test_a_reader_that_left_needs_no_line(call: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run_command(*call.split(" "), stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("call", "lost", "status"),
    [
        ("oov t.vec c.txt", "2>/dev/full", 0),
        ("oov t.vec c.txt --fail-above 0.01", "2>&-", 3),
        ("oov t.vec nowhere.txt", "2>/dev/full", 1),
        ("oov t.vec nowhere.txt", "2>&-", 1),
        ("oov", "2>/dev/full", 2),
    ],
)
@pytest.mark.usefixtures("here")
def test_lost_messages_change_neither_result_nor_status(call: str, lost: str, status: int) -> None:
    done = run_command(*call.split(" "), redirected=lost)
    assert (done.returncode, done.stderr) == (status, "")
    assert ("lessor" in done.stdout) == (status in (0, 3))


@pytest.mark.usefixtures("here")
def test_a_closed_stdin_is_one_line() -> None:
    done = run_command("oov", "t.vec", "-", redirected="<&-")
    assert done.returncode == 1
    assert done.stderr == (
        "embedadapt: standard input: expected text, found a closed descriptor.\n"
    )


def test_a_file_gets_no_number_of_a_closed_stream(here: Path) -> None:
    """Else what is printed would be written into the file."""
    (here / "u.vec").write_bytes((here / "t.vec").read_bytes() + b"the 2 2\n")
    repaired = ("inspect", "u.vec", "--repair", "new.vec")
    assert run_command(*repaired).returncode == 0
    expected = (here / "new.vec").read_bytes()
    (here / "new.vec").unlink()
    assert run_command(*repaired, redirected="<&- >&- 2>&-").returncode == 1
    assert (here / "new.vec").read_bytes() == expected


def test_streams_of_a_caller_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    monkeypatch.setattr("sys.stdout", text)
    with standard_streams():
        print("a")  # noqa: T201
    assert text.getvalue() == "a\n"
