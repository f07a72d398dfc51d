import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.likelihood import (
    FEWEST_DOCUMENTS,
    MOST_GROUPS,
    N_PAIRS,
    RUNS,
    HeldOut,
    estimate_loss,
    fit_contexts,
    group_losses,
    in_groups,
    prepare_held_out,
)
from embedadapt.training.lengths import FITTED_LENGTH
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import fit_outputs
from tests import naive
from tests.evaluation.make import decoded, encoded, table

VOCABULARY = Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))
documents = st.lists(
    st.lists(st.lists(st.integers(0, 2), max_size=3), max_size=4), min_size=1, max_size=14
)


@given(documents, documents)
def test_what_training_repeats_is_left_out(
    training: list[list[list[int]]], held_out: list[list[list[int]]]
) -> None:
    found = prepare_held_out(encoded(VOCABULARY, training), encoded(VOCABULARY, held_out))
    fresh = [s for d in naive.fresh_sentences(held_out, training) for s in d]
    filled = [s for d in held_out for s in d if s]
    assert found.text.n_documents == len(held_out)
    assert found.text.n_sentences == len(filled)
    assert found.text.n_repeated == len(filled) - len(fresh)
    assert found.text.n_tokens == sum(map(len, fresh))
    scored = [s for group in found.groups for d in decoded(group) for s in d]
    assert sorted(s for s in fresh if len(s) > 1) == sorted(s for s in scored if len(s) > 1)


def test_the_share_of_repeated_sentences() -> None:
    training = encoded(VOCABULARY, [[[0, 1], [2]]])
    held_out = encoded(VOCABULARY, [[[0, 1], [1, 0], []], [[0, 1]]])
    text = prepare_held_out(training, held_out).text
    assert text.repeated_share == 2 / 3
    assert (text.n_documents, text.n_tokens) == (2, 2)


@given(documents)
def test_groups_hold_every_sentence_once(held_out: list[list[list[int]]]) -> None:
    corpus = encoded(VOCABULARY, held_out)
    groups = in_groups(corpus)
    found = [s for group in groups for d in decoded(group) for s in d]
    assert sorted(found) == sorted(s for d in held_out for s in d)
    assert all(group.vocabulary is VOCABULARY for group in groups)


def test_many_documents_are_resampled_whole_and_few_in_runs() -> None:
    many = encoded(VOCABULARY, [[[d % 3]] * 2 for d in range(MOST_GROUPS + 3)])
    assert [group.n_documents for group in in_groups(many)] == [2] * 3 + [1] * (MOST_GROUPS - 3)
    few = encoded(VOCABULARY, [[[0, 1]] * 100, [[1, 2]] * 100] + [[]] * (FEWEST_DOCUMENTS - 3))
    assert [group.n_sentences for group in in_groups(few)] == [200 // RUNS] * RUNS


def test_a_groups_loss_is_the_trainers_own() -> None:
    """With a context matrix fitted anew, the same settings, and pairs by the group's share."""
    rng = np.random.default_rng(0)
    training, held_out = (
        encoded(VOCABULARY, rng.integers(0, 3, (n, 4, 9)).tolist()) for n in (30, 12)
    )
    settings = TrainingSettings(epochs=4, subsample=0)
    vectors = table(["a", "b", "other"])
    prepared = prepare_held_out(training, held_out)
    rows = vectors.matrix[:2] * np.float32(FITTED_LENGTH / np.median(vectors.norms[:2]))
    inputs = np.vstack([rows, np.zeros((1, vectors.dim), np.float32)])
    outputs = fit_outputs(inputs, training, settings)
    share = prepared.groups[5].n_tokens / prepared.text.n_tokens
    expected = held_out_loss(
        inputs, outputs, prepared.groups[5], settings, n_pairs=round(N_PAIRS * share)
    )
    losses = group_losses(fit_contexts(vectors, training, settings), prepared, settings)
    assert losses[5] == pytest.approx(expected)
    assert estimate_loss(losses, prepared, seed=1).value == pytest.approx(losses.mean(), rel=1e-3)


def test_groups_that_subsampling_emptied_do_not_count() -> None:
    groups = tuple(encoded(VOCABULARY, [[[0, 1] * n]]) for n in (1, 2, 3))
    held_out = HeldOut(prepare_held_out(groups[0], groups[1]).text, groups)
    losses = np.array([2.0, np.nan, 4.0])
    assert estimate_loss(losses, held_out, seed=1).value == (2 * 2 + 6 * 4) / 8
    assert estimate_loss(losses * np.nan, held_out, seed=1) is None
