"""Fewer words or pieces, which read a text as before."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("model2vec")

import embedadapt
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.formats.pieces import load_pieces
from tests.pieces import KINDS, LICENCES, ROOT, make_pieces, rows_for, shipped, tokenizer_json

TEXTS = [path.read_text("utf-8") for path in LICENCES[:3]]
"""Of the licences that the tokenizers were trained on."""
OTHER = sorted((ROOT / "corpora" / "en" / "licences").glob("*.txt"))[40].read_text("utf-8")
ODD = ["Zeichensätze ✓ für 漢字, naïve!", "x" * 300 + " §12(b)"]


def encoded(folder: Path, texts: list[str]) -> np.ndarray:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(folder)
    return np.asarray(model.encode(texts, max_length=None, use_multiprocessing=False))


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_and_its_sentences_are_encoded_as_before(tmp_path: Path, kind: str) -> None:
    base = make_pieces(tmp_path / "base", kind)
    texts = [*TEXTS, *ODD]
    shrunk = embedadapt.shrink_vectors(base, texts, tmp_path / "small")
    new = load_pieces(tmp_path / "small")
    assert shrunk.n_after == len(new.tokenizer.tokens) < shrunk.n_before
    parts = [part for text in texts for part in text.split("\n") if part.strip()]
    words = sorted({word for text in texts for word in text.split()})
    for some in (texts, parts, words):
        assert np.array_equal(encoded(tmp_path / "small", some), encoded(base, some))
    if kind in ("BPE", "byte-level BPE"):  # bytes spell whatever pieces lack
        assert all(new.cut(OTHER.split()))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_and_shared_rows_follow(tmp_path: Path, kind: str) -> None:
    n = len(rows_for(kind))
    arrays = {
        "embeddings": rows_for(kind)[: n // 2],
        "mapping": np.arange(n) % (n // 2),
        "weights": np.linspace(0.5, 2, n),
    }
    base = make_pieces(tmp_path / "base", kind, **arrays)
    embedadapt.shrink_vectors(base, TEXTS, tmp_path / "small")
    assert np.array_equal(encoded(tmp_path / "small", TEXTS), encoded(base, TEXTS))
    assert len(load_pieces(tmp_path / "small").rows) < n


def test_special_tokens_keep_their_part_under_new_numbers(tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.processors import TemplateProcessing

    base = make_pieces(tmp_path / "base", nested=True, embedding__weight=rows_for("WordPiece"))
    tokenizer = Tokenizer.from_str(tokenizer_json("WordPiece"))
    places = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=places)
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    tokenizer.save(str(base / "0_StaticEmbedding" / "tokenizer.json"))
    embedadapt.shrink_vectors(base, TEXTS, tmp_path / "small")
    new = Tokenizer.from_file(str(tmp_path / "small" / "0_StaticEmbedding" / "tokenizer.json"))
    old, now = tokenizer.encode(TEXTS[0]), new.encode(TEXTS[0])
    assert now.tokens == old.tokens and now.tokens[0] == "[CLS]"
    assert now.ids == [new.token_to_id(token) for token in old.tokens]


def test_the_words_of_the_text_keep_their_vectors(tmp_path: Path) -> None:
    source = ROOT / "corpora" / "pretrained" / "glove.6B.50d.60k.safetensors"
    small = tmp_path / "small.safetensors"
    shrunk = embedadapt.shrink_vectors(source, TEXTS, small)
    new = embedadapt.load_vectors(small)
    assert shrunk.n_before == 60_000 and shrunk.n_after == len(new) < 3_000
    rows = shipped().vocabulary.lookup(new.vocabulary)
    assert np.array_equal(new.matrix, shipped().matrix[rows]) and (np.diff(rows) > 0).all()
    before, after = (embedadapt.analyze_oov(one, TEXTS) for one in (source, small))
    assert [word.word for word in after.words] == [word.word for word in before.words]


def vector_in_fasttext(model: Any, word: str) -> np.ndarray:
    """Some builds of the library answer `get_word_vector` with unit vectors."""
    rows = [model.get_input_vector(int(row)) for row in model.get_subwords(word)[1]]
    return np.mean(rows, axis=0, dtype=np.float32)


@pytest.mark.parametrize("quantize", [False, True])
def test_a_fasttext_model_keeps_its_ngrams(tmp_path: Path, quantize: bool) -> None:
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "text.txt").write_text("\n".join(TEXTS), "utf-8")
    trained = fasttext.train_unsupervised(
        str(tmp_path / "text.txt"), dim=9, bucket=2_000, epoch=5, thread=1, minCount=1, verbose=0
    )
    model, small = tmp_path / "model.bin", tmp_path / "small.bin"
    trained.save_model(str(model))
    embedadapt.shrink_vectors(model, TEXTS[:1], small, quantize=quantize)
    old, new = fasttext.load_model(str(model)), fasttext.load_model(str(small))
    kept = new.get_words()
    assert 0 < len(kept) < len(old.get_words()) and new.is_quantized() == quantize
    read = embedadapt.load_vectors(small)
    for word in [*kept[:20], "unseenable"]:
        before, after = vector_in_fasttext(old, word), vector_in_fasttext(new, word)
        assert np.allclose(read[word], after, atol=1e-5)
        if not quantize:
            assert np.allclose(after, before, atol=1e-6)
        assert after @ before > 0.98 * np.linalg.norm(after) * np.linalg.norm(before)
    if quantize:
        assert small.stat().st_size < model.stat().st_size


def test_only_a_fasttext_model_is_quantized(tmp_path: Path) -> None:
    source = ROOT / "corpora" / "pretrained" / "glove.6B.50d.60k.safetensors"
    for vectors, name in ((source, "safetensors"), (make_pieces(tmp_path / "base"), "pieces")):
        with pytest.raises(EmbedAdaptError, match=f"expected a fastText model.* found {name}"):
            embedadapt.shrink_vectors(vectors, TEXTS, tmp_path / "small", quantize=True)
    assert not (tmp_path / "small").exists()


def test_a_text_without_a_word_of_the_vectors_is_said(tmp_path: Path) -> None:
    source = ROOT / "corpora" / "pretrained" / "glove.6B.50d.60k.safetensors"
    with pytest.raises(EmbedAdaptError, match="expected words of the vectors in the text"):
        embedadapt.shrink_vectors(source, ["qqxyzzy qqxyzzy"], tmp_path / "small.safetensors")
    assert list(tmp_path.iterdir()) == []
