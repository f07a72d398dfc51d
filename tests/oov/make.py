"""Small tables, corpora and reports for the tests of the analyzer and of its reports."""

from dataclasses import dataclass

import numpy as np

from embedadapt.adaptation.sense_shifts import SenseShift
from embedadapt.core.corpus import Context, Document
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import Provenance, SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.result import OOVReport

WORDS = (
    "the",
    "lessor",
    "shall",
    "pay",
    "l'",
    "acheteur",
    "'s",
    "non",
    "exclusive",
    ",",
    ".",
    "(",
    ")",
)

LOWER = Normalization(
    case="lower", apostrophe="straight", elision="split", hyphen="split", unicode="NFC"
)


@dataclass(frozen=True)
class Texts:
    """A corpus of the texts given: documents `0.txt`, `1.txt`, …"""

    texts: tuple[str, ...]

    def __iter__(self):
        return (Document(f"{number}.txt", text) for number, text in enumerate(self.texts))


def table(
    words: tuple[str, ...] = WORDS, *, subwords: SubwordTable | None = None, n_shared_keys: int = 0
) -> WordVectors:
    return WordVectors(
        Vocabulary(words),
        np.ones((len(words), 3), dtype=np.float32),
        subwords=subwords,
        provenance=Provenance("glove", "tiny.txt", n_shared_keys),
    )


def report(*texts: str, **changes) -> OOVReport:
    return analyze_tables(Texts(texts), [(table(**changes), LOWER)])[0]


def sense_shift(word: str = "party") -> SenseShift:
    line = Context("0.txt", f"each {word} hereto shall pay", 5, 5 + len(word))
    near = ("election", "leader"), ("hereto",)
    return SenseShift(word, 1234, 56, 2.7, -2.9, 0.5, 3.0, *near, line)
