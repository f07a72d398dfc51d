import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.errors import FormatError
from embedadapt.formats.reading.packed_words import pack_words, unpack_words


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_words_come_back(words: list[str]) -> None:
    assert unpack_words(*pack_words(words), "here") == tuple(words)


@given(st.lists(st.binary()))
def test_bytes_that_are_not_utf8_come_back(words: list[bytes]) -> None:
    texts = [word.decode("utf-8", "surrogateescape") for word in words]
    packed, offsets = pack_words(texts)
    assert packed.tobytes() == b"".join(words)
    assert unpack_words(packed, offsets, "here") == tuple(texts)


@pytest.mark.parametrize("offsets", [[], [1, 2], [0, 1], [0, 3], [0, 2, 1, 2], [0, -1, 2]])
def test_offsets_that_do_not_fit_are_refused(offsets: list[int]) -> None:
    packed = np.frombuffer(b"ab", dtype=np.uint8)
    with pytest.raises(FormatError, match="here: expected word offsets"):
        unpack_words(packed, np.array(offsets, dtype=np.int64), "here")
