"""Results as frames of pandas, polars and pyarrow."""

import sys
from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from embedadapt.core.errors import MissingExtraError, SettingsError
from embedadapt.report.frames import PARTS, rows
from embedadapt.text.lookup import Neighbors
from embedadapt.workflows.neighbors import find_neighbors
from tests.core.make import ADAPTER, BASE
from tests.oov.make import report
from tests.report.make import evaluation

REPORT = report('The "Indemnitor", shall\npay', "the lessor")
NEIGHBORS = find_neighbors(BASE, ["lease", "nothing"], topn=2)
RESULTS = {type(value): value for value in (REPORT, evaluation(), ADAPTER, NEIGHBORS)}


def test_every_part_of_every_result_has_as_many_cells_as_columns():
    assert set(RESULTS) == set(PARTS)
    for kind, parts in PARTS.items():
        for part in parts:
            columns, found = rows(RESULTS[kind], part)
            assert found, part
            assert all(len(row) == len(columns) for row in found), part
            assert len(set(columns)) == len(columns), part


def first(value, part=None):
    columns, [row, *_] = rows(value, part)
    return dict(zip(columns, row, strict=True))


def test_a_report_in_frames():
    word = first(REPORT)
    assert (word["word"], word["count"], word["documents"]) == ("indemnitor", 1, 1)
    assert (word["document"], word["context"]) == ("0.txt", 'The "Indemnitor", shall pay')
    assert (word["meant"], word["composed"], word["ngrams"]) == (None, False, None)
    document = first(REPORT, "documents")
    assert (document["document"], document["pieces"], document["unknown_pieces"]) == ("0.txt", 4, 2)
    causes = rows(REPORT, "causes")[1]
    assert sum(row[7] for row in causes) == pytest.approx(1)
    assert first(REPORT, "readings")["token_rate"] == REPORT.raw.token_rate
    assert first(REPORT, "bands")["least"] == 1


def test_an_evaluation_in_frames():
    result = evaluation()
    scores = first(result)
    assert (scores["vectors"], scores["scale"], scores["is_baseline"]) == ("add 1", "1.0", False)
    assert (scores["change"], scores["change_low"], scores["change_high"]) == (-0.2, -0.24, -0.15)
    assert (scores["domain_overlap"], scores["new_words"]) == (0.2, None)
    measure = first(result, "measures")
    assert (measure["measure"], measure["set"], measure["vectors"]) == ("Word pairs", "MEN", "base")
    assert (measure["value"], measure["change"], measure["n"]) == (0.5, None, 300)
    moved = first(result, "moved")
    assert (moved["word"], moved["documents"]) == ("party", 40)
    assert moved["before"].startswith("party, rent, ") and moved["before"] != moved["after"]
    assert first(result, "new_words")["word"] == "sublessor"


def test_an_adapter_in_a_frame():
    adapter = replace(
        ADAPTER,
        specificity=np.array([3, np.nan, -1], np.float32),
        confidence=np.array([0.5], np.float32),
        document_counts=np.array([2, 1, 2]),
    )
    assert rows(adapter, "words")[1] == [
        ("lease", 4, 2, False, 3.0, 1.0, None),
        ("lessor", 3, 1, True, None, 2.0, 0.5),
        ("the", 2, 2, False, -1.0, 4.0, None),
    ]
    assert first(ADAPTER)["specificity"] is None and first(ADAPTER)["documents"] is None


def test_neighbors_in_a_frame_and_short():
    found = rows(NEIGHBORS, None)[1]
    assert found == [
        ("lease", 1, "cat", pytest.approx(0.7071067)),
        ("lease", 2, "the", pytest.approx(0)),
    ]
    assert repr(NEIGHBORS["lease"]) == "WordNeighbors('lease': cat 0.71, the 0.00)"
    assert repr(NEIGHBORS["nothing"]) == "WordNeighbors('nothing': no vector)"


def test_a_part_that_there_is_not_is_named_with_those_that_there_are():
    with pytest.raises(SettingsError, match=r"one of words, documents, .*found 'word'"):
        REPORT.to_arrow("word")


def test_pandas():
    pytest.importorskip("pandas")
    frame = REPORT.to_pandas()
    assert frame["word"].tolist() == ["indemnitor"] and frame["count"].sum() == 1
    assert isnan(evaluation().to_pandas()["change"][1])
    assert [*Neighbors().to_pandas().columns] == ["query", "rank", "word", "cosine"]


def test_polars():
    polars = pytest.importorskip("polars")
    frame = evaluation().to_polars("measures")
    assert frame.filter(polars.col("vectors") == "add 1")["change"].to_list() == [-0.1, 0.2]
    assert Neighbors().to_polars().columns == ["query", "rank", "word", "cosine"]


def test_arrow():
    table = ADAPTER.to_arrow("words")
    assert table["word"].to_pylist() == ["lease", "lessor", "the"]
    assert table["delta_length"].to_pylist() == [1, 2, 4]
    assert Neighbors().to_arrow().num_rows == 0


@pytest.mark.parametrize(
    ("verb", "package", "extra"),
    [
        ("to_pandas", "pandas", "frames"),
        ("to_polars", "polars", "frames"),
        ("to_arrow", "pyarrow", "frames"),
        ("plot", "matplotlib", "plots"),
    ],
)
def test_a_package_that_is_missing_is_named_with_its_extra(verb, package, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"{package}.*\[{extra}\]"):
        getattr(REPORT, verb)()
