import gzip
import io
from glob import glob
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from embedadapt.core.errors import CorpusError, MissingExtraError
from embedadapt.core.zstd import zstd_module
from embedadapt.text.readers import open_corpus
from embedadapt.text.readers.decoding import extra
from tests.text.readers.make import docx, pdf

HTML = """<html><head><title>x</title><style>p {}</style><script>var y;</script></head><body>
<p><b>L</b>’acheteur paie&nbsp;le prix.<br>Ligne</p><table><tr><td>Art. 1</td><td>Objet</td></tr>
</table><ul><li>un</li><li>deux</li></ul><!-- z --></body></html>"""
EML = b"""From: a@b.fr\r\nSubject: =?utf-8?q?R=C3=A9siliation?=\r\nMIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=B\r\n\r
--B\r\nContent-Type: text/%s; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r
%s\r\n--B\r\nContent-Disposition: attachment; filename=x.txt\r
Content-Type: text/plain\r\n\r\nattached\r\n--B--\r\n"""
RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Le salari\'e9 \b paie\b0 .\par Fin.}"

FILES = {
    "page.html": (HTML.encode("latin-1", "xmlcharrefreplace"), "L’acheteur paie le prix. Ligne"),
    "page.htm": (HTML.encode("utf-16"), "Art. 1 Objet"),
    "plain.eml": (EML % (b"plain", "Le salarié.".encode("latin-1")), "Résiliation Le salarié."),
    "html.eml": (EML % (b"html", "<p>Le salarié.".encode("latin-1")), "Résiliation Le salarié."),
    "bare.eml": (
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\nLe loyer.\n--B--\n",
        "Le loyer.",
    ),
    "a.rtf": (RTF, "Le salarié paie. Fin."),
    "a.pdf": (pdf(["The lessor", "pays."], ["Page deux, salarié"]), "pays. Page deux, salarié"),
    "a.docx": (docx("<w:r><w:t>Le prix</w:t></w:r>", "<w:r><w:t>L’avoir</w:t></w:r>"), "L’avoir"),
}


def words(path: Path, **settings: str) -> list[str]:
    return [" ".join(d.text.split()) for d in open_corpus([path], **settings)]


@pytest.mark.parametrize("name", FILES)
def test_a_document_gives_its_text(name: str, tmp_path: Path) -> None:
    content, expected = FILES[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    plain, packed = words(tmp_path)
    assert plain == packed
    assert expected in plain
    assert not {"x", "{}", "var", "z", "attached", "Arial;"} & set(plain.split())


def test_tracked_changes_are_read_as_accepted(tmp_path: Path) -> None:
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    inserted = f"<w:ins>{run.format('new ')}</w:ins>"
    deleted = "<w:del><w:r><w:delText>old </w:delText></w:r></w:del>"
    paragraph = run.format("the ") + deleted + inserted + run.format("price")
    (tmp_path / "a.docx").write_bytes(docx(paragraph))
    assert words(tmp_path) == ["the new price"]


def test_pages_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["one"], ["two"]))
    (document,) = open_corpus([tmp_path])
    assert [page.strip() for page in document.text.split("\f")] == ["one", "two"]


def test_a_word_broken_at_a_line_end_keeps_its_hyphen_and_its_break(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["An agree-", "ment that is non-", "exclusive."]))
    assert words(tmp_path) == ["An agree- ment that is non- exclusive."]


def test_a_row_is_a_document(tmp_path: Path) -> None:
    texts = ["L’acheteur, dit\n« l’ »", "", "x" * 200_000]
    quoted = "".join(f'{i},"{text}",z\n' for i, text in enumerate(texts))
    (tmp_path / "a.csv").write_text(f"id,clause,note\n{quoted}", "utf-8-sig")
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(b"clause\tid\none\t1\ntwo\t2\n"))
    table = pa.table({"id": [1, 2, 3], "clause": ["eins", None, "drei"]})
    pyarrow.parquet.write_table(table, tmp_path / "c.parquet")
    found = {d.name: d.text for d in open_corpus([tmp_path], column="clause")}
    assert found == {
        **{f"{tmp_path}/a.csv:{i}": text for i, text in enumerate(texts, start=1)},
        f"{tmp_path}/b.tsv.gz:1": "one",
        f"{tmp_path}/b.tsv.gz:2": "two",
        f"{tmp_path}/c.parquet:1": "eins",
        f"{tmp_path}/c.parquet:3": "drei",
    }


def test_a_table_of_one_column_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\nsome words\n")
    assert words(tmp_path / "a.csv") == ["some words"]


ENCODINGS = {
    "cp1252": "Le salarié paie l’œuvre : 10 €. À défaut, la créance n’est pas reconnue…",
    "mac_roman": "Le salarié paie l’œuvre. À défaut, la créance n’est pas due, où que ce soit.",
    "cp850": "Le salarié ne paie pas à temps. À défaut, la créance n'est pas reconnue.",
    "utf-16-le": "The licensor’s fee.",
    "utf-16": "Le salarié.",
    "utf-32": "Le salarié.",
    "utf-8-sig": "Le salarié.",
    "cp1251": "Договор аренды заключен между сторонами.",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_are_detected(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes((10 * ENCODINGS[encoding]).encode(encoding))
    (document,) = open_corpus([tmp_path])
    assert document.text == 10 * ENCODINGS[encoding]


def test_a_zstd_file_and_one_that_ends_early(tmp_path: Path) -> None:
    packed = zstd_module("tests").compress(b"some text " * 1000)
    (tmp_path / "a.txt.zst").write_bytes(packed)
    assert words(tmp_path / "a.txt.zst") == [("some text " * 1000).strip()]
    (tmp_path / "a.txt.zst").write_bytes(packed[:-4])
    with pytest.raises(CorpusError, match="expected a whole packed file"):
        words(tmp_path / "a.txt.zst")


def test_patterns_find_files(tmp_path: Path) -> None:
    for name in ("a/b/one.txt", "a/two.txt", "three.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(name)
    assert words(tmp_path / "**/*.txt") == ["a/b/one.txt", "a/two.txt"]
    assert words(tmp_path / "*.m?") == ["three.md"]
    assert words(tmp_path / "**/b/**/*.txt") == ["a/b/one.txt"]
    assert words(tmp_path / "**") == ["a/b/one.txt", "a/two.txt", "three.md"]


def test_a_pattern_visits_each_folder_once_whatever_links_lead_to_it(tmp_path: Path) -> None:
    """Two links to the folder itself were followed through every one of 2**40 ways."""
    (tmp_path / "of [all]" / ".hidden").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for name in ("of [all]/one.txt", "of [all]/.hidden/two.txt", "elsewhere/three.txt"):
        (tmp_path / name).write_text(name)
    folder = tmp_path / "of [all]"
    for link, target in (("a", "."), ("b", "."), ("c", "../elsewhere"), ("d", "d")):
        (folder / link).symlink_to(target)
    corpus = open_corpus([tmp_path / "of*" / "**" / "*.txt"])
    names = [Path(document.name).relative_to(folder).as_posix() for document in corpus]
    assert names == ["c/three.txt", "one.txt"]


@pytest.mark.parametrize(
    "pattern", ["**/*.txt", "*/**/*.txt", "**/x/*", "**/x/**", "x/**/y/**/*.txt", "**/[xy]/*.txt"]
)
def test_patterns_find_what_glob_finds(tmp_path: Path, pattern: str) -> None:
    for folder in ("", "x", "y", "x/y", "x/y/x", "y/x/z", ".x", "[x]/y"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "t.txt").write_text(folder)
        (tmp_path / folder / ".t.txt").write_text("hidden")
    found = [Path(document.name) for document in open_corpus([tmp_path / pattern])]
    plain = glob(str(tmp_path / pattern), recursive=True)  # noqa: PTH207
    assert found == sorted({Path(p) for p in plain if Path(p).is_file()}, key=str)


def test_standard_input_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(gzip.compress("L’acheteur".encode())))
    monkeypatch.setattr("sys.stdin", stdin)
    corpus = open_corpus(["-"])
    assert [d.text for d in corpus] == [d.text for d in corpus] == ["L’acheteur"]


@pytest.mark.parametrize("name", [n for n in FILES if n.endswith(("pdf", "docx"))])
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    content, _ = FILES[name]
    (tmp_path / "0.txt").write_text("good")
    (tmp_path / name).write_bytes(content[: len(content) // 3])
    with pytest.raises(CorpusError, match=rf"{name}: expected a sound") as caught:
        list(open_corpus([tmp_path]))
    errors: list[CorpusError] = []
    corpus = open_corpus([tmp_path], on_error=errors.append)
    assert [d.text for d in corpus] == ["good"]
    assert [error.args for error in errors] == [caught.value.args]


def test_what_was_read_before_an_error_stays(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one"}\n{"text": \n{"text": "three"}\n')
    (tmp_path / "b.txt").write_text("b")
    assert [d.text for d in open_corpus([tmp_path], on_error=print)] == ["one", "b"]


BAD = {
    "scan.pdf": (pdf([], []), "found none in 2 pages"),
    "a.csv": (b"id,body\n1,x\n", "expected the name of the column.*found the columns 'id', 'body'"),
    "empty.csv": (b"", "no header"),
    "a.parquet": (b"PAR1 nothing", "expected a sound .parquet"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_in_one_line(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        words(tmp_path / name)


def test_a_parquet_column_may_hold_numbers_and_nulls_and_no_lists(tmp_path: Path) -> None:
    columns = {"text": ["a", None, "b", "a"], "n": [1, 2, None, 3], "lists": [["a"]] * 4}
    pyarrow.parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    read = open_corpus([tmp_path / "a.parquet"], column="text")
    assert [(d.name[-2:], d.text) for d in read] == [(":1", "a"), (":3", "b"), (":4", "a")]
    assert words(tmp_path / "a.parquet", column="n") == ["1", "2", "3"]
    with pytest.raises(CorpusError, match="text in 'lists', found the type list"):
        words(tmp_path / "a.parquet", column="lists")


def test_another_column_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,x\n")
    with pytest.raises(CorpusError, match="expected a column 'text'"):
        words(tmp_path / "a.csv", column="text")


def test_a_missing_package_names_its_extra() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[docs\]'"):
        extra("no_such_package", "a.pdf")


def test_a_long_text_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embedadapt.text.readers.decoding.PART", 100)
    text = "".join(f"Paragraphe {i}, salarié\nsuite.\n\n" for i in range(50))
    one_line = text.replace("\n", " ")
    for content in (text, text.replace("\n\n", "\n"), one_line, "é" * 1000):
        (tmp_path / "a.txt").write_text(content, "utf-8")
        documents = list(open_corpus([tmp_path]))
        assert "".join(d.text for d in documents) == content
        assert max(len(d.text) for d in documents) <= 150
        names = [f"{tmp_path}/a.txt", *(f"{tmp_path}/a.txt#{n}" for n in range(2, 99))]
        assert [d.name for d in documents] == names[: len(documents)]
        assert [word for d in documents for word in d.text.split()] == (
            content.split() if " " in content else [d.text for d in documents]
        )
