import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.errors import OutputError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.forms import with_forms
from embedadapt.export.static_folder import write_static_folder
from embedadapt.formats import load_vectors
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.readers import open_corpus
from embedadapt.text.tokenize import tokenize

CORPORA = Path(__file__).parents[2] / "corpora"
WORDS = ["the", "lessor", "shall", "pay", "l'", "acheteur", "'s", "été", "00.0", "<s>"]


def table(words: list[str], normalization: Normalization | None = None) -> WordVectors:
    rows = np.random.default_rng(7).normal(size=(len(words), 6)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows, normalization=normalization)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("static") / "legal"
    write_static_folder(table(WORDS), path)
    return path


def test_it_reads_back_as_the_table_behind_its_two_special_rows(folder: Path) -> None:
    found = load_vectors(folder)
    assert found.vocabulary.words == ("[PAD]", "[UNK]", *WORDS)
    assert not found.matrix[:2].any()
    assert_array_equal(found.matrix[2:], table(WORDS).matrix)


def test_tokenizers_numbers_the_words_that_we_find(folder: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    encoded = tokenizer.encode("The Lessor’s ÉTE\u0301 L’acheteur\xa0pays")
    assert encoded.tokens == ["the", "lessor", "'s", "été", "l'", "acheteur", "[UNK]"]
    assert encoded.ids == [2, 3, 8, 9, 6, 7, 1]


def test_model2vec_embeds_a_text_as_the_mean_of_its_words(folder: Path) -> None:
    model2vec = pytest.importorskip("model2vec")
    model, vectors = model2vec.StaticModel.from_pretrained(folder), table(WORDS)
    found = model.encode(["The LESSOR shall frobnicate", "frobnicate"])
    expected = np.mean([vectors["the"], vectors["lessor"], vectors["shall"]], axis=0)
    assert_allclose(found[0], expected, atol=1e-6)
    assert not found[1].any()


def test_a_long_text_is_not_cut(folder: Path) -> None:
    model2vec = pytest.importorskip("model2vec")
    model, vectors = model2vec.StaticModel.from_pretrained(folder), table(WORDS)
    found = model.encode("the " * 600 + "lessor " * 600)
    assert_allclose(found, (vectors["the"] + vectors["lessor"]) / 2, atol=1e-5)  # 1,200 floats


def test_sentence_transformers_opens_it(folder: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    model, vectors = sentence_transformers.SentenceTransformer(str(folder)), table(WORDS)
    expected = np.mean([vectors["the"], vectors["lessor"]], axis=0)
    assert_allclose(model.encode("The lessor"), expected, atol=1e-6)


def test_a_torch_layer_is_made_of_it(folder: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    matrix = load_file(folder / "model.safetensors")["embeddings"]
    layer = torch.nn.Embedding.from_pretrained(matrix, padding_idx=0)
    assert_allclose(layer(torch.tensor([[2, 0]]))[0].numpy(), [table(WORDS)["the"], [0] * 6])


def test_a_keras_layer_is_made_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    from safetensors.numpy import load_file

    matrix = load_file(folder / "model.safetensors")["embeddings"]
    layer = keras.layers.Embedding(*matrix.shape, weights=[matrix], mask_zero=True)
    found = keras.ops.convert_to_numpy(layer(np.array([[2, 0]])))
    assert_allclose(found[0], [table(WORDS)["the"], [0] * 6], atol=1e-6)


@pytest.mark.parametrize(
    ("corpus", "words", "share"),
    [
        ("en/licences/gpl-2.0.txt", "corpora/pretrained/glove.6B.50d.60k.safetensors", 0.99),
        ("fr/conventions_collectives/idcc-650-KALICONT000005635842.txt", None, 0.98),
    ],
)
def test_the_tokenizer_finds_nearly_all_words_that_we_find(
    tmp_path: Path, corpus: str, words: str | None, share: float
) -> None:
    """What it cannot find are parts of unknown compounds: `non-exclusive`, `ci-dessus`."""
    tokenizers = pytest.importorskip("tokenizers")
    [document] = open_corpus([CORPORA / corpus])
    text = document.text[:60_000]
    simple = Normalization("lower", apostrophe="straight", elision="split", unicode="NFC")
    known = sorted(
        {w for t in tokenize(text) for w in Normalizer(simple, Vocabulary(["l'"])).words(t)}
    )
    vectors = load_vectors(words) if words else table(known, simple)
    normalizer = Normalizer(normalization_of(vectors), vectors.vocabulary)
    ours = vectors.vocabulary.lookup(normalizer.sentence(tokenize(text)))
    write_static_folder(vectors, tmp_path / "f")
    tokenizer = tokenizers.Tokenizer.from_file(str(tmp_path / "f" / "tokenizer.json"))
    theirs = np.array(tokenizer.encode(text).ids) - 2
    counts = [np.bincount(ids[ids >= 0], minlength=len(vectors)) for ids in (ours, theirs)]
    assert np.minimum(*counts).sum() / counts[0].sum() > share


def test_digits_and_runs_are_written_as_the_table_does(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    write_static_folder(table([*WORDS, "___"], Normalization(digits="zero")), tmp_path / "f")
    tokenizer = tokenizers.Tokenizer.from_file(str(tmp_path / "f" / "tokenizer.json"))
    assert tokenizer.encode("12.5 ________").tokens == ["00.0", "___"]


def test_the_same_table_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_static_folder(table(WORDS), tmp_path / "again")
    for file in folder.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_spellings_of_the_corpus_get_rows_of_their_own() -> None:
    vectors = table(["US", "us", "lessor"], Normalization(case="fallback"))
    forms = {"LESSOR": "lessor", "US": "us", "Gone": "gone", "\ud800": "us"}
    wider = with_forms(vectors, forms)
    assert wider.vocabulary.words == ("US", "us", "lessor", "LESSOR")
    assert_array_equal(wider["LESSOR"], vectors["lessor"])
    assert_array_equal(wider["US"], vectors["US"])
    assert with_forms(vectors, {"Gone": "gone"}) is vectors


@pytest.mark.parametrize("word", ["[UNK]", b"caf\xe9".decode("utf-8", "surrogateescape"), ""])
def test_a_word_that_it_cannot_hold_is_named(tmp_path: Path, word: str) -> None:
    with pytest.raises(OutputError, match="expected words in Unicode, none of them"):
        write_static_folder(table(["the", word]), tmp_path / "f")
    assert not any(tmp_path.iterdir())


def test_a_model_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    """It has the files that any sentence-transformers model has."""
    write_static_folder(table(WORDS), model := tmp_path / "model")
    (model / "embedadapt-manifest.json").unlink()
    (model / "pytorch_model.bin").write_bytes(b"weeks of training")
    (model / ".git").mkdir()
    (model / ".git" / "HEAD").write_text("ref: refs/heads/main")
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    with pytest.raises(
        OutputError, match=r"found \.git, README\.md, .* and no embedadapt-manifest"
    ):
        write_static_folder(table(WORDS), model)
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before
    write_static_folder(table(WORDS[:3]), model, overwrite=True)
    assert len(load_vectors(model)) == 5
    assert (tmp_path / "model.backup" / "pytorch_model.bin").read_bytes() == b"weeks of training"


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"found thesis\.txt, and no embedadapt-manifest"):
        write_static_folder(table(WORDS), tmp_path)
    assert json.dumps([p.name for p in tmp_path.iterdir()]) == '["thesis.txt"]'
