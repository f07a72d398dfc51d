"""`embedadapt inspect` on sound and broken files."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from embedadapt.cli import app
from embedadapt.formats import load_vectors

BROKEN = b"the 0.5 1\r\nof 2\nnew york 2 3\nthe 1 1\nto 1 nan\n"
UNUSUAL = "the 0.5 1\nnew york 2 3\na\u00a0b 1 1\n".encode()


def inspect(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(app, ["inspect", *map(str, arguments)])
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_defects_are_listed_with_their_places(tmp_path: Path) -> None:
    result = inspect(write(tmp_path / "t.txt", BROKEN), status=1)
    listed = result.stdout[result.stdout.index("short row") :]
    assert listed == (
        "short row (1)  --repair: the row is left out\n"
        "  line 2: 1 value after 'of', not 2\n"
        "\n"
        "NaN or infinity (1)  --repair: the row is left out\n"
        "  line 5: nan after 'to'\n"
        "\n"
        "repeated word (1)  --repair: the first row is kept\n"
        "  line 4: 'the' again, first in line 1\n"
        "\n"
        "space in a word (1)  --repair: kept as it is\n"
        "  line 3: 'new york'\n"
        "\n"
        "CRLF line end (1)  --repair: ends in a line feed\n"
        "  line 1: a carriage return\n"
        "\n"
        "No command can load this file. --repair FILE writes a copy that loads.\n"
    )
    assert "sound rows" in result.stdout
    assert result.stderr.startswith("embedadapt: ")
    assert "line 2: expected 2 values" in result.stderr


def test_what_is_only_unusual_is_no_failure(tmp_path: Path) -> None:
    result = inspect(write(tmp_path / "t.txt", UNUSUAL))
    assert "space in a word (1)" in result.stdout
    assert r"line 3: 'a\xa0b'" in result.stdout
    assert "No command" not in result.stdout
    assert result.stderr == ""


def test_many_of_one_kind_are_counted(tmp_path: Path) -> None:
    sound = b"".join(b"w%d 1 2\n" % n for n in range(99))
    path = write(tmp_path / "t.txt", sound + b"of 1\n" * 5000)
    shown = inspect(path, status=1).stdout
    assert "short row (5,000)" in shown
    assert "  line 104: " in shown
    assert "  line 105: " not in shown
    assert "  4,995 more are not shown.\n" in shown


def test_repair_writes_a_file_that_loads_and_tells_what_it_did(tmp_path: Path) -> None:
    path = write(tmp_path / "t.txt", BROKEN)
    result = inspect(path, "--repair", tmp_path / "new.txt")
    assert "repeated word (1)  the first row is kept\n" in result.stdout
    assert "Repaired  2 words x 2" in result.stdout
    assert load_vectors(tmp_path / "new.txt").vocabulary.words == ("the", "new york")
    assert path.read_bytes() == BROKEN
    assert "CRLF" not in inspect(tmp_path / "new.txt").stdout


def test_json_has_every_field_of_both(tmp_path: Path) -> None:
    path = write(tmp_path / "t.txt", BROKEN)
    told = json.loads(inspect(path, "--json", "--repair", tmp_path / "new.txt").stdout)
    assert told["defects"][0] == {
        "kind": "short row",
        "total": 1,
        "places": [{"where": "line 2", "found": "1 value after 'of', not 2"}],
        "repair": "the row is left out",
    }
    assert told["repair"]["repaired"] == told["defects"]
    assert told["repair"]["n_words"] == told["n_words"] == 2
    assert told["refused"].startswith(str(path))
    told = json.loads(inspect(tmp_path / "new.txt", "--json").stdout)
    assert (told["repair"], told["refused"], told["dtype"]) == (None, "", "decimal text")


def test_what_cannot_be_repaired_leaves_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.bin", b"2 4\nthe \0\0\0?\0\0\x80?\nof \0\0\0?\0\0\x80?\nto \0\0\0?\0\0\x80?\n"
    )
    result = inspect(path, "--repair", tmp_path / "new.bin", status=1)
    assert "cannot be repaired" in result.stderr
    assert not (tmp_path / "new.bin").exists()
    assert "rows out of step (1)  cannot be repaired" in inspect(path, status=1).stdout


def test_no_word_of_a_file_steers_the_terminal(tmp_path: Path) -> None:
    content = "the 1 2\n\x1b[31m[bold]red 1 2\n\x1b[2J 1 x\n"
    shown = inspect(write(tmp_path / "t.txt", content.encode()), status=1).stdout
    assert "\x1b" not in shown
    assert r"'\x1b[31m[bold]red'" in shown
