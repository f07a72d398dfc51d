"""The end of the command's process."""

import subprocess
import sys

import pytest

from tests.processes import environment

FREED = """
import atexit, sys
from embedadapt.cli import process
class Freed:
    def __del__(self):
        print("freed")
kept = Freed()
"""
ENDS = """
def command(**_):
    atexit.register(print, "at the end")
    sys.exit({status})
process.app = command
process.main()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("status", [0, 3])
def test_the_process_ends_with_its_status_and_frees_nothing(status: int) -> None:
    done = run(FREED + ENDS.format(status=status))
    assert (done.stdout, done.returncode) == ("at the end\n", status)


def test_what_others_registered_before_happens_too() -> None:
    done = run(FREED + 'atexit.register(print, "covered")' + ENDS.format(status=3))
    assert (done.stdout, done.returncode) == ("at the end\ncovered\nfreed\n", 3)


def test_an_error_of_ours_ends_as_python_ends() -> None:
    done = run(FREED + "process.app = lambda **_: 1 / 0\nprocess.main()")
    assert (done.stdout, done.returncode) == ("freed\n", 1)
    assert "ZeroDivisionError" in done.stderr
