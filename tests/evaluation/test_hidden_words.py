import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.hidden_words import score_hidden, true_ranks
from embedadapt.evaluation.neighbors import unit_rows
from tests import naive

ROWS = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
BASE = WordVectors(Vocabulary([f"w{i}" for i in range(50)]), ROWS)
TREND = FrequencyTrend.fit(ROWS, by_frequency=True)


def test_what_is_found_as_it_was_has_rank_one() -> None:
    rows = np.arange(7, dtype=np.int32)
    score = score_hidden(BASE, TREND, rows, 3 * (ROWS[:7] - TREND.at(rows)))
    assert (round(score.cosine, 5), score.median_rank, score.hit_at_10) == (1, 1, 1)
    assert (score.n_words, score.n_candidates) == (7, 50)


def test_other_hidden_words_are_rivals_where_they_were_found() -> None:
    """Two words found at the truth of the first: they tie there, and the second one is missed."""
    rows = np.array([3, 4], dtype=np.int32)
    true = ROWS[rows] - TREND.at(rows)
    assert score_hidden(BASE, TREND, rows, true[[0, 0]]).median_rank > 1
    apart = score_hidden(BASE, TREND, rows[:1], true[:1])
    assert apart.median_rank == 1


def test_ranks_are_counted_among_all_candidates_but_the_word_itself() -> None:
    found = unit_rows(np.random.default_rng(1).normal(size=(9, 6)).astype(np.float32))
    true, rows = unit_rows(ROWS[:9]), unit_rows(ROWS[9:])
    ranks = true_ranks(np.vstack([rows, found]), true, found)
    for word, query in enumerate(found):
        others = np.vstack([rows, np.delete(found, word, axis=0)])
        nearer = naive.cosines(others, query) > naive.cosines(true[word : word + 1], query)[0]
        assert ranks[word] == nearer.sum() + 1


def test_a_word_of_which_nothing_was_made_has_no_cosine() -> None:
    nothing = np.zeros((3, 6), np.float32)
    assert_allclose(score_hidden(BASE, TREND, np.arange(3, dtype=np.int32), nothing).cosine, 0)
    assert_array_equal(unit_rows(nothing), nothing)
