from pathlib import Path

import pytest

from embedadapt.text.languages import foreign_language, main_language
from embedadapt.text.sentences import sentences

CORPORA = Path(__file__).parents[2] / "corpora"


def texts_in(language: str) -> list[str]:
    return [file.read_text("utf-8") for file in sorted(CORPORA.glob(f"{language}/*/*.txt"))[:5]]


@pytest.mark.parametrize(("main", "other"), [("en", "fr"), ("fr", "en")])
def test_passages_of_the_shipped_corpora(main: str, other: str) -> None:
    assert main_language(texts_in(main)) == main
    found = [foreign_language(s, main) for text in texts_in(main) for s in sentences(text)]
    assert len(found) > 300
    assert sum(language is not None for language in found) < 0.003 * len(found)
    long = [s for text in texts_in(other) for s in sentences(text) if len(s.split()) > 15]
    told = [foreign_language(s, main) for s in long]
    assert told.count(other) > 0.9 * len(told)


PASSAGES = {
    "de": "Der Mieter verpflichtet sich, die Miete bis zum dritten Werktag zu zahlen.",
    "es": "El arrendatario se obliga a pagar la renta dentro de los cinco días de cada mes.",
    "it": "Il conduttore si obbliga a pagare il canone entro i primi cinque giorni di ogni mese.",
}


@pytest.mark.parametrize("language", PASSAGES)
def test_other_languages(language: str) -> None:
    assert foreign_language(PASSAGES[language], "en") == language
    assert foreign_language(PASSAGES[language], language) is None


@pytest.mark.parametrize(
    "text",
    [
        "force majeure et cas fortuit",
        "Müller GmbH, 12 Rue de la Paix, Paris, Schmidt, Weber AG, Bonn, Dupont",
        "450 Lexington Avenue NE Suite 12 c/o Bank of Rio do Sul e Cia no@com.br a e o a e o",
    ],
)
def test_few_words_names_and_addresses_are_in_no_language(text: str) -> None:
    assert foreign_language(text, "en") is None
