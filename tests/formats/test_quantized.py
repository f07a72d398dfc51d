"""fastText's .ftz, against the official library that made it."""

import random
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
import pytest

from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.fasttext import read
from tests.formats.make import assert_same_table, written

N_LABELS = 260  # an output matrix of fewer rows is never quantized
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "norms": ({"minn": 2, "maxn": 3}, {"qnorm": True}),
    "output": ({"minn": 2, "maxn": 3}, {"qout": True, "dsub": 3}),
    "pruned": ({"minn": 2, "maxn": 3}, {"cutoff": 500, "qnorm": True}),
    "pruned word n-grams": ({"wordNgrams": 2}, {"cutoff": 400}),
    "pruned of all n-grams": ({"bucket": 0}, {"cutoff": 260}),
}


@pytest.fixture(scope="module", params=CASES)
def quantized(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, choose = tmp_path_factory.mktemp("ftz"), random.Random(0)
    words = [f"mot{i}é" for i in range(300)]
    lines = (
        f"__label__{i % N_LABELS} {' '.join(choose.choices(words, k=8))}\n" for i in range(1500)
    )
    (folder / "text").write_text("".join(lines), encoding="utf-8")
    training, packing = CASES[request.param]
    model = fasttext.train_supervised(
        str(folder / "text"), **{"dim": 9, "bucket": 1000, "epoch": 1, "thread": 1, **training}
    )
    model.quantize(input=str(folder / "text"), **packing)
    model.save_model(str(folder / "model.ftz"))
    return folder / "model.ftz"


def test_words_seen_and_unseen_are_the_official_librarys(quantized: Path) -> None:
    model, vectors = fasttext.load_model(str(quantized)), load_vectors(quantized)
    assert vectors.vocabulary.words == tuple(model.get_words())
    assert any("quantized" in note for note in vectors.provenance.notes)
    for word in (*vectors.vocabulary.words[:60], "mot999", "immotivé", "l’été"):
        rows = [model.get_input_vector(int(row)) for row in model.get_subwords(word)[1]]
        if rows:
            assert np.allclose(vectors[word], np.mean(rows, axis=0), atol=1e-7), word
        else:
            with pytest.raises(KeyError):
                vectors[word]


def test_a_pruned_model_survives_in_our_own_form(quantized: Path, tmp_path: Path) -> None:
    vectors = read(quantized)
    save_vectors(vectors, tmp_path / "v.safetensors")
    again = load_vectors(tmp_path / "v.safetensors")
    assert_same_table(again, vectors)
    assert (again.subwords is None) == (vectors.subwords is None)
    if vectors.subwords is not None and vectors.subwords.vector("immotivé") is not None:
        assert np.array_equal(again["immotivé"], vectors["immotivé"])


def test_no_prefix_of_it_loads(quantized: Path, tmp_path: Path) -> None:
    content = quantized.read_bytes()
    for size in [*range(64, len(content), 997), len(content) - 1]:
        with pytest.raises(FormatError, match=r"m\.ftz"):
            load_vectors(written(tmp_path / "m.ftz", content[:size]))


def test_n_grams_of_pruned_buckets_are_dropped() -> None:
    every = SubwordTable(np.arange(20, dtype=np.float32).reshape(10, 2), None, 2, 3)
    kept = np.array(sorted(set(every.buckets("lessee")[::2])), dtype=np.int32)
    pruned = SubwordTable(every.ngrams[kept], None, 2, 3, kept, 10)
    expected = [bucket for bucket in every.buckets("lessee") if bucket in kept]
    assert [int(kept[row]) for row in pruned.buckets("lessee")] == expected
    nothing = SubwordTable(every.ngrams[:0], None, 2, 3, kept[:0], 10)
    assert nothing.vector("lessee") is None


def test_a_shape_that_cannot_be_is_one_line(quantized: Path, tmp_path: Path) -> None:
    """Each number of the quantized input matrix's shape, wrong in turn."""
    content, vectors = quantized.read_bytes(), read(quantized)
    n_rows = _n_input_rows(vectors)
    shape = n_rows.to_bytes(8, "little") + (9).to_bytes(8, "little")
    at = content.index(shape)
    for offset in (0, 8, 16):
        for wrong in (b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\x01\0\0\0"):
            damaged = content[: at + offset] + wrong + content[at + offset + 4 :]
            with pytest.raises(FormatError, match=r"byte [0-9,]+: expected") as caught:
                read(written(tmp_path / "m.ftz", damaged))
            assert "\n" not in str(caught.value)


def _n_input_rows(vectors: WordVectors) -> int:
    """Word n-grams have rows too, and no place in a table of words; the notes count them."""
    for note in vectors.provenance.notes:
        if note.startswith("pruned: "):
            return len(vectors) + int(note.split()[1].replace(",", ""))
    return len(vectors) + (1000 if vectors.subwords else 0)
