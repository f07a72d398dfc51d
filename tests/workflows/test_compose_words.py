"""Word tables composed for a corpus, and an adapter trained for one."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("tokenizers")

import embedadapt
from embedadapt.cli import app
from embedadapt.text.normalize import normalization_of
from embedadapt.workflows.pieces import CONVENTIONS, whole_words
from tests.pieces import LICENCES, make_pieces, tokenizer

TEXTS = ["The Covenantor's non-exclusive licence, 12b of §7."] * 3 + ["A licensee pays once."]


@pytest.mark.parametrize("kind", ["WordPiece", "BPE"])
def test_words_of_the_corpus_follow_the_general_ones(tmp_path: Path, kind: str) -> None:
    pieces = embedadapt.load_pieces(make_pieces(tmp_path / "m", kind))
    vectors = embedadapt.compose_words(pieces, TEXTS, min_count=2)
    general = whole_words(pieces.tokenizer)
    assert vectors.vocabulary.words[: len(general)] == general
    assert "the" in general and all(word.islower() for word in general)
    added = vectors.vocabulary.words[len(general) :]
    assert "covenantor" in added and "pays" not in added and "12b" not in added
    assert np.array_equal(vectors["covenantor"], pieces["covenantor"])
    assert normalization_of(vectors) == CONVENTIONS


def test_the_words_of_a_frequency_list_come_first(tmp_path: Path) -> None:
    pytest.importorskip("wordfreq")
    folder = make_pieces(tmp_path / "m")
    vectors = embedadapt.compose_words(folder, TEXTS, frequencies="en", general_words=50)
    assert vectors.vocabulary.words[:3] == ("the", "to", "and")
    with pytest.raises(embedadapt.EmbedAdaptError, match="frequencies: expected one of"):
        embedadapt.compose_words(folder, TEXTS, frequencies="xx")


def test_whole_words_are_those_of_one_piece() -> None:
    cutter = tokenizer("WordPiece")
    words = whole_words(cutter)
    assert all(len(numbers) == 1 for numbers in cutter.cut(words))
    assert not any(word.startswith("##") for word in words)


def test_adapt_composes_the_words_it_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_pieces(tmp_path / "potion")
    texts = [str(path) for path in LICENCES[:4]]
    arguments = ["adapt", "potion", *texts, "-o", "legal.adapter", "--epochs", "1", "-q",
                 "--dimensions", "0", "--no-verdict", "--held-out", "0"]  # fmt: skip
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "words from pieces; the adapter is for these vectors" in result.stderr
    vectors = embedadapt.load_vectors("legal.words.safetensors")
    adapted = embedadapt.apply_adapter(vectors, "legal.adapter")
    assert len(adapted) >= len(vectors) > 1_000
    assert not np.array_equal(adapted["licensor"], vectors["licensor"])
