"""Tokenizers trained on the licences, and tables for them of rows of the shipped vectors."""

from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, trainers

from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors

ROOT = Path(__file__).parent.parent
LICENCES = sorted((ROOT / "corpora" / "en" / "licences").glob("*.txt"))[:20]
KINDS = ("WordPiece", "Unigram", "BPE", "byte-level BPE")
N_TOKENS = 2_000


@cache
def shipped() -> WordVectors:
    return load_vectors(ROOT / "corpora" / "pretrained" / "glove.6B.50d.60k.safetensors")


@cache
def tokenizer_json(kind: str) -> str:
    """As the libraries' models have them: BERT's, T5's, Llama's with byte fallback, GPT-2's."""
    texts = [path.read_text("utf-8") for path in LICENCES]
    if kind == "WordPiece":
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        trainer = trainers.WordPieceTrainer(vocab_size=N_TOKENS, special_tokens=special)
    elif kind == "Unigram":
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=N_TOKENS, special_tokens=["<pad>", "<unk>"], unk_token="<unk>"
        )
    elif kind == "BPE":
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        special = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
        trainer = trainers.BpeTrainer(vocab_size=N_TOKENS, special_tokens=special)
    else:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=N_TOKENS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        )
    tokenizer.train_from_iterator(texts, trainer)
    if kind == "BPE":  # Llama's byte tokens are ordinary ones; the trainer makes them special
        tokenizer = Tokenizer.from_str(_without_added(tokenizer.to_str()))
        tokenizer.add_special_tokens([AddedToken("<unk>", special=True)])
    return str(tokenizer.to_str())


def _without_added(content: str) -> str:
    import json

    described = json.loads(content)
    described["added_tokens"] = []
    return json.dumps(described)


def tokenizer(kind: str) -> PieceTokenizer:
    return PieceTokenizer(tokenizer_json(kind))


def rows_for(kind: str) -> np.ndarray:
    return np.array(shipped().matrix[: len(tokenizer(kind).tokens)])


def make_pieces(folder: Path, kind: str = "WordPiece", *, nested: bool = False, **arrays) -> Path:
    """A folder of model2vec; of StaticEmbedding where an array is `embedding__weight`."""
    place = folder / "0_StaticEmbedding" if nested else folder
    place.mkdir(parents=True, exist_ok=True)
    (place / "tokenizer.json").write_text(tokenizer_json(kind), "utf-8")
    arrays = arrays or {"embeddings": rows_for(kind)}
    save_file(
        {name.replace("__", "."): np.ascontiguousarray(array) for name, array in arrays.items()},
        place / "model.safetensors",
    )
    config = "config_sentence_transformers.json" if "embedding__weight" in arrays else "config.json"
    (folder / config).write_text("{}")
    return folder
