from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.core.errors import FormatError, SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.normalize import Normalizer
from embedadapt.text.phrases import (
    CONNECTORS,
    FUNCTION_WORDS,
    Phrase,
    _plain_normalizer,
    _Runs,
    learn_phrases,
    load_phrases,
    save_phrases,
)
from embedadapt.text.readers import open_corpus
from tests import naive
from tests.oracles import Phrases

CORPORA = Path(__file__).parents[2] / "corpora"

FILLERS = "Le bailleur paie. Un preneur vend ce bien. La société cède sa part. Tel juge statue."
TEXT = (
    "L’abus de position dominante est interdit. Cas de Force Majeure, sauf accord. "
    "L’abus de position dominante ; toute force majeure est notifiée. " + FILLERS + " "
)


def learned(text: str, **settings: float) -> dict[str, int]:
    found = learn_phrases([Document("a", text)], **settings)
    return {phrase.words: phrase.count for phrase in found}


def test_words_that_keep_together_are_phrases_with_their_connectors_inside():
    found = learned(TEXT * 10)
    assert found["force_majeure"] == 20
    assert found["abus_de_position_dominante"] == 20
    assert "notifiée" not in " ".join(found), "a function word stands between"


def test_the_thresholds_are_thresholds():
    assert "force_majeure" in learned(TEXT * 5)
    assert "force_majeure" not in learned(TEXT * 4)
    assert "force_majeure" in learned(TEXT * 4, min_count=8)
    assert learned(TEXT * 10, min_score=1.0) == {}


@pytest.mark.parametrize("folder", ["en/licences", "fr/conventions_collectives"])
def test_legal_text_gives_terms_of_art(folder):
    found = learn_phrases(open_corpus(sorted((CORPORA / folder).glob("*.txt"))[:40]))
    names = {phrase.words for phrase in found}
    wanted = {
        "en/licences": {"intellectual_property", "source_code", "third_party"},
        "fr/conventions_collectives": {"contrat_de_travail", "période_d'_essai", "force_majeure"},
    }[folder]
    assert wanted <= names
    for name in names:
        first, *_, last = name.split("_")
        assert not {first, last} & CONNECTORS
        assert not set(name.split("_")) & (FUNCTION_WORDS["en"] - CONNECTORS)
    assert all(0 < phrase.score < 1.001 for phrase in found)
    weights = [phrase.count * phrase.score for phrase in found]
    assert weights == sorted(weights, reverse=True)


WORDS = ["bail", "loyer", "preneur", "juge", "pénale", "de", "la"]
RUNS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), min_size=1, max_size=12)


@given(RUNS, st.integers(1, 3), st.sampled_from([-1.0, 0.0, 0.3, 0.6]))
def test_phrases_are_those_of_the_slow_twin(runs, min_count, min_score):
    text = ", ".join(" ".join(run) for run in runs)
    found = learn_phrases([Document("a", text)], min_count=min_count, min_score=min_score)
    expected = naive.phrases(runs, CONNECTORS, min_count, min_score)
    assert {one.words: (one.count, one.score) for one in found} == expected


@pytest.mark.parametrize("folder", ["en/licences", "fr/conventions_collectives"])
@pytest.mark.parametrize(("min_count", "min_score"), [(10, 0.6), (2, 0.2)])
def test_phrases_are_gensims(folder, min_count, min_score):
    corpus = open_corpus(sorted((CORPORA / folder).glob("*.txt"))[:40])
    settings = {"min_count": min_count, "threshold": min_score, "scoring": "npmi"}
    runs = list(_Runs(corpus, _plain_normalizer()))
    expected = {}
    for delimiter in "_~":
        model = Phrases(runs, connector_words=CONNECTORS, delimiter=delimiter, **settings)
        for joined, score in model.export_phrases().items():
            expected[joined.replace("~", "_")] = (model.vocab[joined], score)
        runs = [model[run] for run in runs]
    found = learn_phrases(corpus, min_count=min_count, min_score=min_score)
    assert {one.words: (one.count, one.score) for one in found} == expected
    assert len(expected) > 40


def test_thresholds_that_mean_nothing_are_refused():
    for settings in ({"min_count": 0}, {"min_score": 1.5}):
        with pytest.raises(SettingsError, match="min_count from 1 on and min_score from -1 to 1"):
            learned(TEXT, **settings)


def test_a_normalizer_joins_the_phrases_it_is_given():
    table = Vocabulary(["force", "majeure", "Force", "cas", "de", "d'", "affaires"])
    phrases = ("force_majeure", "chiffre_d'_affaires")
    lower = Normalization(case="lower", apostrophe="straight", elision="split", phrases=True)
    for rules in (lower, Normalization(case="fallback", elision="split", phrases=True)):
        joined = Normalizer(rules, table, phrases)
        assert joined.sentence(["Cas", "de", "Force", "Majeure"])[-1] == "force_majeure"
        assert joined.sentence(["chiffre", "d’affaires"]) == ["chiffre_d'_affaires"]
        assert joined.words("force_majeure") == ("force_majeure",)
    apart = Normalizer(Normalization(case="lower"), table, phrases)
    assert apart.sentence(["force", "majeure"]) == ["force", "majeure"]


def test_what_is_saved_loads_and_may_be_edited(tmp_path):
    phrases = [Phrase("force_majeure", 12, 0.9), Phrase("chiffre_d'_affaires", 9, 1.0)]
    save_phrases(phrases, tmp_path / "p.txt")
    assert (
        tmp_path / "p.txt"
    ).read_text() == "force_majeure\t12\t0.900\nchiffre_d'_affaires\t9\t1.000\n"
    with (tmp_path / "p.txt").open("a") as stream:
        stream.write("\nclause_pénale\r\n")
    assert load_phrases(tmp_path / "p.txt") == (
        "force_majeure",
        "chiffre_d'_affaires",
        "clause_pénale",
    )
    (tmp_path / "p.txt").write_text("force_majeure\nforce majeure\n")
    with pytest.raises(FormatError, match="line 2: expected words joined by _"):
        load_phrases(tmp_path / "p.txt")
    with pytest.raises(FormatError, match="none: expected a file that can be read"):
        load_phrases(tmp_path / "none")
