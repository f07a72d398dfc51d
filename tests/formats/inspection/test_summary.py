import json
import random
from pathlib import Path

import fasttext
import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors, scan_vocabulary
from embedadapt.formats.inspection.order import told_order
from embedadapt.formats.inspection.summary import NormSummary, inspect_vectors
from tests.formats.make import fasttext_bytes, written

PUBLISHED = Path(__file__).parents[3] / "corpora/pretrained/glove.6B.50d.60k.safetensors"


def test_a_plain_table(tmp_path: Path) -> None:
    path = tmp_path / "t.vec"
    rows = np.array([[3, 4], [0, 0], [0, 1]], dtype=np.float32)
    save_vectors(WordVectors(Vocabulary(["a", "b", "c"]), rows), path)
    found = inspect_vectors(path)
    assert found.norms == NormSummary(smallest=0, median=1, largest=5, n_zero=1)
    assert (found.file_format, found.n_words, found.dim) == ("word2vec-text", 3, 2)
    assert found.n_bytes == path.stat().st_size
    assert found.by_frequency is None
    assert (found.has_context, found.n_buckets, found.ngram_lengths) == (False, 0, None)
    assert found.first_words == ("a", "b", "c")


def test_a_fasttext_model(tmp_path: Path) -> None:
    path = written(tmp_path / "m.bin", fasttext_bytes(zero_context=True))
    found = inspect_vectors(path)
    assert found.by_frequency is True
    assert (found.has_context, found.n_buckets, found.ngram_lengths) == (False, 7, (2, 3))
    assert found.notes == ("the output matrix is all zeros: training warms up a new one",)


@pytest.mark.parametrize(("counts", "expected"), [([3, 2, 2], True), ([1, 2, 3], False)])
def test_frequency_order_is_read_off_the_counts(
    tmp_path: Path, counts: list[int], expected: bool
) -> None:
    vocabulary = Vocabulary(["a", "b", "c"], np.array(counts))
    save_vectors(WordVectors(vocabulary, np.ones((3, 2), np.float32)), tmp_path / "t.safetensors")
    assert inspect_vectors(tmp_path / "t.safetensors").by_frequency is expected


@pytest.mark.parametrize(
    ("order", "expected", "told"),
    [
        ("as published", True, "its first 1,000 words have"),
        ("shuffled", False, "its first 1,000 words have"),
        ("sorted", False, "alphabetical"),
        ("few", None, ""),
    ],
)
def test_without_counts_the_words_tell_their_order(
    order: str, expected: bool | None, told: str
) -> None:
    words = list(scan_vocabulary(PUBLISHED).words)
    if order == "shuffled":
        random.Random(0).shuffle(words)
    by_frequency, told_by = told_order(
        {"sorted": sorted(words), "few": words[:99]}.get(order, words)
    )
    assert by_frequency is expected
    assert told in told_by


def test_a_quantized_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("__label__a the lessee\n" * 300)
    model = fasttext.train_supervised(str(tmp_path / "text"), dim=2, epoch=1, bucket=300, maxn=3)
    model.quantize(input=str(tmp_path / "text"))
    model.save_model(str(tmp_path / "m.ftz"))
    assert inspect_vectors(tmp_path / "m.ftz").dtype == "quantized"


def test_a_pipeline_folder(tmp_path: Path) -> None:
    nlp = spacy.blank("xx")
    keys = [nlp.vocab.strings.add(word) for word in ("a", "b", "c")]
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, shape=(2, 2))
    for row, key in zip((0, 1, 1), keys, strict=True):
        nlp.vocab.vectors.add(key, vector=np.array([row, 1]), row=row)
    nlp.to_disk(tmp_path / "p")
    found = inspect_vectors(tmp_path / "p")
    assert (found.n_words, found.n_shared_keys) == (2, 1)
    assert found.n_bytes == sum(f.stat().st_size for f in (tmp_path / "p/vocab").iterdir())


def test_what_is_loaded_already_is_not_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "m.bin", fasttext_bytes())
    vectors = load_vectors(path)
    path.write_bytes(b"something else")
    assert inspect_vectors(path, vectors).n_words == 3


def test_it_serialises_with_a_format_number(tmp_path: Path) -> None:
    found = inspect_vectors(written(tmp_path / "m.bin", fasttext_bytes()))
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["format"] == 2
    assert plain["norms"]["n_zero"] == 0
    assert plain["ngram_lengths"] == [2, 3]
