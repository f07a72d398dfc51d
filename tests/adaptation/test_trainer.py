from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.hidden import FEWEST_HIDDEN
from embedadapt.adaptation.trainer import (
    DIMENSION_EVIDENCE,
    AdaptationResult,
    train_adapter,
    train_delta,
)
from embedadapt.core.adapted import apply_adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import ignore_progress
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.training.loop import TrainingLog
from tests.adaptation.make import training_text

N_KNOWN, DIM = 40, 10
CONFIG = AdaptationConfig.of(dimensions=12, subsample=0, epochs=3, dimension_epochs=3)


def base_table(**parts: object) -> WordVectors:
    rows = np.random.default_rng(0).normal(size=(N_KNOWN + 5, DIM)).astype(np.float32)
    words = [*(f"other{i}" for i in range(5)), *(f"known{i}" for i in range(N_KNOWN))]
    return WordVectors(Vocabulary(words), rows, **parts)  # type: ignore[arg-type]


def domain_text() -> EncodedCorpus:
    """Two new words, each in the company of one half of the known ones."""
    rng = np.random.default_rng(1)
    halves = [np.arange(0, 20), np.arange(20, 40)]
    sentences = [[*rng.choice(halves[i % 2], 6).tolist(), N_KNOWN + i % 2] for i in range(300)]
    ids = np.array([word for s in sentences for word in s], dtype=np.int32)
    words = [*(f"known{i}" for i in range(N_KNOWN)), "lessor", "lessee"]
    return EncodedCorpus(
        vocabulary=Vocabulary(words, np.bincount(ids, minlength=len(words))),
        token_ids=ids,
        sentence_offsets=np.arange(0, 301 * 7, 7, dtype=np.int64),
        document_offsets=np.array([0, 300]),
        document_names=("text",),
    )


def trained(base: WordVectors, config: AdaptationConfig = CONFIG) -> AdaptationResult:
    text = training_text(domain_text(), base.vocabulary, surface_forms={"LESSOR": "lessor"})
    return train_adapter(base, text, config)


def test_one_call_trains_both_parts() -> None:
    base = base_table()
    adapter = trained(base).adapter
    assert (adapter.delta.shape, adapter.dimensions.shape) == ((42, DIM), (42, 12))
    assert adapter.new_words == ("lessor", "lessee")
    assert np.abs(adapter.delta).max() > 0.01
    assert np.isfinite(adapter.delta).all()
    lengths = np.linalg.norm(base.matrix[5:], axis=1)
    own = np.linalg.norm(adapter.dimensions, axis=1)
    counts = adapter.vocabulary.counts
    assert counts is not None
    assert len(set(counts.tolist())) > 1
    assert_allclose(own, np.median(lengths) * counts / (counts + DIMENSION_EVIDENCE), rtol=0.01)


def test_it_knows_how_many_documents_use_a_word() -> None:
    corpus = replace(
        domain_text(), document_offsets=np.array([0, 1, 300]), document_names=("one", "rest")
    )
    base = base_table()
    adapter = train_adapter(base, training_text(corpus, base.vocabulary), CONFIG).adapter
    assert adapter.document_counts is not None
    counts = dict(zip(adapter.vocabulary, adapter.document_counts.tolist(), strict=True))
    assert (adapter.n_documents, counts["lessor"], counts["lessee"]) == (2, 2, 1)


def test_new_words_learn_without_what_they_all_learn_alike() -> None:
    def alike(inputs: Floats2d, *_: object, **settings: object) -> TrainingLog:
        if not settings.get("freeze_inputs"):
            inputs += 1
        return TrainingLog((), 0, 0.0)

    base, corpus = base_table(), domain_text()
    known = base.vocabulary.lookup(corpus.vocabulary)
    rows = np.ones((len(known), DIM), dtype=np.float32)
    delta = train_delta(base, corpus, known, rows, CONFIG, ignore_progress, train=alike).words
    step = delta[known >= 0].mean()
    assert_allclose(delta[known >= 0], step, rtol=1e-5)
    assert_allclose(delta[known < 0], step * (1 - 2 / (2 + FEWEST_HIDDEN)), rtol=1e-5)


def test_the_base_is_read_and_never_changed() -> None:
    base = base_table()
    before = base.matrix.copy()
    base.matrix.flags.writeable = False
    trained(base)
    assert_array_equal(base.matrix, before)


def test_domain_dimensions_tell_the_two_topics_apart() -> None:
    table = apply_adapter(base := base_table(), trained(base).adapter, scale=1)
    nearest = [word for word, _ in table.most_similar("lessor", 10)]
    topic = {f"known{i}" for i in range(20)}
    assert sum(word in topic for word in nearest) >= 8


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, same = trained(base_table()).adapter, trained(base_table()).adapter
    other = trained(base_table(), CONFIG.but(seed=2)).adapter
    assert one.delta.tobytes() == same.delta.tobytes() != other.delta.tobytes()
    assert one.dimensions.tobytes() == same.dimensions.tobytes() != other.dimensions.tobytes()


def test_a_tables_own_scale_is_no_matter() -> None:
    base = base_table()
    longer = replace(base, matrix=base.matrix * np.float32(8))
    one, other = trained(base).adapter, trained(longer).adapter
    assert_allclose(other.delta, 8 * one.delta, rtol=1e-3, atol=1e-3)
    assert_allclose(other.dimensions, 8 * one.dimensions, rtol=1e-3)


def test_no_epochs_and_no_columns_leave_the_induced_words_only() -> None:
    adapter = trained(base_table(), CONFIG.but(epochs=0, dimensions=0)).adapter
    assert not adapter.delta.any()
    assert adapter.n_dimensions == 0
    assert np.linalg.norm(adapter.starts, axis=1).min() > 0.5


def test_a_files_own_context_matrix_is_used() -> None:
    """Training from the file's context matrix goes elsewhere than from a fitted one."""
    context = np.random.default_rng(2).normal(size=(N_KNOWN + 5, DIM)).astype(np.float32)
    fitted = trained(base_table()).adapter
    given = trained(base_table(context=context)).adapter
    assert not np.allclose(fitted.delta, given.delta)


def test_a_fasttext_base_starts_new_words_from_ngrams() -> None:
    ngrams = np.random.default_rng(3).normal(size=(100, DIM)).astype(np.float32)
    subwords = SubwordTable(ngrams, None, 3, 6)
    adapter = trained(base_table(subwords=subwords), CONFIG.but(epochs=1)).adapter
    assert_allclose(adapter.starts[0], ngrams[subwords.buckets("lessor")].mean(axis=0), rtol=1e-5)
