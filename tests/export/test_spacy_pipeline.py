import json
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from embedadapt.core.errors import MissingExtraError, OutputError, SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export import spacy_pipeline
from embedadapt.export.spacy_pipeline import PipelineExport, write_pipeline
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
from embedadapt.workflows.oov import analyze_oov

CORPORA = Path(__file__).parents[2] / "corpora"

FORMS = {"LESSOR": "lessor", "Lessor": "lessor", "SHALL": "shall", "Zero": "zero", "Gone": "gone"}
FORMS["zero"] = "the"  # a word of the table, if an empty one, is not a form of another


def table(words: list[str], dim: int = 8) -> WordVectors:
    rows = np.random.default_rng(7).normal(size=(len(words), dim)).astype(np.float32)
    rows[[word == "zero" for word in words]] = 0
    return WordVectors(Vocabulary(words), rows)


LEGAL = table(["the", "lessor", "shall", "US", "us", "zero", "l'", "acheteur", "acl", "'s", "été"])


def write(
    path: Path,
    vectors: WordVectors = LEGAL,
    forms: Mapping[str, str] = FORMS,
    lang: str = "xx",
    case_forms: spacy_pipeline.CaseForms = "corpus",
) -> PipelineExport:
    name = f"{lang}_legal"
    return write_pipeline(vectors, path, lang=lang, forms=forms, name=name, case_forms=case_forms)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder = tmp_path_factory.mktemp("spacy") / "legal"
    write(folder, lang="en")
    return spacy.load(folder)


def test_every_case_form_of_the_corpus_has_its_words_vector(pipeline: Language) -> None:
    expected = ["the", "lessor", "shall", "lessor"]
    for token, word in zip(pipeline("the LESSOR shall Lessor"), expected, strict=True):
        assert token.has_vector
        np.testing.assert_array_equal(token.vector, LEGAL[word])
    np.testing.assert_array_equal(pipeline.vocab["Lessor"].vector, LEGAL["lessor"])


def test_similarity_is_the_tables_own(pipeline: Language) -> None:
    found = pipeline("LESSOR").similarity(pipeline("the"))
    assert found == pytest.approx(LEGAL.similarity("lessor", "the"), abs=1e-6)


def test_words_without_a_vector_have_none(pipeline: Language) -> None:
    """An unknown word, a case not seen, a row of zeros, and a form of a word not in the table."""
    for text in ("landlord", "SHALl", "zero", "Zero", "Gone"):
        assert not pipeline(text)[0].has_vector, text
        assert not pipeline(text)[0].vector.any()


def test_a_word_that_looks_like_a_form_keeps_its_own_row(tmp_path: Path) -> None:
    write(tmp_path / "p", forms={"US": "us", "Us": "us"}, case_forms="all")
    vocab = spacy.load(tmp_path / "p").vocab
    np.testing.assert_array_equal(vocab["US"].vector, LEGAL["US"])
    np.testing.assert_array_equal(vocab["Us"].vector, LEGAL["us"])


def test_a_word_that_is_a_symbol_of_spacy_has_its_vector(pipeline: Language) -> None:
    """`acl` is one of spaCy's own dependency labels, and gets a small number for a hash."""
    np.testing.assert_array_equal(pipeline("acl")[0].vector, LEGAL["acl"])


@pytest.mark.parametrize(
    ("lang", "folder", "phrases", "share"),
    [
        ("en", "en/licences", ["Licensor's liability", "Licensor’s LIABILITY"], 0.99),
        ("fr", "fr/conventions_collectives", ["l'employeur", "l’employeur", "L’employeur"], 0.97),
    ],
)
def test_spacy_finds_the_words_that_we_find(
    tmp_path: Path, lang: str, folder: str, phrases: list[str], share: float
) -> None:
    """A table of nothing but the corpus's words, small, elisions apart: spaCy cuts text otherwise
    than we do (`non-exclusive` in three, `L. 3141-1` in other places), yet hardly misses one."""
    files = sorted((CORPORA / folder).glob("*.txt"))[: 8 if lang == "en" else 1]
    corpus = open_corpus(files)
    conventions = Normalization("lower", apostrophe="straight", elision="split", unicode="NFC")
    counts = count_corpus(corpus, Normalizer(conventions, Vocabulary(["l'", "'s"])))
    write(tmp_path / "p", table(list(counts.vocabulary)), counts.surface_forms, lang)
    nlp = spacy.load(tmp_path / "p")
    for phrase in phrases:
        assert all(token.has_vector for token in nlp(phrase)), phrase
    tokens = [t for document in corpus for t in nlp.make_doc(document.text) if not t.is_space]
    assert sum(token.has_vector for token in tokens) / len(tokens) > share


def test_possessives_are_found_with_either_apostrophe(pipeline: Language) -> None:
    for text in ("Lessor's", "Lessor’s", "LESSOR’S"):
        assert [token.has_vector for token in pipeline(text)] == [True, True], text


def test_all_case_forms_are_the_capitalised_and_the_upper(tmp_path: Path) -> None:
    export = write(tmp_path / "p", forms={}, case_forms="all")
    vocab = spacy.load(tmp_path / "p").vocab
    for text, word in {"Acheteur": "acheteur", "ÉTÉ": "été", "The": "the"}.items():
        np.testing.assert_array_equal(vocab[text].vector, LEGAL[word])
    assert export.n_keys == vocab.vectors.n_keys


def test_what_was_left_out_is_counted(tmp_path: Path) -> None:
    broken = b"caf\xe9".decode("utf-8", "surrogateescape")
    export = write(tmp_path / "p", table(["a", "zero", broken, "b"]), {"A": "a", "\ud800": "b"})
    assert export == PipelineExport(n_words=2, n_surface_forms=1, n_zero=1, n_unwritable=2)
    assert set(spacy.load(tmp_path / "p").vocab.strings) >= {"a", "A", "b"}


def test_the_pipeline_travels_as_bytes(pipeline: Language) -> None:
    copy = spacy.blank("en").from_bytes(pipeline.to_bytes())
    np.testing.assert_array_equal(copy("LESSOR").vector, LEGAL["lessor"])


def test_a_pickled_pipeline_and_several_processes_see_the_same(pipeline: Language) -> None:
    texts = ["LESSOR", "the lessor", "unheard"]
    expected = [pipeline(text).vector for text in texts]
    again = pickle.loads(pickle.dumps(pipeline))
    np.testing.assert_array_equal([again(text).vector for text in texts], expected)
    found = [doc.vector for doc in pipeline.pipe(texts, n_process=2)]
    np.testing.assert_array_equal(found, expected)


def test_it_opens_without_embedadapt(tmp_path: Path) -> None:
    write(tmp_path / "p")
    program = (
        "import sys, spacy\n"
        f"nlp = spacy.load({str(tmp_path / 'p')!r})\n"
        "assert not [name for name in sys.modules if name.startswith('embedadapt')]\n"
        "print(nlp('LESSOR').similarity(nlp('lessor')), nlp.meta['name'], nlp.pipe_names)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stdout.split()[1:] == ["legal", "[]"]
    assert float(done.stdout.split()[0]) == pytest.approx(1, abs=1e-6)


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    shuffled = dict(sorted(FORMS.items(), reverse=True))
    write(tmp_path / "one", case_forms="all")
    write(tmp_path / "two", forms=shuffled, case_forms="all")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(f.relative_to(folder)): sha256(f.read_bytes()).hexdigest() for f in files}


def test_our_own_pipeline_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "p")
    write(tmp_path / "p", table(["other"]), forms={})
    assert spacy.load(tmp_path / "p").vocab.vectors.shape == (1, 8)
    assert os.listdir(tmp_path) == ["p"]


def test_a_folder_of_someone_else_is_refused(tmp_path: Path) -> None:
    spacy.blank("xx").to_disk(tmp_path / "trained")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    for name in ("trained", "thesis"):
        before = digests(tmp_path / name)
        with pytest.raises(OutputError, match=name):
            write(tmp_path / name)
        assert digests(tmp_path / name) == before


def train(folder: Path) -> Path:
    """Adds a component to a pipeline that we wrote, trains and saves it, as its user does."""
    nlp = spacy.load(folder)
    nlp.add_pipe("textcat").add_label("GRANT")
    nlp.get_pipe("textcat").add_label("LIMIT")
    nlp.initialize()
    nlp.to_disk(folder)
    return folder


def test_a_pipeline_trained_on_ours_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "p")
    before = digests(train(tmp_path / "p"))
    with pytest.raises(
        OutputError, match=r"p: .* found config\.cfg \(changed\), meta\.json .changed"
    ):
        write(tmp_path / "p")
    assert digests(tmp_path / "p") == before
    assert spacy.load(tmp_path / "p").pipe_names == ["textcat"]


def test_a_pipeline_trained_on_ours_and_saved_elsewhere_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "ours")
    spacy.load(train(tmp_path / "ours")).to_disk(tmp_path / "theirs")
    before = digests(tmp_path / "theirs")
    with pytest.raises(OutputError, match="and no embedadapt-manifest"):
        write(tmp_path / "theirs")
    assert digests(tmp_path / "theirs") == before


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_export_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    write(tmp_path / "p")
    before = digests(tmp_path / "p")

    def interrupt(*_: object, **__: object) -> None:
        raise interruption

    monkeypatch.setattr(spacy_pipeline, "_check", interrupt)
    with pytest.raises(interruption):
        write(tmp_path / "p", table(["other"]))
    assert digests(tmp_path / "p") == before
    assert os.listdir(tmp_path) == ["p"]


def test_a_folder_that_reads_back_differently_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_disk = Language.to_disk

    def spoil(nlp: Language, path: Path) -> None:
        to_disk(nlp, path)
        rows = np.load(path / "vocab" / "vectors")
        with (path / "vocab" / "vectors").open("wb") as stream:
            np.save(stream, rows + 1)

    monkeypatch.setattr(Language, "to_disk", spoil)
    with pytest.raises(OutputError, match="the exported vectors, found another vector for 'the'"):
        write(tmp_path / "p")
    assert os.listdir(tmp_path) == []


def test_a_missing_parent_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"):
        write(tmp_path / "nowhere" / "p")


def test_an_unknown_language_is_named_with_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"found 'zz'.*such as en, fr"):
        write(tmp_path / "p", lang="zz")
    with pytest.raises(SettingsError, match="case_forms"):
        write(tmp_path / "p", case_forms="every")  # type: ignore[arg-type]  # what is tested
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(find_spec("sudachipy") is not None, reason="spaCy's Japanese is installed")
def test_a_language_that_needs_a_package_names_it(tmp_path: Path) -> None:
    with pytest.raises(MissingExtraError, match=r"'ja'.*pip install"):
        write(tmp_path / "p", lang="ja")


def test_meta_tells_what_is_inside(tmp_path: Path) -> None:
    write(tmp_path / "p")
    meta = json.loads((tmp_path / "p" / "meta.json").read_text("utf-8"))
    assert (meta["lang"], meta["name"], meta["vectors"]["name"]) == ("xx", "legal", "xx_legal")
    assert meta["vectors"]["keys"] == spacy.load(tmp_path / "p").vocab.vectors.n_keys
    assert "10 words x 8" in meta["description"]


words = st.text(st.characters(codec=None), min_size=1, max_size=6)


@settings(max_examples=12, deadline=None)
@given(st.lists(words, min_size=1, max_size=8, unique=True), st.dictionaries(words, words))
def test_every_key_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], forms: dict[str, str]
) -> None:
    """Any text at all: surrogates, white space, control characters, spaCy's own symbols."""
    folder = tmp_path_factory.mktemp("any") / "p"
    vectors = table(texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        export = write(folder, vectors, forms)
    vocab = spacy.load(folder).vocab
    assert vocab.vectors.n_keys == export.n_keys
    for word in texts:
        if word.isprintable() and word != "zero":
            np.testing.assert_array_equal(vocab.get_vector(word), vectors[word])


def texts(nlp: Language, text: str) -> list[str]:
    return [token.text for token in nlp(text)]


def test_every_case_form_has_its_words_vector_by_default(tmp_path: Path) -> None:
    """Seen nowhere: capitals, initials, what spaCy keeps whole, both apostrophes."""
    vectors = table(["indemnify", "inc", "j", "l'", "non-exclusive", "'s", "the"])
    write_pipeline(vectors, tmp_path / "p", lang="en", forms={}, name="legal")
    nlp = spacy.load(tmp_path / "p")
    for text, word in {
        "Indemnify": "indemnify",
        "INDEMNIFY": "indemnify",
        "Inc.": "inc",
        "J.": "j",
        "L’": "l'",
        "’S": "'s",
        "Non-Exclusive": "non-exclusive",
        "NON-EXCLUSIVE": "non-exclusive",
    }.items():
        np.testing.assert_array_equal(nlp.vocab.get_vector(text), vectors[word], err_msg=text)
    assert not nlp("iNDEMNIFY")[0].has_vector


def test_a_cased_table_falls_back_as_it_is_looked_up(tmp_path: Path) -> None:
    names = [f"Name{number}" for number in range(3)]
    vectors = table(["paris", "Paris", "France", "iPhone", "USA", *names, "the"])
    vectors = replace(vectors, normalization=Normalization("fallback"))
    write_pipeline(vectors, tmp_path / "p", lang="en", forms={}, name="legal")
    vocab = spacy.load(tmp_path / "p").vocab
    expected = {"PARIS": "paris", "Paris": "Paris", "FRANCE": "France", "france": "France"}
    for text, word in expected.items():
        np.testing.assert_array_equal(vocab.get_vector(text), vectors[word], err_msg=text)
    assert not any(map(vocab.has_vector, ("IPHONE", "usa", "Usa")))


def test_a_table_that_keeps_case_has_no_case_forms(tmp_path: Path) -> None:
    vectors = replace(table(["lessor", "the"]), normalization=Normalization("keep"))
    write_pipeline(vectors, tmp_path / "p", lang="en", forms={"LESSOR": "lessor"}, name="legal")
    vocab = spacy.load(tmp_path / "p").vocab
    assert [vocab.has_vector(text) for text in ("lessor", "LESSOR", "Lessor")] == [1, 1, 0]


def test_the_small_letters_of_a_capital_form_decide_whose_it_is(tmp_path: Path) -> None:
    vectors = table(["ß", "ss", "straße"])
    write_pipeline(vectors, tmp_path / "p", lang="de", forms={}, name="legal")
    vocab = spacy.load(tmp_path / "p").vocab
    np.testing.assert_array_equal(vocab.get_vector("SS"), vectors["ss"])
    np.testing.assert_array_equal(vocab.get_vector("STRASSE"), vectors["straße"])


def test_numbers_have_the_row_of_their_digits(tmp_path: Path) -> None:
    for digits, rows in (("hash", ["##", "####", "7"]), ("zero", ["00", "0000", "0"])):
        vectors = replace(table(rows), normalization=Normalization("lower", digits=digits))
        write_pipeline(vectors, tmp_path / digits, lang="en", forms={}, name="legal")
        nlp = spacy.load(tmp_path / digits)
        for text, row in {"25": 0, "1998": 1, "7": 2}.items():
            np.testing.assert_array_equal(nlp(text).vector, vectors.matrix[row], err_msg=text)


@pytest.mark.parametrize(
    "keys",
    [
        ["/c/en/the", "/c/en/rent"],
        ["the_DET", "rent_NOUN", "tea_NOUN"],
        ["the.n.01", "rent.n.01", "tea.n.02"],
        ["▁the", "▁rent"],
        ["THE", "RENT"],
        ["ｔｈｅ", "ｒｅｎｔ"],
    ],
)
def test_words_are_found_under_keys_of_any_style(keys: list[str], tmp_path: Path) -> None:
    write(tmp_path / "x", table(keys), {}, case_forms="all")
    nlp = spacy.load(tmp_path / "x")
    assert [token.has_vector for token in nlp("The rent Rent leases")] == [True, True, True, False]


def test_brackets_have_the_row_of_their_placeholder(tmp_path: Path) -> None:
    write(tmp_path / "x", table(["the", "rent", "-LRB-", "-RRB-"]), {}, case_forms="all")
    nlp = spacy.load(tmp_path / "x")
    assert [token.has_vector for token in nlp("( the )")] == [True] * 3


def test_tokens_of_a_corpus_are_looked_up_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("McLessor pays the WidgetCo. ESSROLs 12.5 (WidgetCo), the, the")
    vectors = table(["mclessor", "pays", "the"])
    export = write_pipeline(
        vectors,
        tmp_path / "p",
        lang="en",
        forms={},
        name="legal",
        corpus=open_corpus([tmp_path / "a.txt"]),
    )
    assert (export.n_tokens, export.n_missing) == (9, 4)
    assert export.missing_rate == 4 / 9
    assert export.missing == ("WidgetCo", "12.5", "ESSROLs")
    nlp = spacy.load(tmp_path / "p")
    np.testing.assert_array_equal(nlp("McLessor").vector, vectors["mclessor"])
    for path in (tmp_path / "p").rglob("*"):
        if path.is_file():  # what has no vector leaves no trace, names among them
            assert b"WidgetCo" not in path.read_bytes(), path


def test_phrases_become_tokens_of_the_pipeline(tmp_path: Path) -> None:
    vectors = table(["force_majeure", "pied_de_nez", "force", "the"])
    vectors = replace(vectors, normalization=Normalization("lower", phrases=True))
    export = write_pipeline(
        vectors,
        tmp_path / "p",
        lang="en",
        forms={},
        name="legal",
        phrases=["force_majeure", "gone_away"],
    )
    assert (export.n_phrases, export.n_unreachable) == (1, 1)
    nlp = spacy.load(tmp_path / "p")
    for text in ("force majeure", "Force Majeure", "FORCE MAJEURE", "Force majeure"):
        assert texts(nlp, f"the {text}.") == ["the", text, "."]
        np.testing.assert_array_equal(nlp(text).vector, vectors["force_majeure"])
    assert texts(nlp, "pied de nez") == ["pied", "de", "nez"]
    plain = write_pipeline(
        vectors,
        tmp_path / "plain",
        lang="en",
        forms={},
        name="legal",
        phrases=["force_majeure"],
        tokenizer="spacy",
    )
    assert (plain.n_phrases, plain.n_unreachable) == (0, 2)


def test_the_tokenizer_of_spacy_is_kept_if_wished(tmp_path: Path) -> None:
    text = "Product(s) /s/ 3/30/2016 non- exclusive"
    for tokenizer in ("vectors", "spacy"):
        write_pipeline(
            LEGAL,
            tmp_path / tokenizer,
            lang="en",
            forms={},
            name="legal",
            tokenizer=tokenizer,  # type: ignore[arg-type]  # one of the two
        )
    assert texts(spacy.load(tmp_path / "spacy"), text) == texts(spacy.blank("en"), text)
    assert len(spacy.load(tmp_path / "vectors")(text)) == 15
    with pytest.raises(SettingsError, match="expected vectors or spacy, found 'ours'"):
        write_pipeline(
            LEGAL,
            tmp_path / "no",
            lang="en",
            forms={},
            name="legal",
            tokenizer="ours",  # type: ignore[arg-type]  # what is tested
        )


def test_a_word_that_spacy_would_cut_stays_whole(tmp_path: Path) -> None:
    vectors = replace(table(["ci-dessus", "le"]), normalization=Normalization("lower"))
    write_pipeline(vectors, tmp_path / "p", lang="fr", forms={}, name="legal")
    nlp = spacy.load(tmp_path / "p")
    assert texts(nlp, "le Ci-dessus (CI-DESSUS)") == ["le", "Ci-dessus", "(", "CI-DESSUS", ")"]
    np.testing.assert_array_equal(nlp("CI-DESSUS").vector, vectors["ci-dessus"])


@pytest.mark.parametrize(
    ("lang", "folder", "n_read"),
    [("en", "en/licences", 60), ("fr", "fr/conventions_collectives", 9)],
)
def test_on_unseen_text_spacy_misses_what_the_report_misses(
    tmp_path: Path, lang: str, folder: str, n_read: int
) -> None:
    """A table of the words, met twice, of some documents; the others are read by spaCy."""
    files = sorted((CORPORA / folder).glob("*.txt"))
    conventions = Normalization(
        "lower", apostrophe="straight", elision="split", hyphen="split", unicode="NFC"
    )
    pieces = Vocabulary(["l'", "d'", "n'", "s'", "qu'", "c'", "j'", "m'", "'s", "n't"])
    seen = count_corpus(open_corpus(files[:n_read]), Normalizer(conventions, pieces)).vocabulary
    assert seen.counts is not None
    known = [word for word, n in zip(seen.words, seen.counts, strict=True) if n > 1]
    vectors = replace(table(known), normalization=conventions)
    unseen = open_corpus(files[n_read:])
    export = write_pipeline(vectors, tmp_path / "p", lang=lang, forms={}, name="legal")
    assert export.n_tokens == 0
    nlp = spacy.load(tmp_path / "p")
    words = [t for d in unseen for t in nlp(d.text) if any(map(str.isalnum, t.text))]
    missing = sum(not token.has_vector for token in words) / len(words)
    report = analyze_oov(vectors, unseen)
    ours = count_corpus(unseen, Normalizer(conventions, vectors.vocabulary)).vocabulary
    assert ours.counts is not None
    n_words = sum(
        int(n)
        for word, n in zip(ours.words, ours.counts, strict=True)
        if any(map(str.isalnum, word))
    )
    assert report.normalized.token_rate > 0.01
    assert missing <= report.normalized.unknown_tokens / n_words + 0.003
    again = write_pipeline(
        vectors, tmp_path / "p", lang=lang, forms={}, name="legal", corpus=unseen
    )
    assert again.n_tokens == len(words)
    assert missing - 0.001 <= again.missing_rate <= missing
