"""A repaired file loads, holds what the rules promise, and nothing is repaired silently."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedadapt.core.errors import EmbedAdaptError, FormatError, OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.inspection.repair import Repair, repair_vectors
from tests.formats.inspection.test_survey import BINARY_DEFECTS, TEXT_DEFECTS, row, text
from tests.formats.make import (
    PLAIN_WORDS,
    by_message,
    make_vectors,
    save_or_reject,
    tables,
    written,
)


def repaired(path: Path) -> Repair:
    return repair_vectors(path, path.with_name("repaired"))


@pytest.mark.parametrize(("content", "kind", "_"), TEXT_DEFECTS + BINARY_DEFECTS, ids=by_message)
def test_each_defect_is_repaired_and_told(
    tmp_path: Path, content: bytes, kind: str, _: tuple[str, str]
) -> None:
    repair = repaired(written(tmp_path / "t", content))
    found = load_vectors(tmp_path / "repaired")
    assert (repair.n_words, repair.dim) == (len(found), found.dim)
    assert [defect.kind for defect in repair.repaired] == [kind]
    assert found.vocabulary.words[:2] == ("the", "of")
    assert found.matrix[:2].tolist() == [[0.5, 1], [2, 3]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text(b"to 1\n"), text()),
        (text(b"of 9 9\n"), text()),
        (text(b"to\t1 2\r\n"), text(b"to 1 2\n")),
        (text(b"to  1   2 \n", b"\n", b"a 1,5 2"), text(b"to 1 2\n", b"a 1.5 2\n")),
        (b"\xef\xbb\xbf" + text(), text()),
        (text(b"1.50 1.50 0\n", header=b"9 9\n"), text(b"1.50 1.50 0\n", header=b"4 2\n")),
        (text().decode().encode("utf-16"), text()),
        (text(b"na\xefve 1 2\n"), text("naïve 1 2\n".encode())),
        (text("é 1 2\n".encode(), b"\xe9\xe9 1 2\n"), text("é 1 2\n".encode())),
        (text(b"New York 1 2\n"), text(b"New York 1 2\n")),
        (gzip.compress(text(b"to 1 2\n"))[:-9], text(b"to 1 2\n")),
    ],
    ids=lambda value: repr(value[-16:]),
)
def test_a_repaired_text_reads_as_its_rule_says(
    tmp_path: Path, content: bytes, expected: bytes
) -> None:
    """Numbers stay written as they were."""
    repaired(written(tmp_path / "t", content))
    assert (tmp_path / "repaired").read_bytes() == expected


def test_a_repaired_binary_keeps_its_rows_to_the_bit(tmp_path: Path) -> None:
    rows = [row(b"the", 0.1, -0.0, end=b""), row(b"\xe9", 1e-40, 2, end=b"")]
    broken = b"9 2\n" + rows[0] + row(b"", 1, 2, end=b"") + rows[1] + rows[0] + b"of 12"
    repaired(written(tmp_path / "t", broken))
    assert (tmp_path / "repaired").read_bytes() == b"2 2\n" + b"\n".join([*rows, b""])


@given(vectors=tables(PLAIN_WORDS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", ["word2vec-text", "word2vec-binary"])
def test_a_sound_file_is_copied(tmp_path: Path, name: str, vectors: WordVectors) -> None:
    save_or_reject(vectors, tmp_path / "t", name)
    repaired(tmp_path / "t")
    assert (tmp_path / "repaired").read_bytes() == (tmp_path / "t").read_bytes()


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", ["word2vec-text", "word2vec-binary"])
def test_any_damage_is_repaired_or_refused_in_one_line(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    """And what was repaired once has nothing left to repair."""
    save_vectors(make_vectors(["the", "of", "lessee", "naïve"], dim=3), tmp_path / "t", format=name)
    content = bytearray((tmp_path / "t").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=3))
        if not content:
            return
    try:
        first = repaired(written(tmp_path / "broken", bytes(content)))
    except EmbedAdaptError as error:
        assert "\n" not in str(error)
        return
    assert len(load_vectors(tmp_path / "repaired")) == first.n_words
    again = repair_vectors(tmp_path / "repaired", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "repaired").read_bytes()
    assert {d.repair for d in again.repaired} <= {"kept as it is", "its bytes are kept"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"2 4\n" + b"".join(row(word, 1, 2) for word in (b"the", b"of", b"to")), "byte 24.*row 2"),
        (b"5 2\n", "no header that could be true"),
        (b"the 1 1e39\nof 1e39 2\n", "at least one whole row, found none"),
        (b"prose, not numbers\n", "expected a vector file"),
    ],
    ids=by_message,
)
def test_what_cannot_be_repaired_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        repaired(written(tmp_path / "t", content))
    assert os.listdir(tmp_path) == ["t"]


def test_a_format_of_one_program_is_not_repaired(tmp_path: Path) -> None:
    save_vectors(make_vectors(), tmp_path / "t.safetensors")
    with pytest.raises(FormatError, match="which can be repaired"):
        repaired(tmp_path / "t.safetensors")


def test_the_target_is_a_plain_file_and_another_one(tmp_path: Path) -> None:
    path = written(tmp_path / "t", text(b"to 1\n"))
    with pytest.raises(OutputError, match=r"found the suffix \.gz"):
        repair_vectors(path, tmp_path / "t.gz")
    with pytest.raises(OutputError, match="t"):
        repair_vectors(path, path)
    with pytest.raises(OutputError, match="nowhere"):
        repair_vectors(path, tmp_path / "nowhere" / "t")
    assert path.read_bytes() == text(b"to 1\n")
