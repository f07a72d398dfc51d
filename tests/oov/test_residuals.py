from collections import Counter

import pytest

from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.evidence import Evidence, Origin, Seen
from embedadapt.oov.residuals import COMMON_LOOKS, ResidualCauses
from embedadapt.oov.sightings import PLACES, Sighting
from embedadapt.text.misspellings import Place
from embedadapt.text.normalize import infer_normalization
from tests.oov.make import WORDS, Texts, report, table

OFTEN = " the lessor" * 50


@pytest.mark.parametrize(
    ("text", "word", "cause"),
    [
        ("see https://www.sec.gov/x?y", "https://www.sec.gov/x?y", "address"),
        ("write to a.b@firm.com", "a.b@firm.com", "address"),
        ("at spinrecords.com", "spinrecords.com", "address"),
        ("Rule 24b under", "24b", "code"),
        ("The SFJ and SFJ", "sfj", "acronym"),
        ("two MHCs here", "mhcs", "acronym"),
        ("SpinCo data, SpinCo", "spinco", "name"),
        ("Xencor or XENCOR", "xencor", "name"),
        ("Xencor by " + "Xencor " * 30 + "xencor", "xencor", "name"),
        ("INDEMNITEES of Indemnitees, indemnitees", "indemnitees", "term"),
        ("this ofthis slip", "ofthis", "term"),
        ("chapter XXII of", "xxii", None),
        ("die Kommanditgesellschaft auf Aktien", "kommanditgesellschaft", "foreign"),
        ("the 广播电台 radio", "广播电台", "foreign"),
        ("the les- see shall", "les", "term"),
        ("the les- sor shall", "sor", "broken"),
        ("they shallpay it", "shallpay", "joined"),
        ("both lessors pay", "lessors", "inflection"),
        ("the àcheteur, l'acheteur", "àcheteur", "variant"),
        ("at robbins.info", "robbins.info", "address"),
        ("z o.o. there", "o.o.", "acronym"),
        ("in xmtrs there", "xmtrs", "acronym"),
        ("made L ssor city", "ssor", "broken"),
        ("made B ssor city", "ssor", "term"),
        ("of N-ethylmaleimide, N-ethylmaleimide", "n-ethylmaleimide", "term"),
        ("with apoprotein-A and", "apoprotein-a", "term"),
        ("Coca-Cola or Coca-Cola", "coca-cola", "name"),
        ("recombinant human interferon (rhIFN) or rhIFN", "rhifn", "acronym"),
        ("with rhIFN or rhIFN", "rhifn", "name"),
        ("a PC20 and an FIO2", "fio2", "code"),
        ("of&nbsp;the lessor", "of&nbsp", "debris"),
    ],
)
def test_residual_causes(text, word, cause):
    words = report(text, " the lessor shall pay" * 20, OFTEN).words
    assert {word.word: word.cause for word in words}.get(word) == cause


def test_words_have_the_same_causes_under_keys_in_capitals():
    text = (
        "pots, strngths and lessors of SFJ, Xencor, SpinCo; shallpay; INDEMNITEES Indemnitees, "
        "Maximum Annual Quantity (MAQ), chmpts.com, 24b. " + "the lessor shall pay it. " * 60
    )
    small, capitals = (
        analyze_tables(Texts((text,)), [(found, infer_normalization(found.vocabulary))])[0]
        for found in (table(), table(tuple(word.upper() for word in WORDS)))
    )
    assert capitals.normalization.case == "upper"
    assert {(w.word.upper(), w.cause, tuple(m.upper() for m in w.meant)) for w in small.words} == {
        (w.word, w.cause, w.meant) for w in capitals.words
    }
    assert "inflection" in {word.cause for word in capitals.words}


def test_capitals_of_list_items_are_no_sign_of_a_name():
    items = "Micromelia\nProptosis\nOpacification\nSpinCo\n"
    causes = {word.word: word.cause for word in report(items, OFTEN).words}
    assert causes == {
        "micromelia": "term", "proptosis": "term", "opacification": "term", "spinco": "name",
    }  # fmt: skip
    assert {w.word: w.cause for w in report("with Xencor" + OFTEN).words}["xencor"] == "name"


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("the H2O, CO₂ and CaCO3", {"h2o": "formula", "co2": "formula", "caco3": "formula"}),
        ("C6H12O6 or NaCl", {"c6h12o6": "formula", "nacl": "formula"}),
        ("an SHP2, the B2B and H3N2", {"shp2": "code", "b2b": "code", "h3n2": "code"}),
        ("KI and the CFOs NATO", {"ki": "acronym", "cfos": "acronym", "nato": "acronym"}),
        ("in SO2, Fe2O3 and H2SO4 KBr3", {"kbr3": "formula", "so2": "formula"}),
        ("the KNH2 there", {"knh2": "code"}),
        ("of CaCO3, TiO2, H2O: KNH2", {"knh2": "formula"}),
    ],
)
def test_formulas_are_words(text, causes):
    told = {word.word: word.cause for word in report(text + OFTEN).words}
    assert told.items() >= causes.items()


def test_advice_counts_formulas_that_are_learned():
    found = report(*["the lessor shall pay H2O and 24b here"] * 100)
    assert {word.word: word.cause for word in found.words} == {
        "h2o": "formula", "24b": "code", "and": "term", "here": "term",
    }  # fmt: skip
    assert found.learnable.types == 3


def test_names_of_classes_are_such_in_code_only():
    known = (*WORDS, "http", "request", "max", "len", "get", "name", "url")
    text = "the HttpRequest, HttpRequest shall pay"
    (name,) = report(text + OFTEN, words=known).words
    assert (name.cause, name.meant) == ("name", ())
    found = report(text + " max_len getName get_url" + OFTEN, words=known)
    (name,) = found.words
    assert (name.cause, name.meant) == ("class_name", ("http", "request"))
    cause = next(cause for cause in found.causes if cause.key == "class_name")
    assert (cause.tokens, cause.recovered_tokens) == (2, 2)


def test_an_acronym_that_the_text_writes_out_may_stand_in_small_letters():
    text = "Maximum Annual Quantity (MAQ). The MAQ, an MAQ and maq"
    assert {word.word: word.cause for word in report(text + OFTEN).words}["maq"] == "acronym"
    assert {word.word: word.cause for word in report("MAQ, MAQ, MAQ, maq" + OFTEN).words}[
        "maq"
    ] == "term"


def test_a_word_that_many_documents_use_is_no_typing_error():
    known = ("agreement", *WORDS)
    clean = "the lessor shall pay the agreement, " * 500
    (once,) = report(clean, "the agremeent, shall pay", words=known).words
    assert (once.cause, once.meant) == ("typing", ("agreement",))
    (often,) = report(clean, *["the agremeent, shall pay"] * 4, words=known).words
    assert (often.cause, often.meant) == ("term", ())


def test_a_word_that_often_follows_a_lone_letter_is_a_word_of_its_own():
    torn, often = "made L ssor city", "group E xclusive strains"
    causes = {w.word: w.cause for w in report(torn, *[often] * 4, OFTEN).words}
    assert (causes["ssor"], causes["xclusive"]) == ("broken", "term")


def test_where_plain_words_are_run_together_others_are_too():
    clean = " the lessor shall pay" * 40
    torn = "thelessor shallpay lessorshall shalllessor"
    causes = {word.word: word.cause for word in report(clean, torn).words}
    assert causes["shalllessor"] == "joined"
    alone = {word.word: word.cause for word in report(clean, "a shalllessor there").words}
    assert alone["shalllessor"] == "term"


def test_rare_unknown_words_of_a_document_full_of_near_misses_are_debris():
    known = ("premises", "purchase", "material", "interest", "delivery", *WORDS)
    clean = " ".join(f"the {word} shall pay" for word in known) * 30
    garbled = "the premlses purchasc materlal intercst dclivery shall wtqopq pay"
    words = report(clean, garbled, words=known).words
    causes = {word.word: word.cause for word in words}
    assert causes["wtqopq"] == "debris"
    assert {word.word: word.cause for word in report(clean, "the wtqopq").words}["wtqopq"] == "term"


@pytest.mark.parametrize(
    ("text", "cause"), [("§", "symbol"), ("•", "symbol"), ("xxxxxx", "symbol"), ("7.77", "number")]
)
def test_marks_are_causes_but_no_words(text, cause):
    found = report(text + OFTEN)
    assert [each.key for each in found.causes] == [cause]
    assert found.causes[0].left_tokens == 1
    assert found.words == ()


def test_a_word_that_many_parties_capitalise_is_no_name():
    clause = "the Witnesseth" + OFTEN
    often, few = [clause] * 4 + [OFTEN] * 96, [clause] * 3 + [OFTEN] * 97
    assert report(*often).words[0].cause == "term"
    assert report(*few).words[0].cause == "name"


def cause_of_capitalised(place, n_places, commonness):
    """What `Ypsilk` is told to be that stands in such places, by letters that common."""
    before, behind = (tuple(side.split()) for side in place)
    n = n_places
    seen = Sighting(
        capitalised=n,
        n_documents=1,
        forms=Counter({"Ypsilk": n}),
        places=[Place(before, behind)] * min(n, PLACES),
    )
    evidence = Evidence(
        counts={"the": 999, "ypsilk": n},
        known={"the"},
        pairs=lambda *_: 0,
        lengths=[999],
        origin=Origin("en", "en", frozenset(("LATIN",))),
    )
    causes = ResidualCauses(Seen({"ypsilk": seen}, {"ypsilk": [0]}, lambda _: commonness), evidence)
    return causes.of("ypsilk")


@pytest.mark.parametrize(
    ("place", "n_places", "commonness", "cause"),
    [
        (("of", "shall"), 1, 0.0, "name"),
        (("of", "shall"), 1, COMMON_LOOKS, "term"),
        (("the", "shall"), PLACES, -1.0, "term"),  # as common nouns stand
        (("the", "shall"), PLACES - 1, -1.0, "name"),  # too seldom to tell
        (("the", ", inc"), PLACES, COMMON_LOOKS, "name"),
    ],
)
def test_company_forms_articles_and_letters_tell_names(place, n_places, commonness, cause):
    assert cause_of_capitalised(place, n_places, commonness) == cause
