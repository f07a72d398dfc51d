from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import AdapterError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.adapters import compare_adapters, moved_furthest, summarize_adapter
from embedadapt.text.keyness import DomainRanking

N = 200


def make_adapter(turned: tuple[str, ...] = (), *, seed: int = 0) -> Adapter:
    """w0 to w199, twice as frequent as they are far down the list, and two new words.

    Each moves in one direction, by the log of its count; the turned ones move the other way.
    """
    words = [*(f"w{i}" for i in range(N)), "lessor", "sublet"]
    counts = np.array([*(400 - 2 * i for i in range(N)), 30, 40])
    delta = np.outer(np.log(counts), [1, 0, 0]).astype(np.float32)
    delta += np.random.default_rng(seed).normal(scale=0.01, size=delta.shape).astype("f4")
    delta[[words.index(word) for word in turned]] *= -1
    return Adapter(
        vocabulary=Vocabulary(words, counts),
        base_rows=np.array([*range(N), -1, -1], dtype=np.int32),
        starts=np.array([[0, 1, 0], [0, 0, 1]], dtype=np.float32),
        delta=delta,
        dimensions=np.zeros((N + 2, 4), dtype=np.float32),
        surface_forms={"LESSOR": N},
        normalization=Normalization(case="lower"),
        base_fingerprint="ab" * 16,
        settings={"epochs": 5, "seed": seed},
        provenance={"base": "glove.txt"},
    )


def test_a_word_is_held_against_those_as_frequent() -> None:
    adapter = make_adapter()
    adapter.delta[150] *= 2  # shorter still than that of the most frequent words
    first = moved_furthest(adapter, DomainRanking.of_adapter(adapter), 3)[0]
    assert (first.word, first.count) == ("w150", 100)
    assert first.times == pytest.approx(2, rel=0.05)
    assert first.length == pytest.approx(np.linalg.norm(adapter.delta[150]))


def test_rare_and_wordless_words_are_not_judged() -> None:
    adapter = make_adapter()
    words = ("100", *adapter.vocabulary.words[1:])
    adapter.delta[[0, 195]] *= 10
    named = replace(adapter, vocabulary=Vocabulary(words, adapter.vocabulary.counts))
    ranking = DomainRanking.of_adapter(named)
    assert {"100", "w195"}.isdisjoint(move.word for move in moved_furthest(named, ranking, N))


def test_words_of_one_document_come_behind_those_of_many() -> None:
    adapter = make_adapter()
    documents = np.full(N + 2, 20)
    documents[[N + 1, 7]] = 1  # sublet is more frequent than lessor, but in one document
    documents[150] = 60
    adapter.delta[[7, 150]] *= [[3], [2]]
    known = replace(adapter, document_counts=documents, scores={"training_documents": 100})
    summary = summarize_adapter(known)
    assert summary.new_words == (("lessor", 30), ("sublet", 40))
    assert (summary.moved[0].word, summary.moved[0].n_documents) == ("w150", 60)
    assert summary.knows_documents
    unknown = summarize_adapter(adapter)
    assert (unknown.moved[0].word, unknown.moved[0].n_documents) == ("w7", None)
    assert not unknown.knows_documents


def test_a_summary_tells_what_is_there() -> None:
    summary = summarize_adapter(make_adapter(), n=5)
    assert (summary.n_words, summary.n_new, summary.n_dimensions, summary.n_surface_forms) == (
        202,
        2,
        4,
        1,
    )
    assert summary.new_words == (("sublet", 40), ("lessor", 30))
    assert (summary.base, summary.n_tokens) == ("glove.txt", 200 * 201 + 70)
    assert len(summary.moved) == 5
    assert summary.to_dict()["normalization"]["case"] == "lower"


def test_words_that_two_moved_differently_are_found() -> None:
    one, other = make_adapter(), make_adapter(("w3", "w7", "w180"), seed=1)
    comparison = compare_adapters(one, other, n=2)
    assert [word.word for word in comparison.apart] == ["w3", "w7"], "w180 hardly moved"
    assert comparison.apart[0].cosine == pytest.approx(-1, abs=0.01)
    assert comparison.apart[0].counts == (394, 394)
    assert comparison.agreement == pytest.approx(1, abs=0.01)
    assert comparison.settings == {"run.seed": (0, 1), "reading.seed": (0, 1)}


def test_words_of_one_and_new_words_of_both_are_listed() -> None:
    one = make_adapter()
    other = replace(one, vocabulary=Vocabulary(("other", *one.vocabulary.words[1:]), None))
    comparison = compare_adapters(one, other)
    assert comparison.only == ((("w0", 400),), (("other", 0),))
    assert (comparison.n_words, comparison.n_shared) == ((202, 202), 201)
    assert {word.word: round(word.cosine, 3) for word in comparison.new_in_both} == {
        "lessor": 1,
        "sublet": 1,
    }
    assert comparison.agreement is None, "without counts no word is known to be frequent"


def test_adapters_of_two_bases_do_not_compare() -> None:
    with pytest.raises(AdapterError, match="both made for one base"):
        compare_adapters(make_adapter(), replace(make_adapter(), base_fingerprint="cd" * 16))
