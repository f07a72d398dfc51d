"""Vectors with keys of several languages, whose codes they begin with, read in that of the text."""

from pathlib import Path

import numpy as np
import pytest
import spacy

import embedadapt
from embedadapt import AdaptationConfig, EmbeddingVectorizer
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

GERMAN = "der die und das ist nicht vertrag mieter miete zahlt gericht mit von ein rat"
ENGLISH = "the of and to in that is contract lease tenant rent pays court with for rat by"
TEXT = ["Der Mieter zahlt die Miete, und das Gericht ist nicht im Vertrag. Zork ist ein Rat."] * 40


@pytest.fixture(scope="module")
def mixed() -> WordVectors:
    keys = [
        *(f"/c/en/{word}" for word in ENGLISH.split()),
        *(f"/c/de/{word}" for word in GERMAN.split()),
    ]
    rows = np.random.default_rng(0).normal(size=(len(keys), 8)).astype(np.float32)
    return WordVectors(Vocabulary(keys), rows)


def test_unknown_words_are_those_without_a_key_in_the_language(mixed: WordVectors) -> None:
    report = embedadapt.analyze_oov(mixed, TEXT)
    assert (report.normalization.prefix, report.languages.vectors) == ("/c/de/", "de")
    assert [word.word for word in report.words] == ["im", "zork"]
    config = AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    done = embedadapt.adapt(mixed, TEXT, config)
    assert sorted(done.adapter.new_words) == ["im", "zork"]
    assert done.adapter.normalization.prefix == "/c/de/"


def test_texts_get_the_rows_of_their_language(mixed: WordVectors) -> None:
    vectorizer = EmbeddingVectorizer(mixed, weighting="mean", standardize=False)
    (row, *_) = vectorizer.fit_transform(["Rat", *TEXT])
    np.testing.assert_allclose(row, mixed["/c/de/rat"], rtol=1e-6)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_pipeline_has_the_rows_of_its_language(
    mixed: WordVectors, lang: str, tmp_path: Path
) -> None:
    embedadapt.export_spacy(mixed, tmp_path / "pipeline", lang=lang)
    token = spacy.load(tmp_path / "pipeline")("Rat")[0]
    np.testing.assert_array_equal(token.vector, mixed[f"/c/{lang}/rat"])
