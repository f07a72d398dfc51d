"""Files of every released format number load, and give what they held.

formats/data/old/2026-11-23 is by commit f6479aa (adapter 1, checkpoint 1, oov report 3), 0.1 by
eae2079, release 0.1 (adapter 1, checkpoint 2, oov report 4). Each holds the output, over base.vec
and tests/formats/data/floret/fasttext.bin with TEXTS as the corpus, of `adapt --epochs 1`, `oov
--json`, `export` without and with the adapter, and of `adapt --checkpoint-every` that was
interrupted after its first checkpoint.
"""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import spacy
from numpy.testing import assert_allclose, assert_array_equal

import embedadapt
from embedadapt.core.errors import SettingsError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors
from embedadapt.formats.reading.tensor_file import read_tensors
from embedadapt.oov.baseline import read_baseline
from embedadapt.training.checkpoint import _load as load_checkpoint
from tests.oracles import KeyedVectors

DATA = Path(__file__).parent / "formats" / "data"
OLD = DATA / "old"
FASTTEXT = DATA / "floret" / "fasttext.bin"
VERSIONS = sorted(folder.name for folder in OLD.iterdir() if folder.is_dir())
NEW_WORDS = {"and", "then", "give", "thanks", "pays"}

pytestmark = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def base() -> WordVectors:
    return load_vectors(OLD / "base.vec")


def unpacked(version: str, name: str, folder: Path) -> Path:
    with zipfile.ZipFile(OLD / version / f"{name}.zip") as archive:
        archive.extractall(folder)
    return folder / name


def has(version: str, name: str) -> None:
    if not (OLD / version / name).exists():
        pytest.skip(f"{version} has no {name}")


def test_an_adapter(version: str, base: WordVectors) -> None:
    adapter = embedadapt.load_adapter(OLD / version / "words.adapter")
    assert adapter.base_fingerprint == base.fingerprint
    assert {"the", "lessee", "lessor", "rent"} <= set(adapter.vocabulary.words)
    assert set(adapter.new_words) <= NEW_WORDS and adapter.new_words
    for layout in ("add", "concat"):
        adapted = embedadapt.apply_adapter(base, adapter, layout=layout, scale=1)
        assert set(adapted.vocabulary.words) == {*base.vocabulary.words, *adapter.new_words}
        assert np.isfinite(adapted.matrix).all()
    assert embedadapt.apply_adapter(base, adapter, scale=0)["rent"].tolist() == [0, 1, 2]


def test_an_adapter_of_fasttext(version: str) -> None:
    has(version, "ngrams.adapter")
    adapter = embedadapt.load_adapter(OLD / version / "ngrams.adapter")
    adapted = embedadapt.apply_adapter(load_vectors(FASTTEXT), adapter, scale=1)
    assert adapter.ngrams is not None
    assert np.isfinite(adapted["sublessees"]).all()


def test_vectors(version: str, base: WordVectors) -> None:
    has(version, "vectors.safetensors")
    found = load_vectors(OLD / version / "vectors.safetensors")
    assert found.vocabulary.words == base.vocabulary.words
    assert_array_equal(found.matrix, base.matrix)
    adapter = embedadapt.load_adapter(OLD / version / "words.adapter")
    exported = load_vectors(OLD / version / "adapted.safetensors")
    adapted = embedadapt.apply_adapter(base, adapter, layout="concat", scale=0.25)
    assert exported.vocabulary.words == adapted.vocabulary.words
    for word in base.vocabulary.words:  # new words have another share of their delta since
        assert_allclose(exported[word], adapted[word], atol=1e-6)


def test_exports(version: str, tmp_path: Path) -> None:
    has(version, "static.zip")
    exported = load_vectors(OLD / version / "adapted.safetensors")
    static = load_vectors(unpacked(version, "static", tmp_path))
    pipeline = unpacked(version, "pipeline", tmp_path)
    vectors = load_vectors(pipeline)
    nlp = spacy.load(pipeline)
    for word in ("rent", "thanks"):
        assert_allclose(static[word], exported[word], atol=1e-6)
        assert_allclose(vectors[word], exported[word], atol=1e-6)
        assert_array_equal(nlp.vocab[word].vector, vectors[word])


def test_an_export_for_gensim(version: str) -> None:
    has(version, "gensim.kv")
    keyed = KeyedVectors.load(str(OLD / version / "gensim.kv"))
    exported = load_vectors(OLD / version / "adapted.safetensors")
    assert_allclose(keyed["rent"], exported["rent"], atol=1e-6)


def test_a_report_as_a_baseline(version: str) -> None:
    has(version, "oov.json")
    assert NEW_WORDS - {"and"} <= read_baseline(OLD / version / "oov.json")


def test_a_checkpoint(version: str, tmp_path: Path) -> None:
    """Format 1 had another training: it is refused in one line, and the run begins again."""
    has(version, "checkpoint.safetensors")
    path = Path(shutil.copy(OLD / version / "checkpoint.safetensors", tmp_path))
    file = read_tensors(path)
    shapes = {name: file.shape(name) for name in file}
    inputs, outputs = (
        np.zeros(shapes.get(name, (1, 1)), np.float32) for name in ("inputs", "outputs")
    )
    if file.metadata["format"] == 1:
        with pytest.raises(SettingsError, match="found one of another version of embedadapt"):
            load_checkpoint(path, file.metadata["run"], inputs, outputs)
        return
    standing, seconds = load_checkpoint(path, file.metadata["run"], inputs, outputs)
    assert (standing.epoch, standing.block) != (0, 0) and seconds > 0
    assert inputs.any() or outputs.any()
    assert json.loads(json.dumps(file.metadata["run"])) == file.metadata["run"]
