import numpy as np
import pytest

from embedadapt.core.vocabulary import Vocabulary


def test_duplicates_are_named() -> None:
    with pytest.raises(ValueError, match="'the' occurs twice"):
        Vocabulary(["the", "of", "the"]).lookup(["of"])


def test_counts_must_match() -> None:
    with pytest.raises(ValueError, match="2 words but counts of shape"):
        Vocabulary(["a", "b"], np.array([1]))


def test_selecting_keeps_order_and_counts() -> None:
    chosen = Vocabulary(["a", "b", "c"], np.array([5, 3, 1])).select(np.array([2, 0]))
    assert (chosen.words, chosen.counts.tolist(), chosen.total) == (("c", "a"), [1, 5], 6)
