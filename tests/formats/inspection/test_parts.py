"""Formats whose parts are looked through: every row that is wrong is named."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors

from embedadapt.core.errors import FormatError
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.inspection.summary import describe, inspect_vectors, read_both_ways
from embedadapt.formats.inspection.survey import survey_file
from embedadapt.formats.reading.packed_words import pack_words
from embedadapt.formats.reading.tensor_file import write_tensors
from tests.formats.make import fasttext_bytes, make_vectors, written
from tests.oracles import KeyedVectors


def test_a_sound_table_in_parts_has_nothing_but_unusual_words(tmp_path: Path) -> None:
    save_vectors(make_vectors(["the", "a\u00a0b", ""]), tmp_path / "t.safetensors")
    survey = survey_file(tmp_path / "t.safetensors")
    assert survey is not None
    assert survey.words == ("the", "a\u00a0b", "")
    kinds = [(defect.kind, defect.places[0].where) for defect in survey.defects]
    assert kinds == [("empty word", "row 3"), ("Unicode space in a word", "row 2")]
    assert not survey.repairable


BROKEN = np.array([[0, 1], [np.nan, 2], [3, 4], [5, np.inf], [6, 7]], dtype=np.float32)
WORDS = ["the", "of", "the", "lessee", "né"]


def broken_safetensors(folder: Path) -> Path:
    packed, offsets = pack_words(WORDS)
    metadata = {"kind": "vectors", "format": 1, "normalization": None}
    arrays = {"matrix": BROKEN, "words.bytes": packed, "words.offsets": offsets}
    path = folder / "t.safetensors"
    write_tensors(path, arrays, {**metadata, "n_shared_keys": 0, "notes": []})
    return path


def broken_npy(folder: Path) -> Path:
    np.save(folder / "t.npy", BROKEN.astype(np.float64))
    (folder / "words.txt").write_text("\n".join(WORDS) + "\n")
    return folder / "t.npy"


def broken_fasttext(folder: Path) -> Path:
    content = bytearray(fasttext_bytes([word.encode() for word in WORDS], dim=2))
    first = content.index(struct.pack("<qq", 5 + 7, 2)) + 16
    content[first : first + BROKEN.nbytes] = BROKEN.tobytes()
    return written(folder / "m.bin", bytes(content))


@pytest.mark.parametrize(
    ("make", "dtype"),
    [(broken_safetensors, "float32"), (broken_npy, "float64"), (broken_fasttext, "float32")],
)
def test_every_defect_of_a_table_in_parts_has_its_row(
    tmp_path: Path, make: Callable[[Path], Path], dtype: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(FormatError):
        load_vectors(path)
    found = inspect_vectors(path)
    row = "input row" if make is broken_fasttext else "vector"
    assert [
        (defect.kind, [place.where for place in defect.places]) for defect in found.defects
    ] == [
        ("NaN or infinity", [f"{row} 2", f"{row} 4"]),
        ("repeated word", ["row 3"]),
    ]
    assert (found.n_words, found.dim, found.dtype, found.encoding) == (2, 2, dtype, "UTF-8")
    assert found.refused
    assert not found.repairable


@pytest.mark.parametrize("aside", [False, True])
def test_every_defect_of_a_trusted_gensim_file_has_its_row(tmp_path: Path, aside: bool) -> None:
    saved = KeyedVectors(2)
    saved.add_vectors([str(row) for row in range(len(WORDS))], BROKEN)
    saved.index_to_key = WORDS
    saved.save(str(tmp_path / "t.kv"), sep_limit=0 if aside else 2**30)
    reading = read_both_ways(tmp_path / "t.kv", trust_pickle=True)
    found = describe(tmp_path / "t.kv", reading)
    assert [
        (defect.kind, [place.where for place in defect.places]) for defect in found.defects
    ] == [
        ("NaN or infinity", ["vector 2", "vector 4"]),
        ("repeated word", ["row 3"]),
    ]
    assert (found.file_format, found.n_words, found.encoding) == ("gensim", 2, "UTF-8")
    assert found.refused
    with pytest.raises(FormatError, match="can run code"):
        read_both_ways(tmp_path / "t.kv")


def test_what_is_wrong_behind_the_words_is_found_too(tmp_path: Path) -> None:
    content = bytearray(fasttext_bytes(dim=2))
    content[-4:] = struct.pack("<f", np.nan)
    at = content.index(struct.pack("<qq", 3 + 7, 2)) + 16
    content[at + 4 * 2 * 4 : at + 4 * 2 * 4 + 4] = struct.pack("<f", np.inf)
    found = inspect_vectors(written(tmp_path / "m.bin", bytes(content)))
    assert [place.where for place in found.defects[0].places] == ["n-gram row 2", "output row 3"]


def test_a_pipeline_is_looked_through(tmp_path: Path) -> None:
    nlp = spacy.blank("xx")
    keys = [nlp.vocab.strings.add(word) for word in ("the", "of", "lessee")]
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=BROKEN[:3].astype(np.float16), keys=keys
    )
    nlp.to_disk(tmp_path / "p")
    found = inspect_vectors(tmp_path / "p")
    assert (found.defects[0].kind, found.defects[0].places[0].where) == (
        "NaN or infinity",
        "vector 2",
    )
    assert (found.dtype, found.n_words) == ("float16", 2)
