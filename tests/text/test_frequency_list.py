import sys

import numpy as np
import pytest

from embedadapt.core.errors import MissingExtraError, SettingsError
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.frequency_list import UNLISTED, listed_shares


def test_shares_are_those_of_the_list_whatever_the_case() -> None:
    wordfreq = pytest.importorskip("wordfreq")
    words = Vocabulary(["der", "Der", "Vertrag", "New_York", "zqxzqxq"])
    shares = listed_shares("de", words)
    assert shares[0] == shares[1] == wordfreq.word_frequency("der", "de") > shares[2] > shares[4]
    assert shares[3] == wordfreq.word_frequency("New York", "de") > shares[4] == UNLISTED
    assert np.isfinite(np.log(shares)).all()


def test_a_language_without_a_list_is_refused() -> None:
    pytest.importorskip("wordfreq")
    with pytest.raises(SettingsError, match=r"frequencies: expected one of ar, .* found 'xx'"):
        listed_shares("xx", Vocabulary(["a"]))


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    with pytest.raises(MissingExtraError, match=r"'\.\[frequencies\]'"):
        listed_shares("en", Vocabulary(["a"]))
