"""spaCy's floret mode over an exported table: every token composed as we compose it."""

from pathlib import Path

import numpy as np
import pytest
import spacy
from numpy.testing import assert_allclose, assert_array_equal
from spacy.training.initialize import convert_vectors

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.floret_table import as_floret, write_floret
from embedadapt.formats import floret, load_vectors
from embedadapt.workflows.export import export_spacy, export_vectors

WORDS = ["the", "lessor", "lessee", "shall", "pay", "été", "l'", "§", "12.5", "sublicense"]
BROKEN = b"caf\xe9".decode("utf-8", "surrogateescape")


@pytest.fixture
def table() -> WordVectors:
    words = [*WORDS, *(f"word{number}" for number in range(40)), BROKEN]
    rows = np.random.default_rng(0).normal(size=(len(words), 6)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


def test_spacy_composes_every_word_as_we_do(table: WordVectors, tmp_path: Path) -> None:
    write_floret(table, tmp_path / "legal.floret")
    ours = load_vectors(tmp_path / "legal.floret")
    nlp = spacy.blank("xx")
    convert_vectors(
        nlp, tmp_path / "legal.floret", truncate=0, prune=-1, name="legal", mode="floret"
    )
    for word in [*WORDS, "Sublessor", "unseen", "a"]:
        assert_allclose(nlp.vocab.get_vector(word), ours[word], atol=1e-6)


def test_its_words_come_out_near_to_what_they_were(table: WordVectors) -> None:
    composed = as_floret(table)
    found = np.array([composed[word] for word in WORDS])
    true = table.matrix[: len(WORDS)]
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(true, axis=1)
    assert np.median((found * true).sum(axis=1) / lengths) > 0.9  # unrelated words, at random
    assert len(composed) == 0 and composed.dim == table.dim


def test_a_floret_table_is_written_as_it_is(table: WordVectors, tmp_path: Path) -> None:
    write_floret(table, tmp_path / "one")
    export_vectors(tmp_path / "one", tmp_path / "two", format="floret")
    assert (tmp_path / "two").read_bytes() == (tmp_path / "one").read_bytes()
    first, second = load_vectors(tmp_path / "one"), as_floret(table)
    assert first.subwords is not None and second.subwords is not None
    assert_array_equal(first.subwords.ngrams, second.subwords.ngrams)


def test_a_floret_table_becomes_a_pipeline_that_spacy_alone_loads(
    table: WordVectors, tmp_path: Path
) -> None:
    write_floret(table, tmp_path / "legal.floret")
    export_spacy(tmp_path / "legal.floret", tmp_path / "p", lang="en")
    nlp, ours = spacy.load(tmp_path / "p"), load_vectors(tmp_path / "legal.floret")
    for word in ("lessor", "unseen"):
        assert nlp.vocab.has_vector(word)
        assert_allclose(nlp.vocab.get_vector(word), ours[word], atol=1e-6)


def test_only_a_floret_table_is_written_so(table: WordVectors, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no words"):
        floret.write(table, tmp_path / "x")
    assert not any(tmp_path.iterdir())
