import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, sniff_format
from embedadapt.formats.inspection.summary import read_both_ways
from embedadapt.formats.reading import lines, window
from embedadapt.formats.reading.lines import Lines
from embedadapt.formats.reading.window import Window
from embedadapt.formats.word2vec_text import read, write
from tests.formats.make import (
    PLAIN_WORDS,
    assert_same_table,
    by_message,
    make_vectors,
    tables,
    written,
)
from tests.oracles import KeyedVectors, datapath

FILE = b"2 3\nthe 0.5 -1.25 2\nparty 1 1e-3 .5\n"


@given(tables(PLAIN_WORDS))
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, table) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("t") / "t.vec"
    write(table, path)
    assert sniff_format(path) == "word2vec-text"
    assert_same_table(load_vectors(path), table)


def test_gensim_reads_what_we_write(tmp_path: Path) -> None:
    vectors = make_vectors(["the", "naïve", "e\u0301", "👩🏽‍⚖️", "2003"], dim=7)
    write(vectors, tmp_path / "t.vec")
    theirs = KeyedVectors.load_word2vec_format(tmp_path / "t.vec")
    assert tuple(theirs.index_to_key) == vectors.vocabulary.words
    assert np.array_equal(theirs.vectors, vectors.matrix)


@pytest.mark.parametrize("ending", [b"\n", b" \n", b"\r\n", b" \r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_change_nothing(
    tmp_path: Path, ending: bytes, mark: bytes
) -> None:
    expected = read(written(tmp_path / "plain", FILE))
    path = written(tmp_path / "other", mark + FILE.replace(b"\n", ending))
    assert_same_table(load_vectors(path), expected)
    assert_same_table(load_vectors(written(path, path.read_bytes().rstrip(b"\r\n"))), expected)
    assert_same_table(load_vectors(written(path, path.read_bytes() + b"\n\r\n\n")), expected)


def test_gzip_is_told_by_content(tmp_path: Path) -> None:
    path = written(tmp_path / "t.vec", gzip.compress(FILE))
    assert sniff_format(path) == "word2vec-text"
    assert_same_table(load_vectors(path), read(written(tmp_path / "plain", FILE)))


def test_a_table_wider_than_the_window_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = make_vectors([f"w{i}" for i in range(300)], dim=3)
    write(vectors, tmp_path / "t.vec")
    (tmp_path / "t.gz").write_bytes(gzip.compress((tmp_path / "t.vec").read_bytes()))
    monkeypatch.setattr(window, "WINDOW", 257)
    assert_same_table(read(tmp_path / "t.vec"), vectors)
    assert_same_table(read(tmp_path / "t.gz"), vectors)
    write(make_vectors(["x" * 300]), tmp_path / "long.vec")
    assert_same_table(read(tmp_path / "long.vec"), make_vectors(["x" * 300]))
    monkeypatch.setattr(window, "LONGEST", 257)
    monkeypatch.setattr(lines, "LONGEST", 257)
    with pytest.raises(FormatError, match=r"line 2: expected lines of up to 257 bytes"):
        read(tmp_path / "long.vec")


def test_errors_late_in_a_file_name_their_line_and_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b"100 2", *(b"w%d 1 2" % i for i in range(100))]
    monkeypatch.setattr(window, "WINDOW", 64)
    lines[70] = b"w69 1"
    with pytest.raises(FormatError, match=r"line 71: expected 2 values after 'w69', found 1\."):
        read(written(tmp_path / "a", b"\n".join(lines)))
    lines[70] = b"w\xff9 1 2"
    content = b"\n".join(lines)
    with pytest.raises(FormatError, match=rf"line 71, byte {content.index(0xFF)}: .*0xff"):
        read(written(tmp_path / "b", content))


def test_odd_words_keep_their_exact_characters(tmp_path: Path) -> None:
    write(make_vectors(), tmp_path / "t")
    assert_same_table(read(tmp_path / "t"), make_vectors())


def test_a_word_may_hold_spaces_and_is_read_from_the_right(tmp_path: Path) -> None:
    path = written(tmp_path / "t", b"3 2\n. . . 1 2\nNew York 3 4\n1 1/2 5 6\n")
    assert dict(zip(read(path), read(path).matrix.tolist(), strict=True)) == {
        ". . .": [1, 2],
        "New York": [3, 4],
        "1 1/2": [5, 6],
    }


def test_the_first_of_a_repeated_word_is_kept_and_said(tmp_path: Path) -> None:
    path = written(tmp_path / "t", b"5 1\na 1\nb 2\na 3\nc 4\nb 5\n")
    vectors = read(path)
    rows = dict(zip(vectors, vectors.matrix.tolist(), strict=True))
    assert rows == {"a": [1], "b": [2], "c": [4]}
    assert vectors.provenance.notes == (
        "2 rows repeat an earlier word and were left out (the first: 'a', rows 1 and 3)",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"1000000000 3\nthe 1 2 3\n", "line 1: expected at least 7,999,999,999 bytes"),
        (b"3 3\nthe 0.5 0.25 2\nparty 0.5 0.125 2\n", "expected the 3 rows .* found 2"),
        (b"1 3\nthe 0.5 -1.25 2\nparty 1 1e-3 .5\n", "expected the 1 rows .* at least 2"),
        (b"2 0\nthe\nparty\n", "line 1: expected from 1 to 65536 values a word, found 0"),
        (b"0 3\n", "line 1: expected at least one word"),
        (b"2 3\n", "line 1: expected at least 15 bytes"),
        (b"2 3\nthe 0.5 2.5\nparty 1 2.5 .5\n", "line 2: expected 3 values after 'the', found 2"),
        (b"2 3\nthe 1 2 3 4\nparty 1 2 3\n", "line 2: expected 3 values after 'the', found 4"),
        (b"2 3\nthe 1 2 3\nparty 1 2", "line 3: expected 3 values after 'party', found 2"),
        (b"2 3\nthe 1 2 3\nparty 1 nan 2\n", "line 3: expected finite numbers .*, found nan"),
        (b"2 3\nthe 1 2 3\nparty 1 -Inf 2\n", "line 3: expected finite numbers .*, found -Inf"),
        (b"2 3\nthe 1 2 3\nparty 1 1e39 2\n", "line 3: expected numbers within float32"),
        (b"2 3\nthe 1 2 3\nparty 1 0,5 2\n", "line 3: .*Write decimals with a point"),
        ("2 3\nthe 1 2 3\nparty 1 ٣.٥ 2\n".encode(), "line 3: expected 3 values"),
        (b"2 3\nthe 1 2 3\nparty 1 1_0 2\n", "line 3: expected 3 values"),
        (b"2 3\nthe 1 2 3\nparty\t1\t2\t3\n", "line 3: .*not tabs"),
        (b"2 3\nthe 1 2 3\nparty  1 2 3\n", "line 3: expected a word, .* an empty field"),
        (b"2 3\nthe 1 2 3\n 1 2 3\n", "line 3: expected a word"),
        (b"2 3\nthe 1 2 3\n1 2 3\n", "line 3: expected 3 values after '1', found 2"),
        ("2 3\nthe 1 2 3\nnaïve 1 2 3\n".encode("latin-1"), "line 3, byte 16: .*0xef .*iconv"),
        (b"2 3\nthe 1 2 3\nparty\xff 1 2 3 x\n", "line 3: expected 3 values after"),
    ],
    ids=by_message,
)
def test_a_defect_is_one_line_with_its_place(tmp_path: Path, content: bytes, said: str) -> None:
    for path in (
        written(tmp_path / "t.vec", content),
        written(tmp_path / "t.gz", gzip.compress(content)),
    ):
        if path.suffix == ".gz" and b"bytes" in said.encode():
            continue  # the size of packed content is not known beforehand
        with pytest.raises(FormatError, match=said) as caught:
            load_vectors(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_false_header_of_a_packed_file_claims_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path / "t.gz", gzip.compress(b"1000000000 60000\n" + FILE[4:]))
    with pytest.raises(FormatError, match="line 2: expected 60000 values after 'the'"):
        read(path)


@pytest.mark.parametrize("header", ["{} 2", "2 {}", "{} 2 2 3 2 2166136261 < >"])
def test_numbers_of_thousands_of_digits_are_no_header(tmp_path: Path, header: str) -> None:
    """`int` refuses them."""
    lines = header.format("9" * 5_000) + "\n0 1 2\n1 3 4\n"
    path = written(tmp_path / "t.vec", lines.encode())
    with pytest.raises(FormatError) as caught:
        load_vectors(path)
    assert len(str(caught.value)) < 500
    survey = read_both_ways(path).survey
    assert survey is not None and survey.defects


@pytest.mark.parametrize("word", ["", "New York", "a\nb", "\udcff"])
def test_words_the_format_cannot_hold_are_refused(tmp_path: Path, word: str) -> None:
    vectors = WordVectors(Vocabulary([word]), np.ones((1, 2), np.float32))
    with pytest.raises(OutputError, match="safetensors"):
        write(vectors, tmp_path / "t.vec")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name",
    [
        "crime-and-punishment.vec",
        "lee_fasttext.vec",
        "high_precision.kv.txt",
        "word2vec_pre_kv_c",
        "EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt",
    ],
)
def test_files_of_gensims_own_tests_read_as_gensim_reads_them(name: str) -> None:
    theirs = KeyedVectors.load_word2vec_format(datapath(name))
    ours = load_vectors(datapath(name))
    assert ours.vocabulary.words == tuple(theirs.index_to_key)
    assert np.array_equal(ours.matrix.view(np.int32), theirs.vectors.view(np.int32))


def test_lines_are_counted_across_windows(tmp_path: Path) -> None:
    from embedadapt.formats.reading.opening import opening

    with opening(written(tmp_path / "t", b"a\r\n\nb\n")) as source:
        lines = Lines(Window(source, 3))
        assert [lines.take_line() for _ in range(4)] == [b"a", b"", b"b", b""]
        assert lines.number == 4
