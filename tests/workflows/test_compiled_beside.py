"""Helpers compile the very kernels that adapting needs, and leave nothing behind."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from embedadapt import AdaptationConfig
from embedadapt.kernels import begin_compiling
from embedadapt.workflows import compiled_beside
from embedadapt.workflows.compiled_beside import compiling_beside
from embedadapt.workflows.rehearsals import SHARES
from tests.processes import environment

CONFIG = AdaptationConfig.of(epochs=1, context_epochs=1, dimensions=2).to_dict()

COMPILED = """
import json, sys
from numba.core.dispatcher import Dispatcher
from embedadapt.kernels._compile import SharedCache
def compiled():
    return {
        f"{name.rpartition('.')[2]}.{one.__name__}": sorted(map(str, one.signatures))
        for name, module in sys.modules.items() if name.startswith("embedadapt.kernels.")
        for one in vars(module).values()
        if isinstance(one, Dispatcher) and one.__module__ == name and one.signatures
        and isinstance(one._cache, SharedCache)
    }
"""
ADAPTS = (
    COMPILED
    + """
import numpy as np
import embedadapt
words = ["the", "licensor", "grants", "licensee", "pays", "fee"]
rows = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
texts = [f"The licensor grants {'a fee ' * n}. The licensee pays novel words." for n in range(12)]
texts.append("the licensor grants and the licen-\\n" * 9)
config = embedadapt.AdaptationConfig.of(epochs=1, context_epochs=1, dimensions=2)
embedadapt.adapt(embedadapt.WordVectors(embedadapt.Vocabulary(words), rows), texts, config)
print(json.dumps(compiled()))
"""
)
COUNTS = (
    COMPILED
    + """
import numpy as np
import embedadapt
rows = np.eye(4, dtype=np.float32)
vectors = embedadapt.WordVectors(embedadapt.Vocabulary(["the", "licensor", "Pays", "fee"]), rows)
texts = [f"The licensor (UW) grants 12 §: {'a fee ' * (20_000 + n)}." for n in range(12)]
texts.append("the licensor grants and the licen-\\n" * 9)
embedadapt.analyze_oov(vectors, texts)
print(json.dumps(compiled()))
"""
)
REHEARSES = (
    COMPILED
    + """
from embedadapt import AdaptationConfig
from embedadapt.workflows.rehearsals import SHARES
config = AdaptationConfig.of(epochs=1, context_epochs=1, dimensions=2)
for rehearse in SHARES[sys.argv[1]][1][0]:
    rehearse(config)
print(json.dumps(compiled()))
"""
)


def signatures(program: str, *arguments: str) -> dict[str, list[str]]:
    """What a program compiles or finds in the cache."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    kernels: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return kernels


def test_what_helpers_compile_is_what_adapting_uses() -> None:
    adapting, rehearsed = signatures(ADAPTS), signatures(REHEARSES, "adapt")
    expected = {
        "block.train_block",
        "count.find_chunks",
        "contexts.sum_contexts",
        "form.compose_ngrams",
        "form.fit_ngrams",
        "form.list_ngrams",
        "known.are_known",
        "lines.continued_lines",
        "lines.unwrap",
        "rng.fill_alias_table",
        "sentences.describe_chunks",
        "sentences.end_sentences",
        "tokens.cut_strings",
        "words.find_words",
    }
    assert expected <= rehearsed.keys()
    for name in rehearsed.keys() & adapting.keys():
        assert set(rehearsed[name]) <= set(adapting[name]), name
    of_other_text = {"shingles.minhash", "count.add_strings"}  # longer, with numbers and names
    assert rehearsed.keys() - adapting.keys() <= of_other_text
    assert len(rehearsed["block.train_block"]) == 2


def test_what_helpers_compile_is_what_counting_uses() -> None:
    counting, rehearsed = signatures(COUNTS), signatures(REHEARSES, "oov")
    expected = {
        "census.count_numbers",
        "census.find_unknown",
        "lines.continued_lines",
        "lines.unwrap",
        "sentences.describe_chunks",
        "sentences.end_sentences",
        "shingles.minhash",
        "tokens.cut_strings",
        "words.find_words",
    }
    assert expected <= rehearsed.keys()
    for name in rehearsed.keys() & counting.keys():
        assert set(rehearsed[name]) <= set(counting[name]), name
    assert rehearsed.keys() <= counting.keys()


@pytest.mark.parametrize("job", SHARES)
def test_each_number_of_helpers_compiles_the_same(job: str) -> None:
    kernels = [{each for share in shares for each in share} for shares in SHARES[job].values()]
    assert all(each == kernels[0] for each in kernels)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[subprocess.Popen[bytes]]:
    """The helpers that are started, where two processors have no compiled training."""
    helpers = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            helpers.append(self)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(subprocess, "Popen", Noted)
    monkeypatch.setattr(compiled_beside, "_n_processors", lambda: 2)
    monkeypatch.setattr(compiled_beside, "_are_compiled", lambda: False)
    return helpers


def test_helpers_end_with_the_command(started, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), compiling_beside("adapt", CONFIG):
        assert len(started) == 1
        assert started[0].poll() is None
        assert len(list(tmp_path.iterdir())) == 1
        raise KeyboardInterrupt
    assert started[0].returncode is not None
    assert list(tmp_path.iterdir()) == []


def test_helpers_do_their_share_and_end(started, tmp_path: Path) -> None:
    with compiling_beside("adapt", CONFIG):
        assert started[0].wait(timeout=600) == 0
        assert [list(folder.iterdir()) for folder in tmp_path.iterdir()] == [[]]  # all unlocked


def test_a_helper_ends_where_the_command_is_killed(started) -> None:
    with compiling_beside("adapt", CONFIG):
        started[0].stdin.close()
        assert started[0].wait(timeout=60) in (0, 1)


def test_none_is_started_where_all_is_compiled(started, monkeypatch) -> None:
    monkeypatch.setattr(compiled_beside, "_are_compiled", lambda: True)
    with compiling_beside("adapt", CONFIG):
        pass
    assert started == []


def test_the_command_goes_on_without_helpers(started, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with compiling_beside("adapt", CONFIG):
        pass
    assert started == []
    assert list(tmp_path.iterdir()) == []


def test_counting_starts_helpers_when_a_kernel_is_compiled(started) -> None:
    with compiling_beside("oov"):
        assert started == []
        begin_compiling()
        assert len(started) == 1
    assert started[0].returncode is not None
