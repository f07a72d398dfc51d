import numpy as np
import pytest

from embedadapt.adaptation.words import adaptable_words
from embedadapt.core.errors import CorpusError, SettingsError
from embedadapt.core.vocabulary import Vocabulary

BASE = Vocabulary(["the", "of", ",", "2019"])


def words_kept(counts: dict[str, int], min_count: int = 5) -> list[str]:
    vocabulary = Vocabulary(counts, np.array(list(counts.values())))
    return list(adaptable_words(vocabulary, BASE, min_count))


def test_known_words_stay_at_any_count_and_new_ones_need_evidence() -> None:
    assert words_kept({"the": 9, "lessor": 5, "lessee": 4, "2019": 1}) == ["the", "lessor", "2019"]


def test_a_corpus_of_another_language_is_named() -> None:
    with pytest.raises(CorpusError, match=r"none in 2 words .*same language"):
        words_kept({"приложение": 3, "договор": 2})


def test_a_min_count_above_everything_is_named() -> None:
    with pytest.raises(SettingsError, match=r"min_count: expected at most 7, .* found 8"):
        words_kept({"the": 7, "lessor": 3}, min_count=8)
    assert words_kept({"the": 7, "lessor": 3}, min_count=7) == ["the"]
