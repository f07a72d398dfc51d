"""Piece vectors read, and the words that they compose: model2vec is the oracle."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from embedadapt.core.errors import FormatError
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.formats import load_vectors
from embedadapt.formats.pieces import load_pieces, read_tokenizer
from tests.formats.make import by_message
from tests.pieces import KINDS, ROOT, make_pieces, rows_for, shipped, tokenizer, tokenizer_json

WORDS = [*shipped().vocabulary.words[:9_990], "Licensors", "naïveté", "契約", "§ 7", "a b", "", "é"]
"""Those of general text and some that pieces do not cover, or not alone."""


def theirs(folder: Path) -> np.ndarray:
    model2vec = pytest.importorskip("model2vec")
    model = model2vec.StaticModel.from_pretrained(folder)
    return np.asarray(model.encode(WORDS, use_multiprocessing=False), dtype=np.float32)


def quantized(kind: str) -> dict[str, np.ndarray]:
    """As model2vec's vocabulary quantization leaves a table: fewer rows, shared and weighted."""
    rows, rng = rows_for(kind), np.random.default_rng(0)
    return {
        "embeddings": rows[:500],
        "mapping": rng.integers(0, 500, len(rows)),
        "weights": rng.uniform(0.1, 2, len(rows)),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_composed_words_are_what_model2vec_encodes(tmp_path: Path, kind: str) -> None:
    folder = make_pieces(tmp_path / "m", kind)
    pieces = load_pieces(folder)
    assert np.array_equal(pieces.compose(WORDS), theirs(folder))
    assert pieces.tokenizer.kind in kind


@pytest.mark.parametrize("dtype", ["f8", "f2", "i1"])
def test_rows_of_every_type_are_read(tmp_path: Path, dtype: str) -> None:
    rows = (rows_for("WordPiece") * (20 if dtype == "i1" else 1)).astype(dtype)
    folder = make_pieces(tmp_path / "m", embeddings=rows)
    found, expected = load_pieces(folder).compose(WORDS), theirs(folder)
    assert np.allclose(found, expected, rtol=0, atol=1e-6)
    if dtype != "f8":
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("kind", ["WordPiece", "Unigram"])
@pytest.mark.parametrize("dtype", ["f4", "f2", "i1"])
def test_rows_shared_and_weighted(tmp_path: Path, kind: str, dtype: str) -> None:
    arrays = quantized(kind)
    arrays["embeddings"] = (arrays["embeddings"] * (20 if dtype == "i1" else 1)).astype(dtype)
    folder = make_pieces(tmp_path / "m", kind, **arrays)
    assert np.array_equal(load_pieces(folder).compose(WORDS), theirs(folder))


def test_bfloat16_rows_are_the_upper_halves_of_float32(tmp_path: Path) -> None:
    folder = make_pieces(tmp_path / "m")
    rows = rows_for("WordPiece")
    halves = (np.ascontiguousarray(rows).view(np.uint32) >> 16).astype("<u2")
    header = json.dumps({"embeddings": {"dtype": "BF16", "shape": rows.shape,
                                        "data_offsets": [0, halves.nbytes]}}).encode()  # fmt: skip
    content = len(header).to_bytes(8, "little") + header + halves.tobytes()
    (folder / "model.safetensors").write_bytes(content)
    expected = (halves.astype(np.uint32) << 16).view(np.float32)
    assert np.array_equal(load_pieces(folder).rows, expected)
    assert np.abs(load_pieces(folder).rows - rows).max() < 0.04


def test_vectors_of_length_one_where_the_folder_says_so(tmp_path: Path) -> None:
    folder = make_pieces(tmp_path / "m")
    (folder / "config.json").write_text('{"normalize": true}')
    assert np.array_equal(load_pieces(folder).compose(WORDS), theirs(folder))
    assert np.linalg.norm(load_pieces(folder)["licensors"]) == pytest.approx(1)


@pytest.mark.parametrize("nested", [False, True])
def test_a_static_embedding_counts_the_unknown_token(tmp_path: Path, nested: bool) -> None:
    rows = rows_for("WordPiece")
    folder = make_pieces(tmp_path / "m", nested=nested, embedding__weight=rows)
    pieces = load_pieces(folder)
    assert not pieces.normalize
    known = [row for row, word in enumerate(WORDS) if 1 not in pieces.tokenizer.cut([word])[0]]
    assert np.array_equal(pieces.compose(WORDS)[known], theirs(folder)[known])
    assert np.array_equal(pieces["契約"], rows[[1, 1]].mean(axis=0))  # [UNK] of each character
    module = [{"type": "sentence_transformers.models.Normalize"}]
    (folder / "modules.json").write_text(json.dumps(module))
    assert load_pieces(folder).normalize


def test_a_table_alone_and_a_tokenizer_elsewhere(tmp_path: Path) -> None:
    """WordLlama's two folders; an .npy; a transformer's input rows among others."""
    from safetensors.numpy import save_file

    rows = rows_for("BPE")
    for folder in ("weights", "tokenizers"):
        (tmp_path / folder).mkdir()
    place = tmp_path / "tokenizers" / "l2_tokenizer_config.json"
    place.write_text(tokenizer_json("BPE"), "utf-8")
    save_file({"embedding.weight": rows.astype("f2")}, tmp_path / "weights" / "l2_50.safetensors")
    pieces = load_pieces(tmp_path / "weights" / "l2_50.safetensors")
    assert np.array_equal(pieces.rows, rows.astype("f2").astype("f4"))
    np.save(tmp_path / "rows.npy", rows)
    assert load_pieces(tmp_path / "rows.npy", place)["licensor"].dtype == np.float32
    padded = np.pad(rows, ((0, 64), (0, 0)))
    arrays = {"model.embed_tokens.weight": padded, "lm_head.weight": padded + 1}
    save_file(arrays, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_text(tokenizer_json("BPE"), "utf-8")
    assert np.array_equal(load_pieces(tmp_path).rows, padded)


def test_whole_words_are_an_ordinary_table(tmp_path: Path) -> None:
    pieces = load_pieces(make_pieces(tmp_path / "m"))
    vectors = pieces.words(["licensors", "the", "licensors", "契約", "software"])
    assert vectors.vocabulary.words == ("licensors", "the", "software")
    assert np.array_equal(vectors["licensors"], pieces["licensors"])
    assert vectors.provenance.notes == ("1 words have no piece and were left out",)
    assert "契約" not in pieces and "licensors" in pieces and 7 not in pieces
    with pytest.raises(KeyError, match="契約"):
        pieces["契約"]
    among = ["licensors", "licensor", "software"]
    nearest = pieces.words(among).most_similar("licensor", topn=2)
    assert pieces.most_similar("licensor", among, topn=2) == nearest
    assert pieces.most_similar("licensor", pieces.words(among[::2])) == nearest


def test_parts_that_do_not_fit() -> None:
    rows = rows_for("WordPiece")
    with pytest.raises(ValueError, match="a piece"):
        PieceVectors(tokenizer("WordPiece"), rows[:-1])
    with pytest.raises(ValueError, match="factors of shape"):
        PieceVectors(tokenizer("WordPiece"), rows, np.ones(3))
    with pytest.raises(ValueError, match="2-d float32"):
        PieceVectors(tokenizer("WordPiece"), rows.astype("f8"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_pieces_are(kind: str) -> None:
    cutter = tokenizer(kind)
    letters = {cutter.bare(number) for number in cutter.letter_tokens}
    assert {"a", "e", "s"} <= letters and all(len(letter) == 1 for letter in letters)
    assert (cutter.unknown is None) == (kind == "byte-level BPE")
    assert len(cutter.byte_tokens) == {"BPE": 256, "byte-level BPE": 128}.get(kind, 0)
    assert all(n in cutter.byte_tokens for n in cutter.cut(["契"])[0][-3:]) == ("BPE" in kind)
    text = "the licensor"
    together = [n for numbers in cutter.cut_words(text.split()) for n in numbers]
    assert together[1:] == cutter.cut([text])[0][1:]  # the first word of a text has no space


CHARACTERS = {"type": "Unigram", "vocab": [["<unk>", 0.0], ["a", -1.0], ["b", -2.0]], "unk_id": 0}
LAST = np.full(10, 9)


def described(model: Any, **parts: Any) -> bytes:
    return json.dumps({"version": "1.0", "model": model, **parts}).encode()


def piece_model(vocabulary: dict[str, Any]) -> dict[str, Any]:
    return {"type": "WordPiece", "unk_token": "[UNK]", "vocab": vocabulary,
            "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}  # fmt: skip


GOOD = piece_model({"[UNK]": 0, "licensor": 1, "##s": 2})
ROWS = np.ones((3, 4), dtype=np.float32)


@pytest.mark.parametrize(
    ("content", "arrays", "said"),
    [
        (b"{", {}, "expected a tokenizer with its vocabulary"),
        (b"[" * 100_000, {}, "expected a tokenizer with its vocabulary"),
        (b'{"model":' * 100_000, {}, "expected a tokenizer with its vocabulary"),
        (b"\xff\xfe", {}, "bytes that are not UTF-8"),
        (described({"type": "Other", "vocab": {}}), {}, "KeyError: 'Other'"),
        (described(piece_model({})), {}, "at least one word"),
        (described(piece_model({"a": 2**31})), {}, "beyond 2\\*\\*31"),
        (described(piece_model({"a": -1})), {}, "number below 0"),
        (described(piece_model({"a": "x"})), {}, "ValueError"),
        (described(piece_model({"[UNK]": 0, "licensor": 1, "##s": 9})), {}, "found 3 rows"),
        (described(piece_model({"[UNK]": 0, "licensor": 1})), {}, "are of different models"),
        (described({**GOOD, "continuing_subword_prefix": 5}), {}, "prefix that is no string"),
        (described({**GOOD, "end_of_word_suffix": ["s"]}), {}, "suffix that is no string"),
        (described(CHARACTERS), {}, "found characters or bytes only"),
        (described({"type": "WordLevel", "vocab": {"a": 0}}), {}, "one of whole words"),
        (described(GOOD), {"embeddings": ROWS * np.nan}, "row 1: expected finite numbers"),
        (described(GOOD), {"embeddings": np.full((3, 4), 1e300)}, "row 1: expected finite"),
        (described(GOOD), {"embeddings": ROWS[0]}, "2-d F32 array"),
        (described(GOOD), {"embeddings": ROWS.astype("i4")}, "found a 2-d I32 array"),
        (described(GOOD), {"one": ROWS, "two": ROWS}, "found 2 tables"),
        (described(GOOD), {"lm_head.weight": ROWS, "layer.weight": ROWS}, "has output rows"),
        (described(GOOD), {"a.embed_tokens.weight": ROWS, "b.embed_tokens.weight": 2 * ROWS},
         "found 2 tables"),
        (described(GOOD), {"embeddings": ROWS, "weights": np.ones(2)}, "3 finite numbers"),
        (described(GOOD), {"embeddings": ROWS, "weights": np.full(3, np.inf)}, "0 of them finite"),
        (described(GOOD), {"embeddings": ROWS, "mapping": np.array([0, 1, 7])}, "from 0 to 7"),
        (described(GOOD), {"embeddings": ROWS, "mapping": np.array([0, 1, -1])}, "from -1 to 1"),
        (described(GOOD), {"embeddings": ROWS, "mapping": np.zeros(2, int)}, "found 2 rows"),
        (described(GOOD), {"embeddings": ROWS, "mapping": np.zeros((3, 1))}, "list of numbers"),
    ],
    ids=by_message,
)  # fmt: skip
def test_a_defect_is_one_line(
    tmp_path: Path, content: bytes, arrays: dict[str, np.ndarray], said: str
) -> None:
    from safetensors.numpy import save_file

    (tmp_path / "tokenizer.json").write_bytes(content)
    save_file(arrays or {"embeddings": ROWS}, tmp_path / "model.safetensors")
    with pytest.raises(FormatError, match=said) as caught:
        load_pieces(tmp_path)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500 + len(str(tmp_path)) * 2


def test_a_defect_that_only_cutting_shows_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes(
        described({"type": "Unigram", "vocab": [["aa", -1.0], ["b", -2.0]], "unk_id": None})
    )
    np.save(tmp_path / "rows.npy", ROWS[:2])
    pieces = load_pieces(tmp_path / "rows.npy")
    with pytest.raises(FormatError, match="expected a tokenizer that cuts any text"):
        pieces["c"]


def test_nothing_is_found(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "none", "found nothing of that name"),
        (tmp_path, "found none"),
    ):
        with pytest.raises(FormatError, match=said):
            load_pieces(path)
    np.save(tmp_path / "rows.npy", ROWS)
    with pytest.raises(FormatError, match=r"rows\.npy: expected its tokenizer beside it"):
        load_pieces(tmp_path)
    with pytest.raises(FormatError, match=r"expected a tokenizer\.json"):
        read_tokenizer(tmp_path)


def test_a_table_of_pieces_is_no_list_of_words(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"composes words. In Python: embedadapt\.load_pieces"):
        load_vectors(make_pieces(tmp_path / "m"))


def test_text_that_is_no_unicode_is_cut() -> None:
    assert tokenizer("WordPiece").cut(["a\ud800"]) == tokenizer("WordPiece").cut(["a?"])


def test_without_the_package_the_extra_is_named() -> None:
    script = (
        "import sys; sys.modules['tokenizers'] = None\n"
        "from embedadapt.core.piece_tokenizer import PieceTokenizer\n"
        f"PieceTokenizer({described(GOOD).decode()!r}, 'a.json').cut(['a'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment
    )
    assert "pip install '.[pieces]'" in done.stderr.splitlines()[-1]


def test_older_tokenizers_do_not_name_their_model() -> None:
    untyped = [{"vocab": {"a": 0}, "merges": []}, {"vocab": [["a", 0]]}, {"vocab": {"a": 0}}]
    kinds = [PieceTokenizer(described(model).decode()).kind for model in untyped]
    assert kinds == ["BPE", "Unigram", "WordPiece"]


def test_input_rows_that_are_saved_twice_are_one_table(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    (tmp_path / "tokenizer.json").write_bytes(described(GOOD))
    names = ("shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    arrays = dict.fromkeys(names, ROWS) | {"lm_head.weight": 2 * ROWS}
    save_file({name: np.array(rows) for name, rows in arrays.items()},
              tmp_path / "model.safetensors")  # fmt: skip
    assert np.array_equal(load_pieces(tmp_path).rows, ROWS)
