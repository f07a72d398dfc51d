"""Everything that a function takes, from memory as from files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
import pyarrow
import pytest
import spacy
from spacy.vectors import Vectors

import embedadapt
from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import CorpusError, FormatError
from embedadapt.core.vectors import WordVectors
from embedadapt.export.subword_vectors import SubwordVectors
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.text.readers import FileCorpus, open_corpus
from embedadapt.text.readers.memory import Texts
from embedadapt.workflows.evaluate import evaluate
from embedadapt.workflows.export import export_spacy, export_vectors
from embedadapt.workflows.inputs import as_corpus, as_vectors, borrowed_forms, paths_among
from embedadapt.workflows.neighbors import find_neighbors
from embedadapt.workflows.oov import analyze_oov, compare_oov
from embedadapt.workflows.prepare import prepare
from tests.formats.make import make_vectors
from tests.oracles import FastText, KeyedVectors, Word2Vec

TEXTS = ["The lessor shall pay the sublessor.", "", "naïve\r\nindemnitor — ab 100 %"]
NAMED = [("a", TEXTS[0]), ("b", TEXTS[1]), ("c", TEXTS[2])]


class Again:
    """An iterable that begins anew on each pass and has no length."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with two documents in it."""
    (tmp_path / "docs").mkdir()
    for number in (1, 2):
        (tmp_path / "docs" / f"{number}.txt").write_text(f"text of {number}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts_of(corpus: Corpus) -> list[str]:
    """On the second pass, as on the first."""
    first, second = list(corpus), list(corpus)
    assert first == second
    return [document.text for document in second]


def column_of(package: str) -> Callable[[list[Any]], Any]:
    def make(items: list[Any]) -> Any:
        module = pytest.importorskip(package)
        if package == "datasets":
            return module.Dataset.from_dict({"text": items})["text"]
        return module.Series(items)

    return make


def streamed(items: list[Any]) -> Any:
    return (
        pytest.importorskip("datasets").Dataset.from_dict({"t": items}).to_iterable_dataset()["t"]
    )


STRINGS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "anew each time": Again,
    "array": lambda items: np.array(items, dtype=object),
    "array of strings": np.array,
    "keys": lambda items: dict.fromkeys(items).keys(),
    "pyarrow": pyarrow.array,
    "pyarrow chunks": lambda items: pyarrow.chunked_array([items[:1], items[1:]]),
    "pandas": column_of("pandas"),
    "polars": column_of("polars"),
    "datasets": column_of("datasets"),
    "datasets, streamed": streamed,
}


@pytest.mark.parametrize("form", STRINGS)
@pytest.mark.usefixtures("folder")
def test_strings_in_every_form(form: str) -> None:
    corpus = as_corpus(STRINGS[form](TEXTS))
    assert texts_of(corpus) == TEXTS
    assert [document.name for document in corpus] == ["text 1", "text 2", "text 3"]
    assert all(type(document.text) is str for document in corpus)
    assert texts_of(as_corpus(Texts(STRINGS[form](["one", "two"])))) == ["one", "two"]


@pytest.mark.parametrize(
    "named",
    [
        NAMED,
        iter(NAMED),
        Again(NAMED),
        dict(NAMED),
        [Document(*pair) for pair in NAMED],
        Again([Document(*pair) for pair in NAMED]),
    ],
)
def test_texts_with_names(named: Any) -> None:
    corpus = as_corpus(named)
    assert texts_of(corpus) == TEXTS
    assert [document.name for document in corpus] == ["a", "b", "c"]


@pytest.mark.usefixtures("folder")
def test_a_corpus_stays_itself() -> None:
    for corpus in (open_corpus(["docs"]), Texts(TEXTS)):
        assert as_corpus(corpus) is corpus
    for paths in ("docs", Path("docs"), ["docs/1.txt", Path("docs/2.txt")], "docs/*.txt"):
        assert texts_of(as_corpus(paths)) == ["text of 1", "text of 2"]


@pytest.mark.parametrize(
    "paths",
    [
        ["docs"],
        ["docs/1.txt", "docs/2.txt"],
        ["docs/[12].txt"],
        ["d*/*.txt"],
        ["**/*.txt"],
        Again(["docs/1.txt", "docs/2.txt"]),
        iter([Path("docs/1.txt"), Path("docs/2.txt")]),
        np.array(["docs/1.txt", "docs/2.txt"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_strings_that_name_files_are_paths(paths: Any) -> None:
    corpus = as_corpus(paths)
    assert isinstance(corpus, FileCorpus)
    assert texts_of(corpus) == ["text of 1", "text of 2"]


@pytest.mark.parametrize(
    ("items", "place", "said"),
    [
        (["docs/1.txt", "docs/3.txt"], "item 2", "no such file or folder: 'docs/3.txt'"),
        (["docs", "The lessor shall pay."], "item 2", "a path as item 1 is ('docs')"),
        (["The lessor shall pay.", "docs"], "item 1", "a path as item 2 is ('docs')"),
        (["docs/3.txt", "The lessor shall pay."], "item 1", "'docs/3.txt'"),
        (["my docs/1.txt", "my docs/2.txt"], "item 1", "'my docs/1.txt'"),
        (["The lessor pays.", "docs/all of them"], "item 2", "'docs/all of them'"),
        (["lease", "rent"], "item 1", "'lease'"),
        ([""], "item 1", "''"),
        (["*.rtf"], "item 1", "'*.rtf'"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_may_be_either_is_an_error_that_says_how_to_say(
    items: list[str], place: str, said: str
) -> None:
    for form in (list, iter, lambda strings: np.array(strings, dtype=object)):
        with pytest.raises(CorpusError) as caught:
            as_corpus(form(items))
        assert caught.value.where == f"corpus, {place}"
        assert said in str(caught.value) and "embedadapt.Texts([...])" in str(caught.value)
    if any(items):
        assert texts_of(as_corpus(Texts(items))) == items


@pytest.mark.usefixtures("folder")
def test_texts_with_signs_of_patterns_and_folders_are_texts() -> None:
    texts = ["Who? See [1].", "/s/ John Smith", "and/or, as is", "x" * 5000, "docs\n", "a\0b"]
    assert texts_of(as_corpus(texts)) == texts


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("The lessor shall pay.", "embedadapt.Texts([...])"),
        ("The lessor shall pay. " * 1000, "embedadapt.Texts([...])"),
        (b"the", "expected paths, or texts"),
        (17, "expected paths, or texts"),
        ([], "found none"),
        (iter(()), "found none"),
        (pyarrow.table({"id": [1], "body": ["text"]}), "2 columns: id, body. Give the column"),
        (pyarrow.table({"id": [1], "Body": ["text"]}), "such as frame['Body']"),
        (pyarrow.table({"id": [1], "note": ["text"]}), "such as frame['id']"),
        (pyarrow.table({}), "such as frame['text']"),
    ],
)
def test_what_is_no_corpus(given: Any, said: str) -> None:
    with pytest.raises(CorpusError) as caught:
        as_corpus(given)
    assert said in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize("package", ["pandas", "polars", "datasets"])
def test_a_whole_frame_is_refused_by_the_names_of_its_columns(package: str) -> None:
    module, cells = pytest.importorskip(package), {"body": ["a b"], "id": [1]}
    if package == "datasets":
        one = module.Dataset.from_dict(cells)
        frames = [one, one.to_iterable_dataset(), module.DatasetDict(train=one)]
    else:
        frames = [module.DataFrame(cells)]
    for frame in frames:
        for door in (as_corpus, Texts):
            with pytest.raises(CorpusError, match="one column of texts"):
                door(frame)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([b"a b"], r'text 1: .*bytes.*decode\("utf-8"\)'),
        (["a b", None], "text 2: expected a string.*missing value.*dropna"),
        (["a b", float("nan")], "text 2: .*missing value"),
        (pyarrow.array(["a b", None]), "text 2: .*missing value"),
        ([["the", "lessor"]], r'text 1: .*a list of 2.*" ".join'),
        ([("name", "text", "more")], "text 1: .*a tuple of 3"),
        ([("name", None), "a b"], "text 1: .*a tuple of 2"),
        ([1, "a b"], "text 1: .*int: '1'"),
        ([["a b", 1]], "text 1: .*a list of 2"),
        ({"a": None}, "text 1: .*tuple of 2"),
        (np.zeros((2, 2)), "text 1: .*ndarray"),
        (["", " \n"], "found no text"),
    ],
)
def test_items_that_are_no_texts(items: Any, said: str) -> None:
    with pytest.raises(CorpusError, match=said) as caught:
        list(Texts(items))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("package", ["pandas", "polars", "datasets"])
def test_a_missing_cell_is_named_by_its_row(package: str) -> None:
    corpus = as_corpus(column_of(package)(["a b", "c", None]))
    with pytest.raises(CorpusError, match=r"text 3: .*missing value"):
        list(corpus)


@pytest.mark.parametrize("given", ["a text", Path("docs"), b"a text"])
def test_one_text_alone_is_no_texts(given: Any) -> None:
    with pytest.raises(CorpusError, match="several texts"):
        Texts(given)


def test_lone_surrogates_are_as_in_json_lines(folder: Path) -> None:
    texts = ["the \ud800 lessor", "👩🏽‍⚖️ é"]
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    (folder / "t.jsonl").write_text(lines)
    assert texts_of(Texts(texts)) == texts_of(open_corpus(["t.jsonl"]))


def test_a_report_on_texts_is_that_on_their_files(folder: Path) -> None:
    vectors = make_vectors(("the", "lessor", "pay"))
    texts = ["The lessor shall pay the sublessor.", "Pay the indemnitor, 100 %!"]
    (folder / "t.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    named = [(f"t.jsonl:{number}", text) for number, text in enumerate(texts, start=1)]
    expected = analyze_oov(vectors, "t.jsonl").to_dict()
    for given in (named, (pair for pair in named), dict(named)):
        assert analyze_oov(vectors, given).to_dict() == expected


def test_a_generator_serves_all_passes(folder: Path) -> None:
    """Adapting reads its corpus more than once, and looks at its arguments before."""
    texts = [f"The lessor shall pay the sublessor. Pay clause {c} now! " * 5 for c in "abcdef"]
    config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0)
    vectors = make_vectors(("the", "lessor", "shall", "pay"))
    adapters = [
        embedadapt.adapt(vectors, given, config, output=folder / "a.adapter").adapter
        for given in (texts, iter(texts), Again(texts))
    ]
    assert "sublessor" in adapters[0].new_words
    for adapter in adapters[1:]:
        assert adapter.vocabulary.words == adapters[0].vocabulary.words
        assert np.array_equal(adapter.delta, adapters[0].delta)


def test_prepare_and_phrases_take_texts(folder: Path) -> None:
    done = prepare(iter(TEXTS), "out.jsonl")
    assert done.n_documents == 3
    assert "sublessor" in (folder / "out.jsonl").read_text()


def test_phrases_are_learned_of_texts() -> None:
    texts = ["The force majeure ends.", "A force majeure is rare."] * 20
    found = embedadapt.learn_phrases(iter(texts))
    assert "force_majeure" in [phrase.words for phrase in found]


@pytest.mark.usefixtures("folder")
def test_paths_are_found_among_inputs_and_texts_are_none() -> None:
    given = ("docs", ["docs/1.txt", Path("docs/2.txt")], TEXTS, NAMED, None, (["a"], np.ones(1)))
    assert [*paths_among(*given)] == ["docs", "docs/1.txt", Path("docs/2.txt")]


SENTENCES = [["the", "lessor", "shall", "pay"], ["naïve", "lessee", "of", "the", "lessor"]] * 20
UNSEEN = ("sublessors", "été", "x")


def assert_same(made: WordVectors, read: WordVectors) -> None:
    """Words, counts, vectors, n-grams, context and notes."""
    assert made.vocabulary.words == read.vocabulary.words
    assert np.array_equal(made.vocabulary.counts, read.vocabulary.counts)
    assert np.array_equal(made.matrix, read.matrix)
    assert (made.context is None) == (read.context is None)
    assert made.context is None or np.array_equal(made.context, read.context)
    assert (made.subwords is None) == (read.subwords is None)
    if made.subwords is not None and read.subwords is not None:
        assert repr(made.subwords.hashing) == repr(read.subwords.hashing)
        assert np.array_equal(made.subwords.ngrams, read.subwords.ngrams)
        for word in UNSEEN:
            assert made.subwords.buckets(word) == read.subwords.buckets(word)
    assert made.provenance.notes == read.provenance.notes
    assert made.provenance.format == read.provenance.format
    assert made.fingerprint == read.fingerprint


@pytest.fixture(scope="module")
def trained() -> dict[str, Any]:
    options = {"vector_size": 6, "min_count": 1, "epochs": 1, "workers": 1, "seed": 1}
    return {
        "Word2Vec": Word2Vec(SENTENCES, **options),
        "hierarchical": Word2Vec(SENTENCES, hs=1, negative=0, **options),
        "FastText": FastText(SENTENCES, bucket=50, min_n=2, max_n=4, **options),
        "without n-grams": FastText(SENTENCES, bucket=50, min_n=2, max_n=0, **options),
    }


@pytest.mark.parametrize("part", ["model", "wv"])
@pytest.mark.parametrize("name", ["Word2Vec", "hierarchical", "FastText", "without n-grams"])
def test_models_of_gensim(name: str, part: str, trained: dict[str, Any], tmp_path: Path) -> None:
    model = trained[name]
    value = model.wv if part == "wv" else model
    value.save(str(tmp_path / "saved"), sep_limit=1)  # arrays in files of their own
    read = load_vectors(tmp_path / "saved", trust_pickle=True)
    for one in (value, type(value).load(str(tmp_path / "saved"), mmap="r")):
        made, table = as_vectors(one), getattr(one, "wv", one).vectors
        assert_same(made, read)
        assert np.shares_memory(made.matrix, table) == (name != "FastText")
        assert made.matrix == pytest.approx(table, abs=1e-6)
        assert (made.context is not None) == (part == "model" and name != "hierarchical")
        assert (made.subwords is not None) == (name == "FastText")
    if name == "FastText":
        assert made["sublessors"] == pytest.approx(model.wv["sublessors"], abs=1e-6)


def test_keyed_vectors_of_another_type_are_converted_and_empty_ones_refused() -> None:
    keyed = KeyedVectors(2, dtype=np.float64)
    keyed.add_vectors(["the", "lessor"], np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert as_vectors(keyed)["lessor"].tolist() == [3, 4]
    for bad in (KeyedVectors(2), KeyedVectors(2, count=3)):
        with pytest.raises(FormatError, match="KeyedVectors of gensim"):
            as_vectors(bad)
    keyed.vectors[1, 0] = np.nan
    with pytest.raises(FormatError, match=r"row 2: expected finite .* of 'lessor', found nan"):
        as_vectors(keyed)


@pytest.mark.parametrize("kind", ["n-grams", "no n-grams", "supervised", "hierarchical"])
def test_a_loaded_fasttext_model(kind: str, tmp_path: Path) -> None:
    label = "__label__a " if kind == "supervised" else ""
    text = "".join(f"{label}{' '.join(words)}\n" for words in SENTENCES).encode()
    (tmp_path / "text").write_bytes(text + b"\xff\xfe shall\n" * 5)
    options = {"dim": 5, "bucket": 40, "minCount": 1, "epoch": 2, "thread": 1, "verbose": 0}
    options |= {"t": 1.0, "minn": 2, "maxn": 0 if kind == "no n-grams" else 3}
    if kind == "supervised":
        model = fasttext.train_supervised(str(tmp_path / "text"), **options)
    else:
        loss = "hs" if kind == "hierarchical" else "ns"
        model = fasttext.train_unsupervised(str(tmp_path / "text"), loss=loss, **options)
    model.save_model(str(tmp_path / "m.bin"))
    for value in (model, fasttext.load_model(str(tmp_path / "m.bin"))):
        made = as_vectors(value)
        assert_same(made, load_vectors(tmp_path / "m.bin"))
        assert (made.subwords is None) == (kind == "no n-grams")
        assert (made.context is None) == (kind in ("supervised", "hierarchical"))
    if kind == "n-grams":
        export_vectors(made, tmp_path / "again.bin", format="fasttext-bin")
        again = load_vectors(tmp_path / "again.bin")
        assert np.allclose(again["sublessors"], made["sublessors"], atol=1e-6)


def test_a_quantized_fasttext_model(tmp_path: Path) -> None:
    lines = "".join(f"__label__{i % 2} the lessor shall pay {i}\n" for i in range(90))
    (tmp_path / "text").write_text(lines)
    model = fasttext.train_supervised(
        str(tmp_path / "text"), dim=4, minn=2, maxn=3, bucket=300, epoch=1, thread=1, verbose=0
    )
    model.quantize(cutoff=280, retrain=False)
    model.save_model(str(tmp_path / "m.ftz"))
    made = as_vectors(model)
    assert_same(made, load_vectors(tmp_path / "m.ftz"))
    assert made.provenance.path == ""


def pipeline(*borrowers: tuple[str, str]) -> Any:
    """Words that own a row, and words that borrow the row of another."""
    nlp, words = spacy.blank("en"), ["the", "lessor", "été"]
    rows = np.arange(6, dtype=np.float32).reshape(3, 2) + 1
    keys = [nlp.vocab.strings.add(word) for word in words]
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=rows, keys=keys)
    for borrower, owner in borrowers:
        row = nlp.vocab.vectors.key2row[nlp.vocab.strings[owner]]
        nlp.vocab.vectors.add(nlp.vocab.strings.add(borrower), row=row)
    return nlp


def test_a_pipeline_of_spacy(tmp_path: Path) -> None:
    nlp = pipeline(("tenant", "lessor"), ("an", "the"))
    nlp.to_disk(tmp_path / "p")
    read = load_vectors(tmp_path / "p")
    for value in (nlp, nlp.vocab):
        made = as_vectors(value)
        assert_same(made, read)
        assert made.provenance.n_shared_keys == read.provenance.n_shared_keys == 2
        assert borrowed_forms(made) == borrowed_forms(read) == {"tenant": "lessor", "an": "the"}
        assert np.shares_memory(made.matrix, nlp.vocab.vectors.data)
    for name, source in {"a": nlp, "b": tmp_path / "p"}.items():
        export_spacy(source, tmp_path / name, lang="en")
    ours, theirs = spacy.load(tmp_path / "a"), spacy.load(tmp_path / "b")
    assert set(ours.vocab.vectors.key2row) == set(theirs.vocab.vectors.key2row)
    assert ours("tenant")[0].has_vector


def test_a_pipeline_of_floret_mode(tmp_path: Path) -> None:
    nlp, rng = spacy.blank("en"), np.random.default_rng(0)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=rng.normal(size=(20, 3)).astype(np.float32),
        mode="floret",
        minn=2,
        maxn=3,
        hash_count=2,
    )
    nlp.to_disk(tmp_path / "p")
    made = as_vectors(nlp)
    assert_same(made, load_vectors(tmp_path / "p"))
    assert made["sublessors"] == pytest.approx(nlp.vocab["sublessors"].vector, abs=1e-6)


def test_a_pipeline_with_subwords_of_ours_and_one_without_vectors() -> None:
    nlp, table = spacy.blank("en"), make_vectors(("the", "lessor"))
    with pytest.raises(FormatError, match=r"spaCy pipeline: .*take md or lg"):
        as_vectors(nlp)
    nlp.vocab.vectors = SubwordVectors(table, strings=nlp.vocab.strings)
    assert as_vectors(nlp) is table


def test_plain_words_and_arrays() -> None:
    rows = np.array([[1, 2], [3, 4]], dtype=np.float32)
    words = ["the", "lessor"]
    for given in (
        (words, rows),
        (iter(words), rows.astype(np.float64)),
        (np.array(words), rows.astype(int)),
        (words, rows.tolist()),
        dict(zip(words, rows, strict=True)),
        {"the": [1, 2], "lessor": (3.0, 4.0)},
    ):
        made = as_vectors(given)
        assert made.vocabulary.words == tuple(words)
        assert made.matrix.dtype == np.float32 and np.array_equal(made.matrix, rows)
        assert made.provenance.format == "memory"
    assert np.shares_memory(as_vectors((words, rows)).matrix, rows)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"a": [1, 2], "b": [1, 2, 3]},
            r"row 2: expected a vector of 2 .* 'b', found shape \(3,\)",
        ),
        ({"a": [1, 2], "b": [[1, 2]]}, r"row 2: .*'b', found shape \(1, 2\)"),
        ({"a": 1.0, "b": 2.0}, r"row 1: .*numbers for 'a', found shape \(\)"),
        ({"a": "x"}, "a vector of numbers for 'a', found <U1"),
        ({"a": [1, [2]]}, "a vector of numbers for 'a'"),
        ({"a": []}, "from 1 to .* values a word, found 0"),
        ({1: [1, 2]}, "row 1: expected a word, as a string, found int"),
        ({}, "at least one word"),
        (([], np.zeros((0, 2))), "at least one word"),
        ((["a", "b"], np.ones((3, 2))), r"2 rows, one for each word, found one of shape \(3, 2\)"),
        ((["a", "b"], np.ones(2)), r"found one of shape \(2,\)"),
        ((["a", "b", "a"], np.ones((3, 2))), r"row 3: expected a new word, found 'a' again"),
        ((["a", "b"], [[1, 2], [np.nan, 1]]), r"row 2: expected finite .* 'b', found nan"),
        ((["a"], [[1e300, 1]]), "row 1: expected finite .*found inf"),
        ((["a"], [[True, False]]), "expected an array .*found bool"),
        ((np.ones((2, 2)), ["a", "b"]), "row 1: expected a word, as a string, found ndarray"),
        (("ab", np.ones((2, 2))), "words first, found str first"),
        ((3, np.ones((2, 2))), "words first, found int first"),
        (17, "expected a path, WordVectors, .*found int"),
        (["a", "b"], "expected a path, WordVectors, .*found list"),
    ],
)
def test_what_is_no_table(given: Any, said: str) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        as_vectors(given)
    assert "\n" not in str(caught.value)


def test_every_function_takes_vectors_from_memory(folder: Path) -> None:
    """And reports of them what it reports of the table itself."""
    table = make_vectors(("the", "lessor", "shall", "pay"))
    save_vectors(table, "v.safetensors")
    given: Any = (table.vocabulary.words, table.matrix)
    texts = [f"The lessor shall pay the sublessor. Pay clause {c} now! " * 5 for c in "abcdef"]
    config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0)
    adapter = embedadapt.adapt(given, texts, config, evaluate=False).adapter
    assert adapter.base_fingerprint == table.fingerprint
    report = analyze_oov(given, texts)
    assert report.raw == analyze_oov(table, texts).raw
    assert len(compare_oov([given, "v.safetensors", table], texts).reports) == 3
    embedadapt.save_adapter(adapter, "a.adapter")
    for one in (adapter, "a.adapter", ["a.adapter"]):
        applied = embedadapt.apply_adapter(given, one, layout="add", scale=1)
        assert "sublessor" in applied and applied.dim == table.dim
        assert embedadapt.find_scale(given, one, budget=0.5).scale >= 0
        assert embedadapt.map_adaptation(given, one).words
    assert embedadapt.find_sense_shifts(given, texts) == embedadapt.find_sense_shifts(
        table, iter(texts)
    )
    ours = find_neighbors(given, ["lessor"], adapter=adapter, layout="add")
    assert ours == find_neighbors("v.safetensors", ["lessor"], adapter=adapter, layout="add")
    export_vectors(given, "out.txt", adapter=adapter, layout="add")
    assert "sublessor" in load_vectors("out.txt")
    judged = evaluate(given, adapter, texts, baselines={"baseline": given}, scales={"add": (1.0,)})
    assert [one.name for one in judged.vectors if one.name == "baseline"] == ["baseline"]
    assert folder.is_dir()
