"""A census taken in parts."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedadapt.core.engine import Here
from embedadapt.core.errors import CorpusError
from embedadapt.oov import causes, census, residuals, sightings
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.sightings import Pairs, hashes_of
from embedadapt.text import partitions
from embedadapt.text.readers import open_corpus
from tests.engines import InParts
from tests.oov.make import LOWER, WORDS, Texts, table

LICENCES = Path(__file__).parents[2] / "corpora/en/licences"
TELLING = ["The", "LESSOR,", "l’acheteur", "non-exclusive", "(the", "Indemnitor", "§", "x@y.com"]
pieces = st.sampled_from([*WORDS, *TELLING]) | st.text(max_size=6)
texts = st.lists(st.lists(pieces, max_size=12).map(" ".join), min_size=1, max_size=6)
FEW = ("the", "of", "and", "software", "license", "licensed", "program", "under", "this", "with")
UPPER = replace(LOWER, case="upper")
TABLES = [(table(), LOWER), (table(FEW), LOWER), (table(tuple(map(str.upper, FEW))), UPPER)]


@pytest.fixture(autouse=True, scope="module")
def few_words_are_many() -> Iterator[None]:
    """Causes are told in parts too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(residuals, "MANY", 1)
        patch.setattr(residuals, "FEWEST_WORKERS", 2)
        patch.setattr(sightings, "CELLS", 1 << 16)  # hundreds of tables of 32 MB take long
        yield


@settings(max_examples=15)
@given(texts, st.integers(1, 4))
def test_a_report_does_not_depend_on_the_parts(texts: list[str], n_parts: int) -> None:
    corpus = Texts(tuple(texts))
    if not any(text.split() for text in texts):
        with pytest.raises(CorpusError, match="no words"):
            analyze_tables(corpus, TABLES, engine=InParts(n_parts))
        return
    one, several = (analyze_tables(corpus, TABLES, engine=e) for e in (Here(), InParts(n_parts)))
    assert one == several


@settings(max_examples=15)
@given(texts.filter(lambda some: any(map(str.split, some))))
def test_nor_does_it_depend_on_whether_chunks_are_cut_already(texts: list[str]) -> None:
    """In several parts, pieces are cut again for their causes."""
    reports = []
    for few, many in ((-1, 0), (-1, causes.MANY), (census.FEW_CHARACTERS, 0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(census, "FEW_CHARACTERS", few)
            patch.setattr(causes, "MANY", many)
            for engine in (Here(), InParts(2)):
                reports.append(analyze_tables(Texts(tuple(texts)), TABLES, engine=engine))
    assert all(report == reports[0] for report in reports)


def test_nor_does_that_of_real_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "SMALLEST", 1)
    corpus = open_corpus(sorted(LICENCES.glob("[a-c]*.txt")))
    one, several = (analyze_tables(corpus, TABLES, engine=e) for e in (Here(), InParts(9)))
    assert one == several
    assert len(one[0].words) > 100


def test_nor_do_causes_that_the_words_of_other_parts_tell() -> None:
    """Of a garbled document, of one that lost its spaces, and of text with formulas."""
    known = ("premises", "purchase", "material", "interest", "delivery", *WORDS)
    corpus = Texts(
        (
            " ".join(f"the {word} shall pay" for word in known) * 30,
            "the premlses purchasc materlal intercst dclivery shall wtqopq pay",
            "thematerial, thepurchase and thedelivery of materialinterest",
            "of CaCO3, TiO2, H2O: KNH2",
        )
    )
    tables = [(table(known), LOWER)]
    one, several = (analyze_tables(corpus, tables, engine=e)[0] for e in (Here(), InParts(4)))
    assert one == several
    found = {word.word: word.cause for word in one.words}
    told = ("wtqopq", "knh2", "materialinterest")
    assert [found[word] for word in told] == ["debris", "formula", "joined"]


def test_pairs_add_up_and_travel() -> None:
    one, other, whole = Pairs(), Pairs(), Pairs()
    names = hashes_of(["force", "majeure"])
    one.add(names, np.array([0, 1, 0], np.int32), np.array([2, 2, 3]))  # the second is empty
    other.add(names, np.array([1, 0, 1], np.int32), np.array([3]))
    whole.add(names, np.array([0, 1, 0], np.int32), np.array([2, 3]))
    whole.add(names, np.array([1, 0, 1], np.int32), np.array([3]))
    total = pickle.loads(pickle.dumps(one)) + pickle.loads(pickle.dumps(other))
    for pair in (("force", "majeure"), ("majeure", "force"), ("force", "force")):
        assert total.count(*pair) == whole.count(*pair)
    assert total.count("force", "majeure") == 2
    assert total.count("majeure", "force") == 1, "not over the end of a sentence"


def test_english_text_imports_nothing_that_names_elsewhere_need() -> None:
    """scipy.special is slow to import, and only the evidence of names needs it."""
    code = "import sys, embedadapt.oov.analyze; sys.exit('scipy.special' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
