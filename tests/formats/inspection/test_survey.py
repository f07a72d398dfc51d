"""Every defect is found, each with its place, and a sound file has none."""

import bz2
import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from embedadapt.core.errors import FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.inspection.defects import PLACES_KEPT, REPAIRS, DefectKind
from embedadapt.formats.inspection.survey import Survey, survey_file
from tests.formats.make import (
    PLAIN_WORDS,
    by_message,
    make_vectors,
    save_or_reject,
    tables,
    written,
)

ROWS = [b"the 0.5 1\n", b"of 2 3\n", b"lessee -1 4\n"]


def survey_of(path: Path) -> Survey:
    survey = survey_file(path)
    assert survey is not None
    return survey


def found_in(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Kind to places."""
    defects = survey_of(path).defects
    return {defect.kind: [(p.where, p.found) for p in defect.places] for defect in defects}


def text(*odd: bytes, header: bytes = b"") -> bytes:
    """Three sound rows, then others."""
    return header + b"".join([*ROWS, *odd])


TEXT_DEFECTS = [
    (text(b"to 1\n"), "short row", ("line 4", "1 value after 'to', not 2")),
    (text(b"to\n"), "short row", ("line 4", "0 values after 'to', not 2")),
    (text(b"to 1 2 3\n"), "long row", ("line 4", "3 values after 'to', not 2")),
    (text(b"to 1 NaN\n"), "NaN or infinity", ("line 4", "NaN after 'to'")),
    (text(b"to -inf 1\n"), "NaN or infinity", ("line 4", "-inf after 'to'")),
    (text(b"to 1 1e39\n"), "NaN or infinity", ("line 4", "1e39, beyond float32, after 'to'")),
    (text(b"to 1 x\n"), "not a number", ("line 4", "'x' for a value after 'to'")),
    (text("to 1 ٣.٥\n".encode()), "not a number", ("line 4", "'٣.٥' for a value after 'to'")),
    (text(b"to 1,000.5 2\n"), "not a number", ("line 4", "'1,000.5' for a value after 'to'")),
    (text(b"to 1,5 2\n"), "decimal comma", ("line 4", "after 'to'")),
    (text(b" 1 2\n"), "empty word", ("line 4", "a row that begins with its separator")),
    (text(b"of 9 9\n"), "repeated word", ("line 4", "'of' again, first in line 2")),
    (text(b"na\xefve 1 2\n"), "not UTF-8", ("line 4", "'na\\xefve'")),
    (text(b"New York 1 2\n"), "space in a word", ("line 4", "'New York'")),
    (text("a\u00a0b 1 2\n".encode()), "Unicode space in a word", ("line 4", r"'a\xa0b'")),
    (text("\u2028 1 2\n".encode()), "Unicode space in a word", ("line 4", r"'\u2028'")),
    (text(b"a\0b 1 2\n"), "control character in a word", ("line 4", r"'a\x00b'")),
    (text(b"to 1 2\r\n"), "CRLF line end", ("line 4", "a carriage return")),
    (b"\xef\xbb\xbf" + text(), "byte order mark", ("byte 0", "EF BB BF before the first line")),
    (text(b"to\t1\t2\n"), "tabs between fields", ("line 4", "tabs for spaces")),
    (text(b"1 2 3\n").replace(b" ", b"\t"), "tabs between fields", ("line 1", "throughout")),
    (text(header=b"3 2\n").replace(b" ", b"\t"), "tabs between fields", ("line 1", "throughout")),
    (text(b"a\tb 1 2\n"), "control character in a word", ("line 4", r"'a\tb'")),
    (text(b"to  1 2\n"), "doubled space", ("line 4", "after 'to'")),
    (text(b"\n", b"to 1 2\n"), "blank line", ("line 4", "no row")),
    (text(b"to 1 2"), "no final line feed", ("line 4", "so was its last number")),
    (text(b"to 1"), "cut or damaged file", ("line 4", "ends after 1 of 2 values of 'to'")),
    (text(header=b"4 2\n"), "wrong header", ("line 1", "announces 4 rows, the file has 3")),
    (text(header=b"2 2\n"), "wrong header", ("line 1", "announces 2 rows, the file has 3")),
    (text(header=b"3 9\n"), "wrong header", ("line 1", "announces 9 values a row, most rows have")),
    (text().decode().encode("utf-16"), "UTF-16", ("byte 0", "UTF-16-LE")),
    (text().replace(b"\n", b"\r"), "CR line end", ("line 1", "a carriage return alone")),
    (gzip.compress(text())[:-3], "cut or damaged file", ("after 29 unpacked bytes", "")),
    (gzip.compress(text()) + b"more", "cut or damaged file", ("after 29 unpacked bytes", "")),
]


@pytest.mark.parametrize(("content", "kind", "place"), TEXT_DEFECTS, ids=by_message)
def test_a_defect_of_a_text_is_found_where_it_stands(
    tmp_path: Path, content: bytes, kind: str, place: tuple[str, str]
) -> None:
    found = found_in(written(tmp_path / "t.txt", content))
    assert list(found) == [kind]
    ((where, what),) = found[kind]
    assert where == place[0]
    assert place[1] in what


def row(word: bytes, *values: float, end: bytes = b"\n") -> bytes:
    return word + b" " + struct.pack(f"<{len(values)}f", *values) + end


BINARY = row(b"the", 0.5, 1) + row(b"of", 2, 3)
BINARY_DEFECTS = [
    (b"3 2\n" + BINARY + row(b"to", 1, np.nan), "NaN or infinity", ("row 3", "nan in 'to'")),
    (
        b"3 2\n" + BINARY + row(b"of", 1, 2),
        "repeated word",
        ("row 3", "'of' again, first in row 2"),
    ),
    (b"3 2\n" + BINARY + row(b"", 1, 2), "empty word", ("row 3", "begins with its space")),
    (b"3 2\n" + BINARY + row(b"\xe9", 1, 2), "not UTF-8", ("row 3", r"'\xe9'")),
    (b"3 2\n" + BINARY + row(b"a\tb", 1, 2), "control character in a word", ("row 3", r"'a\tb'")),
    (b"9 2\n" + BINARY, "wrong header", ("byte 0", "announces 9 rows, the file has 2")),
    (b"1 2\n" + BINARY, "wrong header", ("byte 0", "announces 1 rows, the file has 2")),
    (b"2 2\n" + BINARY + b"appended", "trailing bytes", ("byte 29", "more than the rows")),
    (b"2 2\n" + BINARY + row(b"to", 1, np.nan), "trailing bytes", ("byte 29", "more than")),
]


@pytest.mark.parametrize(("content", "kind", "place"), BINARY_DEFECTS, ids=by_message)
def test_a_defect_of_a_binary_file_is_found_where_it_stands(
    tmp_path: Path, content: bytes, kind: str, place: tuple[str, str]
) -> None:
    found = found_in(written(tmp_path / "b.bin", content))
    assert list(found) == [kind]
    ((where, what),) = found[kind]
    assert where == place[0]
    assert place[1] in what


def test_a_binary_file_cut_in_a_row_has_a_wrong_header_too(tmp_path: Path) -> None:
    found = found_in(written(tmp_path / "b.bin", b"2 2\n" + BINARY[:-3]))
    assert found["cut or damaged file"] == [("byte 17", "the file ends inside row 2")]
    assert found["wrong header"] == [("byte 0", "announces 2 rows, the file has 1")]


def test_rows_out_of_step_cannot_be_repaired(tmp_path: Path) -> None:
    wide = b"2 4\n" + b"".join(row(word, 1, 2) for word in (b"the", b"of", b"to", b"a", b"and"))
    survey = survey_of(written(tmp_path / "b.bin", wide))
    assert [(defect.kind, defect.repair) for defect in survey.defects] == [("rows out of step", "")]
    assert not survey.repairable


def test_all_kinds_are_found_in_one_file(tmp_path: Path) -> None:
    rows = [content.removeprefix(text()) for content, *_ in TEXT_DEFECTS[:18]]
    found = found_in(written(tmp_path / "t.txt", text(*rows)))
    assert set(found) == {kind for _, kind, _ in TEXT_DEFECTS[:18]}
    assert found["NaN or infinity"][0][0] == "line 7"


def test_many_are_counted_and_the_first_are_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "t.txt", b"the 1 2\r\n" * 5000)
    crlf, repeats = sorted(survey_of(path).defects, key=lambda defect: defect.kind)
    assert (crlf.total, repeats.total) == (5000, 4999)
    assert [place.where for place in crlf.places] == [f"line {n}" for n in range(1, 11)]
    assert len(repeats.places) == PLACES_KEPT
    assert repeats.places[-1].found == "'the' again, first in line 1"


def test_places_count_on_across_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedadapt.formats.reading.window.WINDOW", 100)
    rows = [f"w{n} 1 {n}\n" for n in range(200)]
    rows[150] = "w150 1\n"
    rows[170] = "w2 1 2\r\n"
    path = written(tmp_path / "t.txt", "".join(rows).encode())
    assert found_in(path) == {
        "short row": [("line 151", "1 value after 'w150', not 2")],
        "repeated word": [("line 171", "'w2' again, first in line 3")],
        "CRLF line end": [("line 171", "a carriage return")],
    }
    content = b"300 2\n" + b"".join(
        row(b"w%d" % n, 1, n if n != 222 else np.inf) for n in range(300)
    )
    found = found_in(written(tmp_path / "b.bin", content))
    assert found == {"NaN or infinity": [("row 223", "inf in 'w222'")]}


@given(vectors=tables(PLAIN_WORDS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", ["word2vec-text", "word2vec-binary"])
def test_what_is_sound_is_kept_whole(tmp_path: Path, name: str, vectors: WordVectors) -> None:
    """Unusual words are told of, but nothing is left out and no row is refused."""
    save_or_reject(vectors, tmp_path / "t", name)
    survey = survey_of(tmp_path / "t")
    assert survey.words == vectors.vocabulary.words
    assert {defect.repair for defect in survey.defects} <= {"kept as it is"}
    exact = np.linalg.norm(vectors.matrix.astype(np.float64), axis=1)
    np.testing.assert_allclose(survey.norms, exact)


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (b"the of", "ASCII"),
        ("naïve été".encode(), "UTF-8"),
        ("naïve été".encode("latin-1"), "Windows-1252, by the look of it"),
        ("naïve".encode() + b" \xe9t\xe9", "UTF-8, damaged"),
    ],
)
def test_the_encoding_is_told_by_all_words(tmp_path: Path, words: bytes, encoding: str) -> None:
    content = b"".join(word + b" 1 2\n" for word in words.split(b" "))
    assert survey_of(written(tmp_path / "t.txt", content)).encoding == encoding


def test_packed_files_are_surveyed_unpacked(tmp_path: Path) -> None:
    for pack in (gzip.compress, bz2.compress):
        found = found_in(written(tmp_path / "t", pack(text(b"to 1\n"))))
        assert found["short row"] == [("line 4", "1 value after 'to', not 2")]


@pytest.mark.parametrize("content", [b"", b"  \n", b"prose, not numbers\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FormatError):
        survey_file(written(tmp_path / "t", content))


def test_every_kind_has_its_rule() -> None:
    assert set(REPAIRS) == set(DefectKind)


def test_a_long_table_reads_alike_both_ways(tmp_path: Path) -> None:
    vectors = make_vectors([f"word{n}" for n in range(3000)], dim=20)
    save_vectors(vectors, tmp_path / "t.vec")
    survey, loaded = survey_of(tmp_path / "t.vec"), load_vectors(tmp_path / "t.vec")
    assert survey.words == loaded.vocabulary.words
    assert survey.defects == ()
    np.testing.assert_allclose(survey.norms, loaded.norms, rtol=1e-6)
