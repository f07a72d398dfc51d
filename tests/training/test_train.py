import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import Architecture, Mode, TrainingSettings
from embedadapt.training.train import fit_outputs, train
from tests.oracles import Word2Vec
from tests.training.make import DIM, encoded, start

MODELS = pytest.mark.parametrize("model", ["skipgram", "cbow"])
MODES = pytest.mark.parametrize("mode", ["fast", "exact"])


@MODES
def test_training_learns(licences: EncodedCorpus, mode: Mode) -> None:
    settings = TrainingSettings.of(epochs=2, mode=mode)
    inputs, outputs = start(licences)
    before = held_out_loss(inputs, outputs, licences, settings)
    log = train(inputs, outputs, licences, settings)
    after = held_out_loss(inputs, outputs, licences, settings)
    assert before == pytest.approx(6 * math.log(2), abs=0.05)
    assert after < before - 1
    assert log.epoch_losses[1] < log.epoch_losses[0] < before
    assert log.n_words == 2 * licences.n_tokens
    assert log.seconds > 0


@MODELS
@MODES
def test_gensim_comes_to_the_same_loss(
    sentences: list[list[str]], licences: EncodedCorpus, model: Architecture, mode: Mode
) -> None:
    settings = TrainingSettings.of(epochs=4, architecture=model, mode=mode)
    theirs = Word2Vec(
        sentences,
        vector_size=DIM,
        sg=model == "skipgram",
        min_count=1,
        epochs=4,
        workers=1,
        seed=1,
        sample=1e-3,
    )
    rows = [theirs.wv.key_to_index[word] for word in licences.vocabulary]
    inputs, outputs = start(licences)
    train(inputs, outputs, licences, settings)
    ours = held_out_loss(inputs, outputs, licences, settings)
    reference = held_out_loss(theirs.wv.vectors[rows], theirs.syn1neg[rows], licences, settings)
    assert ours == pytest.approx(reference, rel=0.02)


@MODELS
@MODES
def test_one_seed_gives_the_same_bytes(
    licences: EncodedCorpus, model: Architecture, mode: Mode
) -> None:
    def trained(seed: int) -> bytes:
        inputs, outputs = start(licences)
        train(
            inputs,
            outputs,
            licences,
            TrainingSettings.of(epochs=1, seed=seed, architecture=model, mode=mode),
        )
        return inputs.tobytes() + outputs.tobytes()

    assert trained(1) == trained(1)
    assert trained(1) != trained(2)


@MODELS
@MODES
def test_two_threads_learn_as_well(
    licences: EncodedCorpus, model: Architecture, mode: Mode
) -> None:
    losses = []
    for threads in (1, 2):
        settings = TrainingSettings.of(epochs=3, threads=threads, architecture=model, mode=mode)
        inputs, outputs = start(licences)
        log = train(inputs, outputs, licences, settings)
        assert np.isfinite(inputs).all()
        assert log.epoch_losses[-1] < log.epoch_losses[0]
        losses.append(held_out_loss(inputs, outputs, licences, settings))
    assert losses[1] == pytest.approx(losses[0], rel=0.02)


@pytest.mark.parametrize("dim", [1, 15, 16, 17])
def test_any_width_will_do(licences: EncodedCorpus, dim: int) -> None:
    inputs, outputs = start(licences, dim)
    untouched = inputs.copy()
    train(inputs, outputs, licences, TrainingSettings.of(epochs=1))
    assert np.isfinite(inputs).all()
    assert (inputs != untouched).all(axis=1).mean() > 0.9


def test_frozen_inputs_keep_every_bit(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    before = inputs.copy()
    train(inputs, outputs, licences, TrainingSettings.of(epochs=1), freeze_inputs=True)
    assert_array_equal(inputs.view(np.uint32), before.view(np.uint32))
    assert outputs.any()


def test_a_context_matrix_is_fitted_to_given_inputs(licences: EncodedCorpus) -> None:
    settings = TrainingSettings.of(epochs=3)
    inputs, outputs = start(licences)
    train(inputs, outputs, licences, settings)
    before = inputs.copy()
    fitted = fit_outputs(inputs, licences, settings)
    assert_array_equal(inputs, before)
    trained = held_out_loss(inputs, outputs, licences, settings)
    assert held_out_loss(inputs, fitted, licences, settings) < trained + 0.2


@pytest.mark.parametrize("sentences", [[], [[]], [[0], [1], [2]]], ids=["no", "empty", "one-word"])
def test_a_corpus_without_a_pair_is_refused(sentences: list[list[int]]) -> None:
    corpus = encoded(sentences, n_words=3)
    inputs, outputs = start(corpus)
    for use in (train, held_out_loss):
        with pytest.raises(CorpusError, match="at least two words"):
            use(inputs, outputs, corpus, TrainingSettings())


@MODES
@pytest.mark.parametrize("text", [[0, 0, 0, 0], [0, 1], [0, 1, 1, 0, 1]])
def test_a_vocabulary_of_one_or_two_words_trains(mode: Mode, text: list[int]) -> None:
    """Every noise word may be the centre, and then no target but the centre counts."""
    corpus = encoded([text] * 50)
    inputs, outputs = start(corpus)
    settings = TrainingSettings.of(subsample=0, mode=mode)
    log = train(inputs, outputs, corpus, settings)
    assert np.isfinite(inputs).all()
    assert np.isfinite(log.epoch_losses).all()
    assert outputs.any()


def test_subsampling_may_leave_nothing() -> None:
    corpus = encoded([[0, 0]])
    inputs, outputs = start(corpus)
    log = train(inputs, outputs, corpus, TrainingSettings.of(epochs=1, subsample=1e-12))
    assert math.isnan(log.epoch_losses[0])
    assert not outputs.any()


def test_a_sentence_longer_than_any_block_trains() -> None:
    corpus = encoded([np.random.default_rng(0).integers(0, 50, 25_000).tolist()])
    inputs, outputs = start(corpus)
    log = train(inputs, outputs, corpus, TrainingSettings.of(epochs=1))
    assert log.n_words == 25_000
    assert outputs.all()


def test_matrices_must_fit_the_vocabulary(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    with pytest.raises(ValueError, match="words"):
        train(inputs[1:], outputs[1:], licences, TrainingSettings())
    with pytest.raises(ValueError, match="outside the vocabulary"):
        stranger = replace(licences, token_ids=licences.token_ids + 1)
        train(inputs, outputs, stranger, TrainingSettings())
