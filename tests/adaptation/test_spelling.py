from dataclasses import replace
from pathlib import Path

import fasttext
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.spelling import spell
from embedadapt.adaptation.trainer import AdaptationResult, train_adapter
from embedadapt.core.adapted import apply_adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.merging import merge_adapters
from embedadapt.core.specificity import BySpecificity
from embedadapt.core.subwords import SubwordTable
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.training.row_groups import mean_rows
from tests.adaptation.make import training_text

TEXT = "the lessor leases premises to the lessee under a lease for the term of the lease\n" * 40
WORDS = ["lessor", "lessee", "sublease", "sublet"]  # the last two are new
UNSEEN = "releasee"
CONFIG = AdaptationConfig.of(
    dimensions=4, epochs=3, dimension_epochs=1, context_epochs=1, subsample=0
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    folder = tmp_path_factory.mktemp("model")
    (folder / "text").write_text(TEXT)
    model = fasttext.train_unsupervised(
        str(folder / "text"), dim=12, bucket=300, minCount=1, epoch=5, thread=1, minn=3, maxn=4
    )
    model.save_model(str(folder / "model.bin"))
    return load_vectors(folder / "model.bin")


def corpus() -> EncodedCorpus:
    ids = np.random.default_rng(0).integers(0, len(WORDS), 4_000).astype(np.int32)
    return EncodedCorpus(
        vocabulary=Vocabulary(WORDS, np.bincount(ids)),
        token_ids=ids,
        sentence_offsets=np.arange(0, 4_001, 8),
        document_offsets=np.array([0, 500]),
        document_names=("text",),
    )


def adapted(base: WordVectors, config: AdaptationConfig = CONFIG) -> AdaptationResult:
    return train_adapter(base, training_text(corpus(), base.vocabulary), config)


def official_vector(model: fasttext.FastText._FastText, word: str) -> np.ndarray:
    return model.get_input_matrix()[model.get_subwords(word)[1]].mean(axis=0)


def test_spelled_words_are_the_means_of_their_rows(base: WordVectors) -> None:
    """Known ones as the model has them, new ones where they are to start."""
    known = base.vocabulary.lookup(WORDS)
    rows = np.random.default_rng(0).normal(size=(4, base.dim)).astype(np.float32)
    rows[known >= 0] = base.matrix[known[known >= 0]]
    inputs, row_groups, buckets = spell(WORDS, base, known, rows)
    assert_allclose(mean_rows(inputs, row_groups), rows, atol=1e-5)
    assert_array_equal(inputs[4:], base.subwords.ngrams[buckets])
    for i, word in enumerate(WORDS):
        own, *ngrams = row_groups.rows[row_groups.offsets[i] : row_groups.offsets[i + 1]]
        assert own == i
        assert (buckets[np.array(ngrams) - 4]).tolist() == base.subwords.buckets(word)


def test_the_end_of_a_sentence_has_no_ngrams(base: WordVectors) -> None:
    known = base.vocabulary.lookup(["</s>", "lessor"])
    spelled = spell(["</s>", "lessor"], base, known, base.matrix[known])
    assert spelled.row_groups.rows[: spelled.row_groups.offsets[1]].tolist() == [0]


@pytest.mark.parametrize("context", [True, False], ids=["own context", "fitted context"])
@pytest.mark.parametrize("model", ["skipgram", "cbow"])
@pytest.mark.parametrize("scale", [0.5, BySpecificity(0.5)], ids=["one scale", "by specificity"])
def test_official_fasttext_loads_the_adapted_model(
    base: WordVectors, context: bool, model: str, scale: float | BySpecificity, tmp_path: Path
) -> None:
    """Words of the table to rounding, whether they were trained, are new, or only share n-grams
    with such words; unseen words through n-grams that moved."""
    start = base if context else WordVectors(base.vocabulary, base.matrix, subwords=base.subwords)
    config = CONFIG.but(architecture=model)
    adapter = adapted(start, config).adapter
    specificity = np.linspace(0, 2, len(adapter.vocabulary), dtype=np.float32)
    adapter = replace(adapter, specificity=specificity)
    table = apply_adapter(base, adapter, layout="add", scale=scale)
    save_vectors(table, tmp_path / "adapted.bin", format="fasttext-bin")
    official = fasttext.load_model(str(tmp_path / "adapted.bin"))
    assert official.get_words() == [*base.vocabulary, "sublease", "sublet"]
    for word in official.get_words():
        assert_allclose(official_vector(official, word), table[word], atol=2e-6)
    assert_array_equal(table["premises"], base["premises"])
    assert np.abs(table["lessor"] - base["lessor"]).max() > 1e-3
    assert_allclose(official_vector(official, UNSEEN), table[UNSEEN], atol=2e-6)
    assert np.abs(table[UNSEEN] - base[UNSEEN]).max() > 1e-4


def test_scale_moves_words_and_their_ngrams_alike(base: WordVectors) -> None:
    """At scale 1 a trained word is the mean of the rows that training left."""
    adapter = adapted(base).adapter
    table = apply_adapter(base, adapter, layout="add", scale=1)
    row = base.vocabulary.index["lessor"]
    step = adapter.ngrams.values[
        np.searchsorted(adapter.ngrams.rows, base.subwords.buckets("lessor"))
    ]
    own = (len(step) + 1) * adapter.delta[0] - step.sum(axis=0)
    trained = np.vstack(
        [base.subwords.words[row] + own, table.subwords.ngrams[table.subwords.buckets("lessor")]]
    )
    assert_allclose(trained.mean(axis=0), table["lessor"], atol=1e-5)
    still = apply_adapter(base, adapter, layout="add", scale=0)
    assert_array_equal(still.subwords.ngrams, base.subwords.ngrams)
    assert apply_adapter(base, adapter, layout="concat", scale=1).subwords is None


def test_an_adapter_file_keeps_the_ngrams(base: WordVectors, tmp_path: Path) -> None:
    adapter = adapted(base).adapter
    save_adapter(adapter, tmp_path / "a.adapter")
    loaded = load_adapter(tmp_path / "a.adapter").ngrams
    assert_array_equal(loaded.rows, adapter.ngrams.rows)
    assert_array_equal(loaded.values, adapter.ngrams.values)


def test_ngrams_of_several_adapters_add(base: WordVectors) -> None:
    one = adapted(base).adapter
    other = adapted(base, AdaptationConfig.from_dict(CONFIG.to_dict() | {"seed": 2})).adapter
    both = merge_adapters([one, other], [0.5, 2.0]).ngrams
    assert_array_equal(both.rows, one.ngrams.rows)
    assert_allclose(both.values, 0.5 * one.ngrams.values + 2 * other.ngrams.values, atol=1e-6)


def test_words_of_pruned_models_and_of_other_tables_are_whole(base: WordVectors) -> None:
    ngrams = base.subwords.ngrams
    pruned = SubwordTable(ngrams[:5], None, 3, 4, kept=np.arange(5, dtype=np.int32), n_buckets=300)
    known = base.vocabulary.lookup(WORDS)
    for subwords in (pruned, None):
        table = WordVectors(base.vocabulary, base.matrix, subwords=subwords)
        spelled = spell(WORDS, table, known, base.matrix[:4])
        assert spelled.row_groups is None
        assert_array_equal(spelled.inputs, base.matrix[:4])


def test_an_ngram_moves_by_the_words_that_have_it(base: WordVectors) -> None:
    """By the mean of their scales, weighted by their counts; a loop over words and n-grams."""
    adapter = adapted(base).adapter
    specificity = np.linspace(-1, 3, len(adapter.vocabulary), dtype=np.float32)
    adapter, scale = replace(adapter, specificity=specificity), BySpecificity(1.0)
    moved = apply_adapter(base, adapter, layout="add", scale=scale).subwords.ngrams
    scales = np.where(adapter.base_rows >= 0, scale.of(specificity), 1)
    counts = adapter.vocabulary.counts
    for row, value in zip(adapter.ngrams.rows, adapter.ngrams.values, strict=True):
        having = [
            i for i, word in enumerate(adapter.vocabulary) if row in base.subwords.buckets(word)
        ]
        share = np.average(scales[having], weights=counts[having])
        assert_allclose(moved[row], base.subwords.ngrams[row] + share * value, atol=1e-5)
