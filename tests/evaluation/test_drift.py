import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.drift import (
    LEAST_CHANGE,
    MIN_COUNT,
    drift_rows,
    moved_words,
    neighborhood_size,
    new_words,
)
from embedadapt.evaluation.neighbors import nearest_of_rows
from embedadapt.evaluation.result import MovedWord
from embedadapt.text.keyness import DomainRanking
from tests import naive
from tests.evaluation.make import table

WORDS = [f"word{i}" for i in range(40)]


@given(st.integers(0, 1000))
def test_the_ranking_is_by_the_obvious_share(seed: int) -> None:
    base, other = table(WORDS, seed=seed), table(WORDS, dim=9, seed=seed + 1)
    found = moved(base, other, Vocabulary(WORDS, np.full(40, MIN_COUNT)), n=40)
    near = [
        [np.argsort(-naive.cosines(vectors.matrix, row))[1:5].tolist() for row in vectors.matrix]
        for vectors in (base, other)
    ]
    changed = {w: 1 - share for w, share in zip(WORDS, naive.kept_shares(*near), strict=True)}
    assert {word.word: word.changed for word in found} == {w: c for w, c in changed.items() if c}
    assert [word.changed for word in found] == sorted(changed.values(), reverse=True)[: len(found)]


def test_what_is_turned_and_widened_as_a_whole_has_not_moved() -> None:
    base = table(WORDS)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    turned = np.hstack([base.matrix @ turn, np.zeros((len(WORDS), 3))]).astype(np.float32)
    other = WordVectors(base.vocabulary, turned)
    assert moved(base, other, Vocabulary(WORDS, np.full(40, MIN_COUNT))) == ()


def moved(
    base: WordVectors,
    other: WordVectors,
    used: Vocabulary,
    n: int = 3,
    ranking: DomainRanking | None = None,
) -> tuple[MovedWord, ...]:
    rows = drift_rows(base, used)
    before = nearest_of_rows(base, rows, neighborhood_size(base))
    ranking = ranking or plain(used)
    return moved_words((base, other), other, used, rows, before, ranking, n=n, k=10)


def plain(used: Vocabulary, document_counts: np.ndarray | None = None) -> DomainRanking:
    """By counts, of a table in no order of frequency."""
    shares = np.full(len(used), 1e-6)
    return DomainRanking.of(used, document_counts, 50, shares, in_order=False)


def test_the_word_that_changed_company_comes_first() -> None:
    """Two clusters of words; `tranche` goes over from the one to the other."""
    rng = np.random.default_rng(2)
    centres = np.repeat(np.array([[1, 0, 0, 0], [0, 1, 0, 0]], np.float32), 20, axis=0)
    before = (centres + 0.1 * rng.normal(size=centres.shape)).astype(np.float32)
    after = before.copy()
    after[3] = before[25] + 0.01
    words = [f"cheese{i}" for i in range(20)] + [f"loan{i}" for i in range(20)]
    words[3] = "tranche"
    used = Vocabulary(words, np.full(40, 50))
    base, other = (WordVectors(Vocabulary(words), rows) for rows in (before, after))
    first, second, _ = moved(base, other, used)
    assert (first.word, first.count, first.neighbor_overlap, first.changed) == ("tranche", 50, 0, 1)
    assert {n.word.rstrip("0123456789") for n in first.before} == {"cheese"}
    assert {n.word.rstrip("0123456789") for n in first.after} == {"loan"}
    assert first.after[0].word == "loan5"
    assert len(first.before) == len(first.after) == 5
    assert second.changed < 1


def test_only_words_known_and_seen_often_enough_are_judged() -> None:
    base = table(["often", "seldom", "unused", "42", "oftener"])
    used = Vocabulary(
        ["often", "seldom", "42", "new", "oftener"],
        np.array([MIN_COUNT, MIN_COUNT - 1, 99, 99, 99]),
    )
    assert [base.vocabulary.words[r] for r in drift_rows(base, used)] == ["oftener", "often"]
    assert moved(base, base, Vocabulary(["often"])) == ()  # a corpus without counts


def test_a_word_that_keeps_its_neighbourhood_has_not_moved() -> None:
    """Of 400 words, each has 40 neighbours: one of them exchanged is half of LEAST_CHANGE."""
    words = [f"word{i}" for i in range(400)]
    base = table(words, dim=20)
    near = base.matrix + 1e-3 * np.random.default_rng(4).normal(size=(400, 20)).astype("f4")
    used = Vocabulary(words, np.full(400, MIN_COUNT))
    assert moved(base, WordVectors(base.vocabulary, near), used) == ()
    far = near.copy()
    far[7] = near[300]
    [one, *_] = moved(base, WordVectors(base.vocabulary, far), used)
    assert one.word == "word7" and one.changed > LEAST_CHANGE


def test_a_word_of_one_document_moves_behind_those_of_many() -> None:
    base, other = table(WORDS), table(WORDS, dim=9, seed=1)
    used = Vocabulary(WORDS, np.full(40, 30))
    first = moved(base, other, used)[0].word
    documents = np.full(40, 25)
    documents[WORDS.index(first)] = 1
    found = moved(base, other, used, n=40, ranking=plain(used, documents))
    assert found[-1].word == first and found[-1].n_documents == 1
    assert found[0].n_documents == 25


def test_new_words_come_by_keyness_with_their_neighbours() -> None:
    base = table(["one", "two", "three"])
    rows = np.vstack([base.matrix, base.matrix[:1] * 2, base.matrix[1:2], base.matrix[2:]])
    other = WordVectors(Vocabulary(["one", "two", "three", "rare", "§", "common"]), rows)
    used = Vocabulary(["rare", "one", "§", "common", "dropped"], np.array([5, 50, 40, 9, 99]))
    found = new_words(base, other, used, plain(used), n=5, shown=2)
    assert [(new.word, new.count) for new in found] == [("common", 9), ("rare", 5)]
    assert {new.n_documents for new in found} == {None}
    spread = plain(used, np.array([5, 40, 30, 1, 45]))
    known = new_words(base, other, used, spread, n=5, shown=2)
    assert [(new.word, new.n_documents) for new in known] == [("rare", 5), ("common", 1)]
    assert [new.neighbors[0].word for new in found] == ["three", "one"]
    assert found[1].neighbors[0].cosine > 0.999
    assert new_words(base, base, used, plain(used), n=5) == ()
