import pytest

from embedadapt.core.errors import FormatError
from embedadapt.oov.baseline import new_words, read_baseline
from embedadapt.report.csv import dump_words
from embedadapt.report.json import dump
from tests.oov.make import report

TEXT = "the Indemnitor shall pay l’été, Xencor and § 77"


@pytest.mark.parametrize("kept", [dump, lambda found: dump_words([found])])
def test_a_kept_report_knows_all_its_words(tmp_path, kept):
    found = report(TEXT)
    (tmp_path / "kept").write_text(kept(found), encoding="utf-8")
    known = read_baseline(tmp_path / "kept")
    assert known == {"indemnitor", "été", "xencor", "and"}
    assert new_words(found, known) == []
    later = report(TEXT, "the Sublicensee § 78")
    assert [word.word for word in new_words(later, known)] == ["sublicensee"]


def test_a_list_has_a_word_a_line(tmp_path):
    (tmp_path / "kept").write_text("\ufeffindemnitor\r\n\r\nété\r\nnext\x85line\n", "utf-8")
    assert read_baseline(tmp_path / "kept") == {"indemnitor", "été", "next\x85line"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "half of it"),
        ('{"words": []}', "other JSON"),
        ('{"format": 1, "words": [{"word": ["a"]}]}', "other JSON"),
        ('{"format": 1, "words": [{"word": 5}]}', "other JSON"),
        ('{"format": 99, "words": []}', "format 99"),
        ('{"format": 1, "reports": []}', "several"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path, text, said):
    (tmp_path / "kept").write_text(text)
    with pytest.raises(FormatError, match=said):
        read_baseline(tmp_path / "kept")


def test_a_missing_baseline_is_one_line(tmp_path):
    with pytest.raises(FormatError, match="none: expected a file that can be read"):
        read_baseline(tmp_path / "none")
