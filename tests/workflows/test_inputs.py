"""Everything that a function takes, from memory as from files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest

import embedadapt
from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import CorpusError
from embedadapt.text.readers import FileCorpus, open_corpus
from embedadapt.text.readers.memory import Texts
from embedadapt.workflows.inputs import as_corpus, paths_among
from embedadapt.workflows.oov import analyze_oov
from embedadapt.workflows.prepare import prepare
from tests.formats.make import make_vectors

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
        (pyarrow.table({"id": [1], "body": ["text"]}), "2 columns: id, body"),
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
    config = embedadapt.AdaptationConfig.of(epochs=1, columns=0, held_out=0)
    vectors = make_vectors(("the", "lessor", "shall", "pay"))
    adapters = [
        embedadapt.adapt(vectors, given, config, output=folder / "a.adapter").adapter
        for given in (texts, iter(texts), Again(texts))
    ]
    assert "sublessor" in adapters[0].new_words
    for adapter in adapters[1:]:
        assert adapter.vocabulary.words == adapters[0].vocabulary.words
        assert np.array_equal(adapter.difference, adapters[0].difference)


def test_prepare_and_phrases_take_texts(folder: Path) -> None:
    done = prepare(iter(TEXTS), "out.jsonl")
    assert done.n_documents == 3
    assert "sublessor" in (folder / "out.jsonl").read_text()


@pytest.mark.usefixtures("folder")
def test_paths_are_found_among_inputs_and_texts_are_none() -> None:
    given = ("docs", ["docs/1.txt", Path("docs/2.txt")], TEXTS, NAMED, None, (["a"], np.ones(1)))
    assert [*paths_among(*given)] == ["docs", "docs/1.txt", Path("docs/2.txt")]
