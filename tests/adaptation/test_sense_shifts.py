from dataclasses import replace

import numpy as np
import pytest

from embedadapt.adaptation import sense_shifts
from embedadapt.adaptation.sense_measures import (
    NEIGHBORS,
    below,
    general_specificity,
    inflected_families,
    neighbor_fits,
    toward_family,
)
from embedadapt.adaptation.sense_shifts import find_sense_shifts
from embedadapt.core.adapter import Adapter
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from tests.naive import neighbor_fit

TOPICS, PER_TOPIC, DIM = 4, 40, 8
OTHER = 45  # a word of topic 1 in the vectors that the corpus uses as topic 0
DOMAIN = range(PER_TOPIC)


def world(counts: bool = True) -> tuple[WordVectors, Adapter]:
    """Vectors of four topics, and an adapter of a corpus about topic 0, to which it moves OTHER."""
    rng = np.random.default_rng(3)
    topic_of = np.repeat(np.arange(TOPICS), PER_TOPIC)
    words = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}q" for i in range(len(topic_of))]
    centers = rng.normal(size=(TOPICS, DIM)) * 3
    matrix = centers[topic_of] + rng.normal(size=(len(words), DIM))
    general = np.where(topic_of == 0, 10, 1000)
    general[OTHER] = 100
    ours = np.where((topic_of == 0) | (np.arange(len(words)) == OTHER), 5000, 60)
    ours[[0, 1]] = 20_000  # what all documents use
    delta = rng.normal(size=matrix.shape) / 10
    delta[OTHER] += centers[0] - matrix[OTHER]
    base = WordVectors(Vocabulary(words, general if counts else None), matrix.astype(np.float32))
    adapter = Adapter(
        vocabulary=Vocabulary(words, ours),
        base_rows=np.arange(len(words), dtype=np.int32),
        starts=np.zeros((0, DIM), np.float32),
        delta=delta.astype(np.float32),
        dimensions=np.zeros((len(words), 0), np.float32),
        surface_forms={},
        normalization=Normalization(),
        base_fingerprint=base.fingerprint,
        document_counts=ours // 20,
    )
    return base, adapter


def test_the_first_is_of_the_domain_and_was_beside_words_that_are_not():
    base, adapter = world()
    first, second = find_sense_shifts(base, adapter, 2)
    words = base.vocabulary.words
    assert first.word == words[OTHER] and first.score > second.score + 1
    assert first.specificity is not None and first.neighbor_specificity is not None
    assert first.specificity > 0 > first.neighbor_specificity
    assert first.neighbor_fit < second.neighbor_fit
    assert (first.count, first.n_documents) == (5000, 250)
    assert set(first.before) <= {words[i] for i in range(PER_TOPIC, 2 * PER_TOPIC)}
    assert set(first.after) <= {words[i] for i in DOMAIN}


def test_words_that_are_not_the_domains_beside_it_are_evidence_without_a_move():
    base, adapter = world()
    still = replace(adapter, delta=np.zeros_like(adapter.delta))
    assert find_sense_shifts(base, still, 1)[0].word == base.vocabulary.words[OTHER]


def test_only_the_domains_words_are_named_the_others_left_out():
    base, adapter = world()
    domain = {base.vocabulary.words[i] for i in (*DOMAIN, OTHER)}
    assert {one.word for one in find_sense_shifts(base, adapter, 999)} <= domain - {"was", "who"}


def test_without_general_shares_the_move_alone_decides():
    base, adapter = world(counts=False)
    assert general_specificity(base.vocabulary, adapter) is None
    first, second = find_sense_shifts(base, adapter, 2)
    assert first.word == base.vocabulary.words[OTHER]
    assert first.specificity is None and first.neighbor_specificity is None
    assert first.neighbor_fit < second.neighbor_fit


def test_central_words_follow_the_surest(monkeypatch):
    monkeypatch.setattr(sense_shifts, "SUREST", 1)
    monkeypatch.setattr(sense_shifts, "CENTRAL_SPREAD", 0.99)
    base, adapter = world()
    found = [one.word for one in find_sense_shifts(base, adapter, 999)]
    assert found[0] == base.vocabulary.words[OTHER]
    assert set(found[1:3]) == {base.vocabulary.words[0], base.vocabulary.words[1]}
    scores = [one.score for one in find_sense_shifts(base, adapter, 999)]
    assert scores[3:] == sorted(scores[3:], reverse=True)


def test_nothing_is_found_where_nothing_is_counted_or_too_few_words_are_seen():
    base, adapter = world()
    uncounted = replace(adapter, vocabulary=Vocabulary(adapter.vocabulary.words))
    assert find_sense_shifts(base, uncounted, 5) == ()
    rare = Vocabulary(adapter.vocabulary.words, np.where(np.arange(len(base)) < 60, 60, 3))
    assert find_sense_shifts(base, replace(adapter, vocabulary=rare), 5) == ()


def test_documents_that_were_not_counted_are_told_by_the_tokens():
    base, adapter = world()
    [first] = find_sense_shifts(base, replace(adapter, document_counts=None), 1)
    assert (first.word, first.n_documents) == (base.vocabulary.words[OTHER], 0)


def test_specificity_is_a_log_ratio_of_shares():
    base, adapter = world()
    specificity = general_specificity(base.vocabulary, adapter)
    assert specificity is not None
    general, ours = base.vocabulary.total, adapter.vocabulary.total
    assert specificity[5] == pytest.approx(np.log(5000.5 / ours) - np.log(10 / general))
    assert specificity[100] == pytest.approx(np.log(60.5 / ours) - np.log(1000 / general))


def test_the_neighbors_fit_as_the_slow_twin_finds_them():
    rng = np.random.default_rng(1)
    before, after = rng.normal(size=(2, NEIGHBORS + 40, 5)).astype(np.float32)
    judged = np.array([3, 0, 77], dtype=np.int32)
    found = neighbor_fits(before, after, judged)
    for word, fit in zip(judged, found, strict=True):
        assert fit == pytest.approx(neighbor_fit(before, after, word, NEIGHBORS), abs=1e-5)


def test_a_measure_is_drawn_halfway_to_that_of_the_inflected_forms():
    words = ("execute", "lessor", "executed", "executing", "parties", "party")
    counts = np.array([650, 9, 1350, 100, 1, 3])
    families = inflected_families(words, counts, "en")
    assert len({families[i] for i in (0, 2, 3)}) == 1 and families[4] == families[5]
    assert len(set(families.tolist())) == 3
    means = toward_family(np.array([1.0, 7, 0, 0, 4, 0]), families, counts)
    np.testing.assert_allclose(means, [(1 + 650 / 2100) / 2, 7, 325 / 2100, 325 / 2100, 2.5, 0.5])


def test_a_measure_counts_in_deviations_of_the_domains_words():
    domain = np.array([True, True, False])
    np.testing.assert_allclose(below(np.array([1.0, 3.0, 6.0]), domain), [1, -1, -4])
    np.testing.assert_allclose(below(np.array([2.0, 2.0, 5.0]), domain), [0, 0, -3])
    np.testing.assert_allclose(below(np.array([2.0]), np.array([False])), [0])
