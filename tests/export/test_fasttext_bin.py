"""An adapted fastText model, written by `export_vectors`, composes the words that it has not
seen."""

from dataclasses import replace
from pathlib import Path

import fasttext
import numpy as np
import pytest
from numpy.testing import assert_allclose

from embedadapt import apply_adapter
from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.adapter_file import save_adapter
from embedadapt.workflows.export import export_vectors
from tests.adaptation.test_spelling import TEXT, UNSEEN, adapted, official_vector
from tests.cli.test_commands import run
from tests.formats.make import make_vectors


def trained(folder: Path) -> Path:
    """A .bin of n-grams."""
    (folder / "text").write_text(TEXT)
    model = fasttext.train_unsupervised(
        str(folder / "text"), dim=12, bucket=300, minCount=1, epoch=5, thread=1, minn=3, maxn=4
    )
    model.save_model(str(folder / "model.bin"))
    return folder / "model.bin"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    return load_vectors(trained(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def adapter(base: WordVectors) -> Adapter:
    return adapted(base).adapter


def official(path: Path, word: str) -> np.ndarray:
    return official_vector(fasttext.load_model(str(path)), word)


def test_unseen_words_have_the_vectors_of_moved_ngrams(
    base: WordVectors, adapter: Adapter, tmp_path: Path
) -> None:
    expected = apply_adapter(base, adapter, layout="add")
    export_vectors(base, tmp_path / "m.bin", format="fasttext-bin", adapter=adapter)
    for word in (UNSEEN, "lessor", "sublet"):
        assert_allclose(official(tmp_path / "m.bin", word), expected[word], atol=2e-6)
    assert np.abs(expected[UNSEEN] - base[UNSEEN]).max() > 1e-4


def test_the_command_keeps_them_without_being_asked(
    base: WordVectors, adapter: Adapter, tmp_path: Path
) -> None:
    save_adapter(adapter, tmp_path / "a")
    to = ("--adapter", tmp_path / "a", "--to", "fasttext-bin", "-o", tmp_path / "m.bin")
    run("export", base.provenance.path, *to)
    expected = apply_adapter(base, adapter, layout="add")
    assert_allclose(official(tmp_path / "m.bin", UNSEEN), expected[UNSEEN], atol=2e-6)
    before = (tmp_path / "m.bin").read_bytes()
    said = run("export", base.provenance.path, *to, "--layout", "concat", status=1).stderr
    assert "n-grams of the base for words that the model has not seen, found the layout con" in said
    assert "Take the layout add." in said
    assert (tmp_path / "m.bin").read_bytes() == before


@pytest.mark.parametrize("own_file", [True, False])
def test_ngrams_that_were_not_trained_are_kept_as_they_are(
    base: WordVectors, adapter: Adapter, tmp_path: Path, own_file: bool
) -> None:
    if not own_file:
        save_vectors(base, tmp_path / "v.safetensors")
        base = load_vectors(tmp_path / "v.safetensors")
    unmoved = replace(adapter, ngrams=None)
    expected = apply_adapter(base, unmoved, layout="add")
    export_vectors(base, tmp_path / "m.bin", format="fasttext-bin", adapter=unmoved)
    assert_allclose(official(tmp_path / "m.bin", UNSEEN), base[UNSEEN], atol=1e-6)
    assert_allclose(official(tmp_path / "m.bin", "sublet"), expected["sublet"], atol=2e-6)


def test_pruned_ngrams_and_those_of_floret_are_refused(tmp_path: Path) -> None:
    labeled = "".join(f"__label__{i % 2} {line}\n" for i, line in enumerate(TEXT.splitlines()))
    (tmp_path / "labeled").write_text(labeled)
    model = fasttext.train_supervised(
        str(tmp_path / "labeled"), dim=4, minn=2, maxn=3, bucket=300, epoch=1, thread=1
    )
    model.quantize(cutoff=280, retrain=False)
    model.save_model(str(tmp_path / "v.ftz"))
    floret = Path(__file__).parents[1] / "formats/data/floret/floret-2.bin"
    for path, found in ((tmp_path / "v.ftz", "pruned ones"), (floret, "floret's")):
        with pytest.raises(OutputError, match=f"found {found}.*Write --to spacy with --subwords"):
            export_vectors(path, tmp_path / "m.bin", format="fasttext-bin")
    assert not (tmp_path / "m.bin").exists()


def test_a_base_without_ngrams_has_none_to_lose(tmp_path: Path) -> None:
    export_vectors(make_vectors(), tmp_path / "m.bin", format="fasttext-bin", layout="concat")
    assert load_vectors(tmp_path / "m.bin").subwords is None
