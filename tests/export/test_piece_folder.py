"""Words added to folders of pieces: model2vec opens them, and encodes other texts as before."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

pytest.importorskip("model2vec")

import embedadapt
from embedadapt.core.errors import OutputError
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.piece_folder import write_piece_folder
from embedadapt.export.static_folder import CONFIG, MODULES
from embedadapt.formats.pieces import load_pieces
from tests.pieces import KINDS, LICENCES, ROOT, make_pieces, rows_for, shipped, tokenizer

N_NEW = 200
UNSEEN = sorted((ROOT / "corpora" / "en" / "licences").glob("*.txt"))[20:50]


def new_words(kind: str) -> WordVectors:
    """General words that a tokenizer cuts, with vectors of their own."""
    words = [word for word in shipped().vocabulary.words[3_000:20_000] if word.isalpha()]
    cut = tokenizer(kind).cut_words(words)
    chosen = [word for word, numbers in zip(words, cut, strict=True) if len(numbers) > 1][:N_NEW]
    return WordVectors(Vocabulary(chosen), -shipped().matrix[shipped().vocabulary.lookup(chosen)])


def sentences_without(words: WordVectors) -> list[str]:
    """A thousand, from licences that the tokenizers were not trained on."""
    texts = " ".join(path.read_text("utf-8") for path in UNSEEN)
    parts = re.split(r"(?<=[.;,])\s+", texts)
    known = set(words.vocabulary.words)
    return [p for p in parts if p and known.isdisjoint(re.findall(r"\w+", p.lower()))][:1_000]


def encoded(folder: Path, texts: list[str]) -> np.ndarray:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(folder)
    return np.asarray(model.encode(texts, use_multiprocessing=False))


@pytest.mark.parametrize("kind", KINDS)
def test_other_texts_are_encoded_as_before(tmp_path: Path, kind: str) -> None:
    base, words = make_pieces(tmp_path / "base", kind), new_words(kind)
    added = write_piece_folder(load_pieces(base), words, tmp_path / "new")
    assert len(added) > 0.8 * N_NEW
    texts = sentences_without(words)
    assert len(texts) == 1_000
    assert np.array_equal(encoded(tmp_path / "new", texts), encoded(base, texts))
    inside = [f"x{word}x" for word in added[:20]]
    assert np.array_equal(encoded(tmp_path / "new", inside), encoded(base, inside))
    assert np.array_equal(encoded(tmp_path / "new", [*added]), [words[word] for word in added])


@pytest.mark.parametrize("kind", KINDS)
def test_new_words_are_one_token_and_old_ones_keep_their_rows(tmp_path: Path, kind: str) -> None:
    base = load_pieces(make_pieces(tmp_path / "base", kind))
    added = write_piece_folder(base, new_words(kind), tmp_path / "new")
    new = load_pieces(tmp_path / "new")
    n = len(base.tokenizer.tokens)
    assert np.array_equal(new.rows[:n], base.rows) and len(new.rows) == n + len(added)
    assert {k: v for k, v in new.tokenizer.tokens.items() if k < n} == base.tokenizer.tokens
    [within] = new.tokenizer.cut([f"the {added[0]}, the"])
    plain = base.tokenizer.cut(["the", ", the"])
    assert within == [*plain[0], n, *plain[1][-len(within) + len(plain[0]) + 1 :]]


@pytest.mark.parametrize("dtype", ["f2", "i1", "f8"])
def test_rows_keep_their_type(tmp_path: Path, dtype: str) -> None:
    rows = (rows_for("WordPiece") * (20 if dtype == "i1" else 1)).astype(dtype)
    arrays = {
        "embeddings": rows[:300],
        "mapping": np.arange(len(rows)) % 300,
        "weights": np.linspace(0.1, 2, len(rows)),
    }
    base, words = make_pieces(tmp_path / "base", **arrays), new_words("WordPiece")
    added = write_piece_folder(load_pieces(base), words, tmp_path / "new")
    texts = sentences_without(words)
    assert np.array_equal(encoded(tmp_path / "new", texts), encoded(base, texts))
    assert np.allclose(
        encoded(tmp_path / "new", [*added]),
        [words[word] for word in added],
        atol=0.51 if dtype == "i1" else 5e-3,
    )


def test_a_word_weighs_in_a_text_as_its_pieces_do(tmp_path: Path) -> None:
    """Where vectors of texts have length 1, a row has not."""
    folder = make_pieces(tmp_path / "base")
    (folder / "config.json").write_text('{"normalize": true}')
    base = load_pieces(folder)
    words = base.words(new_words("WordPiece").vocabulary.words)
    added = write_piece_folder(base, words, tmp_path / "new")
    plain = PieceVectors(base.tokenizer, base.rows, drops_unknown=True)
    rows = load_pieces(tmp_path / "new").rows[-len(added) :]
    assert np.allclose(rows, plain.compose(added), atol=1e-5)


def test_a_nested_static_embedding(tmp_path: Path) -> None:
    rows = rows_for("WordPiece")
    base = make_pieces(tmp_path / "base", nested=True, embedding__weight=rows)
    (base / "modules.json").write_text(json.dumps([{"type": "x.Normalize"}]))
    added = write_piece_folder(load_pieces(base), new_words("WordPiece"), tmp_path / "new")
    assert (tmp_path / "new" / "0_StaticEmbedding" / "tokenizer.json").is_file()
    new = load_pieces(tmp_path / "new")
    assert new.normalize and len(new.rows) == len(rows) + len(added)


def test_what_cannot_be_written(tmp_path: Path) -> None:
    wide = WordVectors(Vocabulary(["covenantor"]), np.ones((1, 60), dtype=np.float32))
    with pytest.raises(OutputError, match="expected 50 dimensions"):
        write_piece_folder(load_pieces(make_pieces(tmp_path / "base")), wide, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_from_a_corpus_to_a_folder(tmp_path: Path) -> None:
    base = make_pieces(tmp_path / "base", "BPE")
    texts = [str(path) for path in LICENCES[:4]]
    words = embedadapt.compose_words(base, texts)
    config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    adapter = embedadapt.adapt(words, texts, config, evaluate=False).adapter
    added = embedadapt.export_pieces(
        base, tmp_path / "new", vectors=words, adapter=adapter, scale=1
    )
    adapted = embedadapt.apply_adapter(words, adapter, scale=1)
    word = next(word for word in added if word.islower() and len(word) > 6)
    assert np.array_equal(encoded(tmp_path / "new", [word])[0], adapted[word])
    assert any(word[0].isupper() for word in added)  # a cased tokenizer needs every spelling


@pytest.mark.parametrize("kind", KINDS)
def test_other_piece_vectors_become_a_folder(tmp_path: Path, kind: str) -> None:
    """Such as WordLlama's: a table, and a tokenizer beside it."""
    np.save(tmp_path / "rows.npy", rows_for(kind))
    (tmp_path / "tokenizer.json").write_text(tokenizer(kind).content, "utf-8")
    base, words = load_pieces(tmp_path / "rows.npy"), new_words(kind)
    added = write_piece_folder(base, words, tmp_path / "new")
    texts = sentences_without(words)[:300]
    before = make_pieces(tmp_path / "base", kind)
    assert np.array_equal(encoded(tmp_path / "new", texts), encoded(before, texts))
    assert np.array_equal(encoded(tmp_path / "new", [*added]), [words[word] for word in added])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["plain", "shared rows", "unit length"])
def test_words_of_one_piece_change_where_that_is_asked(
    tmp_path: Path, kind: str, form: str
) -> None:
    n, arrays = len(rows_for(kind)), {"embeddings": rows_for(kind)}
    if form == "shared rows":
        arrays |= {"mapping": np.arange(n) // 2, "weights": np.linspace(0.5, 2, n)}
    base = make_pieces(tmp_path / "base", kind, **arrays)
    if form == "unit length":
        (base / "config.json").write_text('{"normalize": true}')
    pieces = load_pieces(base)
    known = [word for word in ("the", "software", "license") if len(pieces.cut([word])[0]) == 1]
    vectors = -pieces.compose(known) + np.float32(0.01)
    if form == "unit length":
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = WordVectors(Vocabulary(known), vectors)
    kept = write_piece_folder(pieces, words, tmp_path / "kept")
    assert kept == () and np.array_equal(load_pieces(tmp_path / "kept").rows, pieces.rows)
    changed = write_piece_folder(pieces, words, tmp_path / "new", change_pieces=True)
    assert set(changed) == set(known) and known
    new, spaced = load_pieces(tmp_path / "new"), [" " + word for word in known]
    texts = spaced if pieces.tokenizer.cut_words(["the"]) != pieces.cut(["the"]) else known
    assert np.allclose(new.compose(texts), vectors, atol=1e-5)
    numbers = [cut[0] for cut in pieces.tokenizer.cut_words(known)]
    others = np.setdiff1d(np.arange(n), numbers)
    assert np.array_equal(new.rows[others], pieces.rows[others])


def large_table(folder: Path) -> tuple[Path, WordVectors]:
    """A WordPiece table of 32,000 rows, and 2,000 words that it cuts."""
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz0123456789.,;'"))
    names = shipped().vocabulary.words
    tokens = ["[PAD]", "[UNK]", *letters, *(f"##{letter}" for letter in letters)]
    tokens = list(dict.fromkeys([*tokens, *names]))[:32_000]
    model = {"type": "WordPiece", "vocab": {token: i for i, token in enumerate(tokens)},
             "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100}  # fmt: skip
    pre_tokenizer = {"type": "BertPreTokenizer"}
    normalizer = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                  "strip_accents": None, "lowercase": True}  # fmt: skip
    content = {"version": "1.0", "normalizer": normalizer, "pre_tokenizer": pre_tokenizer,
               "model": model, "added_tokens": []}  # fmt: skip
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(content), "utf-8")
    save_file({"embeddings": shipped().matrix[:32_000]}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({**CONFIG, "normalize": False}))
    (folder / "modules.json").write_text(json.dumps(MODULES))
    chosen = [word for word in names[33_000:] if word.isascii() and word.isalpha()][:2_000]
    rows = shipped().matrix[shipped().vocabulary.lookup(chosen)]
    return folder, WordVectors(Vocabulary(chosen), rows)


def sentence_transformed(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    return np.asarray(SentenceTransformer(str(folder), device="cpu").encode(texts))


@pytest.mark.parametrize("library", ["model2vec", "sentence_transformers"])
def test_a_table_of_32_000_rows_with_2_000_new_words(tmp_path: Path, library: str) -> None:
    pytest.importorskip(library)
    base, words = large_table(tmp_path / "base")
    added = write_piece_folder(load_pieces(base), words, tmp_path / "new")
    assert added == words.vocabulary.words
    assert len(load_pieces(tmp_path / "new").rows) == 34_000
    encode = encoded if library == "model2vec" else sentence_transformed
    texts = sentences_without(words)
    assert np.array_equal(encode(tmp_path / "new", texts), encode(base, texts))
    assert np.allclose(encode(tmp_path / "new", [*added]), words.matrix, atol=1e-6)


@pytest.mark.parametrize("nested", [False, True])
def test_punctuation_counts_as_zeros_where_only_words_shall_count(
    tmp_path: Path, nested: bool
) -> None:
    arrays = {"embedding__weight": rows_for("WordPiece")} if nested else {}
    base = load_pieces(make_pieces(tmp_path / "base", nested=nested, **arrays))
    words = new_words("WordPiece")
    write_piece_folder(base, words, tmp_path / "new", only_words=True)
    new = load_pieces(tmp_path / "new")
    texts = ["the software", "the (software) 12; !", words.vocabulary.words[0] + "."]
    lengths = [len(cut) for cut in new.cut(texts)]
    sums = new.compose(texts) * np.array(lengths, dtype=np.float32)[:, None]
    assert np.allclose(sums[0], sums[1], atol=1e-5)
    assert np.allclose(sums[2], words.matrix[0], atol=1e-5)
    assert np.array_equal(new.rows[: len(base.rows)], base.rows) != nested


def test_words_that_begin_with_a_changed_piece_stay(tmp_path: Path) -> None:
    base = make_pieces(tmp_path / "base", "WordPiece")
    pieces = load_pieces(base)
    words = pieces.words(shipped().vocabulary.words[:5_000])
    texts = [str(path) for path in LICENCES[:2]]
    config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    adapter = embedadapt.adapt(words, texts, config, evaluate=False).adapter
    embedadapt.export_pieces(
        base, tmp_path / "new", vectors=words, adapter=adapter, scale=1, change_pieces=True
    )
    new = load_pieces(tmp_path / "new")
    changed = (new.rows[: len(pieces.rows)] != pieces.rows).any(axis=1)
    adapted = embedadapt.apply_adapter(words, adapter, scale=1)
    cut = pieces.cut(words.vocabulary.words)
    begin = [len(pair) > 1 and changed[pair].any() for pair in cut]
    unmoved = (adapted.matrix[: len(words)] == words.matrix).all(axis=1) & begin
    assert unmoved.sum() > 100
    chosen = [word for word, stays in zip(words, unmoved, strict=True) if stays]
    assert np.allclose(new.compose(chosen), pieces.compose(chosen), atol=1e-5)
