"""One yardstick, and documents held out for good: what `adapt` and `evaluate` promise together."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import embedadapt
from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.reading import read_text
from embedadapt.core.corpus import Document, EncodedCorpus
from embedadapt.evaluation.judge import JUDGE
from embedadapt.evaluation.judged_text import JudgedText, divide
from embedadapt.evaluation.result import EvaluationResult

LICENCES = Path(__file__).parents[2] / "corpora/en/licences"
DOCUMENTS = [
    Document(path.name, path.read_text("utf-8")) for path in sorted(LICENCES.glob("a*.txt"))
]


class Documents:
    """Documents in memory."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)


CORPUS = Documents(DOCUMENTS)
FAST = AdaptationConfig.of(
    epochs=1, dimensions=4, dimension_epochs=1, context_epochs=1, mode="fast"
)


@pytest.fixture(scope="module")
def base() -> embedadapt.WordVectors:
    whole = embedadapt.load_vectors(
        Path(__file__).parents[2] / "corpora/pretrained/glove.6B.50d.60k.safetensors"
    )
    rows = np.arange(4_000, dtype=np.int32)
    return embedadapt.WordVectors(whole.vocabulary.select(rows), whole.matrix[rows])


def evaluation(
    base: embedadapt.WordVectors, config: AdaptationConfig, **others: object
) -> EvaluationResult:
    found = embedadapt.adapt(base, CORPUS, config, **others).evaluation  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.fixture(scope="module")
def by_default(base: embedadapt.WordVectors) -> EvaluationResult:
    return evaluation(base, FAST)


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "exact", "window": 2, "epochs": 2, "context_epochs": 3, "dimensions": 0},
        {"architecture": "cbow", "learning_rate": 0.1, "min_learning_rate": 0.01, "threads": 2},
        {"negative": 1, "subsample": 1e-5, "ns_exponent": 0.5, "shards": 2, "sync_rounds": 2},
        {"min_count": 40, "patience": 1, "run": {"seed": 7}},
        {"min_count": 1, "record": False},
    ],
    ids=str,
)
def test_no_setting_of_a_training_changes_the_loss_of_the_base(
    base: embedadapt.WordVectors, by_default: EvaluationResult, changes: dict[str, object]
) -> None:
    found = evaluation(base, FAST.but(**changes))
    assert found.base_loss == by_default.base_loss
    assert found.order_gain == by_default.order_gain
    assert found.text == by_default.text
    assert found.judge == by_default.judge == JUDGE


def test_nor_do_phrases(base: embedadapt.WordVectors, by_default: EvaluationResult) -> None:
    found = evaluation(base, FAST, phrases=("copyright_holder", "free_software", "the_license"))
    assert found.base_loss == by_default.base_loss
    assert found.text == by_default.text


def test_phrases_too_rare_to_be_learned_leave_their_words(
    base: embedadapt.WordVectors, by_default: EvaluationResult
) -> None:
    """Joined and then dropped, they took their words with them, and nothing was recognized."""
    rare = ("the_software", "covered_code", "this_license", "more_information", "in_no_event")
    config = FAST.but(min_count=1_000)
    result = embedadapt.adapt(base, CORPUS, config, phrases=rare)
    assert result.evaluation is not None
    assert result.training.n_training_tokens > 0.99 * _n_training_tokens(base, config)
    assert result.evaluation.base_loss == by_default.base_loss
    again = embedadapt.evaluate(base, result.adapter, CORPUS)
    assert again.text == by_default.text and again.base_loss == by_default.base_loss


def _n_training_tokens(base: embedadapt.WordVectors, config: AdaptationConfig) -> int:
    return embedadapt.adapt(base, CORPUS, config, evaluate=False).training.n_training_tokens


def test_another_held_out_text_has_another_loss(
    base: embedadapt.WordVectors, by_default: EvaluationResult
) -> None:
    for reading in ({"seed": 3}, {"held_out": 0.3}):
        assert evaluation(base, FAST.but(reading=reading)).base_loss != by_default.base_loss


def test_evaluate_reaches_the_verdict_of_adapt(base: embedadapt.WordVectors) -> None:
    result = embedadapt.adapt(base, CORPUS, FAST)
    again = embedadapt.evaluate(base, result.adapter, CORPUS)
    assert result.evaluation is not None and result.verdict is not None
    assert again.base_loss == result.evaluation.base_loss
    for ours, theirs in zip(again.vectors, result.evaluation.vectors, strict=True):
        assert (ours.name, ours.held_out) == (theirs.name, theirs.held_out)
        assert ours.neighbor_overlap == theirs.neighbor_overlap


NEW = [
    Document(path.name, path.read_text("utf-8")) for path in sorted(LICENCES.glob("[ce]*.txt"))[:12]
]


def renamed(documents: list[Document]) -> list[Document]:
    return [Document(f"{n:03}.txt", d.text) for n, d in enumerate(reversed(documents))]


def with_headers(documents: list[Document]) -> list[Document]:
    return [Document(d.name, f"Kept in the file {n}.\n\n{d.text}") for n, d in enumerate(documents)]


def sentences_of(
    corpus: EncodedCorpus, documents: np.ndarray, sentences: np.ndarray | None = None
) -> list[bytes]:
    """Those with a word, of some documents, (n_documents,), and of some sentences of these."""
    return [
        corpus.sentence(s).tobytes()
        for d in np.flatnonzero(documents)
        for s in range(*corpus.document_offsets[d : d + 2].tolist())
        if len(corpus.sentence(s)) and (sentences is None or sentences[s])
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda documents: documents + NEW,
        lambda documents: documents[::2],
        renamed,
        with_headers,
        lambda documents: renamed(documents[3:] + NEW[:5]),
        lambda _: NEW,
    ],
    ids=["added", "removed", "renamed", "headers", "all of it", "new alone"],
)
def test_no_sentence_trained_on_is_held_out(
    base: embedadapt.WordVectors, change: Callable[[list[Document]], list[Document]]
) -> None:
    """Trained sentences are found by their words, without the adapter's record."""
    result = embedadapt.adapt(base, CORPUS, FAST, evaluate=False)
    assert result.training.n_held_out_documents >= 1
    reading = FAST.reading
    ours = read_text(base, CORPUS, reading)
    parts = divide(ours, result.adapter.records, JUDGE)
    trained = {*sentences_of(ours.known, parts.is_trained)}
    theirs = read_text(base, Documents(change(DOCUMENTS)), reading)
    parts = divide(theirs, result.adapter.records, JUDGE)
    held_out = sentences_of(theirs.known, parts.is_held_out, ~parts.is_trained_sentence)
    assert held_out and not trained.intersection(held_out)
    found = JudgedText.of(theirs, parts, embedadapt.Vocabulary([]), JUDGE)
    assert found.about.n_sentences - found.about.n_repeated == len(held_out)
    one, other = ({d.text for d in documents} for documents in (DOCUMENTS, change(DOCUMENTS)))
    if change not in (renamed, with_headers) and other - one:
        assert found.about.n_new >= 1


def test_held_out_documents_stay_held_out(base: embedadapt.WordVectors) -> None:
    """With new ones beside them: as many as before, and the new ones."""
    result = embedadapt.adapt(base, CORPUS, FAST)
    assert result.evaluation is not None
    found = embedadapt.evaluate(base, result.adapter, Documents(DOCUMENTS + NEW)).text
    before = result.evaluation.text
    assert found.n_documents - found.n_new == before.n_documents
    assert 1 <= found.n_new <= len(NEW)
    assert found.n_trained + found.n_documents == len(DOCUMENTS) + len(NEW)
    assert result.training.n_training_documents <= found.n_trained


def test_a_record_can_be_left_out(base: embedadapt.WordVectors, tmp_path: Path) -> None:
    sizes = {}
    for record in (True, False):
        path = tmp_path / f"{record}.adapter"
        embedadapt.adapt(base, CORPUS, FAST.but(record=record), output=path, evaluate=False)
        sizes[record] = path.stat().st_size
        adapter = embedadapt.load_adapter(path)
        assert bool(adapter.records) == record
        assert embedadapt.evaluate(base, adapter, CORPUS).text.recognized == record
    n_sentences = read_text(base, CORPUS, FAST.reading).known.n_sentences
    assert 0 < sizes[True] - sizes[False] < 4 * n_sentences + 2_000


def test_a_frequency_list_tells_specificity_where_the_order_of_words_does_not(
    base: embedadapt.WordVectors,
) -> None:
    pytest.importorskip("wordfreq")
    mixed = np.random.default_rng(0).permutation(len(base)).astype(np.int32)
    unordered = embedadapt.WordVectors(base.vocabulary.select(mixed), base.matrix[mixed])
    config = FAST.but(epochs=0, dimensions=0)
    blind = embedadapt.adapt(unordered, CORPUS, config, evaluate=False).adapter
    assert blind.specificity is None
    adapter = embedadapt.adapt(unordered, CORPUS, config, frequencies="en", evaluate=False).adapter
    assert adapter.specificity is not None
    found = dict(zip(adapter.vocabulary, adapter.specificity.tolist(), strict=True))
    assert found["license"] > 3 > 1 > found["the"] > -1


def test_definitions_of_the_text_are_contexts_of_new_words(
    base: embedadapt.WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    term = 'The sublicensor stays. "Sublicensor" means a warranty of any kind. '
    corpus = Documents([*DOCUMENTS, *(Document(f"{n}.txt", 2 * term) for n in range(9))])
    config = FAST.but(epochs=0, dimensions=0, held_out=0)

    def start() -> np.ndarray:
        adapter = embedadapt.adapt(base, corpus, config, evaluate=False).adapter
        return np.array(adapter.starts[adapter.new_words.index("sublicensor")])

    defined = start()
    monkeypatch.setattr("embedadapt.workflows.adapt.find_definitions", lambda *_: {})
    assert np.abs(defined - start()).max() > 0.01
