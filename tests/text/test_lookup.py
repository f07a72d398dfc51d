import numpy as np
import pytest

from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.report.terminal.neighbors import answered_by
from embedadapt.text.lookup import Finder, Lookup


def table(*words: str, ngrams: bool = False, zeros: tuple[str, ...] = ()) -> WordVectors:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(len(words), 4)).astype(np.float32)
    rows[[words.index(word) for word in zeros]] = 0
    subwords = SubwordTable(rng.normal(size=(50, 4)).astype(np.float32), None, 3, 3)
    return WordVectors(Vocabulary(words), rows, subwords=subwords if ngrams else None)


SPLIT = table("force", "majeure", "non", "compete", "license", "agreement", "do", "n't", "lessor")


@pytest.mark.parametrize(
    ("query", "pieces"),
    [
        ("force_majeure", ("force", "majeure")),
        ("non-compete", ("non", "compete")),
        ("License_Agreement", ("license", "agreement")),
        ("don't", ("do", "n't")),
        ("force majeure", ("force", "majeure")),
    ],
)
def test_a_word_that_is_split_is_the_mean_of_all_its_pieces(query: str, pieces: tuple) -> None:
    finder = Finder(SPLIT, {})
    lookup = finder.find(query)
    assert (lookup.words, lookup.how) == (pieces, "mean")
    units = [SPLIT[piece] / np.linalg.norm(SPLIT[piece]) for piece in pieces]
    np.testing.assert_allclose(finder.vector(lookup), np.mean(units, axis=0), rtol=1e-6)


def test_a_word_is_taken_as_it_is_or_as_the_table_writes_it() -> None:
    assert Finder(SPLIT, {}).find("lessor") == Lookup("lessor", ("lessor",), "as is")
    assert Finder(SPLIT, {}).find("LESSOR") == Lookup("LESSOR", ("lessor",), "normalized")
    of_adapter = Finder(SPLIT, {"Bailleur": "lessor"}).find("Bailleur")
    assert of_adapter == Lookup("Bailleur", ("lessor",), "normalized")


def test_a_piece_without_a_vector_is_named_and_never_left_out() -> None:
    lookup = Finder(SPLIT, {}).find("lessro_agreement")
    assert (lookup.how, lookup.words) == ("no vector", ("lessro", "agreement"))
    assert (lookup.missing, lookup.suggestions) == (("lessro",), ("lessor",))
    assert not lookup.found
    assert Finder(SPLIT, {}).find("  ") == Lookup("  ", (), "no vector")


@pytest.mark.parametrize("key", ["{}", "/c/en/{}", "{}_NOUN", "▁{}", "{}</w>"])
def test_suggestions_are_words_whatever_their_keys_have_around_them(key: str) -> None:
    finder = Finder(table(*(key.format(word) for word in ("court", "lessor", "the", "of"))), {})
    assert finder.find("courts").suggestions == ("court",)


def test_a_word_of_zeros_has_no_vector() -> None:
    lookup = Finder(table("lessor", "lessee", zeros=("lessor",)), {}).find("lessor")
    assert (lookup.how, lookup.missing) == ("no vector", ("lessor",))


@pytest.mark.parametrize(
    "key",
    [
        "artificial_intelligence",
        "Artificial_Intelligence",
        "artificial-intelligence",
        "ARTIFICIAL_INTELLIGENCE",
    ],
)
@pytest.mark.parametrize("query", ["artificial intelligence", "Artificial  Intelligence"])
def test_several_words_are_found_under_one_key(key: str, query: str) -> None:
    found = Finder(table("artificial", "intelligence", key), {}).find(query)
    assert found == Lookup(query, (key,), "normalized")


def test_what_no_table_word_is_made_of_is_composed() -> None:
    composing = table("rent", "lessor", "force", "majeure", ngrams=True)
    finder = Finder(composing, {})
    lookup = finder.find("Sublessor")
    assert lookup == Lookup("Sublessor", ("sublessor",), "composed")
    np.testing.assert_array_equal(finder.vector(lookup), composing["sublessor"])
    assert finder.find("force_majeure").how == "mean"
    assert finder.find("x").how == "composed" and finder.find("").how == "no vector"


def test_other_keys_of_a_word_are_named() -> None:
    tagged = table("run_VERB", "run_NOUN", "rerun_NOUN", "day_NOUN", "the_DET")
    lookup = Finder(tagged, {}).find("run")
    assert (lookup.words, lookup.others) == (("run_VERB",), ("run_NOUN",))
    assert Finder(tagged, {}).find("day").others == ()
    assert answered_by(lookup) == "as run_VERB, not run_NOUN"


def test_keys_of_other_languages_are_found_and_named() -> None:
    keys = [f"/c/en/{word}" for word in ("the", "of", "to", "rat", "pay")]
    mixed = table(*keys, *[f"/c/de/{word}" for word in ("der", "und", "rat", "miete")])
    finder = Finder(mixed, {})
    assert finder.find("Rat") == Lookup("Rat", ("/c/en/rat",), "normalized", others=("/c/de/rat",))
    assert finder.find("Miete") == Lookup("Miete", ("/c/de/miete",), "normalized")
    assert finder.find("zork").how == "no vector"
