"""A trained pipeline under which the vectors are moved: a little, and altogether."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import spacy
from sklearn.metrics import f1_score
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example
from spacy.util import load_model_from_config
from spacy.vectors import Vectors
from typer.testing import CliRunner, Result

from embedadapt import (
    AdaptationConfig,
    adapt,
    apply_adapter,
    export_spacy,
    load_adapter,
    load_vectors,
    save_vectors,
)
from embedadapt.cli import app
from embedadapt.core.errors import AdapterError, SettingsError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.drop_in import (
    RESAMPLES,
    SEED,
    Certificate,
    DropIn,
    ScoreChange,
    _in_place_of,
    certify_pipeline,
)
from embedadapt.export.spacy_keys import find_keys
from embedadapt.report.json import dump
from embedadapt.workflows.certify import certify

FRUIT, TOOLS = ("apple", "pear", "plum", "fig"), ("saw", "plane", "drill", "file")
ROWS = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
ROWS[:4, 0] += 4
ROWS[4:, 0] -= 4
MODEL = {
    "@architectures": "spacy.TextCatReduce.v1",
    "exclusive_classes": True,
    "use_reduce_first": False,
    "use_reduce_last": False,
    "use_reduce_max": False,
    "use_reduce_mean": True,
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": True,
        "width": 8,
        "depth": 1,
        "embed_size": 1,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": False,
    },
}
SETTINGS = {
    "nlp": {"lang": "en", "pipeline": ["textcat"]},
    "components": {"textcat": {"factory": "textcat", "model": MODEL}},
    "training": {"score_weights": {"cats_macro_f": 1.0}},
}


def labeled(nlp: Language, text: str) -> Example:
    is_fruit = text.split()[0] in FRUIT
    return Example.from_dict(
        nlp.make_doc(text), {"cats": {"FRUIT": is_fruit, "TOOL": not is_fruit}}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier that knows its words by their vectors alone, and its development set."""
    path = tmp_path_factory.mktemp("trained")
    nlp = load_model_from_config(SETTINGS, auto_fill=True)
    keys = [nlp.vocab.strings.add(word) for word in FRUIT + TOOLS]
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=ROWS, keys=keys)
    texts = [f"{one} {other}" for kind in (FRUIT, TOOLS) for one in kind for other in kind]
    examples = [labeled(nlp, text) for text in texts]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(path / "nlp")
    DocBin(docs=[example.reference for example in examples]).to_disk(path / "dev.spacy")
    return path


TEXTS = [f"{word} {word}" for word in FRUIT + TOOLS]


def dev_set(nlp: Language) -> list[Example]:
    return [labeled(nlp, text) for text in TEXTS]


def macro_f(tried: DropIn) -> ScoreChange:
    return next(change for change in tried.changes if change.score == "cats_macro_f")


def test_vectors_as_they_were_keep_the_scores_and_swapped_ones_lose_them(folder: Path) -> None:
    nlp, base = spacy.load(folder / "nlp"), load_vectors(folder / "nlp")
    turned = WordVectors(base.vocabulary, -base.matrix)
    own = nlp.vocab.vectors
    certificate = certify_pipeline(nlp, dev_set, [(0.0, base), (1.0, turned)], tolerance=0.01)
    same, other = (macro_f(tried) for tried in certificate.tried)
    assert (same.before, same.after) == (1.0, 1.0)
    assert (same.low, same.high) == (0, 0)
    assert other.low <= other.after - other.before <= other.high < 0
    assert [one["outcome"] for one in certificate.to_dict()["tried"]] == ["unclear", "lost"]
    assert replace(certificate, n_documents=300).largest_scale == 0.0
    assert nlp.vocab.vectors is own


def test_an_interval_is_of_documents_drawn_in_pairs(folder: Path) -> None:
    """Worked out again from each document's own labels, by scikit-learn's F1 and a plain loop."""
    nlp, base = spacy.load(folder / "nlp"), load_vectors(folder / "nlp")
    swapped = base.matrix.copy()
    swapped[[0, 4]] = base.matrix[[4, 0]]  # apple for saw, in the order of the vocabulary
    table = WordVectors(base.vocabulary, swapped)
    [tried] = certify_pipeline(nlp, dev_set, [(1.0, table)], tolerance=0.01).tried
    truth = np.array([example.reference.cats["FRUIT"] for example in dev_set(nlp)])
    first, second = base.vocabulary.words[0], base.vocabulary.words[4]
    found = np.array([text.split()[0] in (first, second) for text in TEXTS]) ^ (truth == 1)
    rng, changes = np.random.default_rng(SEED), []
    for _ in range(RESAMPLES):
        drawn = rng.integers(len(truth), size=len(truth))
        if len(set(truth[drawn])) == 2:
            changes.append(f1_score(truth[drawn] == 1, found[drawn], average="macro") - 1)
    change = macro_f(tried)
    assert change.after == pytest.approx(f1_score(truth == 1, found, average="macro"))
    assert change.low == pytest.approx(np.percentile(changes, 2.5), abs=0.05)


@pytest.fixture(scope="module")
def adapter(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, rng = tmp_path_factory.mktemp("adapter"), np.random.default_rng(1)
    (path / "text").mkdir()
    for number in range(8):
        words = rng.choice(FRUIT + TOOLS, 40)
        (path / "text" / f"{number}.txt").write_text(" ".join([*words, "quince"]))
    config = AdaptationConfig.of(dimensions=0, held_out=0, epochs=1)
    adapt(folder / "nlp", path / "text", config, output=path / "a.adapter")
    return path / "a.adapter"


def test_an_adapter_is_certified_from_files(folder: Path, adapter: Path) -> None:
    certificate = certify(folder / "nlp", adapter, folder / "dev.spacy", scales=(0.0, 0.5))
    assert certificate.n_documents == 32
    assert [one.scale for one in certificate.tried] == [0.0, 0.5]
    assert certificate.tried[0].changes[0].after == 1.0


def test_a_loaded_pipeline_is_certified_and_left_as_it_was(folder: Path, adapter: Path) -> None:
    nlp = spacy.load(folder / "nlp")
    own, rows = nlp.vocab.vectors, nlp.vocab.vectors.data.copy()
    dev = folder / "dev.spacy"
    certificate = certify(nlp, load_adapter(adapter), dev, scales=(0.5,))
    assert certificate == certify(folder / "nlp", adapter, dev, scales=(0.5,))
    assert nlp.vocab.vectors is own and np.array_equal(own.data, rows)


@pytest.fixture(scope="module", params=[False, True], ids=["look-up", "subwords"])
def exported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A base as a file, and a classifier that `spacy train` would make with our export of it."""
    path = tmp_path_factory.mktemp("exported")
    base = WordVectors(Vocabulary([*FRUIT, *TOOLS]), ROWS)
    save_vectors(base, path / "base.safetensors")
    export_spacy(base, path / "vectors", lang="en", subwords=request.param)
    name = spacy.load(path / "vectors").config["nlp"]["vectors"]["@vectors"]
    settings = {
        **SETTINGS,
        "nlp": {**SETTINGS["nlp"], "vectors": {"@vectors": name}},
        "initialize": {"vectors": str(path / "vectors")},
    }
    nlp = load_model_from_config(settings, auto_fill=True)
    texts = [f"{one} {other}" for kind in (FRUIT, TOOLS) for one in kind for other in kind]
    examples = [labeled(nlp, text) for text in texts]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(path / "nlp")
    DocBin(docs=[example.reference for example in examples]).to_disk(path / "dev.spacy")
    return path, path / "base.safetensors"


def test_a_pipeline_trained_on_our_export_takes_adapters_of_the_base(
    exported: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, base = exported
    rng = np.random.default_rng(1)
    (tmp_path / "text.txt").write_text(" ".join(rng.choice([*FRUIT, *TOOLS], 400)))
    config = AdaptationConfig.of(dimensions=0, held_out=0, epochs=1)
    adapter = adapt(base, tmp_path / "text.txt", config).adapter
    certificate = certify(folder / "nlp", adapter, folder / "dev.spacy", scales=(0.0, 0.5))
    assert [macro_f(one).before for one in certificate.tried] == [1.0, 1.0]
    assert macro_f(certificate.tried[0]).after == 1.0, "at scale 0 nothing has moved"
    named = certify(folder / "nlp", adapter, folder / "dev.spacy", vectors=base, scales=(0.0, 0.5))
    assert named == certificate


def test_a_pipeline_of_adapted_vectors_takes_adapters_of_the_base_that_is_named(
    folder: Path, tmp_path: Path
) -> None:
    base = WordVectors(Vocabulary([*FRUIT, *TOOLS]), ROWS + np.float32(0.5))
    (tmp_path / "text.txt").write_text(" ".join([*FRUIT, *TOOLS] * 20))
    config = AdaptationConfig.of(dimensions=0, held_out=0, epochs=1)
    adapter = adapt(base, tmp_path / "text.txt", config).adapter
    with pytest.raises(AdapterError):
        certify(folder / "nlp", adapter, folder / "dev.spacy")
    certificate = certify(folder / "nlp", adapter, folder / "dev.spacy", vectors=base)
    assert len(certificate.tried) == 3
    wide = WordVectors(base.vocabulary, np.zeros((8, 7), np.float32))
    with pytest.raises(SettingsError, match="expected 6 dimensions"):
        certify(folder / "nlp", adapter, folder / "dev.spacy", vectors=wide)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["certify", *map(str, arguments), "--quiet"])


def test_the_command_shows_it_and_may_be_a_gate(folder: Path, adapter: Path) -> None:
    call = (folder / "nlp", adapter, folder / "dev.spacy", "--scale", 0, "--scale", 0.5)
    sure = (*call, "--tolerance", 3 / 32)
    shown = " ".join(run(*call).stdout.split())
    assert "add 0.5" in shown and "cats_macro_f" in shown and "32 documents" in shown
    value = json.loads(run(*call, "--json").stdout)
    assert value == json.loads(dump(certify(*call[:3], scales=(0, 0.5))))
    assert value["format"] == 1 and value["tried"][0]["outcome"] == "unclear"
    assert "Give 300 documents" in shown
    assert "keeps its scores up to" in run(*sure).stdout
    assert run(*sure, "--fail-below", 0).exit_code == 0
    for gated in ((*sure, "--fail-below", 99), (*call, "--fail-below", 0.5)):
        assert run(*gated).exit_code == 3


def test_what_is_wrong_is_told_in_one_line(folder: Path, adapter: Path, tmp_path: Path) -> None:
    nlp, dev = folder / "nlp", folder / "dev.spacy"
    spacy.blank("en").to_disk(tmp_path / "blank")
    DocBin().to_disk(tmp_path / "none.spacy")
    (tmp_path / "bad.spacy").write_bytes(b"no documents")
    (tmp_path / "other.txt").write_text("apple 1 2\n")
    for call, told in {
        (nlp, adapter, dev, "--layout", "concat"): "Wider vectors need training",
        (nlp, adapter, dev, "--scale", "-1"): "expected a number from 0",
        (nlp, adapter, dev, "--tolerance", "2"): "expected a number above 0",
        (nlp, adapter, tmp_path / "none.spacy"): "none.spacy: expected documents",
        (nlp, adapter, tmp_path / "bad.spacy"): "bad.spacy: expected documents",
        (nlp, adapter, tmp_path / "other.txt"): "other.txt: expected documents",
        (nlp, adapter, tmp_path / "nowhere.spacy"): "nowhere.spacy: expected documents",
        (nlp, tmp_path / "nowhere.adapter", dev): "nowhere.adapter",
        (tmp_path / "blank", adapter, dev): "vectors",
        (tmp_path / "other.txt", adapter, dev): "other.txt",
        (tmp_path / "nowhere", adapter, dev): "nowhere",
    }.items():
        result = run(*call)
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1), result.output
        assert told in result.stderr


def test_an_interval_decides_and_the_worst_score_counts() -> None:
    kept, lost, unclear = (
        ScoreChange("f", 0.9, 0.9 + change, change - 0.02, change + 0.02)
        for change in (0.015, -0.05, -0.01)
    )
    tried = (DropIn(1.0, (unclear, kept)), DropIn(0.5, (kept,)), DropIn(0.25, (kept,)))
    enough = Certificate(300, 0.01, tried)
    found = [enough.outcome_of(one) for one in (kept, lost, unclear)]
    assert found == ["kept", "lost", "unclear"]
    assert enough.outcome(DropIn(0.5, (unclear, lost, kept))) == "lost"
    assert [enough.outcome(one) for one in tried] == ["unclear", "kept", "kept"]
    assert enough.largest_scale == 0.5
    assert replace(enough, tried=tried[:1]).largest_scale is None


def test_among_few_documents_a_fall_may_not_have_shown() -> None:
    same, lost = ScoreChange("f", 1.0, 1.0, 0.0, 0.0), ScoreChange("f", 1.0, 0.5, -0.6, -0.4)
    few = Certificate(299, 0.01, ())
    assert few.n_needed == 300
    assert (few.outcome_of(same), few.outcome_of(lost)) == ("unclear", "lost")
    assert replace(few, n_documents=300).outcome_of(same) == "kept"


def test_new_words_get_rows_and_borrowers_follow_their_owner() -> None:
    nlp = spacy.blank("en")
    keys = [nlp.vocab.strings.add(word) for word in ("apple", "saw")]
    own = Vectors(strings=nlp.vocab.strings, data=ROWS[:2].copy(), keys=keys)
    for word in ("pear", "plum", "Plum", "fig"):
        own.add(nlp.vocab.strings.add(word), row=0)
    table = WordVectors(Vocabulary(["apple", "saw", "quince", "fig"]), ROWS[4:] * 2)
    forms = {"Quinces": "quince", "pear": "saw"}
    nlp.vocab.vectors = _in_place_of(own, table, find_keys(table, nlp, forms, "all"), forms)
    rows = {"apple": 4, "saw": 5, "quince": 6, "fig": 7, "pear": 5, "plum": 4}
    rows |= {"Quince": 6, "APPLE": 4, "Quinces": 6, "Plum": 4}
    for word, row in rows.items():
        np.testing.assert_array_equal(nlp.vocab.get_vector(word), ROWS[row] * 2, err_msg=word)
    np.testing.assert_array_equal(own.data, ROWS[:2])


def test_spellings_of_the_adapters_corpus_are_certified_too(folder: Path, tmp_path: Path) -> None:
    """`aPPLE`, which the pipeline cannot tell from `sAW`, is known by the adapter's corpus."""
    odd = {word: word[0] + word[1:].upper() for word in FRUIT + TOOLS}
    (tmp_path / "text.txt").write_text(" ".join([*odd.values()] * 9))
    config = AdaptationConfig.of(dimensions=0, held_out=0, epochs=1)
    adapt(folder / "nlp", tmp_path / "text.txt", config, output=tmp_path / "a.adapter")
    nlp, docs = spacy.load(folder / "nlp"), DocBin()
    for word, written in odd.items():
        doc = nlp.make_doc(f"{written} {written}")
        doc.cats = {"FRUIT": word in FRUIT, "TOOL": word in TOOLS}
        docs.add(doc)
    docs.to_disk(tmp_path / "dev.spacy")
    certificate = certify(
        folder / "nlp", tmp_path / "a.adapter", tmp_path / "dev.spacy", scales=(0.0,)
    )
    assert macro_f(certificate.tried[0]).before < 0.5
    assert macro_f(certificate.tried[0]).after == 1.0


def test_what_is_certified_is_what_export_writes(
    folder: Path, adapter: Path, tmp_path: Path
) -> None:
    base = load_vectors(folder / "nlp")
    export_spacy(base, tmp_path / "p", lang="en", adapter=adapter, layout="add")
    exported = spacy.load(tmp_path / "p").vocab
    table = apply_adapter(base, load_adapter(adapter), layout="add")
    nlp = spacy.load(folder / "nlp")
    forms = {"Quinces": "quince"}
    keys = find_keys(table, nlp, forms, "all")
    swapped = _in_place_of(nlp.vocab.vectors, table, keys, forms)
    assert {"apple", "APPLE", "quince", "Quince"} <= keys.rows.keys()
    assert set(swapped.keys()) == {*exported.vectors.keys(), nlp.vocab.strings["Quinces"]}
    for key, vector in exported.vectors.items():
        np.testing.assert_array_equal(swapped[key], vector)


def test_a_pipeline_without_scores_is_refused() -> None:
    nlp = spacy.blank("en")
    with pytest.raises(SettingsError, match="components that are scored"):
        certify_pipeline(nlp, dev_set, [], tolerance=0.01)
