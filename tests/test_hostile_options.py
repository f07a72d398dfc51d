"""Numbers without measure, tokenizers whose rules grow text, odd variables, no current folder."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from embedadapt.cli import app
from embedadapt.core.errors import CorpusError, FormatError, SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.settings import require_number, require_whole
from embedadapt.export.licenses import base_license
from embedadapt.formats import load_vectors
from embedadapt.text.readers import open_corpus
from embedadapt.training.settings import TrainingSettings
from tests.processes import environment, run_command

RUNNER = CliRunner()
TABLE = "the 0.5 1\nlessee 2 -3\nlessor 1 1\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("t.vec").write_text(TABLE)
    return tmp_path


def failing(line: list[str]) -> str:
    """The one line on stderr of a command that ends with status 1."""
    result = RUNNER.invoke(app, line)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert re.fullmatch(r"embedadapt: [^\n]+\n", result.stderr), result.stderr
    return result.stderr


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("top", [4, 2**31, 2**32, 10**30])
def test_more_neighbors_than_words_are_all_words(top: int) -> None:
    result = RUNNER.invoke(app, ["neighbors", "t.vec", "the", "--top", str(top)])
    assert result.exit_code == 0, result.exception
    assert re.findall(r"less\w+", result.stdout) == ["lessor", "lessee"]
    vectors = load_vectors("t.vec")
    one, two = vectors.most_similar("the", topn=top), vectors.most_similar(["the"], topn=top)
    assert [word for word, _ in one] == [word for word, _ in two] == ["lessor", "lessee"]


def test_as_many_noise_words_as_a_kernel_is_compiled_for() -> None:
    assert TrainingSettings.of(negative=100)
    for negative in (101, 1_000, 2**31 - 1):
        with pytest.raises(SettingsError, match="negative: expected a whole number from 1 to 100"):
            TrainingSettings.of(negative=negative)


@pytest.mark.parametrize("value", [10**400, -(10**400), 10**5_000, [10**5_000]], ids=type)
def test_a_number_of_hundreds_of_digits_is_one_line(value: Any) -> None:
    with pytest.raises(SettingsError, match="n: expected a number above 0"):
        require_number("n", value, "a number above 0", above=0)
    with pytest.raises(SettingsError, match="n: expected a whole number from 1"):
        require_whole("n", value, 1)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("version", ["1" * 5_000, "1.0.dev" + "9" * 5_000, "x"])
def test_a_version_that_no_package_has_is_one_line(version: str) -> None:
    line = ["export", "t.vec", "--lang", "en", "--package", "--package-version", version]
    assert "a version that pip understands" in failing([*line, "-o", "out"])
    assert not Path("out").exists()


def tokenizer(**changed: Any) -> PieceTokenizer:
    """Of three pieces. changed: parts of the tokenizer, and of its model."""
    model = {"type": "WordPiece", "vocab": {"[UNK]": 0, "le": 1, "##e": 2}, "unk_token": "[UNK]",
             "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}  # fmt: skip
    of_model = {name: changed.pop(name) for name in list(changed) if name in model}
    return PieceTokenizer(json.dumps({"version": "1.0", "model": {**model, **of_model}, **changed}))


def replaced(content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"String": "e"}, "content": content}


GROWING = {
    "letters that become fifty, six times": {
        "normalizer": {"type": "Sequence", "normalizers": [replaced("e" * 50)] * 6}
    },
    "a letter that becomes a million": {"normalizer": replaced("e" * 10**6)},
    "sequences in sequences": {
        "normalizer": {
            "type": "Sequence",
            "normalizers": [{"type": "Sequence", "normalizers": [replaced("ee")] * 6}] * 6,
        }
    },
    "a million characters before each word": {
        "normalizer": {"type": "Prepend", "prepend": "x" * 10**6}
    },
    "words of any length": {"max_input_chars_per_word": 10**18},
    "a mark of a million characters": {"continuing_subword_prefix": "#" * 10**6},
}


@pytest.mark.parametrize("changed", GROWING.values(), ids=GROWING)
def test_a_tokenizer_whose_rules_grow_text_is_refused(changed: dict[str, Any]) -> None:
    pytest.importorskip("tokenizers")
    with pytest.raises(FormatError, match="tokenizer") as caught:
        tokenizer(**changed).cut(["the lessee keeps the leased premises here"] * 100)
    assert len(str(caught.value)) < 400


def test_a_tokenizer_whose_rules_keep_text_short_cuts() -> None:
    pytest.importorskip("tokenizers")
    rules = [replaced("ee"), {"type": "Prepend", "prepend": "▁"}, replaced("e")]
    for changed in ({}, {"normalizer": {"type": "Sequence", "normalizers": rules}}):
        assert tokenizer(**changed).cut(["le"])


@pytest.mark.parametrize(
    ("name", "value"),
    [("NUMBA_DISABLE_JIT", "1"), ("NUMBA_NUM_THREADS", "0"), ("NUMBA_NUM_THREADS", "-3")],
)
def test_variables_that_numba_fails_with_are_one_line(here: Path, name: str, value: str) -> None:
    done = run_command("inspect", here / "t.vec", **{name: value})
    assert done.returncode == 1
    assert re.fullmatch(rf"embedadapt: {name}: expected [^\n]+, found {value}[^\n]+\n", done.stderr)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the current folder")
def test_a_current_folder_that_was_removed_is_one_line(here: Path) -> None:
    gone = here / "gone"
    gone.mkdir()
    call = [sys.executable, "-m", "embedadapt", "inspect", str(here / "t.vec"), "--repair", "new"]
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; "$@"', "sh", *call],
        cwd=gone,
        capture_output=True,
        env=environment(
            PYTHONPATH=str(Path(__file__).parent.parent),
            NUMBA_CACHE_DIR=str(here / "cache"),  # where no kernel is compiled
        ),
        text=True,
    )
    assert done.returncode == 1
    said = "embedadapt: the current folder was removed: change to another one.\n"
    assert done.stderr.endswith(said) and "Traceback" not in done.stderr


@pytest.mark.usefixtures("here")
def test_an_error_before_the_first_stage_is_all_that_a_log_gets() -> None:
    """The bar of a stage that never began left an empty line."""
    assert "no such file" in failing(["prepare", "nothing.txt"])
    Path("empty.txt").touch()
    assert "no text" in failing(["prepare", "empty.txt"])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "line",
    [["oov", "t.vec", ""], ["oov", "", "c"], ["oov", "t.vec", "--", ""], ["inspect", ""],
     ["export", "t.vec", "-o", ""], ["evaluate", "t.vec", "a", "c", "--html", ""]],
    ids=str,
)  # fmt: skip
def test_an_empty_argument_is_not_the_current_folder(line: list[str]) -> None:
    Path("c.txt").write_text("the lessee pays")
    result = RUNNER.invoke(app, line)
    assert result.exit_code == 2, result.stdout
    assert f"argument {line.index('')}: it was given as ''" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs links")
@pytest.mark.usefixtures("here")
def test_links_that_lead_in_circles_are_one_line_as_input_and_as_output() -> None:
    Path("loop").symlink_to("loop")
    words = TABLE + "rent 1 2\nlease 2 1\nparty 1 3\n"
    Path("t.vec").write_text(words)
    Path("second.vec").write_text(words + "tenant 3 1\n")
    for line in (
        ["combine", "t.vec", "second.vec", "-o", "loop"],
        ["combine", "t.vec", "loop", "-o", "new.vec"],
        ["export", "t.vec", "--to", "glove", "-o", "loop"],
    ):
        assert "loop: " in failing(line)


DAMAGED = {
    "meta.json nested too deeply": ("meta.json", "[" * 100_000),
    "a meta.json that is a list": ("meta.json", "[]"),
    "a card that ends nowhere": ("README.md", "---\n" + "x" * 10**6 + "\nlicense: mit\n---\n"),
}


@pytest.mark.parametrize(("name", "content"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_beside_vectors_states_no_license(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    assert base_license(str(tmp_path)) == ""
    (tmp_path / name).write_text(
        '{"license": "mit"}' if name == "meta.json" else "---\nlicense: mit"
    )
    assert base_license(str(tmp_path)) == "mit"


@pytest.mark.parametrize(
    ("name", "value"),
    [("case", 3.5), ("case", "LOWER"), ("digits", None), ("phrases", "yes"), ("phrases", 1),
     ("prefix", 5), ("tags", None), ("unicode", "NFKC")],
)  # fmt: skip
def test_a_convention_that_there_is_not_is_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: expected"):
        Normalization.from_dict({name: value})


@pytest.mark.usefixtures("here")
def test_a_text_in_the_place_of_a_path_and_a_column_by_its_number() -> None:
    with pytest.raises(CorpusError, match="expected a path, found 5,000 characters") as caught:
        open_corpus(["a" * 5_000])
    assert len(str(caught.value)) < 200
    Path("c.csv").write_text("n,text\n1,the lessee pays\n")
    assert [document.text for document in open_corpus(["c.csv"], column=2)] == ["the lessee pays"]


@pytest.mark.usefixtures("here")
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="has no device without an end")
@pytest.mark.parametrize(
    "line",
    [
        "oov t.vec texts --baseline /dev/zero",
        "adapt t.vec texts -o a.adapter --glossary /dev/zero",
        "adapt t.vec texts -o a.adapter --phrases /dev/zero",
    ],
)
def test_a_list_without_an_end_is_refused(line: str) -> None:
    Path("texts").mkdir()
    Path("texts/0.txt").write_text("the lessee\n")
    said = failing(line.split())
    assert said == (
        "embedadapt: /dev/zero: expected up to 16,777,216 bytes, found more. "
        "Of a pipe or a device no more is read: write the list to a file.\n"
    )
