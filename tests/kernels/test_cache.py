"""Where compiled code is kept."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from embedadapt.kernels import beside, rng
from tests.processes import environment

AS_NOBODY = """
import os
import embedadapt.kernels as kernels
os.environ.pop("HOME", None)
os.setuid(54321)
kernels._provide_numba_cache()
print(os.environ["NUMBA_CACHE_DIR"])
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_a_user_without_a_home_has_a_private_folder() -> None:
    """In a container that runs under a number of no user, on files of another."""
    given = environment()
    given.pop("NUMBA_CACHE_DIR", None)
    given.pop("XDG_CACHE_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY], env=given, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).name.startswith("embedadapt-numba-")


COMPILES = """
from embedadapt.cli.progress import progress_bar
with progress_bar(quiet=False):
    from embedadapt.kernels.rng import stream
    stream(1, 2, 3), stream(2, 3, 4.0)
"""


def test_compiling_is_announced_in_one_line_and_only_where_it_happens(tmp_path: Path) -> None:
    given = {**environment(), "NUMBA_CACHE_DIR": str(tmp_path)}
    runs = [
        subprocess.run(
            [sys.executable, "-c", COMPILES], env=given, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    line = "Compiling kernels: once after an installation or an update."
    assert [run.stderr.count(line) for run in runs] == [1, 0]
    assert [run.stdout for run in runs] == ["", ""]


FINDS_WORDS = """
import sys
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.chunks import Lexicon
from embedadapt.text.growing import Lists, Strings
from embedadapt.text.normalize import Normalizer
chunks = Strings()
chunks.add(["l'acheteur"])
Lexicon(Normalizer(Normalization(elision="split"), Vocabulary(["l'"]))).cut(chunks, Lists())
print(sys.modules.keys() & {"numba.np.arraymath", "scipy.linalg"})
"""


def test_kernels_from_the_cache_load_no_linear_algebra() -> None:
    """numba compiles with it, and imports scipy's: a fifth of a second."""
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", FINDS_WORDS], capture_output=True, text=True, check=True
        )
    assert done.stdout == "set()\n"


def test_a_kernel_that_another_process_compiles_is_waited_for(tmp_path: Path) -> None:
    assert not beside.lock("a")  # nobody else is there
    order = []
    with beside.sharing(tmp_path):
        assert beside.lock("a")
        assert beside.lock("b")

        def other() -> None:
            beside.lock("a")
            order.append("has it")

        waiting = Thread(target=other)
        waiting.start()
        waiting.join(timeout=0.2)
        order.append("unlocks")
        beside.unlock("a")
        waiting.join()
    assert order == ["unlocks", "has it"]


def test_the_lock_of_a_process_that_has_ended_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with beside.sharing(tmp_path, lambda: False):
        assert beside.lock("a")
    with beside.sharing(tmp_path / "gone"):
        assert beside.lock("a")


def test_a_command_does_without_a_kernel_that_its_helper_compiles(tmp_path: Path) -> None:
    cached = SimpleNamespace(cache_path=tmp_path)
    new = SimpleNamespace(__module__="a.rng", __name__="stream", signatures=[], stats=cached)
    assert not beside.is_awaited(new)  # there is no helper
    with beside.sharing(tmp_path):  # this is a helper
        assert not beside.is_awaited(new)
    with beside.sharing(tmp_path, lambda: False):
        assert not beside.is_awaited(new)
    with beside.sharing(tmp_path, lambda: True):
        assert beside.is_awaited(new)
        rng.stream(1, 2, 3)
        assert not beside.is_awaited(rng.stream)
        for saved in Path(rng.stream.stats.cache_path).glob("rng.stream-*.nbi"):
            (tmp_path / saved.name).touch()
        assert not beside.is_awaited(new)
