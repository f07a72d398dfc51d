"""Tables, JSON and workbooks as people have them."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from embedadapt.core.errors import CorpusError
from embedadapt.text.readers import open_corpus
from embedadapt.text.readers.cells import plain_cell


def texts(path: Path, **settings: str) -> list[str]:
    return [document.text for document in open_corpus([path], **settings)]


RENT = ["Rent, due; monthly", "The lessee pays."]
DELIMITED = {
    "commas.csv": '"id","text"\n1,"Rent, due; monthly"\n2,"The lessee pays."\n',
    "semicolons.csv": 'text;price\n"Rent, due; monthly";1,5\nThe lessee pays.;2,5\n',
    "tabs.csv": "id\ttext\n1\tRent, due; monthly\n2\tThe lessee pays.\n",
    "bars.csv": "id|text\n1|Rent, due; monthly\n2|The lessee pays.\n",
    "apostrophes.csv": "'id','text'\n'1','Rent, due; monthly'\n'2','The lessee pays.'\n",
    "semicolons.tsv": 'id;text\n1;"Rent, due; monthly"\n2;The lessee pays.\n',
    "ragged.tsv": "id\ttext\n1\tRent, due; monthly\n2\tThe lessee pays.\tnote\n",
    "windows.csv": 'id;text\r\n1;"Rent, due; monthly"\r\n2;The lessee pays.\r\n',
}


@pytest.mark.parametrize("name", DELIMITED)
def test_any_delimiter_and_quotation_mark_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(DELIMITED[name].encode())
    assert texts(tmp_path / name, column="text") == RENT


def test_quotation_marks_may_be_escaped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,"say \\"no\\", then"\n2,"C:\\new"\n')
    assert texts(tmp_path / "a.csv", column="text")[0] == 'say "no", then'
    (tmp_path / "b.csv").write_text('id,text\n1,"C:\\new, ""old"""\n2,b\n')
    assert texts(tmp_path / "b.csv", column="text")[0] == 'C:\\new, "old"'


HEADS = {
    "named": ("id,text\n1,The lessee pays.\n2,The lessor pays.\n", 2),
    "unnamed": ("1,The lessee pays.\n2,The lessor pays.\n", 2),
    "texts": ("author,text\nAnn,The lessee pays all.\nJo,The lessor pays all.\n", 2),
    "unnamed texts": ("Ann,The lessee pays all.\nJo,The lessor pays all.\n", 2),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_column_by_its_number_needs_no_header(name: str, tmp_path: Path) -> None:
    content, n_rows = HEADS[name]
    (tmp_path / "a.csv").write_text(content)
    found = texts(tmp_path / "a.csv", column="2")
    assert len(found) == n_rows and all(text.startswith("The less") for text in found)


def test_a_number_may_be_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("2,text\nfirst,x\nsecond,y\n")
    assert texts(tmp_path / "a.csv", column="2") == ["first", "second"]


@pytest.mark.parametrize("column", ["clause", "0", "3", "9" * 99])
def test_a_column_that_is_not_there_is_named_with_those_that_are(
    column: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,a\n")
    with pytest.raises(CorpusError, match="found the columns 'id', 'text'"):
        texts(tmp_path / "a.csv", column=column)


JSON = {
    "records": ([{"text": "one"}, {"text": "two"}], "text"),
    "strings": (["one", "two"], "text"),
    "columns": ({"id": [1, 2], "text": ["one", "two"]}, "text"),
    "frame": ({"text": {"0": "one", "1": "two"}}, "text"),
    "nested": ([{"user": {"text": "one"}}, {"user": {"text": "two"}}], "user.text"),
    "nested array": ({"data": [{"text": "one"}, {"text": "two"}]}, "data.text"),
    "arrays": ({"data": [{"said": ["one"]}, {"said": ["two"]}]}, "data.said"),
    "dotted": ([{"a.b": "one", "a": {"b": "x"}}, {"a.b": "two"}], "a.b"),
}


@pytest.mark.parametrize("name", JSON)
def test_json_is_read_by_its_field(name: str, tmp_path: Path) -> None:
    value, field = JSON[name]
    (tmp_path / "a.json").write_text(json.dumps(value, indent=1), "utf-8-sig")
    assert texts(tmp_path / "a.json", field=field) == ["one", "two"]


def test_json_lines_may_be_called_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"text": "one"}\n\n{"text": "two"}\n')
    assert texts(tmp_path / "a.json") == ["one", "two"]
    (tmp_path / "a.jsonl").write_text('{"user": {"text": "one"}}\n')
    assert texts(tmp_path / "a.jsonl", field="user.text") == ["one"]


def test_errors_of_json_name_the_fields(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"data": [{"id": 1, "text": "one"}]}')
    with pytest.raises(CorpusError, match=r"expected a field 'text', found .*--field data\.text"):
        texts(tmp_path / "a.json")
    (tmp_path / "a.json").write_text('[{"text": "one"}, {"text": null}]')
    with pytest.raises(CorpusError, match="record 2: expected a string in 'text', found null"):
        texts(tmp_path / "a.json")
    for broken in ('[{"text": "one"}', "[" * 100_000, '{"text": ' + "9" * 5000 + "}"):
        (tmp_path / "a.json").write_text(broken)
        with pytest.raises(CorpusError, match="expected"):
            texts(tmp_path / "a.json")


def test_json_beside_documents_is_left_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "about.json").write_text('{"title": "x"}')
    (tmp_path / "a.txt").write_text("one")
    corpus = open_corpus([tmp_path])
    assert [document.text for document in corpus] == ["one"]
    assert [kind.suffix for kind in corpus.unread] == [".json"]  # type: ignore[attr-defined]
    (tmp_path / "a.txt").unlink()
    (tmp_path / "about.json").write_text('{"text": "x"}')
    assert texts(tmp_path) == ["x"]


def test_a_folder_of_parquet_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "a.parquet" / "part=1"
    folder.mkdir(parents=True)
    pyarrow.parquet.write_table(pa.table({"text": ["one"]}), folder / "part-0.snappy.parquet")
    pyarrow.parquet.write_table(pa.table({"text": ["two"]}), folder / "part-1.snappy.parquet")
    (tmp_path / "a.parquet" / "_SUCCESS").write_bytes(b"")
    assert texts(tmp_path / "a.parquet", column="text") == ["one", "two"]
    assert texts(tmp_path / "a.parquet", column="1") == ["one", "two"]


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as opened:
        for statement in statements:
            opened.execute(statement)
        opened.commit()
    return path


def test_a_database_is_read_by_table_and_column(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.db",
        'CREATE TABLE "post s" (id INTEGER, "bo""dy" TEXT)',
        """INSERT INTO "post s" VALUES (1, 'one'), (2, NULL), (3, 'two &amp; three')""",
    )
    before = path.read_bytes()
    assert texts(path, column='bo"dy') == ["one", "two & three"]
    assert texts(path, column="2", table="post s") == ["one", "two & three"]
    assert path.read_bytes() == before and [*tmp_path.iterdir()] == [path]


def test_errors_of_databases_name_the_tables(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.sqlite",
        "CREATE TABLE a (text)",
        "CREATE TABLE b (text)",
        "CREATE VIEW endless AS WITH RECURSIVE n(text) AS"
        " (SELECT 'x' UNION ALL SELECT text FROM n) SELECT text FROM n",
    )
    with pytest.raises(CorpusError, match=r"the tables 'a', 'b'\. Name it with --table"):
        texts(path, column="text")
    with pytest.raises(CorpusError, match="expected a table 'endless'"):
        texts(path, column="text", table="endless")
    (tmp_path / "b.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(CorpusError, match="a sound SQLite file"):
        texts(tmp_path / "b.sqlite", column="text")


def test_a_name_in_a_database_that_is_not_utf8_is_one_line(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.sqlite",
        "CREATE TABLE a (text)",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET name = x'ff'",
    )
    with pytest.raises(CorpusError, match="a sound SQLite file, found 'utf-8' codec"):
        texts(path)


def workbook(*rows: list[str | int], sheets: tuple[str, ...] = ("Sheet1",)) -> bytes:
    """A workbook whose sheets all have these rows."""
    cells = "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{chr(65 + at)}{number}", value) for at, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(sheets) + 1)
    names = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>{names}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}'
        "</Relationships>",
    }
    sheet = f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>"
    parts |= {f"xl/worksheets/s{n}.xml": sheet for n in numbers}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _cell(place: str, value: str | int) -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_workbook_is_read_by_sheet_and_column(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(["id", "text"], [1, "The lessee pays."], [2, ""], [3, 7]))
    assert texts(path, column="text") == ["The lessee pays.", "7"]
    assert texts(path, column="2") == ["The lessee pays.", "7"]
    path.write_bytes(workbook([1, "The lessee pays."], [2, "The lessor pays."], sheets=("A", "B")))
    assert texts(path, column="2", table="B") == ["The lessee pays.", "The lessor pays."]
    with pytest.raises(CorpusError, match="the sheets 'A', 'B'"):
        texts(path, column="2", table="C")


def test_a_workbook_that_is_none_or_a_bomb_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    (tmp_path / "a.xlsx").write_bytes(b"text,no zip")
    with pytest.raises(CorpusError, match=r"a sound \.xlsx file"):
        texts(tmp_path / "a.xlsx", column="1")
    (tmp_path / "b.xlsx").write_bytes(workbook(["x" * 30_000_000]))
    with pytest.raises(CorpusError, match="unpacks to at most"):
        texts(tmp_path / "b.xlsx", column="1")


CELLS = {
    "It\\u2019s": "It’s",
    "\\ud83d\\ude00": "😀",
    "\\ud83d alone": "� alone",
    "C:\\users\\u12": "C:\\users\\u12",
    "AT&amp;T &lt;br&gt; R&D; &#x2019;&#8217;": "AT&T \n R&D; ’’",
    "<p class='x'>one</p>two<BR />three": "\none\ntwo\nthree",
    "<user> said <s>, a < b, x<y>z": "<user> said <s>, a < b, x<y>z",
    'see <a href="x">here</a>': "see here",
}


@pytest.mark.parametrize("cell", CELLS)
def test_markup_in_cells_is_undone(cell: str) -> None:
    assert plain_cell(cell) == CELLS[cell]


def test_markup_is_undone_in_every_kind_of_table(tmp_path: Path) -> None:
    cell = "It\\u2019s <b>AT&amp;T</b>"
    (tmp_path / "a.csv").write_text(f"text\n{cell}\n")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": cell}))
    pyarrow.parquet.write_table(pa.table({"text": [cell]}), tmp_path / "c.parquet")
    database(tmp_path / "d.db", "CREATE TABLE a (text)", f"INSERT INTO a VALUES ('{cell}')")
    assert texts(tmp_path, column="text") == 4 * ["It’s AT&T"]
