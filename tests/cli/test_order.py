"""Arguments in the wrong order, or of the wrong kind: one line says which argument is what."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import embedadapt
from embedadapt.cli import app
from embedadapt.core.errors import AdapterError, CorpusError, FormatError
from embedadapt.formats import save_vectors
from embedadapt.formats.adapter_file import save_adapter
from tests.core.make import ADAPTER


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table, an adapter and a folder of texts, as the current folder."""
    monkeypatch.chdir(tmp_path)
    words = embedadapt.Vocabulary([f"word{i}" for i in range(30)])
    rows = np.random.default_rng(0).normal(size=(30, 12)).astype(np.float32)
    save_vectors(embedadapt.WordVectors(words, rows), "glove.txt", format="glove")
    save_adapter(ADAPTER, "law.adapter")
    (tmp_path / "texts").mkdir()
    for number in range(3):
        (tmp_path / "texts" / f"{number}.txt").write_text("The lessor shall pay the rent.\n")
    return tmp_path


@pytest.mark.parametrize(
    ("call", "said"),
    {
        "oov texts glove.txt": "texts: expected word vectors (VECTORS), found documents. "
        "In the right order: embedadapt oov glove.txt texts",
        "oov texts/0.txt texts/1.txt glove.txt": "In the right order: "
        "embedadapt oov glove.txt texts/0.txt texts/1.txt",
        "oov glove.txt law.adapter": "law.adapter: expected documents (CORPUS), found an adapter. "
        "Usage: embedadapt oov VECTORS CORPUS",
        "oov glove.txt glove.txt": "glove.txt: expected documents (CORPUS), found word vectors",
        "adapt texts glove.txt -o x": "In the right order: embedadapt adapt glove.txt texts",
        "evaluate glove.txt texts law.adapter": "texts: expected an adapter (ADAPTER), found "
        "documents. In the right order: embedadapt evaluate glove.txt law.adapter texts",
        "evaluate law.adapter texts glove.txt": "embedadapt evaluate glove.txt law.adapter texts",
        "evaluate glove.txt glove.txt texts": "Usage: embedadapt evaluate VECTORS ADAPTER CORPUS",
        "export law.adapter -o x --to glove": "An adapter goes with --adapter. Usage: embedadapt "
        "export VECTORS",
        "export glove.txt --adapter texts -o x --to glove": "texts: expected an adapter "
        "(--adapter), found documents. --adapter takes the file that",
        "neighbors lessor glove.txt": "glove.txt: expected a word (WORD), found word vectors. "
        "Usage: embedadapt neighbors VECTORS WORD",
        "neighbors texts lessor": "texts: expected word vectors (VECTORS), found documents",
        "inspect texts": "Usage: embedadapt inspect VECTORS",
        "certify law.adapter glove.txt texts": "embedadapt certify glove.txt law.adapter texts",
        "prepare law.adapter": "law.adapter: expected documents (CORPUS), found an adapter",
        "adapter show glove.txt": "glove.txt: expected an adapter (ADAPTER), found word vectors",
        "adapter diff law.adapter texts": "texts: expected an adapter (OTHER), found documents",
        "adapter merge law.adapter glove.txt -o x": "Usage: embedadapt adapter merge ADAPTER",
    }.items(),
)  # fmt: skip
def test_a_mix_up_is_told_in_one_line(here: Path, call: str, said: str) -> None:
    done = CliRunner().invoke(app, call.split())
    assert done.exit_code == 1
    [line] = [line for line in done.stderr.splitlines() if line.strip()]
    assert said in line
    assert sorted(path.name for path in here.iterdir()) == ["glove.txt", "law.adapter", "texts"]


def test_a_table_in_the_corpus_is_not_read_as_text(here: Path) -> None:
    (here / "glove.txt").rename(here / "texts" / "glove.txt")
    done = CliRunner().invoke(app, ["oov", "texts/glove.txt", "texts"])
    assert "glove.txt: expected documents (CORPUS), found word vectors. Move" in done.stderr


@pytest.mark.usefixtures("here")
def test_functions_say_it_with_their_own_names() -> None:
    with pytest.raises(FormatError, match=r"\(vectors\), found documents.*: vectors, corpus\."):
        embedadapt.analyze_oov("texts", "glove.txt")
    with pytest.raises(AdapterError, match=r"\(adapter\).*: vectors, adapter, corpus\."):
        embedadapt.evaluate("glove.txt", "texts", "law.adapter")
    with pytest.raises(CorpusError, match=r"\(corpus\), found an adapter"):
        embedadapt.adapt("glove.txt", ["texts", "law.adapter"])
    with pytest.raises(AdapterError, match=r"\(adapter\), found word vectors"):
        embedadapt.find_neighbors("glove.txt", ["word1"], adapter="glove.txt")
    with pytest.raises(FormatError, match=r"\(pipeline\), found an adapter"):
        embedadapt.certify("law.adapter", "glove.txt", "texts")


def package(folder: Path, name: str) -> None:
    """An installed pipeline's package, as far as a name is looked up."""
    data = folder / name / f"{name}-1.0" / "vocab"
    data.mkdir(parents=True)
    (folder / name / "__init__.py").write_text("")
    (data / "vectors").write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "said"),
    {
        "xx-own-vectors": "There is xx_own_vectors: give that name.",
        "de-core-news-md": "python -m spacy download de_core_news_md",
        "de_core_news_sm": "Pipelines of size sm have no vectors: python -m spacy download "
        "de_core_news_md",
        "no-such-vectors": "if it is a package, install it: pip install no-such-vectors",
        "my_vectors": "There is my-vectors: give that name.",
        "nowhere.txt": "Check the path.",
    }.items(),
)
def test_a_name_that_is_not_there_gets_the_likely_one(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    package(here, "xx_own_vectors")
    (here / "my-vectors").mkdir()
    monkeypatch.syspath_prepend(here)
    done = CliRunner().invoke(app, ["oov", name, "texts"])
    assert done.exit_code == 1 and said in done.stderr and name in done.stderr
