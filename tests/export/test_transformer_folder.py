"""Words added to a transformer: input rows, tied output rows, and everything else as it was."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

pytest.importorskip("tokenizers")

import embedadapt
from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.transformer_folder import is_transformer, write_transformer_folder
from embedadapt.formats.pieces import load_pieces
from tests.pieces import rows_for, tokenizer_json

INPUT = "bert.embeddings.word_embeddings.weight"
OUTPUT = "cls.predictions.decoder.weight"
BIAS = "cls.predictions.bias"
PADDING = 7
WORDS = ["covenantor", "indemnitee", "licensor"]


def make_transformer(folder: Path, *, tied: bool = True, config: str = "") -> Path:
    """With the names of BERT's weights, and rows that only fill its matrix up."""
    folder.mkdir()
    (folder / "tokenizer.json").write_text(tokenizer_json("WordPiece"), "utf-8")
    (folder / "tokenizer_config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"a pickle")
    rows = np.concatenate([rows_for("WordPiece"), np.zeros((PADDING, 50), np.float32)])
    (folder / "config.json").write_text(config or json.dumps({"vocab_size": len(rows)}))
    arrays = {
        INPUT: rows,
        OUTPUT: rows if tied else rows[::-1].copy(),
        BIAS: np.linspace(0, 1, len(rows), dtype=np.float32),
        "bert.encoder.layer.0.output.weight": np.ones((len(rows), 3), np.float32),
        "bert.embeddings.position_ids": np.arange(len(rows)),
    }
    save_file(arrays, folder / "model.safetensors", {"format": "pt"})
    return folder


def vectors() -> WordVectors:
    rows = np.random.default_rng(1).normal(size=(len(WORDS), 50)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS), rows)


def written(folder: Path) -> dict[str, np.ndarray]:
    return load_file(folder / "model.safetensors")


@pytest.mark.parametrize("tied", [True, False])
def test_only_what_has_a_row_for_each_token_is_longer(tmp_path: Path, tied: bool) -> None:
    base = load_pieces(make_transformer(tmp_path / "base", tied=tied))
    assert is_transformer(tmp_path / "base")
    added = write_transformer_folder(base, vectors(), tmp_path / "new")
    old, new, n = written(tmp_path / "base"), written(tmp_path / "new"), len(rows_for("WordPiece"))
    assert added and set(added) <= set(WORDS)
    size = n + max(PADDING, len(added))
    assert json.loads((tmp_path / "new" / "config.json").read_text())["vocab_size"] == size
    rows = vectors().matrix[vectors().vocabulary.lookup(added)]
    assert np.array_equal(new[INPUT][:n], old[INPUT][:n]) and len(new[INPUT]) == size
    assert np.array_equal(new[INPUT][n : n + len(added)], rows)
    assert np.array_equal(new[OUTPUT] if tied else new[OUTPUT][: len(old[OUTPUT])],
                          new[INPUT] if tied else old[OUTPUT])  # fmt: skip
    assert np.array_equal(new[BIAS][: len(old[BIAS])], old[BIAS])
    for name in ("bert.encoder.layer.0.output.weight", "bert.embeddings.position_ids"):
        assert np.array_equal(new[name], old[name])
    with safe_open(tmp_path / "new" / "model.safetensors", framework="numpy") as file:
        assert file.metadata() == {"format": "pt"}
    assert (tmp_path / "new" / "tokenizer_config.json").is_file()
    assert not (tmp_path / "new" / "pytorch_model.bin").exists()
    reread = load_pieces(tmp_path / "new")
    assert reread.tokenizer.cut([added[0]]) == [[n]]
    assert np.array_equal(reread[added[0]], rows[0])


def test_rows_beyond_the_padding_have_the_mean_in_an_output_of_its_own(tmp_path: Path) -> None:
    base = load_pieces(make_transformer(tmp_path / "base", tied=False))
    names = [f"zq{a}{b}x" for a in "bcdfg" for b in "bcdfg"]
    rows = np.ones((len(names), 50), np.float32)
    added = write_transformer_folder(base, WordVectors(Vocabulary(names), rows), tmp_path / "new")
    old, new = written(tmp_path / "base"), written(tmp_path / "new")
    assert len(added) > PADDING and len(new[OUTPUT]) == len(new[INPUT]) == len(new[BIAS])
    beyond = len(old[OUTPUT])
    assert np.allclose(new[OUTPUT][beyond:], old[OUTPUT].mean(axis=0), atol=1e-6)
    assert np.allclose(new[BIAS][beyond:], old[BIAS].mean(), atol=1e-6)


def test_export_pieces_takes_a_transformer_without_an_adapter(tmp_path: Path) -> None:
    base = make_transformer(tmp_path / "base")
    pieces = load_pieces(base)
    composed = pieces.words(WORDS)
    added = embedadapt.export_pieces(base, tmp_path / "new", vectors=composed)
    new = load_pieces(tmp_path / "new")
    assert added and all(np.array_equal(new[word], pieces[word]) for word in added)


@pytest.mark.parametrize("config", ["{", "[]", '{"hidden_size": 3}', '{"text_config": 3}'])
def test_a_config_without_a_size_is_refused_in_one_line(tmp_path: Path, config: str) -> None:
    base = load_pieces(make_transformer(tmp_path / "base", config=config))
    with pytest.raises(FormatError, match=r"config\.json: expected the config of a transformer"):
        write_transformer_folder(base, vectors(), tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_transformers_opens_it_and_reads_other_texts_as_before(tmp_path: Path, dtype: str) -> None:
    pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    import torch

    base = tmp_path / "base"
    config = transformers.BertConfig(
        vocab_size=len(rows_for("WordPiece")),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        dtype=dtype,
    )
    torch.manual_seed(1)
    model = transformers.BertForMaskedLM(config).to(getattr(torch, dtype)).eval()
    model.save_pretrained(base)
    (base / "tokenizer.json").write_text(tokenizer_json("WordPiece"), "utf-8")
    transformers.PreTrainedTokenizerFast.from_pretrained(base, unk_token="[UNK]").save_pretrained(
        base
    )
    pieces = load_pieces(base)
    rows = vectors().matrix[:, :32]
    words = WordVectors(Vocabulary(WORDS), np.ascontiguousarray(rows))
    added = embedadapt.export_pieces(base, tmp_path / "new", vectors=words)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path / "new")
    new = transformers.AutoModelForMaskedLM.from_pretrained(tmp_path / "new", dtype=dtype).eval()
    assert len(tokenizer) == len(pieces.tokenizer.tokens) + len(added)
    inputs, n = new.get_input_embeddings().weight, len(pieces.rows)
    assert new.get_output_embeddings().weight.data_ptr() == inputs.data_ptr()  # they are tied
    expected = torch.from_numpy(words.matrix[words.vocabulary.lookup(added)])
    assert torch.equal(inputs[n:].detach(), expected.to(inputs.dtype))
    assert torch.equal(inputs[:n], model.get_input_embeddings().weight)

    resized = transformers.AutoModelForMaskedLM.from_pretrained(base, dtype=dtype)
    resized.resize_token_embeddings(len(tokenizer))
    assert resized.get_input_embeddings().weight.shape == inputs.shape

    batch = tokenizer(["the software is provided as is"], return_tensors="pt")
    batch.pop("token_type_ids", None)
    assert batch["input_ids"].max() < n
    with torch.no_grad():
        assert torch.equal(new(**batch).logits[..., :n], model(**batch).logits)
        encoded = tokenizer([f"the {added[0]} pays"], return_tensors="pt")
        assert n in encoded["input_ids"][0]
