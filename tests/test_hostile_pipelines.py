"""Pipelines and development sets that spaCy fails on with errors of its own: one line each."""

import json
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("spacy")

from embedadapt.core.errors import CorpusError, FormatError
from embedadapt.core.unpack_limit import VARIABLE
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.workflows.certify import certify
from embedadapt.workflows.export import export_spacy

WORDS = ["the", "lessee", "lessor"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "nlp"
    export_spacy(WordVectors(Vocabulary(WORDS), np.eye(3, dtype=np.float32)), folder, lang="en")
    return folder


def over(name: str, content: str | bytes) -> Callable[[Path], object]:
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)


FLORET = {"mode": "floret", "minn": -1, "maxn": 10**7, "hash_count": 99, "hash_seed": -1,
          "bow": "<", "eow": ">"}  # fmt: skip
DAMAGED = {
    "strings that are numbers": over("vocab/strings.json", "[1, 2]"),
    "vectors of no mode": over("vocab/vectors.cfg", '"x"'),
    "vectors of a mode beyond numbers": over("vocab/vectors.cfg", json.dumps(FLORET)),
    "a row that there is not": over("vocab/key2row", b"\x81\x01\xce\x7f\xff\xff\xff"),
    "a config of anything": over("config.cfg", b"\xff\xfe\0"),
    "a meta.json nested too deeply": over("meta.json", "[" * 100_000),
    "no vocabulary": lambda folder: shutil.rmtree(folder / "vocab"),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_pipeline_that_spacy_fails_on_is_one_line(
    tmp_path: Path, sound: Path, damage: Callable[[Path], object]
) -> None:
    folder = tmp_path / "nlp"
    shutil.copytree(sound, folder)
    damage(folder)
    with pytest.raises(FormatError, match=r"nlp|pipeline") as caught:
        certify(folder, "no.adapter", tmp_path / "dev.spacy")
    assert "\n" not in str(caught.value)


SETS = {
    "none": b"",
    "what is not packed": b"xxxx",
    "packed nonsense": zlib.compress(b"\xff" * 100),
    "lists in lists": zlib.compress(b"\x91" * 1_000_000),
    "a list of billions": zlib.compress(b"\xdd\xff\xff\xff\xff"),
    "a number": zlib.compress(b"\x01"),
}


@pytest.mark.parametrize("content", SETS.values(), ids=SETS)
def test_a_damaged_development_set_is_one_line(tmp_path: Path, content: bytes) -> None:
    from embedadapt.workflows.certify import _development_set

    (tmp_path / "dev.spacy").write_bytes(content)
    with pytest.raises(CorpusError, match=r"dev\.spacy: expected documents"):
        _development_set(tmp_path / "dev.spacy")


def test_a_development_set_that_expands_too_far_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from embedadapt.workflows.certify import _development_set

    (tmp_path / "dev.spacy").write_bytes(zlib.compress(bytes(80_000_000)))
    with pytest.raises(CorpusError, match="unpacks to at most 100 times its size"):
        _development_set(tmp_path / "dev.spacy")
    monkeypatch.setenv(VARIABLE, str(10**9))
    assert os.environ[VARIABLE]
    with pytest.raises(CorpusError, match="expected documents"):
        _development_set(tmp_path / "dev.spacy")
