import math
import re
import signal
import threading
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from gensim.models import Word2Vec
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError, EmbedAdaptError, SettingsError
from embedadapt.core.progress import Progress
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.training import skipgram
from embedadapt.training.skipgram import (
    SkipGramSettings,
    fit_outputs,
    held_out_loss,
    split_blocks,
    train_skipgram,
)

LICENCES = Path(__file__).parents[2] / "corpora/en/licences"
DIM = 16
MODES = pytest.mark.parametrize("mode", ["fast", "exact"])


def encoded(sentences: list[list[int]], n_words: int | None = None) -> EncodedCorpus:
    ids = np.array([i for sentence in sentences for i in sentence], dtype=np.int32)
    counts = np.bincount(ids, minlength=n_words or 1)
    return EncodedCorpus(
        vocabulary=Vocabulary([f"w{i}" for i in range(len(counts))], counts),
        token_ids=ids,
        sentence_offsets=np.cumsum([0, *map(len, sentences)]).astype(np.int64),
        document_offsets=np.array([0, len(sentences)]),
        document_names=("text",),
    )


def start(corpus: EncodedCorpus, dim: int = DIM) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    inputs = ((rng.random((len(corpus.vocabulary), dim)) - 0.5) / dim).astype(np.float32)
    return inputs, np.zeros_like(inputs)


@pytest.fixture(scope="module")
def sentences() -> list[list[str]]:
    """Some 70,000 words of licences, in random order."""
    texts = [path.read_text("utf-8").lower() for path in sorted(LICENCES.glob("*.txt"))[:30]]
    parts = [re.findall(r"[a-z]+", part) for text in texts for part in re.split(r"\n\n|\. ", text)]
    order = np.random.default_rng(0).permutation(len(parts))
    return [parts[i] for i in order if parts[i]]


@pytest.fixture(scope="module")
def licences(sentences: list[list[str]]) -> EncodedCorpus:
    counts = Counter(word for sentence in sentences for word in sentence)
    number = {word: i for i, (word, _) in enumerate(counts.most_common())}
    corpus = encoded([[number[word] for word in sentence] for sentence in sentences])
    return replace(corpus, vocabulary=Vocabulary(number, corpus.vocabulary.counts))


@MODES
def test_training_learns(licences: EncodedCorpus, mode: skipgram.Mode) -> None:
    settings = SkipGramSettings(epochs=2, mode=mode)
    inputs, outputs = start(licences)
    before = held_out_loss(inputs, outputs, licences, settings)
    log = train_skipgram(inputs, outputs, licences, settings)
    after = held_out_loss(inputs, outputs, licences, settings)
    assert before == pytest.approx(6 * math.log(2), abs=0.05)
    assert after < before - 1
    assert log.epoch_losses[1] < log.epoch_losses[0] < before
    assert log.n_words == 2 * licences.n_tokens
    assert log.seconds > 0


@MODES
def test_gensim_comes_to_the_same_loss(
    sentences: list[list[str]], licences: EncodedCorpus, mode: skipgram.Mode
) -> None:
    settings = SkipGramSettings(epochs=4, mode=mode)
    theirs = Word2Vec(
        sentences, vector_size=DIM, sg=1, min_count=1, epochs=4, workers=1, seed=1, sample=1e-3
    )
    rows = [theirs.wv.key_to_index[word] for word in licences.vocabulary]
    inputs, outputs = start(licences)
    train_skipgram(inputs, outputs, licences, settings)
    ours = held_out_loss(inputs, outputs, licences, settings)
    reference = held_out_loss(theirs.wv.vectors[rows], theirs.syn1neg[rows], licences, settings)
    assert ours == pytest.approx(reference, rel=0.02)


@MODES
def test_one_seed_gives_the_same_bytes(licences: EncodedCorpus, mode: skipgram.Mode) -> None:
    def train(seed: int) -> bytes:
        inputs, outputs = start(licences)
        train_skipgram(inputs, outputs, licences, SkipGramSettings(epochs=1, seed=seed, mode=mode))
        return inputs.tobytes() + outputs.tobytes()

    assert train(1) == train(1)
    assert train(1) != train(2)


@MODES
def test_two_threads_learn_as_well(licences: EncodedCorpus, mode: skipgram.Mode) -> None:
    losses = []
    for threads in (1, 2):
        settings = SkipGramSettings(epochs=3, threads=threads, mode=mode)
        inputs, outputs = start(licences)
        log = train_skipgram(inputs, outputs, licences, settings)
        assert np.isfinite(inputs).all()
        assert log.epoch_losses[-1] < log.epoch_losses[0]
        losses.append(held_out_loss(inputs, outputs, licences, settings))
    assert losses[1] == pytest.approx(losses[0], rel=0.02)


@pytest.mark.parametrize("dim", [1, 15, 16, 17])
def test_any_width_will_do(licences: EncodedCorpus, dim: int) -> None:
    inputs, outputs = start(licences, dim)
    untouched = inputs.copy()
    train_skipgram(inputs, outputs, licences, SkipGramSettings(epochs=1))
    assert np.isfinite(inputs).all()
    assert (inputs != untouched).all(axis=1).mean() > 0.9


def test_frozen_inputs_keep_every_bit(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    before = inputs.copy()
    train_skipgram(inputs, outputs, licences, SkipGramSettings(epochs=1), freeze_inputs=True)
    assert_array_equal(inputs.view(np.uint32), before.view(np.uint32))
    assert outputs.any()


def test_a_context_matrix_is_fitted_to_given_inputs(licences: EncodedCorpus) -> None:
    settings = SkipGramSettings(epochs=3)
    inputs, outputs = start(licences)
    train_skipgram(inputs, outputs, licences, settings)
    before = inputs.copy()
    fitted = fit_outputs(inputs, licences, settings)
    assert_array_equal(inputs, before)
    trained = held_out_loss(inputs, outputs, licences, settings)
    assert held_out_loss(inputs, fitted, licences, settings) < trained + 0.2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("window", 0),
        ("negative", 0),
        ("threads", 0),
        ("subsample", 1.0),
        ("subsample", -0.1),
        ("learning_rate", 0.0),
        ("learning_rate", math.nan),
        ("min_learning_rate", 0.5),
        ("ns_exponent", math.inf),
        ("mode", "quick"),
        ("seed", -1),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, found {value!r}"):
        replace(SkipGramSettings(), **{name: value})


def test_the_rate_falls_in_a_straight_line() -> None:
    settings = SkipGramSettings(learning_rate=0.3, min_learning_rate=0.1)
    assert [settings.rate_at(share) for share in (0, 0.5, 1)] == pytest.approx([0.3, 0.2, 0.1])


@pytest.mark.parametrize("sentences", [[], [[]], [[0], [1], [2]]], ids=["no", "empty", "one-word"])
def test_a_corpus_without_a_pair_is_refused(sentences: list[list[int]]) -> None:
    corpus = encoded(sentences, n_words=3)
    inputs, outputs = start(corpus)
    for use in (train_skipgram, held_out_loss):
        with pytest.raises(CorpusError, match="at least two words"):
            use(inputs, outputs, corpus, SkipGramSettings())


@MODES
@pytest.mark.parametrize("text", [[0, 0, 0, 0], [0, 1], [0, 1, 1, 0, 1]])
def test_a_vocabulary_of_one_or_two_words_trains(mode: skipgram.Mode, text: list[int]) -> None:
    """Every noise word may be the centre, and then no target but the centre counts."""
    corpus = encoded([text] * 50)
    inputs, outputs = start(corpus)
    settings = SkipGramSettings(subsample=0, mode=mode)
    log = train_skipgram(inputs, outputs, corpus, settings)
    assert np.isfinite(inputs).all()
    assert np.isfinite(log.epoch_losses).all()
    assert outputs.any()


def test_subsampling_may_leave_nothing() -> None:
    corpus = encoded([[0, 0]])
    inputs, outputs = start(corpus)
    log = train_skipgram(inputs, outputs, corpus, SkipGramSettings(epochs=1, subsample=1e-12))
    assert math.isnan(log.epoch_losses[0])
    assert not outputs.any()


def test_a_sentence_longer_than_any_block_trains() -> None:
    corpus = encoded([np.random.default_rng(0).integers(0, 50, 25_000).tolist()])
    inputs, outputs = start(corpus)
    log = train_skipgram(inputs, outputs, corpus, SkipGramSettings(epochs=1))
    assert log.n_words == 25_000
    assert outputs.all()


@given(lengths=st.lists(st.sampled_from([0, 1, 30, 9_999, 10_000, 10_001, 35_000])))
def test_blocks_are_the_whole_text_once(lengths: list[int]) -> None:
    offsets = np.cumsum([0, *lengths]).astype(np.int64)
    blocks = split_blocks(offsets)
    ends = [0, *(int(block[-1]) for block in blocks)]
    assert [int(block[0]) for block in blocks] == ends[:-1]
    assert ends[-1] == offsets[-1]
    assert all(0 < b - a <= 10_000 for block in blocks for a, b in pairwise(block.tolist()))
    assert all(block[-1] - block[0] < 20_000 for block in blocks)
    assert set(offsets.tolist()) <= {0, *(int(cut) for block in blocks for cut in block)}


def test_a_loss_that_is_not_finite_stops_training(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    inputs[0] = np.nan
    before = inputs.copy()
    with pytest.raises(EmbedAdaptError, match=r"finite loss, found nan.*lower learning rate"):
        train_skipgram(inputs, outputs, licences, SkipGramSettings())
    assert_array_equal(inputs, before)


def test_a_rate_far_too_high_is_noticed(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    settings = SkipGramSettings(learning_rate=1e4, min_learning_rate=1e4)
    with pytest.raises(EmbedAdaptError, match="lower learning rate"):
        train_skipgram(inputs, outputs, licences, settings)


def test_matrices_must_fit_the_vocabulary(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    with pytest.raises(ValueError, match="words"):
        train_skipgram(inputs[1:], outputs[1:], licences, SkipGramSettings())
    with pytest.raises(ValueError, match="outside the vocabulary"):
        stranger = replace(licences, token_ids=licences.token_ids + 1)
        train_skipgram(inputs, outputs, stranger, SkipGramSettings())


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_comes_from_the_calling_thread_and_ends_at_the_total(
    licences: EncodedCorpus, threads: int
) -> None:
    heard: list[tuple[Progress, threading.Thread]] = []
    train_skipgram(
        *start(licences),
        licences,
        SkipGramSettings(epochs=2, threads=threads),
        stage="a stage",
        on_progress=lambda progress: heard.append((progress, threading.current_thread())),
    )
    assert {thread for _, thread in heard} == {threading.current_thread()}
    messages = [progress for progress, _ in heard]
    assert all(before.done < after.done for before, after in pairwise(messages))
    assert {(message.stage, message.total) for message in messages} == {
        ("a stage", 2 * licences.n_tokens)
    }
    last = messages[-1]
    assert last.done == last.total
    assert last.words_per_second > 0
    assert last.loss is not None
    assert 1 < last.loss < 4


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_stops_every_thread_and_leaves_the_matrices(
    licences: EncodedCorpus, threads: int
) -> None:
    inputs, outputs = start(licences)
    train_skipgram(inputs, outputs, licences, SkipGramSettings(epochs=1))  # compile
    before = inputs.copy()
    alarm = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        train_skipgram(
            inputs, outputs, licences, SkipGramSettings(epochs=1_000_000, threads=threads)
        )
    alarm.join()
    assert not [t for t in threading.enumerate() if t.name.startswith("skipgram")]
    assert_array_equal(inputs, before)


def test_everyone_is_judged_on_the_same_pairs(licences: EncodedCorpus) -> None:
    inputs, outputs = start(licences)
    train_skipgram(inputs, outputs, licences, SkipGramSettings(epochs=1))
    loss = held_out_loss(inputs, outputs, licences, SkipGramSettings())
    other = SkipGramSettings(seed=9, mode="exact", threads=4, learning_rate=0.1, epochs=9)
    assert held_out_loss(inputs, outputs, licences, other) == loss
    assert held_out_loss(inputs, outputs, licences, replace(other, window=2)) != loss


def test_the_held_out_loss_by_hand() -> None:
    """Two words next to each other: every second noise word is the centre, and counts nothing."""
    corpus = encoded([[0, 1]] * 20)
    inputs = np.array([[1, 0], [1, 0]], np.float32)
    outputs = np.array([[2, 0], [2, 0]], np.float32)
    settings = SkipGramSettings(negative=1, subsample=0)
    expected = np.log1p(np.exp(-2)) + np.log1p(np.exp(2)) / 2
    assert_allclose(held_out_loss(inputs, outputs, corpus, settings), expected, rtol=0.01)


def test_held_out_pairs_are_as_far_apart_as_in_training() -> None:
    """In sentences of distinct words; a word at distance d stands in (6 - d) of 15 pairs."""
    corpus = encoded([list(range(1000 * s, 1000 * s + 1000)) for s in range(2)])
    settings = SkipGramSettings(subsample=0)
    words, centres = skipgram._draw_pairs(corpus, settings, 50_000, np.random.default_rng(0))
    distances = np.bincount(np.abs(words - centres), minlength=6) / len(words)
    assert_allclose(distances, [0, 5 / 15, 4 / 15, 3 / 15, 2 / 15, 1 / 15], atol=0.01)
    assert (words // 1000 == centres // 1000).all()
    assert (words < centres).mean() == pytest.approx(0.5, abs=0.01)
