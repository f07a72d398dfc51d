"""A corpus prepared while it is read, by the commands that read one."""

from pathlib import Path

import numpy as np
import pytest
import spacy
from numpy.testing import assert_array_equal

import embedadapt
from embedadapt.adaptation.config import ReadingSettings
from embedadapt.adaptation.reading import joined_words, read_for_training
from embedadapt.core.corpus import Document
from embedadapt.core.errors import SettingsError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from tests.oov.make import Texts

LICENCES = sorted((Path(__file__).parents[2] / "corpora/en/licences").glob("ec*.txt"))


@pytest.fixture(scope="module")
def base() -> WordVectors:
    text = " ".join(path.read_text("utf-8") for path in LICENCES[:2]).lower()
    words = sorted({word for word in text.split() if word.isalpha()})
    rows = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    return WordVectors(Vocabulary(words), rows)


def n_training_tokens(base: WordVectors, prepare: str) -> int:
    reading = ReadingSettings(prepare=prepare)
    text = read_for_training(base, embedadapt.open_corpus(LICENCES), reading)
    assert (text.text.preparation is None) == (prepare == "none")
    return text.training.n_tokens


def test_training_reads_each_clause_once_where_asked(base: WordVectors) -> None:
    assert n_training_tokens(base, "repeats") < 0.8 * n_training_tokens(base, "none")


def test_the_report_reads_a_prepared_corpus(base: WordVectors) -> None:
    line = "The rent is due to the lessor on the first day of each month."
    texts = [Document("a", f"{line}\n{line}\n"), Document("b", line)]
    corpus = embedadapt.PreparedCorpus(texts, embedadapt.PrepareSettings(("repeats",)))
    assert embedadapt.analyze_oov(base, corpus).raw.n_tokens == len(line.split())


def test_the_report_counts_the_words_that_training_reads(base: WordVectors) -> None:
    """Hard-wrapped licences break words at the ends of lines."""
    corpus = embedadapt.open_corpus(LICENCES)
    counts = count_corpus(corpus, Normalizer(normalization_of(base), base.vocabulary))
    report = embedadapt.analyze_oov(base, corpus)
    assert report.tokenized.n_tokens == counts.n_tokens
    assert report.normalized.n_tokens == counts.vocabulary.counts.sum()


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(SettingsError, match="polish"):
        embedadapt.AdaptationConfig.of(prepare="polish")


FORCE = "Force majeure may be pled. The buyer shall pay New York rent in any force majeure. "


def phrased(base: WordVectors, phrases: tuple[str, ...] | None) -> embedadapt.Adapter:
    names = ("the", "seller", "shall", "pay", "force", "majeure", "buyer", "rent", "york", "new")
    words = (*names, *base.vocabulary)
    table = WordVectors(Vocabulary(words), np.ones((len(words), 4), np.float32))
    texts = Texts(tuple(f"{FORCE}Paragraph {n} here. " * 3 for n in range(20)))
    config = embedadapt.AdaptationConfig.of(dimensions=0, epochs=1, prepare="pages")
    result = embedadapt.adapt(table, texts, config, phrases=phrases, evaluate=False)
    assert result.preparation is not None
    again = read_for_training(table, texts, config.reading, phrases=joined_words(result.adapter))
    assert again.training.n_tokens == result.training.n_training_tokens
    return result.adapter


def test_phrases_become_words_where_they_are_wanted() -> None:
    plain = WordVectors(Vocabulary(["of"]), np.ones((1, 4), np.float32))
    assert "force_majeure" in phrased(plain, ("force_majeure",)).new_words
    assert "force_majeure" not in phrased(plain, None).new_words
    joining = WordVectors(Vocabulary(["new_york"]), np.ones((1, 4), np.float32))
    assert {"force_majeure", "new_york"} <= {*phrased(joining, None).vocabulary}
    assert "force_majeure" not in phrased(joining, ()).new_words


def test_phrases_of_an_adapter_and_of_a_corpus_are_tokens_in_spacy(tmp_path: Path) -> None:
    words = ("of", "united_states", "new_york", *"abcdefgh")
    rows = np.random.default_rng(0).normal(size=(len(words), 4)).astype(np.float32)
    base = WordVectors(Vocabulary(words), rows)
    texts = Texts(tuple(f"{FORCE}Paragraph {n} here. " * 3 for n in range(20)))
    config = embedadapt.AdaptationConfig.of(dimensions=0, epochs=1, held_out=0)
    phrases = ("force_majeure", "new_york")
    adapter = embedadapt.adapt(base, texts, config, phrases=phrases, evaluate=False).adapter
    adapted = embedadapt.apply_adapter(base, adapter, layout="add")
    asked = {"adapter": adapter, "layout": "add", "lang": "en"}
    export = embedadapt.export_spacy(base, tmp_path / "p", **asked)
    assert (export.n_phrases, export.n_unreachable) == (2, 1)
    nlp = spacy.load(tmp_path / "p")
    text = "Force Majeure of zzyzx United States"
    assert [t.text for t in nlp(text)] == ["Force Majeure", "of", "zzyzx", "United", "States"]
    assert_array_equal(nlp("Force Majeure").vector, adapted["force_majeure"])
    export = embedadapt.export_spacy(base, tmp_path / "p", **asked, corpus=Texts((text,)))
    assert (export.n_phrases, export.n_unreachable) == (3, 0)
    assert (export.n_tokens, export.missing) == (4, ("zzyzx",))
    nlp = spacy.load(tmp_path / "p")
    assert_array_equal(nlp("UNITED STATES").vector, adapted["united_states"])
