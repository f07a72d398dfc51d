"""floret's files: its .bin beside fastText's, and its table, which has no words.

The models in data/floret were made by floret 0.10 itself; expected.npz holds what its
`get_word_vector` answers (tests/formats/data/make_floret.py).
"""

from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.errors import FormatError
from embedadapt.formats import load_vectors, save_vectors, scan_vocabulary, sniff_format
from tests.formats.make import assert_same_table, fasttext_bytes, written

DATA = Path(__file__).parent / "data" / "floret"


@pytest.mark.parametrize("name", ["floret-2", "floret-4-from-1", "floret-1-words", "fasttext"])
def test_a_model_gives_florets_own_vectors(name: str) -> None:
    vectors = load_vectors(DATA / f"{name}.bin")
    with np.load(DATA / "expected.npz") as expected:
        words, rows = expected[f"{name}.words"].tolist(), expected[f"{name}.rows"]
    assert sniff_format(DATA / f"{name}.bin") == "fasttext-bin"
    assert vectors.vocabulary.words == scan_vocabulary(DATA / f"{name}.bin").words
    for word, row in zip(words, rows, strict=True):
        if word in vectors or name == "fasttext":
            assert np.allclose(vectors[word], row, atol=1e-6), word
        else:
            with pytest.raises(KeyError):
                vectors[word]
    noted = any("floret's own mode" in note for note in vectors.provenance.notes)
    assert noted == (name != "fasttext")


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


def test_a_table_without_words_is_named(tmp_path: Path) -> None:
    table = b"3 2 2 3 2 2166136261 < >\n0 0.1 0.2\n1 0.3 0.4\n2 0.5 0.6\n"
    with pytest.raises(
        FormatError, match=r"line 1: .*found a floret table.*Give the model's \.bin"
    ):
        load_vectors(written(tmp_path / "t.floret", table))
