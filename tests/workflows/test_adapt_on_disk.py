"""The same adapter, byte by byte, whether the ids are in memory or in temporary files."""

from pathlib import Path

import numpy as np
import pytest

import embedadapt
from embedadapt.adaptation import hidden
from embedadapt.core import gathering, long_arrays

CORPORA = Path(__file__).parents[2] / "corpora"
SETTINGS = {"epochs": 1, "dimensions": 4, "context_epochs": 1, "mode": "fast"}


@pytest.fixture(scope="module")
def base() -> embedadapt.WordVectors:
    whole = embedadapt.load_vectors(CORPORA / "pretrained/glove.6B.50d.60k.safetensors")
    rows = np.arange(4_000, dtype=np.int32)
    return embedadapt.WordVectors(whole.vocabulary.select(rows), whole.matrix[rows])


def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_arrays, "IN_MEMORY", 0)
    monkeypatch.setattr(long_arrays, "CHUNK", 5_000)
    monkeypatch.setattr(gathering, "BUCKET", 3_000)
    monkeypatch.setattr(gathering, "SENTENCES", 100)
    monkeypatch.setattr(hidden, "DEALT", 1 << 30)


@pytest.mark.parametrize("settings", [{}, {"patience": 1, "threads": 1, "deterministic": True}])
def test_the_bytes_do_not_depend_on_the_disk(base, monkeypatch, tmp_path, settings) -> None:
    texts = sorted(map(str, (CORPORA / "en/licences").glob("a*.txt")))
    config = embedadapt.AdaptationConfig.of(**SETTINGS, **settings)
    embedadapt.adapt(base, texts, config, output=tmp_path / "in-memory.safetensors")
    on_disk(monkeypatch)
    saved = tmp_path / "on-disk.safetensors"
    done = embedadapt.adapt(base, texts, config, output=saved, checkpoint_every=0.001)
    assert done.verdict is not None
    assert saved.read_bytes() == (tmp_path / "in-memory.safetensors").read_bytes()


def test_one_long_document_is_the_same_too(base, monkeypatch, tmp_path) -> None:
    text = [str(CORPORA / "en/licences/gpl-3.0.txt")]
    config = embedadapt.AdaptationConfig.of(**SETTINGS)
    embedadapt.adapt(base, text, config, output=tmp_path / "in-memory.safetensors")
    on_disk(monkeypatch)
    embedadapt.adapt(base, text, config, output=tmp_path / "on-disk.safetensors")
    saved = (tmp_path / "in-memory.safetensors").read_bytes()
    assert (tmp_path / "on-disk.safetensors").read_bytes() == saved
