import gzip
from collections import Counter
from pathlib import Path

import pytest

from embedadapt.core.errors import CorpusError
from embedadapt.text.labeled import read_labeled


def test_a_given_split_is_kept(tmp_path: Path) -> None:
    lines = ["label,text,split", 'a,"one, two",train', "b,three,test", ",none,test", "b,,train"]
    (tmp_path / "l.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    found = read_labeled(tmp_path / "l.csv")
    assert found.texts == ["one, two", "three"]
    assert found.training[0] == ["one, two"] and found.test[0] == ["three"]
    assert found.labels.tolist() == ["a", "b"]


def test_else_some_of_each_class_are_drawn_and_none_twice(tmp_path: Path) -> None:
    rows = [f"text {i}\t{'ab'[i % 2]}" for i in range(40)] + ["text 0\tb", "alone\tc"]
    (tmp_path / "l.tsv.gz").write_bytes(gzip.compress("\n".join(["text\tlabel", *rows]).encode()))
    found = read_labeled(tmp_path / "l.tsv.gz")
    assert len(found.texts) == len(set(found.texts)) == 41
    assert found.labels[0] == "a", "the first of a text counts"
    assert Counter(found.test[1].tolist()) == {"a": 6, "b": 6}
    assert "c" in found.training[1]
    assert not set(found.training[0]) & set(found.test[0])
    again = read_labeled(tmp_path / "l.tsv.gz")
    assert (again.is_test == found.is_test).all()


@pytest.mark.parametrize(
    ("text", "found"), [("text,class\na,b\n", "'text', 'class'"), ("", "no header")]
)
def test_other_columns_are_named(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "l.csv").write_text(text)
    with pytest.raises(CorpusError, match=found):
        read_labeled(tmp_path / "l.csv")
