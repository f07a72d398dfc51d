from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.adapter import Adapter
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.keyness import (
    DomainRanking,
    Keyness,
    general_share,
    general_shares,
    in_order,
    new_words_by_keyness,
    shares_in,
    specificity_in,
    with_specificity,
)
from tests.core.make import ADAPTER

corpus = Keyness(n_tokens=10_000, n_documents=50, share=1e-3)


def test_the_log_likelihood_ratio_by_hand():
    # 2 * (20 * ln(20 / 10) - (20 - 10)), in as many documents as chance would deal it out to
    assert corpus.of(20, 50) == pytest.approx(2 * (20 * 0.693147 - 10), rel=1e-5)
    assert corpus.of(10, 50) == 0
    assert corpus.of(5, 50) < 0
    # 30 tokens in a quarter of 50 * (1 - exp(-30 / 50)) = 22.56 documents count as 7.5
    assert corpus.of(30, 22.56 / 4) == pytest.approx(corpus.ratio(7.5), rel=1e-3)


@given(st.integers(1, 500), st.integers(1, 50))
def test_more_often_and_in_more_documents_is_more(count, n_documents):
    assert corpus.of(count, n_documents + 1) >= corpus.of(count, n_documents)
    assert corpus.of(count + 1, 50) >= corpus.of(count, 50)
    assert 0 < corpus.dispersion(count, n_documents) <= 1


def test_the_table_tells_what_general_language_lets_expect():
    counted = Vocabulary(["the", "rare"], counts=np.array([999, 1]))
    assert general_share(counted) == 1 / 1000
    assert general_share(Vocabulary(map(str, range(1000)))) == pytest.approx(1 / 7485, rel=1e-3)


def test_the_table_tells_what_to_expect_of_its_own_words():
    counted = Vocabulary(["the", "rare"], counts=np.array([999, 1]))
    assert general_shares(counted, np.array([0, 1, -1])).tolist() == [0.999, 0.001, 0.001]
    ranked = general_shares(Vocabulary(map(str, range(1000))), np.array([0, 9, -1]))
    assert ranked == pytest.approx([1 / 7.485, 1 / 74.85, 1 / 7485], rel=1e-3)


def english(n: int = 4000) -> list[str]:
    """Words that grow longer, as those of a table in order of frequency do."""
    return [f"{'x' * (2 if i < 200 else 8)}{chr(97 + i % 26)}{i}" for i in range(n)]


def domain(words: list[str], counts: dict[str, int], documents: dict[str, int]) -> Adapter:
    """The first 3,000 words of a table, each used 20 times in 20 of 100 documents, and new ones."""
    known = words[:3000]
    new = [word for word in counts if word not in words]
    everything = [*known, *new]
    return Adapter(
        vocabulary=Vocabulary(everything, np.array([counts.get(w, 20) for w in everything])),
        base_rows=np.array([words.index(w) if w in words else -1 for w in everything], np.int32),
        starts=np.zeros((len(new), 1), np.float32),
        delta=np.zeros((len(everything), 1), np.float32),
        dimensions=np.zeros((len(everything), 0), np.float32),
        surface_forms={},
        normalization=Normalization(),
        base_fingerprint="00" * 16,
        document_counts=np.array([documents.get(w, 20) for w in everything]),
        scores={"training_documents": 100},
    )


def test_a_companys_name_ranks_behind_words_of_many_documents():
    counts = {"spinco": 900, "indemnitee": 400, "novation": 40, "estoppel": 30}
    documents = {"spinco": 1, "indemnitee": 60, "novation": 25, "estoppel": 1}
    adapter = domain(english(), counts, documents)
    assert new_words_by_keyness(adapter) == ("indemnitee", "novation", "spinco", "estoppel")


def test_moved_words_are_those_of_the_domain_among_the_furthest():
    words = english()
    domains, anyones, name, still = words[2500], words[3], words[2600], words[2700]
    counts = {domains: 300, anyones: 300, name: 2000, still: 600}
    adapter = domain(words, counts, {domains: 80, anyones: 80, name: 1, still: 90})
    ranking = DomainRanking.of_adapter(adapter)
    assert ranking.in_order
    judged = np.arange(2990, dtype=np.int32)
    moves = np.linspace(1.0, 0.9, len(judged))  # the first tenth furthest
    moves[[2500, 3, 2600, 2700]] = 2.0, 2.1, 2.2, 0.5
    found = [words[i] for i in ranking.moved_words(judged, moves)]
    assert found[0] == domains, "the most the domain's own of those that moved furthest"
    assert found.index(name) > found.index(domains)
    assert found.index(anyones) > found.index(domains), "as frequent, but so it is anywhere"
    assert found.index(still) > found.index(name), "the domain's own, but it did not move"
    assert found.index(anyones) > found.index(still), "words of any text come behind all of them"
    assert sorted(found) == sorted(words[:2990])


def test_a_word_of_any_text_is_not_the_domains_for_being_used_somewhat_oftener():
    """Used twice as often as expected, it has the greatest keyness of all."""
    words = english()
    often, domains = words[0], words[2500]
    counts = {often: 24_000, domains: 40}
    ranking = DomainRanking.of_adapter(domain(words, counts, {often: 90, domains: 30}))
    assert ranking.keyness[0] > ranking.keyness[2500] > 0
    assert ranking.is_own[2500] and not ranking.is_own[0]
    found = ranking.moved_words(np.array([0, 2500], dtype=np.int32), np.array([0.9, 0.8]))
    assert found.tolist() == [1, 0]


def test_of_a_table_in_no_order_spread_alone_is_known():
    words = [*reversed(english())]
    assert in_order(Vocabulary(english())) and not in_order(Vocabulary(words))
    adapter = domain(words, {words[5]: 2000, "new": 9}, {words[5]: 1})
    ranking = DomainRanking.of_adapter(adapter)
    assert not ranking.in_order
    found = ranking.moved_words(np.arange(10, dtype=np.int32), np.linspace(1, 0.9, 10))
    assert found.tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9, 5]


def test_without_counts_or_documents_nothing_is_made_up():
    words = Vocabulary(["a", "b"])
    shares = np.array([0.1, 0.1])
    blind = DomainRanking.of(words, None, 0, shares, in_order=True)
    assert blind.new_words(np.array([0, 1])).tolist() == [0, 1] and not blind.in_order
    counted = DomainRanking.of(Vocabulary(["a", "b"], np.array([30, 50])), None, 0, shares, True)
    assert counted.new_words(np.array([0, 1])).tolist() == [1, 0]
    assert counted.documents_of(0) is None and counted.spread.tolist() == [1, 1]


def test_specificity_comes_from_general_text_before_the_order_of_the_vectors() -> None:
    words = Vocabulary(["lessor", "the"], np.array([30, 70]))
    general = Vocabulary(["the", "cat"], np.array([90, 10]))
    rows = np.array([0, 1], dtype=np.int32)
    unordered = Vocabulary(["lessor", "the"])
    assert specificity_in(words, unordered, rows) is None
    found = specificity_in(words, unordered, rows, shares_in(general, words))
    assert found is not None
    expected = np.log([0.3 / (0.5 / 100.5), 0.7 / (90.5 / 100.5)])
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_specificity_comes_from_the_rank_in_vectors_in_order_of_frequency() -> None:
    ordered = Vocabulary([f"{'ab'[i % 2] * (2 + i // 400)}{i}" for i in range(4000)])
    words = Vocabulary([ordered.words[0], ordered.words[-1]], np.array([50, 50]))
    rows = ordered.lookup(words)
    found = specificity_in(words, ordered, rows)
    assert found is not None
    np.testing.assert_allclose(found[1] - found[0], np.log(4000), rtol=1e-4)  # Zipf's law


def test_an_adapter_of_an_earlier_release_gets_its_specificities_from_its_base() -> None:
    ordered = Vocabulary([f"{'ab'[i % 2] * (2 + i // 400)}{i}" for i in range(4000)])
    adapter = replace(ADAPTER, base_rows=np.array([0, -1, 3999], dtype=np.int32), specificity=None)
    given = with_specificity(adapter, ordered).specificity
    assert given is not None and given[2] > given[0]
    assert with_specificity(adapter, Vocabulary(["the", "lease", "cat"])).specificity is None
