import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document, UnreadFiles, unread_files
from embedadapt.core.errors import CorpusError
from embedadapt.report.unread import unread_line
from embedadapt.text.prepare import PreparedCorpus
from embedadapt.text.readers import open_corpus
from embedadapt.text.readers.decoding import decoded


def test_folders_are_walked_in_order_and_read_again(tmp_path: Path) -> None:
    names = ("b/2.txt", "b/10.txt", "a.txt", "b/.hidden.txt", ".git/x.txt", "x.py", "x.csv")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress("gzippé".encode()))
    (tmp_path / "d.jsonl").write_text('{"text": "one"}\n\n{"text": "two"}')
    (tmp_path / "e.jsonl.gz").write_bytes(gzip.compress(b'{"text": "three"}\n'))
    corpus = open_corpus([tmp_path])
    expected = [
        Document(f"{tmp_path}/{name}", text)
        for name, text in [
            *[("a.txt", "a.txt"), ("b/10.txt", "b/10.txt"), ("b/2.txt", "b/2.txt")],
            *[("c.txt.gz", "gzippé"), ("d.jsonl:1", "one"), ("d.jsonl:3", "two")],
            ("e.jsonl.gz:1", "three"),
        ]
    ]
    assert list(corpus) == list(corpus) == expected


def test_a_folder_of_tables_needs_the_name_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,one\n")
    with pytest.raises(CorpusError, match="with --column"):
        open_corpus(tmp_path)
    assert [document.text for document in open_corpus(tmp_path, column="text")] == ["one"]


def test_one_path_needs_no_list(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    for path in (str(tmp_path), tmp_path / "a.txt"):
        assert [document.text for document in open_corpus(path)] == ["one"]


def test_files_of_a_folder_that_are_not_read_are_counted_by_kind(tmp_path: Path) -> None:
    names = ("a.txt", "b.doc", "c/b.txt", "c/a.DOC", "c/plan.png", "rows.csv.gz", "Makefile")
    hidden = (".x.doc", "~$b.docx", "Thumbs.db", ".git/y.doc")
    for name in (*names, *hidden):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    corpus = open_corpus([tmp_path])
    assert [document.text for document in corpus] == ["a.txt", "c/b.txt"]
    assert corpus.unread == (
        UnreadFiles(".doc", 2, "a.DOC"),
        UnreadFiles("", 1, "Makefile"),
        UnreadFiles(".csv", 1, "rows.csv.gz"),
        UnreadFiles(".png", 1, "plan.png"),
    )
    assert unread_line(corpus.unread) == (
        "5 files were not read: 2 .doc (a.DOC, …), 1 without a suffix (Makefile), "
        "1 .csv (rows.csv.gz), 1 .png (plan.png). "
        "To read .csv, name the column of text: --column."
    )
    with_table = open_corpus([tmp_path, tmp_path / "Makefile", tmp_path / "c"], column="text")
    assert [kind.suffix for kind in with_table.unread] == [".doc", ".png"]
    assert [kind.n_files for kind in with_table.unread] == [2, 1]
    assert unread_files(PreparedCorpus(corpus)) == corpus.unread
    assert unread_files([Document("a", "text")]) == ()
    assert unread_line(()) == ""


def test_files_come_in_the_order_given_and_once(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "LICENSE"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder").mkdir()
    given_paths = [tmp_path / "folder/../b.txt", str(tmp_path / "LICENSE"), tmp_path]
    assert [d.text for d in open_corpus(given_paths)] == ["b.txt", "LICENSE", "a.txt"]


def test_another_field_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"body": "l\\u2019acheteur", "n": 1}\n')
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbftext")
    assert [d.text for d in open_corpus([tmp_path], field="body")] == ["l’acheteur", "text"]


@given(st.text().filter(str.strip))
def test_what_json_can_spell_comes_back(text: str) -> None:
    assert decoded(json.dumps(text, ensure_ascii=False).encode(), "x") == json.dumps(
        text, ensure_ascii=False
    )


def test_a_lone_surrogate_becomes_the_replacement_character(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a\\ud800b \\ud83d\\ude00"}')
    (document,) = open_corpus([tmp_path / "a.jsonl"])
    assert document.text == "a\ufffdb 😀"


BAD = {
    "late.txt": (("é" * 5000).encode() + b"\xe9", "byte 0xE9 at position 10,000"),
    "bom.txt": (b"\xef\xbb\xbfok \xe9t\xe9", "position 6"),
    "binary.txt": (bytes(range(256)) * 9, "expected text in UTF-8, found byte 0x80"),
    "zeros.txt": (b"text\0text", "expected text, found zero bytes"),
    "really.txt": (b"%PDF-1.7 ...", "found a PDF"),
    "word.txt": (b"PK\x03\x04...", "found a zip archive"),
    "empty.txt": (b"", "no text"),
    "blank.txt": (b" \n\n ", "no text"),
    "cut.txt.gz": (gzip.compress(b"some text " * 99)[:-9], "ends early"),
    "noise.txt.gz": (b"\x1f\x8bnot gzip at all", "a damaged one"),
    "tail.txt.gz": (gzip.compress(b"some text") + b"garbage", "a damaged one"),
    "bad.jsonl": (
        b'{"text": "a"}\n{"text": \n',
        "bad.jsonl:2: expected a JSON object, found a JSO",
    ),
    "list.jsonl": (b"[1, 2]\n", "list.jsonl:1: expected a JSON object, found a list"),
    "field.jsonl": (b'{"id": 1, "body": "a"}\n', "expected a field 'text', found the fields 'id'"),
    "null.jsonl": (b'{"text": null}\n', "expected a string in 'text', found null"),
    "bytes.jsonl": (b'{"text": "a"}\n{"text": "\xe9t\xe9"}\n', "position 24"),
    "deep.jsonl": (b"[" * 100_000, "beyond reading"),
    "blank.jsonl": (b"\n \n", "no text"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        list(open_corpus([tmp_path / name]))
    line = str(caught.value)
    assert message in line
    assert line.startswith(str(tmp_path / name))
    assert "\n" not in line


def test_paths_are_checked_at_once(tmp_path: Path) -> None:
    (tmp_path / "only.doc").write_bytes(b"\xd0\xcf")
    for path, message in [
        ("nowhere.txt", "no such file"),
        ("only.doc", r"expected \.txt, .*or these as \.gz or \.zst, found \.doc"),
        ("*.txt", "no such file"),
        ("", "found none among its 1 files"),
    ]:
        with pytest.raises(CorpusError, match=message):
            open_corpus([tmp_path / path])


def test_a_good_document_makes_up_for_empty_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "b.txt").write_text("text")
    assert [d.text for d in open_corpus([tmp_path])] == ["", "text"]


def test_documents_are_read_one_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "b.txt").write_bytes(b"%PDF")
    documents = iter(open_corpus([tmp_path]))
    assert next(documents).text == "first"
    with pytest.raises(CorpusError):
        next(documents)


def test_a_replacement_character_that_a_text_has_itself_is_utf_8() -> None:
    for text in ("\ufffd", '"\ufffd"', "a \ufffd b é"):
        assert decoded(text.encode(), "x") == text
