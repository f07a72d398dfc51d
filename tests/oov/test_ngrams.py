"""fastText itself says which n-grams a word has, and its matrix which rows it trained."""

from dataclasses import replace

import fasttext
import numpy as np
import pytest

from embedadapt.core.normalization import Normalization
from embedadapt.core.subwords import FloretHashing
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, scan_vectors
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.ngrams import composed_of, ngrams_of
from embedadapt.oov.result import Composed, NgramCounts
from tests.oov.make import Texts, table

UNKNOWN = ["tenancy", "zyxzyx", "sublessor", "été", "a", "", "lessors", "\udc80b", "rents" * 40]
TRAINED = ["the", "lessor", "shall", "rent", "tenant", "préavis", "</s>"]
N_BUCKETS = 97


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The same model after one epoch and after five."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "text.txt").write_text("the lessor shall rent the tenant préavis\nrare\n" * 300)

    def train(name, epoch):
        settings = {"dim": 4, "minCount": 2, "thread": 10, "bucket": N_BUCKETS, "verbose": 0}
        settings["t"] = 1  # no word is so frequent that training passes it over
        model = fasttext.train_unsupervised(
            str(folder / "text.txt"), epoch=epoch, minn=3, maxn=4, **settings
        )
        model.save_model(str(folder / name))
        return folder / name, model

    return train("short.bin", 1), train("long.bin", 5)


def test_counts_are_those_of_fasttexts_own_ngrams(models):
    (path, model), _ = models
    own = [part for word in model.words for part in zip(*model.get_subwords(word), strict=True)]
    trained = {ngram for ngram, i in own if i >= len(model.words)}
    buckets = {i for _, i in own}
    found = ngrams_of(scan_vectors(path), UNKNOWN)
    for word in UNKNOWN:
        if word == "\udc80b":  # no word for fastText's Python
            continue
        ngrams, ids = model.get_subwords(word)
        assert (word in found) == bool(ngrams)
        if ngrams:
            never = sum(ngram not in trained for ngram in ngrams)
            initial = sum(int(i) not in buckets for i in ids)
            assert found[word] == NgramCounts(len(ngrams), never, initial)
    assert found["zyxzyx"].untrained == found["zyxzyx"].n_ngrams > found["zyxzyx"].initial > 0
    assert found["lessors"].untrained < found["lessors"].n_ngrams / 2


def test_rows_that_count_as_initial_do_not_change_in_training_and_the_others_do(models):
    (path, short), (_, long) = models
    rows = [model.get_input_matrix()[len(short.words) :] for model in (short, long)]
    same = np.flatnonzero((rows[0] == rows[1]).all(axis=1))
    hashing = scan_vectors(path).hashing
    words = [f"{a}{b}" for a in "abcdefghijkl" for b in "mnopqrstuvwxyz"]
    for word, counts in ngrams_of(scan_vectors(path), words).items():
        assert counts.initial == np.isin(hashing.rows(word), same).sum()
    assert 0 < len(same) < N_BUCKETS


def test_nothing_is_said_where_words_may_be_missing_or_hashes_are_not_fasttexts(models, tmp_path):
    (path, _), _ = models
    whole = load_vectors(path).outline
    assert ngrams_of(whole, UNKNOWN) == ngrams_of(scan_vectors(path), UNKNOWN)
    assert ngrams_of(load_vectors(path, limit=3).outline, UNKNOWN) == {}
    assert ngrams_of(replace(whole, hashing=FloretHashing(3, 4, 97, 2)), UNKNOWN) == {}
    assert ngrams_of(table().outline, UNKNOWN) == {}
    assert ngrams_of(whole, []) == {}
    alone = replace(whole, vocabulary=Vocabulary(["</s>"]))
    assert ngrams_of(alone, ["lessor"])["lessor"].untrained_rate == 1
    (tmp_path / "classes.txt").write_text("__label__a the lessor\n__label__b the tenant\n" * 20)
    classifier = fasttext.train_supervised(
        str(tmp_path / "classes.txt"), dim=4, minn=3, maxn=4, bucket=97, wordNgrams=2, verbose=0
    )
    classifier.save_model(str(tmp_path / "classes.bin"))
    assert ngrams_of(scan_vectors(tmp_path / "classes.bin"), UNKNOWN) == {}


def test_words_add_up_by_type_and_by_token():
    ngrams = {"a": NgramCounts(4, 2, 1), "b": NgramCounts(3, 3, 0), "c": NgramCounts(5, 2, 2)}
    assert composed_of(ngrams, {"a": 10, "b": 2, "c": 1}) == Composed(
        types=NgramCounts(12, 7, 3),
        tokens=NgramCounts(51, 28, 12),
        half_types=2,
        half_tokens=12,
        all_types=1,
        all_tokens=2,
    )
    assert composed_of({}, {}) is None


def test_a_report_tells_what_composes_its_words(models):
    (path, _), _ = models
    corpus = Texts(("the zyxzyx shall rent § lessors", "zyxzyx"))
    found = analyze_tables(corpus, [(scan_vectors(path), Normalization())])[0]
    own = {word.word: word.ngrams for word in found.words}
    assert own == ngrams_of(scan_vectors(path), ["zyxzyx", "lessors"])
    assert found.composed.tokens.n_ngrams == sum(
        counts.n_ngrams * times for counts, times in ((own["zyxzyx"], 2), (own["lessors"], 1))
    ) + len(scan_vectors(path).hashing.rows("§"))
    told = found.to_dict()["composed"]
    assert told["tokens"]["untrained"] / told["tokens"]["n_ngrams"] == told["untrained_token_rate"]
