"""Vectors as data frames, spreadsheets and services write them."""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet
import pytest

from embedadapt.core.errors import FormatError
from embedadapt.formats import json_table, load_vectors, scan_vocabulary, sniff_format
from embedadapt.formats.inspection.repair import repair_vectors
from embedadapt.formats.kinds import kind_of
from embedadapt.workflows.inspect import inspect_vectors

WORDS = ["the", ",", '"', "it's", "7", "of", "Ö", "#"]
ROWS = np.arange(24, dtype=np.float32).reshape(8, 3) / 4 - 2
FRAME = pandas.DataFrame(ROWS, index=WORDS)


def check(path: Path, name: str) -> None:
    assert sniff_format(path) == name
    found = load_vectors(path)
    assert found.vocabulary.words == tuple(WORDS)
    np.testing.assert_array_equal(found.matrix, ROWS)
    assert load_vectors(path, words=["of"], limit=6).matrix.tolist() == [ROWS[5].tolist()]
    assert len(scan_vocabulary(path)) == 8


CSV = {
    "a frame": lambda f: f.to_csv(),
    "without a header": lambda f: f.to_csv(header=False),
    "with row numbers": lambda f: f.rename_axis("word").reset_index().to_csv(),
    "semicolons": lambda f: f.to_csv(sep=";", decimal=","),
    "tabs": lambda f: f.to_csv(sep="\t"),
    "raw tabs": lambda f: "".join(
        "\t".join([word, *map(str, row)]) + "\n"
        for word, row in zip(f.index, f.values, strict=True)
    ),
    "bars, Windows": lambda f: "\ufeff" + f.to_csv(sep="|").replace("\n", "\r\n"),
    "lists": lambda f: pandas.Series(f.to_numpy().tolist(), f.index).to_csv(),
    "numbers in one cell": lambda f: pandas.Series(
        [" ".join(map(str, row)) for row in f.to_numpy().tolist()], f.index
    ).to_csv(header=False, sep="\t"),
}


@pytest.mark.parametrize("kind", CSV)
def test_delimited_vectors_are_read(kind: str, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_bytes(CSV[kind](FRAME).encode())
    check(tmp_path / "v.csv", "delimited")


DEFECTS = {
    "a,1,2,3\nb,1,2,3\n" * 20 + "c,1,2\n": "line 41: expected 3 numbers after the word",
    "a,1,2,3\nb,1,2,3\n" * 20 + "c,1,2,x\n": "line 41: expected numbers after the word",
    "a,1,2,3\nb,1,2,3\n" * 20 + "c,1,2,1_0\n": "line 41: .* only Python takes for numbers",
    "a,1,2,3\nb,1,2,3\n" * 20 + "c,1,2,１\n": "line 41: .* only Python takes for numbers",
    '\n["the",<!--': "expected a vector file",
    "a,1,2,3\nb,1,2,3\n" * 20 + "c,1,2,1e99\n": "row 41: expected finite numbers",
}


@pytest.mark.parametrize("content", DEFECTS)
def test_a_defect_of_a_delimited_row_is_placed(content: str, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(content)
    with pytest.raises(FormatError, match=DEFECTS[content]):
        load_vectors(tmp_path / "v.csv")


LINES = {
    "objects": lambda word, row: {"id": 7, "word": word, "lang": "en", "vector": row},
    "any names": lambda word, row: {"w": word, "emb": row},
    "pairs": lambda word, row: [word, row],
    "int8": lambda word, row: {"word": word, "vector": [int(4 * x) for x in row], "scale": 0.25},
}


@pytest.mark.parametrize("kind", LINES)
def test_json_lines_are_read(kind: str, tmp_path: Path) -> None:
    rows = zip(WORDS, ROWS.tolist(), strict=True)
    lines = [json.dumps(LINES[kind](word, row)) for word, row in rows]
    (tmp_path / "v.jsonl").write_text("\n".join(lines) + "\n")
    check(tmp_path / "v.jsonl", "json-lines")
    for odd, said in (
        ('["x", [1, 2]]', "line 9: expected 3 numbers"),
        ('["x", [1, 2, "y"]]', "line 9: expected numbers in the list"),
        ('["x", [1, 2, "3"]]', "line 9: expected numbers in the list"),
        ('["x", [1, 2, true]]', "line 9: expected numbers in the list"),
        ('["x", [1, 2, null]]', "line 9: expected numbers in the list"),
        ('{"x": 1}', "line 9: expected one word and one list"),
        ("{", "line 9: expected JSON"),
    ):
        (tmp_path / "v.jsonl").write_text("\n".join([*lines, odd]))
        with pytest.raises(FormatError, match=said):
            load_vectors(tmp_path / "v.jsonl")


JSON = {
    "object": lambda rows: rows,
    "object inside": lambda rows: {"dim": 3, "zeros": [0, 0, 0], "vectors": rows, "tags": ["x"]},
    "objects": lambda rows: [{"word": word, "vector": row} for word, row in rows.items()],
    "pairs": lambda rows: [[word, row] for word, row in rows.items()],
    "int8": lambda rows: [
        {"w": word, "v": [int(4 * x) for x in row], "scale": 0.25} for word, row in rows.items()
    ],
}


@pytest.mark.parametrize("chunk", [1, 7, 1 << 18])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("kind", JSON)
def test_json_is_read(
    kind: str, indent: int | None, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_table, "CHUNK", chunk)
    rows = dict(zip(WORDS, ROWS.tolist(), strict=True))
    text = json.dumps(JSON[kind](rows), indent=indent)
    (tmp_path / "v.json").write_text(text)
    check(tmp_path / "v.json", "json")
    assert kind_of(tmp_path / "v.json") == "vectors"
    with gzip.open(tmp_path / "v.json.gz", "wt") as file:
        file.write(text)
    check(tmp_path / "v.json.gz", "json")
    inspection, _ = inspect_vectors(tmp_path / "v.json")
    assert (inspection.n_words, inspection.dim, inspection.refused) == (8, 3, "")


@pytest.mark.parametrize("kind", JSON)
def test_a_row_of_json_may_be_longer_than_what_a_file_is_recognized_by(
    kind: str, tmp_path: Path
) -> None:
    (tmp_path / "v.json").write_text(json.dumps(JSON[kind]({"the": [0.123456789] * 9_000})))
    assert load_vectors(tmp_path / "v.json").dim == 9_000


JSON_DEFECTS = {
    '{"a": [1, 2], "b": [1, 2], "c": [1, 2, 3]}': "row 3: expected 2 numbers",
    '{"a": [1, 2], "b": [1, 2], "c": [1, "x"]}': "row 3: expected numbers in the list",
    '{"a": [1, 2], "b": [1, 2], "c": 7}': "row 3: expected one word and one list",
    '{"a": [1, 2], "b": [1, 2], "c": [1, 2]': "row 4: expected JSON, found the end where",
    '{"a": [1, 2], "b": [1, 2], "c": [1, 2}': "row 3: expected JSON",
    '{"a": [1, 2], "b": [1, 2]} {}': "row 3: expected JSON, found more behind the end",
    '{"a": [1, 2], "b": [1, 2], 7: [1, 2]}': "row 3: expected JSON, found a field without a name",
    '{"a": [1, 2], "b": [1, 2] "c": [1, 2]}': "row 3: expected JSON",
    '[["a", [1, 2]], ["b", [1, 2]], "c"]': "row 3: expected one word and one list",
    '{"a": [1, 2], "b": [1, 2], "c": [NaN, 2]}': "row 3: expected finite numbers",
    '{"a": [1, 2], "b": [1, 2], "c": ' + "[" * 9_000: "row 3: expected JSON",
    '{"a": [1, 2], "b": [1, 2], "c": [' + "9" * 9_000: "row 3: expected JSON",
}


@pytest.mark.parametrize("content", JSON_DEFECTS, ids=range(len(JSON_DEFECTS)))
def test_a_defect_of_json_is_placed(content: str, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text(content)
    with pytest.raises(FormatError, match=JSON_DEFECTS[content]):
        load_vectors(tmp_path / "v.json")


def test_a_json_value_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    rows = '{"the": [1, 2], "of": [1, 2], "x": ['
    (tmp_path / "v.json").write_text(rows + "1, " * json_table.LONGEST_ROW)
    with pytest.raises(FormatError, match="row 3: expected JSON, found a value of more than"):
        load_vectors(tmp_path / "v.json")


@pytest.mark.parametrize(
    "value",
    [
        {"text": ["the rent", "the lease"]},
        [{"text": "the lessor shall pay the rent on time", "vector": [1, 2, 3]}] * 3,
        ["the", "of"],
        [{"text": "the"}],
        {},
        [],
        7,
    ],
)
def test_other_json_is_no_vectors(value: object, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text(json.dumps(value, indent=1))
    assert kind_of(tmp_path / "v.json") is None
    with pytest.raises(FormatError):
        load_vectors(tmp_path / "v.json")


def columns(rows: np.ndarray) -> dict[str, np.ndarray]:
    return {f"x{place}": rows[:, place] for place in range(rows.shape[1])}


def small(rows: np.ndarray) -> np.ndarray:
    return (4 * rows).astype(np.int8)


SCALES = pa.array([0.25] * 8)
PARQUET = {
    "lists": pa.table({"word": WORDS, "vector": ROWS.tolist()}),
    "float16": pa.table({"w": WORDS, "v": [*ROWS.astype(np.float16)]}),
    "columns": pa.table({"token": WORDS, "lang": ["en"] * 8, **columns(ROWS)}),
    "a frame": pa.Table.from_pandas(FRAME.rename(columns=str)),
    "int8 lists": pa.table({"word": WORDS, "v": [*small(ROWS)], "scale": SCALES}),
    "int8 columns": pa.table({"word": WORDS, **columns(small(ROWS)), "scale": SCALES}),
}


@pytest.mark.parametrize("kind", PARQUET)
def test_parquet_is_read(kind: str, tmp_path: Path) -> None:
    pyarrow.parquet.write_table(PARQUET[kind], tmp_path / "v.parquet", row_group_size=3)
    check(tmp_path / "v.parquet", "parquet")


PARQUET_DEFECTS = {
    "no words": (pa.table(columns(ROWS)), "expected one column of words, found none"),
    "two words": (pa.table({"a": ["x"], "b": ["y"], "v": [[1.0, 2.0]]}), "Call the column"),
    "no numbers": (pa.table({"word": ["x"], "n": [1]}), "expected one column of lists"),
    "ragged": (pa.table({"word": ["x", "y"], "v": [[1.0, 2.0], [1.0]]}), "row 2: expected 2 num"),
    "no word": (pa.table({"word": ["x", None], "v": [[1.0, 2.0]] * 2}), "row 2: expected a word"),
    "no number": (pa.table({"word": ["x"], "a": [1.0], "b": [None]}), "a column for each value"),
    "twice": (pa.table([["x"], [1.0], [2.0]], names=["word", "a", "a"]), "found two 'a'"),
    "dates": (
        pa.table({"word": ["x"], "v": pa.array([[1, 2]], pa.list_(pa.timestamp("s")))}),
        "expected numbers, found the type timestamp",
    ),
    "truth": (pa.table({"word": ["x"], "v": [[True, False]]}), "found the type bool"),
    "spelled": (pa.table({"word": ["x"], "v": [["1", "2"]]}), "expected numbers, found the type"),
    "a scale of words": (
        pa.table({"word": ["x"], "v": [[1.0, 2.0]], "scale": ["y"]}),
        "expected numbers, found the type string",
    ),
    "a gap": (
        pa.table({"word": ["x", "y"], "a": [1.0, 1.0], "b": [1.0, None]}),
        "row 2: expected finite numbers",
    ),
}


@pytest.mark.parametrize("kind", PARQUET_DEFECTS)
def test_what_is_wrong_with_parquet_is_said(kind: str, tmp_path: Path) -> None:
    table, said = PARQUET_DEFECTS[kind]
    pyarrow.parquet.write_table(table, tmp_path / "v.parquet")
    with pytest.raises(FormatError, match=said):
        load_vectors(tmp_path / "v.parquet")


@pytest.mark.skipif(sys.platform == "win32", reason="its end by a signal")
def test_a_file_that_pyarrow_crashes_on_ends_nothing() -> None:
    """Fuzzing found it: pyarrow 26 ends the process over it."""
    with pytest.raises(FormatError, match=r"crashes_arrow\.parquet: expected a .*sound"):
        load_vectors(Path(__file__).parent / "data" / "crashes_arrow.parquet")


@pytest.mark.parametrize("scale", [np.float32(0.25), np.full(8, 0.25), np.full((1, 3), 0.25)])
def test_small_integers_are_read_with_their_scale(scale: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", vectors=small(ROWS), scale=scale, words=WORDS)
    check(tmp_path / "v.npz", "numpy")
    np.save(tmp_path / "w.npy", small(ROWS))
    (tmp_path / "w.words.txt").write_text("\n".join(WORDS))
    with pytest.raises(FormatError, match=r"int8 of shape .*w\.npy.*|Give the scale"):
        load_vectors(tmp_path / "w.npy")
    np.save(tmp_path / "w.scale.npy", scale)
    check(tmp_path / "w.npy", "numpy")


@pytest.mark.parametrize("text", ["1_0", "１", "\xff", "0.5 x"])
def test_a_scale_that_is_no_number_is_refused(text: str, tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", small(ROWS))
    (tmp_path / "v.words.txt").write_text("\n".join(WORDS))
    (tmp_path / "v.scale.txt").write_text(text)
    with pytest.raises(FormatError, match=r"v\.scale\.txt: expected numbers"):
        load_vectors(tmp_path / "v.npy")


def test_a_scale_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", vectors=small(ROWS), scale=np.ones(5), words=WORDS)
    with pytest.raises(FormatError, match=r"a scale of shape \(5,\)"):
        load_vectors(tmp_path / "v.npz")


def test_a_file_of_which_most_rows_are_defects_is_not_repaired(tmp_path: Path) -> None:
    sound = "".join(f"w{n} 1 2 3\n" for n in range(8))
    broken = "".join(f"v{n} 1 2\n" for n in range(7))
    (tmp_path / "v.vec").write_text(f"15 3\n{sound}{broken}")
    assert repair_vectors(tmp_path / "v.vec", tmp_path / "w.vec").n_words == 8
    (tmp_path / "v.vec").write_text(f"17 3\n{sound}{broken}x 1\ny 2\n")
    with pytest.raises(FormatError, match="9 rows to leave out and 8 to keep; most often"):
        repair_vectors(tmp_path / "v.vec", tmp_path / "x.vec")
    assert not (tmp_path / "x.vec").exists()
