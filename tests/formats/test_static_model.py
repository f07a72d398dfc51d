"""model2vec and StaticEmbedding folders, written field by field as model2vec 0.10 saves them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from embedadapt.core.errors import FormatError
from embedadapt.formats import load_vectors, sniff_format
from tests.formats.make import by_message, written

TOKENS = ["[PAD]", "[UNK]", "the", "lessee", "##s", "naïve"]


def tokenizer(vocabulary: Any = None, kind: str = "WordLevel", added: Any = ()) -> bytes:
    vocabulary = {t: i for i, t in enumerate(TOKENS)} if vocabulary is None else vocabulary
    model = {"type": kind, "vocab": vocabulary}
    return json.dumps({"version": "1.0", "added_tokens": list(added), "model": model}).encode()


def table(dtype: str = "f4", n_rows: int = len(TOKENS)) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n_rows, 3)).astype(dtype)


def make_folder(path: Path, tokens: bytes | None = None, **tensors: np.ndarray) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "tokenizer.json").write_bytes(tokenizer() if tokens is None else tokens)
    save_file(
        {name.replace("__", "."): array for name, array in tensors.items()},
        path / "model.safetensors",
    )
    return path


@pytest.mark.parametrize("dtype", ["f4", "f2"])
def test_a_model2vec_folder(tmp_path: Path, dtype: str) -> None:
    vectors = load_vectors(make_folder(tmp_path / "m", embeddings=table(dtype)))
    assert sniff_format(tmp_path / "m") == "static-embedding"
    assert vectors.vocabulary.words == tuple(TOKENS)
    assert np.array_equal(vectors.matrix, table(dtype).astype(np.float32))
    assert "a tokenizer of whole words" in vectors.provenance.notes[0]


@pytest.mark.parametrize("layout", ["", "0_StaticEmbedding"])
def test_a_sentence_transformers_folder(tmp_path: Path, layout: str) -> None:
    make_folder(tmp_path / layout, embedding__weight=table())
    vectors = load_vectors(tmp_path)
    assert vectors.vocabulary.words == tuple(TOKENS)
    assert np.array_equal(vectors.matrix, table())
    assert not vectors.matrix.flags.owndata


def test_rows_shared_and_scaled_are_what_model2vec_makes_of_them(tmp_path: Path) -> None:
    mapping = np.array([0, 1, 1, 2, 0, 2])
    weights = np.linspace(0.5, 2, 6)
    folder = make_folder(
        tmp_path / "m", embeddings=table(n_rows=3), mapping=mapping, weights=weights
    )
    expected = table(n_rows=3)[mapping] * weights[:, None].astype(np.float32)
    assert np.array_equal(load_vectors(folder).matrix, expected)


def test_the_model_model2vec_itself_saves(tmp_path: Path) -> None:
    model2vec = pytest.importorskip("model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    theirs = tokenizers.Tokenizer.from_str(
        json.dumps(
            {
                **json.loads(tokenizers.Tokenizer(tokenizers.models.WordLevel({}, "x")).to_str()),
                "model": {
                    "type": "WordLevel",
                    "vocab": {t: i for i, t in enumerate(TOKENS)},
                    "unk_token": "[UNK]",
                },
                "pre_tokenizer": {"type": "Whitespace"},
            }
        )
    )
    model = model2vec.StaticModel(table(), theirs, {"normalize": False})
    model.save_pretrained(tmp_path / "m")
    vectors = load_vectors(tmp_path / "m")
    for word in ("the", "lessee", "naïve"):
        assert np.allclose(vectors[word], model.encode(word), atol=1e-7), word


def test_added_tokens_have_rows_and_rows_without_a_token_are_left_out(tmp_path: Path) -> None:
    added = [{"id": 7, "content": "§"}, {"id": 0, "content": "[PAD]"}]
    folder = make_folder(tmp_path / "m", tokenizer(added=added), embeddings=table(n_rows=9))
    vectors = load_vectors(folder)
    assert vectors.vocabulary.words == (*TOKENS, "§")
    assert np.array_equal(vectors["§"], table(n_rows=9)[7])


LAST = np.array([0, 1, 2, 3, 4, 9])


@pytest.mark.parametrize(
    ("tokens", "tensors", "said"),
    [
        (b"{", {"embeddings": table()}, r"tokenizer\.json: expected a tokenizer"),
        (b"[1]", {"embeddings": table()}, r"tokenizer\.json: expected a tokenizer"),
        (tokenizer({}), {"embeddings": table()}, "at least one word"),
        (tokenizer({"a": "x"}), {"embeddings": table()}, "expected a tokenizer"),
        (tokenizer({"a": 10**30}), {"embeddings": table()}, "beyond 2"),
        (tokenizer([["a", 0], ["a", 1]]), {"embeddings": table()}, "'a' again"),
        (tokenizer({"a": -1}), {"embeddings": table()}, "number below 0"),
        (tokenizer(kind="WordPiece"), {"embeddings": table()}, "pieces of a WordPiece tokenizer"),
        (None, {"embeddings": table(n_rows=5)}, "up to number 5, found 5"),
        (None, {"embeddings": table(), "weights": np.ones(5)}, "found 6 and 5"),
        (None, {"embeddings": table(), "mapping": LAST}, "rows from 0 to 5, found 9"),
        (None, {"embeddings": table(), "weights": table()}, "a list of numbers named 'weights'"),
        (None, {"embeddings": table() * np.nan}, "row 1: expected finite numbers"),
        (None, {"embeddings": table()[:, 0].copy()}, "expected a 2-d F32 array"),
        (None, {"others": table()}, "expected a 2-d F32 array named 'embeddings', found nothing"),
    ],
    ids=by_message,
)
def test_a_defect_is_one_line(
    tmp_path: Path, tokens: bytes | None, tensors: dict[str, np.ndarray], said: str
) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        load_vectors(make_folder(tmp_path / "m", tokens, **tensors))
    assert "\n" not in str(caught.value)


def test_a_cut_table_is_one_line(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "m", embeddings=table())
    content = (folder / "model.safetensors").read_bytes()
    written(folder / "model.safetensors", content[:-1])
    with pytest.raises(FormatError, match=r"model\.safetensors.*whole safetensors"):
        load_vectors(folder)
