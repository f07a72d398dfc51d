from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.familiarity import familiarity
from embedadapt.formats import scan_vocabulary
from embedadapt.text.encode import count_corpus
from embedadapt.text.keyness import FIRST_WORDS, in_order
from embedadapt.text.normalize import Normalizer, infer_normalization
from embedadapt.text.readers import open_corpus

ROOT = Path(__file__).parents[2]
GLOVE = scan_vocabulary(ROOT / "corpora/pretrained/glove.6B.50d.60k.safetensors")


@pytest.mark.parametrize(
    ("folder", "low", "high"),
    [("en/licences", 0.6, 0.9), ("fr/conventions_collectives", 0.0, 0.1)],
)
def test_a_text_in_the_tables_language_is_told_from_another(
    folder: str, low: float, high: float
) -> None:
    normalizer = Normalizer(infer_normalization(GLOVE), GLOVE)
    counted = count_corpus(open_corpus([ROOT / "corpora" / folder]), normalizer)
    found = familiarity(GLOVE, counted.vocabulary)
    assert found is not None
    assert low < found < high


def test_a_table_in_alphabetical_order_tells_nothing() -> None:
    words = Vocabulary(sorted(GLOVE.words))
    assert in_order(GLOVE)
    assert not in_order(words)
    assert familiarity(words, Vocabulary(["the"], np.array([5]))) is None


def test_it_is_a_share_of_tokens() -> None:
    table = Vocabulary([f"w{i}" for i in range(900)], np.arange(900, 0, -1))
    text = Vocabulary(["w0", f"w{FIRST_WORDS}", "unheard"], np.array([5, 3, 2]))
    assert familiarity(table, text) == 0.5
