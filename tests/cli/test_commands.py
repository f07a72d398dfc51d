"""Each command line ends in one public function, and prints what that returns."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import embedadapt
from embedadapt.cli import app
from embedadapt.export.targets import TARGETS
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.text.readers import open_corpus
from tests.processes import run_command

TEXT = "the lessor shall pay a rent to lessee and under this agreement , . of"
WORDS = TEXT.split()
NEW = "sublessor"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A table, a corpus with one word the table lacks, and an adapter made by the command."""
    folder = tmp_path_factory.mktemp("cli")
    rng = np.random.default_rng(0)
    vectors = embedadapt.WordVectors(
        embedadapt.Vocabulary(WORDS), rng.normal(size=(len(WORDS), 12)).astype(np.float32)
    )
    save_vectors(vectors, folder / "table.safetensors")
    (folder / "corpus").mkdir()
    for number in range(20):
        sentence = " ".join([*rng.choice(WORDS[:12], 12), NEW.upper(), "Lessor."])
        (folder / "corpus" / f"{number}.txt").write_text(f"{sentence}\n\n" * 10)
    paths = {
        "table": folder / "table.safetensors",
        "corpus": folder / "corpus",
        "adapter": folder / "made.adapter",
    }
    run("adapt", paths["table"], paths["corpus"], "-o", paths["adapter"], "--dimensions", 4)
    return paths


def run(*arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def printed_json(*arguments: object) -> dict[str, object]:
    value: dict[str, object] = json.loads(run(*arguments, "--json").stdout)
    return value


def test_oov_prints_the_report(files: dict[str, Path]) -> None:
    report = embedadapt.analyze_oov(files["table"], files["corpus"])
    expected = json.loads(json.dumps(report.to_dict()))
    assert printed_json("oov", files["table"], files["corpus"]) == expected
    assert report.words[0].word == NEW


def test_oov_names_sense_shifts_in_every_form(files: dict[str, Path], tmp_path: Path) -> None:
    call = (
        "oov",
        files["table"],
        files["corpus"],
        "--sense-shifts",
        "--html",
        tmp_path / "page.html",
    )
    assert printed_json(*call)["sense_shifts"] == []
    assert "too few known words" in (tmp_path / "page.html").read_text()
    assert "too few known words" in run(*call[:-2]).stdout


def test_the_oov_gate_has_a_status_of_its_own(files: dict[str, Path]) -> None:
    call = ("oov", files["table"], files["corpus"], "--fail-above")
    assert "no vector" in run(*call, 0.01, status=3).stderr
    run(*call, 0.5)
    assert "0 to 1" in run(*call, 5, status=1).stderr


@pytest.fixture(scope="module")
def tables(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The table, and one that knows the corpus's new word but not `lessor`."""
    words = [NEW, *WORDS[2:]]
    other = embedadapt.WordVectors(
        embedadapt.Vocabulary(words), np.ones((len(words), 3), np.float32)
    )
    path = tmp_path_factory.mktemp("other") / "other.safetensors"
    save_vectors(other, path)
    return [files["table"], path]


def test_oov_compares_tables_and_options_may_stand_anywhere(
    files: dict[str, Path], tables: list[Path], tmp_path: Path
) -> None:
    expected = embedadapt.compare_oov(tables, files["corpus"])
    call = ("oov", *tables, "--csv", tmp_path / "words.csv", "--", files["corpus"])
    found = printed_json(*call, "--documents", tmp_path / "documents.csv")
    assert found == json.loads(json.dumps(expected.to_dict()))
    rows = (tmp_path / "words.csv").read_text().splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [
        [str(report.vectors.path), word.word]
        for report in expected.reports
        for word in report.words
    ]
    n_documents = len((tmp_path / "documents.csv").read_text().splitlines()) - 1
    assert n_documents == 2 * 20
    assert "Recommended: table.safetensors" in " ".join(run(*call).stdout.split())


def test_whoever_forgets_the_dashes_is_told(files: dict[str, Path], tables: list[Path]) -> None:
    result = CliRunner().invoke(app, ["oov", *map(str, tables), str(files["corpus"])])
    assert "To compare two vector files: embedadapt oov" in result.stderr and result.exit_code == 1
    assert "one --" in run("oov", *tables, "--", status=1).stderr


def test_a_baseline_lets_known_unknown_words_pass(files: dict[str, Path], tmp_path: Path) -> None:
    call = ("oov", files["table"], files["corpus"], "--baseline", tmp_path / "kept")
    (tmp_path / "kept").write_text("of_another_year\n")
    assert "1 unknown word is not in the baseline" in (said := run(*call, status=3).stderr)
    assert NEW in said
    run(*call, "--fail-above", 0.5)
    (tmp_path / "kept").write_text(run(*call[:3], "--json").stdout)
    run(*call)
    (tmp_path / "kept").unlink()
    run(*call[:3], "--csv", tmp_path / "kept")
    run(*call)
    assert "an input" in run(*call, "--csv", tmp_path / "kept", status=1).stderr


def test_adapt_saves_what_the_function_returns(files: dict[str, Path], tmp_path: Path) -> None:
    config = embedadapt.AdaptationConfig.of(dimensions=4)
    result = embedadapt.adapt(files["table"], files["corpus"], config, output=tmp_path / "same")
    assert (tmp_path / "same").read_bytes() == files["adapter"].read_bytes()
    assert NEW in result.adapter.new_words
    assert {"LESSOR", NEW.upper()} & set(load_adapter(files["adapter"]).surface_forms)


def test_adapt_tells_what_it_does(files: dict[str, Path], tmp_path: Path) -> None:
    result = run("adapt", files["table"], files["corpus"], "-o", tmp_path / "a", "--dimensions", 4)
    assert "words/s" in result.stderr
    assert "loss" in result.stderr
    assert "1 new word" in result.stdout


def test_a_few_words_are_said_to_be_few(files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The lessor shall pay. Rent is of the lessee.")
    shown = run("adapt", files["table"], tmp_path / "note.txt", "-o", tmp_path / "small", "-q")
    assert "Do not adapt: no held-out text is left" in shown.stdout.replace("\n", " ")
    assert "nan" not in shown.stdout
    assert "passage" in shown.stdout
    losses = load_adapter(tmp_path / "small").scores["dimensions_losses"]
    assert None in losses, "an epoch in which no pair was measured"
    assert np.isfinite([loss for loss in losses if loss is not None]).all()


def test_evaluate_judges_by_the_documents_held_out(files: dict[str, Path]) -> None:
    value = printed_json("evaluate", files["table"], files["adapter"], files["corpus"])
    held_out = load_adapter(files["adapter"]).scores["held_out_documents"]
    assert value["text"]["n_documents"] == held_out >= 1  # type: ignore[index]
    assert value["verdict"] == load_adapter(files["adapter"]).scores["verdict"]
    names = [table["name"] for table in value["vectors"]]  # type: ignore[union-attr]
    assert names == ["induced", "add budget 0.92", "add 1", "concat budget 0.92"]


def test_evaluate_takes_every_measure_and_writes_a_page(
    files: dict[str, Path], tmp_path: Path
) -> None:
    rows = [f"{word} {word},{'ab'[i % 2]}" for i, word in enumerate(WORDS * 2)]
    (tmp_path / "rows.csv").write_text("\n".join(["text,label", *rows]))
    pairs = [f"{one}\t{other}\t{len(other)}" for one in WORDS[:3] for other in WORDS[3:9]]
    (tmp_path / "judged.tsv").write_text("\n".join(pairs))
    call = ("evaluate", files["table"], files["adapter"], files["corpus"], "--seeds", 2)
    (tmp_path / "google-analogies.txt").write_text("Athens Greece Oslo Norway\n")
    analogies = tmp_path / "google-analogies.txt"
    sets = ("--pairs", tmp_path / "judged.tsv", "--analogies", analogies)
    more = ("--baseline", files["table"], "--labeled", tmp_path / "rows.csv", "--hidden")
    result = run(*call, *sets, *more, "--json", "--html", tmp_path / "page.html")
    value = json.loads(result.stdout)
    assert value["format"] == 5 and value["vectors"][-1]["is_baseline"]
    titles = [scores["title"] for scores in value["scores"]]
    assert titles == [
        "Word pairs",
        "Analogies",
        "Few labels: macro-F1 of 2 classes",
        "Hidden words",
    ]
    assert value["scores"][0]["vectors"]["table"]["judged"]["change"]["value"] == 0
    page = (tmp_path / "page.html").read_text()
    assert "made.adapter" in page and "judged" in page and NEW in page
    assert f"The page was written to {tmp_path / 'page.html'}" in result.stderr
    shown = run(*call, *sets, "-q").stdout
    assert "Word pairs" in shown and "n: 18." in shown
    assert "google-analogies: not measured" in shown


def test_a_mistaken_set_is_told_before_the_corpus_is_read(files: dict[str, Path]) -> None:
    call = ("evaluate", files["table"], files["adapter"], files["corpus"])
    said = run(*call, "--pairs", "simlex", status=1).stderr
    assert len(said.split("\n")) <= 3 and "one of wordsim353, simlex999" in said
    said = run(*call, "--labeled", next(files["corpus"].iterdir()), status=1).stderr
    assert "expected the columns 'text' and 'label'" in said


def test_a_corpus_that_was_trained_on_whole_is_said_to_be(
    files: dict[str, Path], tmp_path: Path
) -> None:
    call = ("adapt", files["table"], files["corpus"], "-o", tmp_path / "all", "--held-out", 0)
    run(*call, "--dimensions", 0)
    shown = run("evaluate", files["table"], tmp_path / "all", files["corpus"], "-q").stdout
    assert "trained on all of this text" in " ".join(shown.split())
    call = ("adapt", files["table"], files["corpus"], "-o", tmp_path / "bare", "--no-record")
    run(*call, "--dimensions", 0)
    shown = run("evaluate", files["table"], tmp_path / "bare", files["corpus"], "-q").stdout
    assert "may have been trained on these" in " ".join(shown.split())


def test_neighbors_read_a_word_as_the_table_does(files: dict[str, Path]) -> None:
    call = ("neighbors", files["table"], "LESSOR", NEW, "--adapter", files["adapter"], "-n", 3)
    found = printed_json(*call)["neighbors"]
    expected = embedadapt.find_neighbors(
        files["table"], ["lessor", NEW], adapter=files["adapter"], topn=3
    )
    assert found["LESSOR"] == [list(pair) for pair in expected["lessor"]]  # type: ignore[index]
    assert len(found[NEW]) == 3  # type: ignore[index]


def test_neighbors_are_shown_before_and_after_adapting(files: dict[str, Path]) -> None:
    call = ("neighbors", files["table"], "lessor", NEW, "--adapter", files["adapter"], "-n", 3)
    lines = [line.rstrip() for line in run(*call, "--scale", 0.5).stdout.splitlines()]
    assert lines[0] == "Adapted vectors: add at scale 0.5."
    assert lines[2].split() == ["before", "after"]
    shown = lines[3].split()
    before, after = (
        embedadapt.find_neighbors(files["table"], "lessor", **adapted)["lessor"][0]
        for adapted in ({}, {"adapter": files["adapter"], "scale": 0.5})
    )
    assert shown == [before[0], f"{before[1]:.3f}", after[0], f"{after[1]:.3f}"]
    assert any(line.split()[:4] == ["not", "in", "the", "base"] for line in lines)
    value = printed_json(*call, "--scale", 0.5)
    assert (value["layout"], value["scale"]) == ("add", [0.5])
    assert value["before"]["lessor"][0] == list(before)  # type: ignore[index]
    assert value["before"][NEW] is None  # type: ignore[index]


def test_a_word_without_a_vector_is_an_error(files: dict[str, Path]) -> None:
    assert f"'{NEW}'" in run("neighbors", files["table"], NEW, status=1).stderr


def test_neighbors_say_what_they_are_the_neighbors_of(files: dict[str, Path]) -> None:
    call = ("neighbors", files["table"], "lessor_rent", "lessro")
    done = run(*call, "-n", 2, status=1)
    assert done.stdout.startswith("lessor_rent  mean of lessor + rent\n")
    assert (
        "expected a vector for 'lessro', found none. Did you mean lessor or lessee?" in done.stderr
    )
    lookups = json.loads(run(*call, "--json", status=1).stdout)["lookups"]
    assert lookups["lessor_rent"]["words"] == ["lessor", "rent"]
    assert lookups["lessro"]["suggestions"] == ["lessor", "lessee"]


def test_inspect_describes_the_table(files: dict[str, Path]) -> None:
    value = printed_json("inspect", files["table"])
    assert (value["n_words"], value["dim"]) == (len(WORDS), 12)
    assert value["normalization"]["case"] == "lower"  # type: ignore[index]
    assert "15 words" in run("inspect", files["table"]).stdout


def test_export_to_spacy_and_to_files(files: dict[str, Path], tmp_path: Path) -> None:
    import spacy

    adapted = ("--adapter", files["adapter"])
    run("export", files["table"], *adapted, "--lang", "en", "-o", tmp_path / "en")
    nlp = spacy.load(tmp_path / "en")
    adapter = load_adapter(files["adapter"])
    expected = embedadapt.apply_adapter(load_vectors(files["table"]), adapter)
    for form, word in ((NEW.upper(), NEW), ("Lessor", "lessor")):
        assert nlp(form)[0].vector.tolist() == expected[word].tolist()
    run("export", files["table"], *adapted, "--to", "word2vec-text", "-o", tmp_path / "t.txt")
    assert load_vectors(tmp_path / "t.txt").vocabulary.words == expected.vocabulary.words


def test_export_prints_what_spacy_will_miss(files: dict[str, Path], tmp_path: Path) -> None:
    import spacy

    (tmp_path / "a.txt").write_text("The LESSOR zzyzx. Zzyzx zzyzx (the)lessor\n")
    call = ("export", files["table"], "--lang", "en", "-o", tmp_path / "en")
    assert "spaCy splits it" not in run(*call).stdout
    asked = (*call, "--corpus", tmp_path / "a.txt")
    assert "--corpus: expected --to spacy" in run(*asked, "--to", "glove", status=1).stderr
    shown = " ".join(run(*asked).stdout.split())
    share = (
        "42.9 % of the 7 word tokens that spaCy finds in the corpus have no vector: zzyzx, Zzyzx"
    )
    assert share in shown
    nlp = spacy.load(tmp_path / "en")
    assert [token.text for token in nlp("(the)lessor")] == ["(", "the", ")", "lessor"]
    assert "are composed of n-grams: zzyzx" in " ".join(run(*asked, "--subwords").stdout.split())
    run(*call, "--tokenizer", "spacy", "--case-forms", "corpus")
    nlp = spacy.load(tmp_path / "en")
    assert not nlp("LESSOR")[0].has_vector
    assert [token.text for token in nlp("(the)lessor")] == ["(", "the)lessor"]


def test_export_of_a_package_with_subwords_tells_how_to_use_it(
    files: dict[str, Path], tmp_path: Path
) -> None:
    target = tmp_path / "en_legal"
    call = ("export", files["table"], "--adapter", files["adapter"], "--lang", "en", "-o", target)
    shown = run(*call, "--subwords", "--package", "--license", "mit").stdout
    assert "a vector for every other token" in shown and "nlp = spacy.load('en_legal')" in shown
    assert f"pip install {target}" in shown
    assert "--paths.vectors en_legal --nlp.vectors.@vectors embedadapt.SubwordVectors.v1" in shown
    assert "embedadapt must be installed" in shown
    assert 'license: "mit"' in (target / "README.md").read_text()


@pytest.mark.parametrize("to", [["--lang", "en"], ["--lang", "en", "--package"],
                                ["--to", "static-embedding"]], ids=lambda to: to[-1])  # fmt: skip
def test_an_exported_folder_with_a_note_is_kept_beside_or_refused(
    files: dict[str, Path], tmp_path: Path, to: list[str]
) -> None:
    target = tmp_path / "en_legal"
    call = ("export", files["table"], *to, "-o", target)
    run(*call)
    run(*call)
    (target / "notes.txt").write_text("mine")
    before = sorted(path for path in target.rglob("*"))
    said = run(*call, status=1).stderr
    assert "found notes.txt. Choose another target, or give --overwrite" in said
    assert sorted(path for path in target.rglob("*")) == before
    run(*call, "--overwrite")
    assert not (target / "notes.txt").exists()
    assert (tmp_path / "en_legal.backup" / "notes.txt").read_text() == "mine"
    assert len(os.listdir(tmp_path)) == 2


@pytest.mark.parametrize("target", sorted(TARGETS.keys() - {"spacy"}))
def test_every_target_is_listed_and_written(
    files: dict[str, Path], tmp_path: Path, target: str
) -> None:
    assert f"\n    {target} " in run("export", "--help").stdout
    adapted = ("--adapter", files["adapter"], "--to", target)
    run("export", files["table"], *adapted, "-o", tmp_path / "x")
    table, adapter = load_vectors(files["table"]), load_adapter(files["adapter"])
    expected = embedadapt.apply_adapter(table, adapter)
    if target == "floret":  # its rows are fitted: tests/export holds them against the vectors
        embedadapt.export_vectors(table, tmp_path / "y", format=target, adapter=adapter)
        expected = load_vectors(tmp_path / "y")
    found = load_vectors(tmp_path / "x", trust_pickle=True)
    for word in ("lessor", NEW):
        np.testing.assert_allclose(found[word], expected[word], atol=1e-6)


@pytest.mark.parametrize(
    "command",
    [
        *(f"export TABLE --lang en --to {target} -o" for target in TARGETS),
        "prepare CORPUS -o",
        "prepare CORPUS --phrases",
        "adapt TABLE CORPUS -o",
        "adapter merge ADAPTER ADAPTER -o",
        "inspect TEXT --repair",
        "oov TABLE CORPUS --csv",
        "oov TABLE CORPUS --html",
        "evaluate TABLE ADAPTER CORPUS --html",
    ],
)
def test_no_command_gives_a_plain_file_the_name_of_a_packed_one(
    files: dict[str, Path], tmp_path: Path, command: str
) -> None:
    (tmp_path / "t.vec").write_text("2 2\nlessor 1 2\nlessor 3 4\n")
    places = {name.upper(): path for name, path in files.items()} | {"TEXT": tmp_path / "t.vec"}
    call = [places.get(part, part) for part in command.split()]
    for name in ("out.gz", "out.tar.xz", "out.zip"):
        said = run(*call, tmp_path / name, status=1).stderr
        assert f"{name}: expected a name for a plain file or folder, found the suffix" in said
        assert "\n" not in said.strip()
    assert os.listdir(tmp_path) == ["t.vec"]


def test_an_unknown_target_is_answered_with_the_list(
    files: dict[str, Path], tmp_path: Path
) -> None:
    said = run("export", files["table"], "--to", "parquet", "-o", tmp_path / "x", status=1).stderr
    assert "--to: expected one of spacy, static-embedding, gensim," in said


def test_several_adapters_are_given_one_by_one(files: dict[str, Path], tmp_path: Path) -> None:
    table, corpus, first = files["table"], files["corpus"], files["adapter"]
    run("adapt", table, corpus, "-o", tmp_path / "b", "--dimensions", 3, "--epochs", 1, "--seed", 2)
    both = ("--adapter", first, "--adapter", tmp_path / "b")
    scales = ("--scale", 0.5, "--scale", 1)
    run("export", table, *both, *scales, "--to", "safetensors", "-o", tmp_path / "t")
    adapters = [load_adapter(first), load_adapter(tmp_path / "b")]
    expected = embedadapt.apply_adapter(load_vectors(table), adapters, scale=[0.5, 1])
    np.testing.assert_array_equal(load_vectors(tmp_path / "t").matrix, expected.matrix)
    shown = printed_json("neighbors", table, "rent", *both, *scales, "-n", 2)["neighbors"]
    assert shown["rent"] == [list(pair) for pair in expected.most_similar("rent", 2)]  # type: ignore[index]
    judged = printed_json("evaluate", table, first, corpus, "--adapter", tmp_path / "b")
    assert [one["dim"] for one in judged["vectors"]] == [12, 12, 12, 12 + 4 + 3]  # type: ignore[union-attr]
    text = judged["text"]
    assert isinstance(text, dict)
    assert text["recognized"] and text["n_trained"] >= 9, "trained on by one of the two at least"


def test_export_finds_the_scale_of_a_budget(files: dict[str, Path], tmp_path: Path) -> None:
    table, adapter = files["table"], files["adapter"]
    call = ("export", table, "--adapter", adapter, "--to", "safetensors", "-o", tmp_path / "t")
    shown = run(*call, "--budget", 0.8).stdout
    cost = embedadapt.find_scale(table, adapter, budget=0.8)
    assert f"add at scale {cost.scale:g}\n" in shown
    expected = embedadapt.apply_adapter(
        load_vectors(table), load_adapter(adapter), layout="add", scale=cost.scale
    )
    np.testing.assert_array_equal(load_vectors(tmp_path / "t").matrix, expected.matrix)
    assert "no --scale" in run(*call, "--max-drift", 0.1, "--scale", 1, status=1).stderr
    assert "found no --adapter" in run(*call[:2], *call[4:], "--max-drift", 0.1, status=1).stderr


def test_a_corpus_may_be_given_in_parts(files: dict[str, Path]) -> None:
    parts = sorted(files["corpus"].iterdir())[:2]
    report = embedadapt.analyze_oov(files["table"], open_corpus(parts))
    assert report.to_dict() == embedadapt.analyze_oov(files["table"], parts).to_dict()


def test_an_input_is_never_written_over(files: dict[str, Path]) -> None:
    before = {path: path.read_bytes() for path in (files["table"], files["adapter"])}
    document = next(files["corpus"].iterdir())
    text = document.read_text()
    table, corpus, adapter = files["table"], files["corpus"], files["adapter"]
    for call in (
        ("adapt", table, corpus, "-o", table),
        ("adapt", table, corpus, "-o", document),
        ("oov", table, corpus, "--html", document),
        ("oov", table, corpus, "--html", table),
        ("evaluate", table, adapter, corpus, "--html", adapter),
        ("export", table, "--adapter", adapter, "--to", "safetensors", "-o", table),
        ("export", table, "--adapter", adapter, "--lang", "en", "-o", adapter),
    ):
        assert "a target that is not an input" in run(*call, status=1).stderr
    assert {path: path.read_bytes() for path in before} == before
    assert document.read_text() == text


def test_an_adapter_of_another_table_is_named(files: dict[str, Path], tmp_path: Path) -> None:
    other = load_vectors(files["table"]).matrix + np.float32(1)
    vocabulary = embedadapt.Vocabulary(WORDS)
    save_vectors(embedadapt.WordVectors(vocabulary, other), tmp_path / "other.safetensors")
    call = ("neighbors", tmp_path / "other.safetensors", "rent", "--adapter", files["adapter"])
    assert f"{files['adapter']}: expected its base" in run(*call, status=1).stderr


def test_a_terminal_without_unicode_is_no_matter(files: dict[str, Path]) -> None:
    done = run_command("oov", files["table"], files["corpus"], PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "normalized" in done.stdout


def test_a_gain_may_be_required(files: dict[str, Path], tmp_path: Path) -> None:
    """The adapter is written whatever the verdict, and the status alone says no."""
    call = ("adapt", files["table"], files["corpus"], "-o", tmp_path / "a", "--epochs", 1)
    value = printed_json(*call, "--dimensions", 0)
    assert value["verdict"] == load_adapter(tmp_path / "a").scores["verdict"]
    assert value["evaluation"]["vectors"]  # type: ignore[index]
    (tmp_path / "a").unlink()
    refused = run(*call, "--dimensions", 0, "--require-gain", 9, status=3)
    assert refused.stderr.splitlines()[-1].startswith("embedadapt: --require-gain 9: found ")
    assert load_adapter(tmp_path / "a").n_dimensions == 0
    assert "a verdict" in run(*call, "--no-verdict", "--require-gain", 0, status=1).stderr
