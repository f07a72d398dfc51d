import json
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import Progress
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.evaluate import evaluate_vectors
from embedadapt.evaluation.judge import Judge
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.word_groups import WordGroups
from embedadapt.text.keyness import DomainRanking
from tests.evaluation.make import decoded, encoded, judged_text

JUDGE = Judge(epochs=3, subsample=0)
N_TOPICS, N_WORDS = 4, 15


def topic_corpus(seed: int, n_documents: int) -> EncodedCorpus:
    """Sentences of ten words of one topic each: a word's topic is what predicts its company."""
    rng = np.random.default_rng(seed)
    words = [f"topic{t}-{w}" for t in range(N_TOPICS) for w in "abcdefghijklmno"]
    documents = [
        [(t * N_WORDS + rng.integers(0, N_WORDS, 10)).tolist() for t in rng.integers(0, 4, 12)]
        for _ in range(n_documents)
    ]
    counts = np.bincount(np.ravel(documents), minlength=len(words))
    return encoded(Vocabulary(words, counts), documents)


TRAINING = topic_corpus(1, 60)
HELD_OUT = replace(topic_corpus(2, 12), vocabulary=TRAINING.vocabulary)
WORDS = TRAINING.vocabulary.words
NEW = WORDS[-3:]


def vectors(words: tuple[str, ...], scale: float) -> WordVectors:
    """Noise, plus each word's topic at a scale; the same noise for the same words."""
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(len(WORDS), 8)).astype(np.float32)
    topics = np.repeat(np.eye(N_TOPICS, 8, dtype=np.float32), N_WORDS, axis=0)
    rows = [WORDS.index(word) for word in words]
    return WordVectors(Vocabulary(words), (0.3 * noise + scale * topics)[rows])


BASE = vectors(WORDS[:-3], 0.2)  # three words are new to it
RANKING = DomainRanking.of_corpus(TRAINING, BASE.vocabulary)

ROWS = np.arange(len(BASE), dtype=np.int32)
GROUPS = WordGroups(general=ROWS, shared=ROWS[:0], domain=ROWS[:5])


def evaluate(tables: Mapping[str, WordVectors], held_out: EncodedCorpus) -> EvaluationResult:
    text = judged_text(TRAINING, held_out, judge=JUDGE, new_words=NEW)
    return evaluate_vectors(
        BASE, tables, text, TRAINING.vocabulary, RANKING, GROUPS, judge=JUDGE, k=5
    )


@pytest.fixture(scope="module")
def result() -> EvaluationResult:
    tables = {"same": BASE, "clearer": vectors(WORDS, 1.0), "bare": vectors(WORDS, 0.2)}
    return evaluate(tables, HELD_OUT)


def test_the_base_beside_itself_has_lost_and_gained_nothing(result: EvaluationResult) -> None:
    same = result["same"]
    assert same.held_out is not None and same.neighbor_overlap is not None
    assert same.held_out.loss == result.base_loss
    assert same.held_out.change.value == same.held_out.change.low == same.held_out.change.high == 0
    assert same.neighbor_overlap.value == same.neighbor_overlap.low == 1
    assert same.new_words == same.moved == ()


def test_vectors_that_hold_the_topics_predict_held_out_text(result: EvaluationResult) -> None:
    clearer, bare = result["clearer"].held_out, result["bare"].held_out
    assert clearer is not None and bare is not None
    assert clearer.change.high < 0 == bare.change.value, (
        "bare has but new words, which the base lacks"
    )
    assert clearer.new_words is not None and bare.new_words is not None
    assert clearer.new_words.high < min(0, bare.new_words.low)
    assert result.best_on_domain is result["clearer"]
    assert result.helped
    assert clearer.loss.low < clearer.loss.value < clearer.loss.high


def test_the_words_are_counted_and_the_new_ones_named(result: EvaluationResult) -> None:
    assert (result.n_corpus_words, result.n_unknown_words) == (len(WORDS), 3)
    assert result.n_neighbor_words == result.n_candidates == len(BASE)
    assert {new.word for new in result["clearer"].new_words} == set(WORDS[-3:])
    assert all(new.neighbors[0].word.startswith("topic3") for new in result["clearer"].new_words)
    of_new = np.isin(HELD_OUT.token_ids, np.arange(len(WORDS) - 3, len(WORDS)))
    assert result.text.n_tokens == (~of_new).sum() and result.text.n_repeated == 0


def test_a_word_the_base_does_not_know_predicts_nothing() -> None:
    """Of an empty table every pair costs log 2, once for the word and once for each negative."""
    nothing = WordVectors(Vocabulary(["other"]), np.ones((1, 8), np.float32))
    found = evaluate({"nothing": nothing}, HELD_OUT)["nothing"].held_out
    assert found is not None and found.change.low > 0
    assert 5.9 * np.log(2) < found.loss.value <= 6 * np.log(2)


def test_the_result_is_json_and_frozen(result: EvaluationResult) -> None:
    written = json.loads(json.dumps(result.to_dict()))
    assert written["format"] == 5
    assert written["vectors"][1]["name"] == "clearer"
    assert written["text"]["repeated_share"] == 0
    with pytest.raises(FrozenInstanceError):
        result.k = 3  # type: ignore[misc]  # what is tested
    with pytest.raises(KeyError):
        result["unheard of"]


def test_the_same_seed_gives_the_same_result(result: EvaluationResult) -> None:
    again = evaluate({"clearer": vectors(WORDS, 1.0)}, HELD_OUT)
    assert again["clearer"] == result["clearer"]


def test_text_that_training_repeats_leaves_no_loss_to_measure() -> None:
    """Documents that were held out, all of whose sentences stand in others too."""
    sentences = [s for d in decoded(TRAINING) for s in d]
    mixed = encoded(TRAINING.vocabulary, [sentences[n::90][:4] for n in range(3)])
    found = evaluate({"clearer": vectors(WORDS, 1.0)}, mixed)
    assert found.text.repeated_share == 1
    assert found.base_loss is None and found["clearer"].held_out is None
    assert found.best_on_domain is None and not found.helped
    assert found["clearer"].neighbor_overlap is not None
    json.dumps(found.to_dict())


def test_tables_may_be_made_one_at_a_time_and_are_left_alone() -> None:
    asked: list[str] = []

    class OneAtATime(Mapping[str, WordVectors]):
        def __getitem__(self, name: str) -> WordVectors:
            asked.append(name)
            return made[name]

        def __iter__(self) -> Iterator[str]:
            return iter(made)

        def __len__(self) -> int:
            return len(made)

    made = {"one": vectors(WORDS, 1.0), "two": vectors(WORDS, 0.5)}
    before = {name: table.matrix.copy() for name, table in made.items()}
    stages: list[str] = []

    def listen(progress: Progress) -> None:
        stages.append(progress.stage)

    evaluate_vectors(
        BASE,
        OneAtATime(),
        judged_text(TRAINING, HELD_OUT.select_documents(np.arange(4)), judge=JUDGE),
        TRAINING.vocabulary,
        RANKING,
        GROUPS,
        judge=JUDGE,
        on_progress=listen,
    )
    assert asked == ["one", "two"]
    assert [s for s in stages if s.startswith("evaluating")] == [
        "evaluating the base",
        "evaluating one",
        "evaluating two",
    ]
    for name, matrix in before.items():
        np.testing.assert_array_equal(made[name].matrix, matrix)
