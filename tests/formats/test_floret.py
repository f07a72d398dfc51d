"""floret's files: its .bin beside fastText's, and its table, which has no words.

The models in data/floret were made by floret 0.10 itself; expected.npz holds what its
`get_word_vector` answers (tests/formats/data/make_floret.py).
"""

from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.errors import FormatError
from embedadapt.formats import (
    load_vectors,
    save_vectors,
    scan_vectors,
    scan_vocabulary,
    sniff_format,
)
from tests.formats.make import assert_same_table, by_message, fasttext_bytes, written

DATA = Path(__file__).parent / "data" / "floret"


@pytest.mark.parametrize("name", ["floret-2", "floret-4-from-1", "floret-1-words", "fasttext"])
def test_a_model_gives_florets_own_vectors(name: str) -> None:
    vectors = load_vectors(DATA / f"{name}.bin")
    with np.load(DATA / "expected.npz") as expected:
        words, rows = expected[f"{name}.words"].tolist(), expected[f"{name}.rows"]
    assert sniff_format(DATA / f"{name}.bin") == "fasttext-bin"
    assert vectors.vocabulary.words == scan_vocabulary(DATA / f"{name}.bin").words
    for word, row in zip(words, rows, strict=True):
        assert np.allclose(vectors[word], row, atol=1e-6), word
    scanned, read = scan_vectors(DATA / f"{name}.bin").hashing, vectors.outline.hashing
    assert scanned is not None and read is not None
    assert scanned.rows("lessees") == read.rows("lessees")


def test_a_few_words_are_the_same_words() -> None:
    for chosen in (["the", "lessor"], ["lessor", "paie"], ["</s>"]):
        whole = load_vectors(DATA / "floret-2.bin")
        some = load_vectors(DATA / "floret-2.bin", words=chosen)
        assert sorted(some) == sorted(chosen)
        for word in some:
            assert np.array_equal(some[word], whole[word]), word


def test_a_fasttext_mode_model_is_read_as_fasttexts_is(tmp_path: Path) -> None:
    ours = load_vectors(written(tmp_path / "a.bin", fasttext_bytes(floret=True, hash_count=1)))
    plain = load_vectors(written(tmp_path / "b.bin", fasttext_bytes()))
    assert_same_table(ours, plain)
    assert np.array_equal(ours["lessees"], plain["lessees"])


def test_it_is_written_as_fasttext_reads_it(tmp_path: Path) -> None:
    for name in ("fasttext", "floret-2"):
        vectors = load_vectors(DATA / f"{name}.bin")
        save_vectors(vectors, tmp_path / "m.bin", format="fasttext-bin")
        assert_same_table(load_vectors(tmp_path / "m.bin"), vectors)
        assert (tmp_path / "m.bin").read_bytes()[48:52] != (2).to_bytes(4, "little")


def test_a_cut_model_never_loads(tmp_path: Path) -> None:
    content = (DATA / "floret-2.bin").read_bytes()
    for size in range(60, len(content), 199):
        with pytest.raises(FormatError, match=r"m\.bin"):
            load_vectors(written(tmp_path / "m.bin", content[:size]))


@pytest.mark.parametrize("name", ["floret-2", "floret-4-from-1", "floret-1-words"])
def test_a_table_without_words_composes_them_all(name: str, tmp_path: Path) -> None:
    vectors = load_vectors(DATA / f"{name}.floret")
    assert sniff_format(DATA / f"{name}.floret") == "floret"
    assert len(vectors) == 0
    with np.load(DATA / "expected.npz") as expected:
        words, rows = expected[f"{name}.words"].tolist(), expected[f"{name}.rows"]
    # The model's first word has a row besides, and `</s>` no other: the table has neither.
    for word, row in zip(words, rows, strict=True):
        if word not in ("</s>", words[0]):
            assert np.allclose(vectors[word], row, atol=1e-5), word
    save_vectors(vectors, tmp_path / "t.safetensors")
    again = load_vectors(tmp_path / "t.safetensors", words=["lessee"])
    assert again.fingerprint == vectors.fingerprint
    assert np.array_equal(again["lessees"], vectors["lessees"])
    with pytest.raises(KeyError):
        again[""]


def test_two_tables_without_words_are_not_taken_for_one() -> None:
    tables = [load_vectors(DATA / f"{name}.floret") for name in ("floret-2", "floret-1-words")]
    assert tables[0].fingerprint != tables[1].fingerprint


TABLE = b"3 2 2 3 2 2166136261 < >\n0 0.1 0.2\n1 0.3 0.4\n2 0.5 0.6\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TABLE.replace(b"3 2 2", b"4 2 2", 1), "expected the 4 rows its header announces, found 3"),
        (TABLE.replace(b"3 2", b"999 2", 1), "line 1: expected at least 5,993 bytes"),
        (TABLE.replace(b"2 0.5", b"7 0.5"), "rows numbered from 0"),
        (TABLE.replace(b"0.5", b"nan"), "line 4: expected finite numbers"),
        (TABLE.replace(b"0.5 0.6", b"0.5"), "line 4: expected 2 values"),
        (TABLE.replace(b" 2 3 2 ", b" 3 2 2 "), "found 3 to 2"),
        (TABLE.replace(b" 2 3 2 ", b" 2 99 2 "), "n-grams of 0 to 64 characters, found 2 to 99"),
        (TABLE.replace(b" 2 3 2 ", b" 2 1000000000 2 "), "found 2 to 1000000000"),
        (TABLE.replace(b"<", b"<" * 1000), "marks around words of 64 characters at most"),
        (TABLE.replace(b"2166136261", b"4294967296"), "1 to 4 hashes and a seed of 32 bits"),
    ],
    ids=by_message,
)
def test_a_defect_of_a_table_is_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        load_vectors(written(tmp_path / "t.floret", content))
