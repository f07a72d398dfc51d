from collections.abc import Iterator

import numpy as np

from embedadapt.adaptation.config import ReadingSettings
from embedadapt.adaptation.reading import ReadText, read_for_training, read_text
from embedadapt.core.corpus import Document
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary

WORDS = ["the", "force", "majeure", "clause", "stays"]
BASE = WordVectors(Vocabulary(WORDS), np.eye(5, dtype=np.float32))
READING = ReadingSettings(min_count=5)


class Passes:
    """Ten documents, and how often they were read."""

    def __init__(self, phrase_in: int) -> None:
        self.texts = ["the force majeure clause stays"] * phrase_in
        self.texts += ["the clause stays"] * (10 - phrase_in)
        self.n = 0

    def __iter__(self) -> Iterator[Document]:
        self.n += 1
        return (Document(f"{n}.txt", text) for n, text in enumerate(self.texts))


def words_of(text: ReadText) -> set[str]:
    return {text.words.vocabulary.words[i] for i in text.words.token_ids}


def test_a_phrase_is_joined_where_it_is_learned_and_known_by_its_words() -> None:
    corpus = Passes(6)
    text = read_text(BASE, corpus, READING, phrases=["force_majeure"])
    assert "force_majeure" in words_of(text) and "majeure" not in words_of(text)
    assert (text.known.token_ids == WORDS.index("majeure")).sum() == 6
    assert corpus.n == 2, "once to count, once to encode"


def test_a_phrase_too_rare_leaves_its_words_and_costs_one_more_pass() -> None:
    corpus = Passes(3)
    text = read_text(BASE, corpus, READING, phrases=["force_majeure"])
    assert {"force", "majeure"} <= words_of(text)
    assert corpus.n == 3


def test_a_phrase_that_the_text_lacks_costs_nothing() -> None:
    corpus = Passes(6)
    read_text(BASE, corpus, READING, phrases=["force_majeure", "stays_clause"])
    assert corpus.n == 2


def test_documents_trained_on_are_those_without_a_held_out_part() -> None:
    text = read_for_training(BASE, Passes(6), ReadingSettings(min_count=1, held_out=0.2))
    held_out = {text.text.known.document_names[i] for i in np.flatnonzero(text.is_held_out)}
    assert held_out
    assert text.trained_documents == {f"{n}.txt" for n in range(10)} - held_out


def test_a_document_with_a_held_out_passage_is_not_trained_on_whole() -> None:
    documents = [Document(name, "the clause stays.\n\n" * 200) for name in ("a.txt", "b#1.txt")]
    text = read_for_training(BASE, documents, ReadingSettings(min_count=1, held_out=0.2))
    assert text.text.known.unit == "passage"
    assert text.trained_documents == frozenset()
    whole = read_for_training(BASE, documents, ReadingSettings(min_count=1, held_out=0))
    assert whole.trained_documents == {"a.txt", "b#1.txt"}
