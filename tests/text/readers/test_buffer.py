"""What can be read once only, kept for further passes."""

import gc
from itertools import count

import pytest

from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers import buffer
from embedadapt.text.readers.buffer import OnDisk
from embedadapt.text.readers.memory import Texts
from embedadapt.workflows.inputs import as_corpus

ITEMS = ["The lessor pays.", ("lease", "naïve \u2028\r\n\ud800"), Document("c", ""), "x" * 40]
NAMES = ["text 1", "lease", "c", "text 4"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(buffer, "IN_MEMORY", 30)


@pytest.mark.parametrize("door", [as_corpus, Texts])
def test_a_long_generator_is_read_again_from_a_file(door):
    corpus = door(iter(ITEMS))
    kept = corpus._texts
    assert isinstance(kept, OnDisk) and "4 in the temporary file" in repr(corpus)
    one, other = iter(corpus), iter(corpus)
    assert next(one) == next(other)  # two passes at a time
    for _ in range(2):
        assert [document.name for document in corpus] == NAMES
        assert [*corpus] == [*Texts(ITEMS)]
    path = kept.path
    assert path.exists()
    del corpus, kept, one, other
    gc.collect()
    assert not path.exists()


def test_a_short_one_stays_in_memory_and_decides_what_it_is(tmp_path):
    assert repr(Texts(iter(["a b", "c"]))) == "Texts(2)"
    (tmp_path / "a.txt").write_text("text")
    [document] = as_corpus(iter([tmp_path / "a.txt"]))
    assert document.text == "text"


def test_no_more_is_read_ahead_than_is_kept_and_none_is_lost():
    endless = (f"text number {number}" for number in count())
    texts = Texts(text for text, _ in zip(endless, range(1000), strict=False))
    assert [document.text for document in texts] == [f"text number {i}" for i in range(1000)]


def test_an_item_that_is_no_text_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(buffer.tempfile, "tempdir", str(tmp_path))
    with pytest.raises(CorpusError, match=r"text 2: .*missing value"):
        as_corpus(iter(["x" * 40, None]))
    gc.collect()
    assert [*tmp_path.iterdir()] == []
