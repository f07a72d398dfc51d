"""Errors are Python's own kinds too, and travel between processes."""

import pickle

import pytest

import embedadapt
from embedadapt import errors


@pytest.mark.parametrize(
    ("kind", "bases"),
    [
        (errors.FormatError, (ValueError,)),
        (errors.CorpusError, (ValueError,)),
        (errors.AdapterError, (ValueError,)),
        (errors.SettingsError, (ValueError,)),
        (errors.MissingFileError, (errors.FormatError, FileNotFoundError)),
        (errors.MissingTextError, (errors.CorpusError, FileNotFoundError)),
        (errors.MissingExtraError, (ImportError,)),
        (errors.OutputError, (errors.EmbedAdaptError,)),
    ],
)
def test_bases_parts_and_pickles(kind, bases):
    error = kind("here", expected="this", found="that", hint="Try.")
    for one in (error, pickle.loads(pickle.dumps(error))):
        assert isinstance(one, bases) and isinstance(one, errors.EmbedAdaptError)
        assert (type(one), one.where, one.hint) == (kind, "here", "Try.")
        assert str(one) == "here: expected this, found that. Try."


def test_every_kind_is_listed():
    kinds = {errors.EmbedAdaptError}
    for _ in range(3):
        kinds |= {one for kind in kinds for one in kind.__subclasses__()}
    ours = {kind.__name__ for kind in kinds if kind.__module__.startswith("embedadapt.")}
    assert ours == set(errors.__all__)


def test_what_is_not_there_is_a_file_not_found(tmp_path):
    nothing, table = tmp_path / "nothing", {"the": [1.0]}
    calls = {
        errors.MissingFileError: [
            lambda: embedadapt.load_vectors(nothing),
            lambda: embedadapt.load_vectors("no_such_package_at_all"),
            lambda: embedadapt.load_adapter(nothing),
            lambda: embedadapt.evaluate(table, nothing, ["a b"], pairs=[nothing]),
        ],
        errors.MissingTextError: [
            lambda: embedadapt.analyze_oov(table, nothing),
            lambda: embedadapt.analyze_oov(table, [nothing / "*.txt"]),
            lambda: embedadapt.analyze_oov(table, "no such folder"),
        ],
    }
    for kind, several in calls.items():
        for call in several:
            with pytest.raises(FileNotFoundError) as caught:
                call()
            assert type(caught.value) is kind


def test_a_document_that_goes_while_an_output_is_written_is_not_the_output_s_fault(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("some text")
    corpus = embedadapt.open_corpus([tmp_path])
    (tmp_path / "b.txt").unlink()
    with pytest.raises(errors.MissingTextError, match=r"b\.txt"):
        embedadapt.prepare(corpus, tmp_path / "out.jsonl")
