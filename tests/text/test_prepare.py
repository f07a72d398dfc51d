import json
from dataclasses import replace

import pytest

from embedadapt.core.corpus import Document
from embedadapt.core.errors import SettingsError
from embedadapt.text.duplicates import SeenClauses
from embedadapt.text.prepare import (
    STEPS,
    Preparation,
    PreparedCorpus,
    PrepareSettings,
    rejoin_words,
)

CLAUSE = (
    "The Licensor grants the Licensee a worldwide, royalty-free and non-exclusive licence to use "
    "the Work in any medium for the whole term of this Agreement, subject to Section 4.2 below."
)
ENGLISH = "The parties agree that the rent is due on the first day of each month of the term."
FRENCH = "Les parties ont exigé que le présent contrat soit rédigé dans la langue anglaise."


def prepared(*texts: str, **settings: object) -> tuple[list[str], Preparation]:
    documents = [Document(f"d{i}", text) for i, text in enumerate(texts)]
    corpus = PreparedCorpus(documents, PrepareSettings(**settings))
    found = list(corpus)
    assert [d.name for d in found] == [d.name for d in documents]
    assert corpus.preparation is not None
    assert list(corpus) == found
    return [document.text for document in found], corpus.preparation


def test_every_step_does_its_work_and_says_so() -> None:
    text = (
        f"{ENGLISH}\n- 3 -\nThe agreement of the lessorâ€™s. Such agree-\nment binds.\n{FRENCH}\n"
    )
    found, done = prepared(text, ENGLISH)
    assert found == [f"{ENGLISH}\nThe agreement of the lessor’s.\nSuch agreement binds.", ""]
    assert done == Preparation(
        language="en",
        n_documents=2,
        dropped=done.dropped,
        n_sentences=5,
        n_words=18 + 5 + 3 + 14 + 18,
        repaired_documents=1,
        rejoined_words=1,
        dropped_lines=1,
        exact_repeats=1,
        repeated_words=18,
        foreign_passages=done.foreign_passages,
        foreign_words=14,
    )
    assert done.foreign_passages == {"fr": 1}
    assert done.dropped == {"repeated": 1}
    assert done.to_dict()["repeated_share"] == pytest.approx(18 / 58)


def test_every_document_without_text_left_is_dropped_for_a_reason() -> None:
    texts = (ENGLISH, ENGLISH, FRENCH, " \n", "- 3 -\n", f"{ENGLISH}\n{FRENCH}", "Short.", "Short.")
    found, done = prepared(*texts)
    assert done.dropped == {
        "repeated": 1,
        "foreign": 1,
        "empty": 1,
        "pages": 1,
        "foreign and repeated": 1,
    }
    kept = [text for text in found if text]
    assert done.kept_documents == len(kept) == 3
    assert done.kept_words == sum(len(text.split()) for text in kept)
    told = json.loads(json.dumps(done.to_dict()))
    assert told["dropped"] == done.dropped
    assert told["foreign_passages"] == {"fr": 2}
    assert (told["kept_documents"], told["kept_words"]) == (3, done.kept_words)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_can_be_turned_off(step: str) -> None:
    text = (
        f"{ENGLISH}\n- 3 -\nThe agreement of the lessorâ€™s. Such agree-\nment binds.\n{FRENCH}\n"
    )
    found, _ = prepared(text + ENGLISH, steps=tuple(s for s in STEPS if s != step))
    left = {"repair": "â€™", "pages": "- 3 -", "rejoin": "agree-", "foreign": FRENCH}
    for other, trace in left.items():
        assert (trace in found[0]) == (other == step)
    assert found[0].count(ENGLISH) == 1 + (step == "repeats")


def test_without_steps_the_sentences_stay() -> None:
    found, done = prepared(f"{CLAUSE} {CLAUSE}\n{FRENCH}", steps=())
    assert found == [f"{CLAUSE}\n{CLAUSE}\n{FRENCH}"]
    assert replace(done, n_documents=0, n_sentences=0, n_words=0) == Preparation()


def test_quotation_marks_are_left_as_they_are() -> None:
    assert prepared("L’œuvre « libre » de l’auteur.", language="fr")[0] == [
        "L’œuvre « libre » de l’auteur."
    ]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (CLAUSE, "exact"),
        (CLAUSE.replace("4.2", "11.3").upper(), "exact"),
        (CLAUSE.replace("below", "hereof"), "near"),
        (CLAUSE.replace("Licens", "Less"), "no"),
        (ENGLISH, "no"),
    ],
)
def test_clauses_repeat_exactly_or_nearly(clause: str, expected: str) -> None:
    seen = SeenClauses()
    assert seen.repeated([CLAUSE]) == ["no"]
    assert seen.repeated([clause]) == [expected]
    assert seen.repeated([]) == []


def test_short_lines_are_no_repeated_clauses() -> None:
    assert SeenClauses().repeated(["Article 1", "Article 1", ""]) == ["no", "no", "no"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agreement; agree-\nment", "agreement; agreement"),
        ("Agreement. AGREE-\r\n  ment", "Agreement. AGREEment"),
        ("agreement; agree\xad\nment", "agreement; agreement"),
        ("agree-\nment", "agree-\nment"),
        ("non-exclusive; non-\nexclusive", "non-exclusive; non-\nexclusive"),
        ("salarié; sala-\nrié", "salarié; salarié"),
        ("agreement; agree-\n\nment", "agreement; agree-\n\nment"),
    ],
)
def test_words_are_rejoined_that_stand_whole_elsewhere(text: str, expected: str) -> None:
    assert rejoin_words(text) == (expected, int(expected != text))


@pytest.mark.parametrize("settings", [{"steps": ("polish",)}, {"language": "xx"}])
def test_unknown_settings_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        PrepareSettings(**settings)
