import numpy as np
from numpy.testing import assert_array_equal

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.hidden_words import score_hidden, true_ranks
from embedadapt.evaluation.neighbors import unit_rows
from tests import naive

ROWS = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
BASE = WordVectors(Vocabulary([f"w{i}" for i in range(50)]), ROWS)


def test_what_is_found_as_it_was_has_rank_one() -> None:
    score = score_hidden(BASE, ROWS[:7], 3 * ROWS[:7])
    assert (round(score.cosine, 5), score.median_rank, score.hit_at_10) == (1, 1, 1)
    assert (score.n_words, score.n_candidates) == (7, 50)


def test_ranks_are_counted_among_all_candidates() -> None:
    found = np.random.default_rng(1).normal(size=(9, 6)).astype(np.float32)
    ranks = true_ranks(BASE, unit_rows(ROWS[:9]), unit_rows(found))
    for word, query in enumerate(found):
        order = np.argsort(-naive.cosines(ROWS, query))
        assert order[ranks[word] - 1] == word


def test_a_word_of_which_nothing_was_made_is_no_hit_of_ten() -> None:
    nothing = np.zeros((3, 6), np.float32)
    assert score_hidden(BASE, ROWS[:3], nothing).cosine == 0
    assert_array_equal(unit_rows(nothing), nothing)
