import mmap
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.adaptation.reading import ReadText
from embedadapt.core import long_arrays
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.judge import JUDGE
from embedadapt.evaluation.judged_text import (
    FEWEST_DOCUMENTS,
    MOST_GROUPS,
    RUNS,
    JudgedText,
    divide,
    in_groups,
)
from embedadapt.text.recognition import record_text
from tests import naive
from tests.evaluation.make import decoded, encoded, joined, judged_text

VOCABULARY = Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))
WORDS = Vocabulary([f"w{i}" for i in range(300)])
documents = st.lists(
    st.lists(st.lists(st.integers(0, 2), max_size=3), max_size=4), min_size=1, max_size=14
)


def text(seed: int, n_documents: int) -> EncodedCorpus:
    rng = np.random.default_rng(seed)
    return encoded(WORDS, rng.integers(0, len(WORDS), (n_documents, 20, 9)).tolist())


def read(words: EncodedCorpus) -> ReadText:
    return ReadText(words, words, {}, Normalization())


def sentences_of(corpora: tuple[EncodedCorpus, ...]) -> list[list[str]]:
    """In words, sorted; those of one word and less left out."""
    return sorted(
        [corpus.vocabulary.words[i] for i in sentence]
        for corpus in corpora
        for document in decoded(corpus)
        for sentence in document
        if len(sentence) > 1
    )


@given(documents, documents)
def test_what_training_repeats_is_left_out(
    training: list[list[list[int]]], held_out: list[list[list[int]]]
) -> None:
    seen = {i for d in training for s in d for i in s}
    if not seen:
        return
    corpora = encoded(VOCABULARY, training), encoded(VOCABULARY, held_out)
    nothing = np.zeros(len(training), dtype=bool)
    whole, flags = joined(*corpora), np.r_[nothing, np.ones(len(held_out), dtype=bool)]
    record = record_text(whole, flags)
    parts = divide(read(whole), [record], JUDGE)
    if parts.is_held_out.sum() < len(held_out):
        return  # a copy of a document trained on, or so little was that half of these is fitted to
    found = JudgedText.of(read(whole), parts, Vocabulary([]), JUDGE)
    fresh = [s for d in naive.fresh_sentences(held_out, training) for s in d]
    filled = [s for d in held_out for s in d if s]
    assert found.about.n_documents == len(held_out)
    assert found.about.n_trained == len(training)
    assert found.about.n_sentences == len(filled)
    assert found.about.n_repeated >= len(filled) - len(fresh)
    scored = sentences_of(found.groups)
    known = sorted(["abc"[i] for i in s if i in seen] for s in fresh)
    if found.about.n_repeated == len(filled) - len(fresh):  # no false alarm of the filter
        assert scored == [s for s in known if len(s) > 1]


def test_new_documents_are_predicted_too() -> None:
    trained, held_out, new = text(1, 20), text(2, 3), text(3, 4)
    record = record_text(joined(trained, held_out), np.arange(23) >= 20)
    parts = divide(read(joined(new, trained, held_out)), [record], JUDGE)
    assert parts.is_held_out.tolist() == [True] * 4 + [False] * 20 + [True] * 3
    assert (parts.n_new, parts.recognized) == (4, True)
    assert (parts.is_fitted == parts.is_trained).all()


def test_contexts_are_fitted_to_half_of_the_new_text_where_little_was_trained_on() -> None:
    trained, new = text(1, 20), text(3, 12)
    record = record_text(trained, np.zeros(20, dtype=bool))
    parts = divide(read(joined(new, trained.select_documents(np.arange(2)))), [record], JUDGE)
    assert parts.is_trained.tolist() == [False] * 12 + [True] * 2
    assert 4 <= parts.is_held_out.sum() <= 6 and parts.n_new == parts.is_held_out.sum()
    found = JudgedText.of(
        read(joined(new, trained.select_documents(np.arange(2)))), parts, Vocabulary([]), JUDGE
    )
    assert found.about.n_fitted == 12 - found.about.n_documents
    assert found.about.n_trained == 2
    assert (parts.is_fitted ^ parts.is_held_out).all()


def test_without_a_record_a_share_is_held_out_and_said_to_be_unknown() -> None:
    parts = divide(read(text(1, 40)), [], JUDGE)
    assert 3 <= parts.is_held_out.sum() <= 4
    assert not parts.recognized
    of_held_out = np.repeat(parts.is_held_out, 20)
    assert not parts.is_trained_sentence[of_held_out].any()


def test_documents_that_were_held_out_are_predicted_whatever_stands_beside_them() -> None:
    """Contexts are fitted to half of the new ones, where little was trained on."""
    trained, held_out, new = text(1, 2), text(2, 3), text(3, 12)
    record = record_text(joined(trained, held_out), np.arange(5) >= 2)
    parts = divide(read(joined(new, trained, held_out)), [record], JUDGE)
    assert parts.is_held_out[-3:].all() and not parts.is_fitted[-3:].any()
    assert 1 <= parts.is_fitted[:12].sum() < 12


def test_of_held_out_documents_alone_half_is_fitted_to() -> None:
    trained, held_out = text(1, 20), text(2, 12)
    record = record_text(joined(trained, held_out), np.arange(32) >= 20)
    parts = divide(read(held_out), [record], JUDGE)
    assert 4 <= parts.is_held_out.sum() <= 6 and (parts.is_fitted ^ parts.is_held_out).all()
    found = JudgedText.of(read(held_out), parts, Vocabulary(["w1"]), JUDGE)
    assert found.about.n_new == found.about.n_trained == 0 and found.about.n_tokens > 0
    one = held_out.select_documents(np.array([0]))
    alone = divide(read(one), [record], JUDGE)
    assert not alone.is_held_out.any()
    JudgedText.of(read(one), alone, Vocabulary(["w1"]), JUDGE)


@pytest.mark.parametrize("recorded", [True, False])
def test_names_do_not_decide_what_is_held_out_of_new_text(recorded: bool) -> None:
    records = [record_text(text(1, 3), np.zeros(3, dtype=bool))] if recorded else []
    new = text(3, 20)
    other_names = replace(new, document_names=tuple(f"{n:03}" for n in range(20, 0, -1)))
    one, other = (divide(read(words), records, JUDGE) for words in (new, other_names))
    assert one.is_held_out.tolist() == other.is_held_out.tolist()
    assert 0 < one.is_held_out.sum() < 20


def test_names_and_order_of_documents_change_nothing() -> None:
    trained, held_out = text(1, 20), text(2, 12)
    one = judged_text(trained, held_out)
    mixed = trained.select_documents(np.random.default_rng(0).permutation(20))
    other = judged_text(replace(mixed, document_names=tuple(map(str, range(20)))), held_out)
    assert one.fitted.fingerprint == other.fitted.fingerprint
    for ours, theirs in zip(one.groups, other.groups, strict=True):
        assert ours.fingerprint == theirs.fingerprint


def test_pairs_of_new_words_are_drawn_as_training_meets_them() -> None:
    """A known word at distance d in (6 - d) of 5 cases."""
    rng = np.random.default_rng(5)
    words = Vocabulary([*(f"w{i}" for i in range(30)), "new"])
    training, held_out = (
        encoded(words, rng.integers(0, 31, (n, 30, 12)).tolist()) for n in (30, 25)
    )
    found = judged_text(training, held_out, judge=replace(JUDGE, subsample=0), new_words=["new"])
    sentences = [[words.words[i] for i in s] for d in decoded(held_out) for s in d]
    known = set(words.words[:-1])
    cases = naive.new_word_pairs(sentences, "new", known, JUDGE.window)
    expected = sum(n * (JUDGE.window - d + 1) / JUDGE.window for d, n in cases.items())
    n_pairs = sum(len(pairs.words) for pairs in found.pairs)
    assert n_pairs == pytest.approx(expected, rel=0.05)
    assert found.pair_weights.sum() == n_pairs
    for pairs in found.pairs:
        assert (pairs.words == 0).all() and pairs.noise.shape == (len(pairs.words), JUDGE.negative)
        assert {found.fitted.vocabulary.words[i] for i in pairs.neighbors} <= known


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


def test_what_is_as_long_as_the_text_is_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it is cut into groups, each of which would be short enough for the memory."""
    monkeypatch.setattr(long_arrays, "IN_MEMORY", 5_000)
    corpus = text(seed=0, n_documents=100)
    is_held_out = np.arange(100) % 2 == 0
    record = record_text(corpus, is_held_out)
    parts = divide(read(corpus), [record], JUDGE)
    assert parts.is_held_out.tolist() == is_held_out.tolist()
    words = Vocabulary(corpus.vocabulary.words[:30])
    judged = JudgedText.of(read(corpus), parts, words, replace(JUDGE, subsample=0))
    for groups in (judged.groups, judged.in_disorder(1).groups):
        arrays = [array for group in groups for array in (group.token_ids, group.sentence_offsets)]
        assert all(map(is_mapped, arrays))
    assert sum(len(pairs.words) for pairs in judged.pairs) > 1_250  # 5,000 bytes
    assert all(is_mapped(array) for pairs in judged.pairs for array in pairs)


def is_mapped(array: np.ndarray) -> bool:
    base = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return isinstance(base, mmap.mmap)
