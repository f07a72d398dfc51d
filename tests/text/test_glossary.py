import csv
from pathlib import Path

import pytest

from embedadapt.core.corpus import Document
from embedadapt.core.errors import FormatError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.glossary import Glossary, find_definitions, read_glossary
from embedadapt.text.normalize import Normalizer

WORDS = Vocabulary(["sublicensee", "person", "license", "the"])


def glossary_of(terms: dict[str, str]) -> Glossary:
    return Glossary.of(terms, Normalizer(Normalization(case="lower"), WORDS), WORDS)


def test_terms_and_definitions_are_read_by_tabs_and_by_commas(tmp_path: Path) -> None:
    tabs, commas = tmp_path / "a.tsv", tmp_path / "a.csv"
    tabs.write_text("# terms\nLessor\tone who lets\nLessor\ta landlord\n\n", "utf-8")
    commas.write_text('Lessor,"one, who lets"\n', "utf-8")
    assert read_glossary(tabs) == {"Lessor": "one who lets a landlord"}
    assert read_glossary(commas) == {"Lessor": "one, who lets"}


def test_a_line_without_a_definition_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("Lessor\tone\nLessee\n", "utf-8")
    with pytest.raises(FormatError, match="line 2: expected a term, a tab and its definition"):
        read_glossary(path)


def test_a_line_that_csv_cannot_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Lessor,one\nLessee,{'x' * 200_000}\n", "utf-8")
    before = csv.field_size_limit(131_072)  # as it is before a corpus is read
    with pytest.raises(FormatError, match="line 2: found field larger than field limit"):
        read_glossary(path)
    csv.field_size_limit(before)


def test_a_missing_glossary_is_one_line_and_python_s_own_kind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected a file that can be read") as caught:
        read_glossary(tmp_path / "none.tsv")
    assert isinstance(caught.value, FormatError)


def test_a_definition_is_in_words_of_the_corpus() -> None:
    found = glossary_of({"Sublicensee": "the person who takes a License from a sublicensee"})
    assert "sublicensee" not in found.definitions["sublicensee"]
    assert {"person", "license"} <= set(found.definitions["sublicensee"])
    assert not found.unused


def test_what_defines_nothing_is_said() -> None:
    terms = {"Tranche": "a part", "Person": " ", "License": "license"}
    assert glossary_of(terms).unused == {
        "Tranche": "not a word of the corpus",
        "Person": "empty definition",
        "License": "no other word of the corpus defines it",
    }


def test_definitions_are_found_in_texts_of_three_languages() -> None:
    corpus = [
        Document(
            "en",
            'In this deed, "Affiliate" means any person that controls; “Field” shall mean a use.',
        ),
        Document("fr", "« Produit » désigne tout bien vendu. Le « Tarif » s’entend hors taxes."),
        Document("de", "„Lizenzgeber“ bezeichnet die Partei, die die Lizenz erteilt."),
        Document("held out", '"Secret" means unseen.'),
    ]
    assert find_definitions(corpus, {"en", "fr", "de"}) == {
        "Affiliate": "any person that controls",
        "Field": "a use",
        "Produit": "tout bien vendu",
        "Tarif": "hors taxes",
        "Lizenzgeber": "die Partei, die die Lizenz erteilt",
    }
