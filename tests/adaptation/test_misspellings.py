import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.misspellings import find_misspellings
from embedadapt.adaptation.trainer import train_adapter
from embedadapt.core.corpus import Document, EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from tests.adaptation.make import training_text

KNOWN = ("the", "landlord", "signs", "agreement", "today", ".")
TEXT = (
    "The landlord signs the agreement today. " * 500
    + "The landlord signs the agremeent today. " * 2
    + "The landlord signs theagreement today. " * 3
    + "Kind landlord signs. " * 3
    + "Kind landlords signs. " * 2  # another form, whatever stands beside it
    + "The lessor signs the agreement today. " * 40
)


def base(dim: int = 4) -> WordVectors:
    rng = np.random.default_rng(1)
    return WordVectors(Vocabulary(KNOWN), rng.normal(size=(len(KNOWN), dim)).astype(np.float32))


def encoded(*more: str) -> EncodedCorpus:
    texts = (TEXT, *more)
    corpus = [Document(f"{number}.txt", text) for number, text in enumerate(texts)]
    normalizer = Normalizer(Normalization(case="lower"), base().vocabulary)
    return encode_corpus(corpus, count_corpus(corpus, normalizer).vocabulary, normalizer)


def test_misspellings_are_told_from_new_words():
    corpus = encoded()
    known = base().vocabulary.lookup(corpus.vocabulary.words)
    misspellings = find_misspellings(corpus, known, corpus.document_counts)
    assert {word: misspelling.meant for word, misspelling in misspellings.items()} == {
        "agremeent": ("agreement",),
        "theagreement": ("the", "agreement"),
    }


def test_a_word_of_many_documents_is_no_misspelling():
    corpus = encoded(*["The landlord signs the agremeent today."] * 3)
    words = corpus.vocabulary.words
    known = base().vocabulary.lookup(words)
    spread = corpus.document_counts
    counted = dict(zip(words, spread.tolist(), strict=True))
    assert (counted["agremeent"], counted["theagreement"]) == (4, 1)
    assert set(find_misspellings(corpus, known, spread)) == {"theagreement"}
    config = AdaptationConfig.of(epochs=0, dimensions=0, min_count=1)
    adapter = train_adapter(base(), training_text(corpus, base().vocabulary), config).adapter
    assert set(adapter.scores["misspellings"]) == {"theagreement"}


def test_nothing_is_expected_of_a_misspelling():
    config = AdaptationConfig.of(epochs=0, dimensions=0, min_count=1)
    adapter = train_adapter(base(), training_text(encoded(), base().vocabulary), config).adapter
    assert adapter.confidence is not None
    expected = dict(zip(adapter.new_words, adapter.confidence.tolist(), strict=True))
    assert expected["agremeent"] == expected["theagreement"] == 0
    assert np.isnan(expected["lessor"])  # too few known words to tell
    assert adapter.scores["misspellings"] == {
        "agremeent": "agreement",
        "theagreement": "the agreement",
    }
