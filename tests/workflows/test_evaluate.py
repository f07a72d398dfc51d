"""`evaluate` whole: adapted tables and baselines beside the base, by every measure asked for."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import embedadapt
from embedadapt.core.errors import AdapterError, EmbedAdaptError, FormatError, SettingsError
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.formats import save_vectors
from tests.core.make import ADAPTER, BASE

TOPICS = ("rent", "tax", "goal", "song", "ship")
WORDS = [f"{topic}{a}{b}" for topic in TOPICS for a in "abcdefg" for b in "xyz"]
NEW = "rentnew"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A table of noise, sentences of one topic each, judged pairs, labeled texts, a baseline."""
    folder = tmp_path_factory.mktemp("evaluating")
    rng = np.random.default_rng(0)
    topics = np.repeat(np.eye(5, 16, dtype=np.float32), 21, axis=0)
    noise = rng.normal(size=(len(WORDS), 16)).astype(np.float32)
    for name, scale in (("base", 0.8), ("baseline", 5)):
        table = embedadapt.WordVectors(embedadapt.Vocabulary(WORDS), noise + scale * topics)
        save_vectors(table, folder / f"{name}.safetensors")

    def sentence(topic: int) -> str:
        return " ".join(rng.choice(WORDS[21 * topic : 21 * topic + 21], 9))

    (folder / "corpus").mkdir()
    for number in range(30):
        lines = [
            sentence(topic) + (f" {NEW}" if topic == 0 else "") for topic in rng.integers(0, 5, 60)
        ]
        (folder / "corpus" / f"{number}.txt").write_text(".\n\n".join(lines))
    pairs = [(a, b) for a, b in rng.choice(WORDS, (80, 2)) if a != b]
    (folder / "pairs.tsv").write_text("".join(f"{a}\t{b}\t{a[:3] == b[:3]:d}\n" for a, b in pairs))
    (folder / "wordsim353.tsv").write_text("tiger\tcat\t7.35\n")  # of words that it does not know
    (folder / "google-analogies.txt").write_text("Athens Greece Oslo Norway\n")
    labeled = [f"{sentence(i % 5)},{TOPICS[i % 5]}" for i in range(100)]
    (folder / "clauses.csv").write_text("\n".join(["text,label", *labeled]))
    adapter = folder / "made.adapter"
    embedadapt.adapt(
        folder / "base.safetensors",
        folder / "corpus",
        embedadapt.AdaptationConfig.of(dimensions=8, subsample=0),
        output=adapter,
        evaluate=False,
    )
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def result(files: dict[str, Path]) -> EvaluationResult:
    return embedadapt.evaluate(
        files["base"],
        files["made"],
        files["corpus"],
        baselines=[files["baseline"]],
        pairs=[files["pairs"], files["wordsim353"]],
        analogies=[files["google-analogies"]],
        labeled=files["clauses"],
        hidden=True,
        seeds=2,
        scales={"concat": [0.25], "add": [1.0]},
    )


def test_all_tables_stand_side_by_side(result: EvaluationResult) -> None:
    names = ["induced", "concat 0.25", "add 1", "baseline"]
    assert [table.name for table in result.vectors] == names
    assert [table.is_baseline for table in result.vectors] == [False, False, False, True]
    pairs, analogies, labels, hidden = result.scores
    assert list(pairs.vectors) == ["base", *names]
    beside = [f"TF-IDF + {name}" for name in ("base", *names)]
    assert list(labels.vectors) == ["base", *names, "TF-IDF", *beside]
    assert list(hidden.vectors) == ["induced", "adapted"]
    assert analogies.columns == () and "google-analogies" in analogies.notes[0]
    assert pairs.columns == ("pairs",) and "wordsim353" in pairs.notes[0]


def test_what_adapting_taught_is_seen_by_every_measure(result: EvaluationResult) -> None:
    pairs, _, labels, hidden = result.scores
    for name in ("add 1", "baseline"):
        change = pairs.vectors[name]["pairs"].change
        assert change is not None and change.low > 0, name
        assert labels.vectors[name]["5"].value.value > labels.vectors["base"]["5"].value.value
    rank = {name: scores["median rank"].value.value for name, scores in hidden.vectors.items()}
    assert rank["adapted"] < len(WORDS) / 2, "of a base of noise, nearer than by chance"
    assert hidden.vectors["adapted"]["cosine"].n == 35


def test_the_map_shows_the_words_that_are_named_and_the_new_one(
    files: dict[str, Path], result: EvaluationResult
) -> None:
    space = embedadapt.map_adaptation(files["base"], files["made"], result)
    moved = [word.word for table in result.adapted for word in table.moved]
    assert list(space.words[: len(set(moved))]) == list(dict.fromkeys(moved))
    assert sorted(space.words) == sorted([*WORDS, NEW]), "and every other once"
    assert [w for w, new in zip(space.words, space.is_new, strict=True) if new] == [NEW]
    vocabulary = embedadapt.load_adapter(files["made"]).vocabulary
    counts = dict(zip(vocabulary.words, vocabulary.counts, strict=True))
    assert space.counts.tolist() == [counts[word] for word in space.words]
    assert space.scales[0] == 0 and space.scales[-1] == 1


def test_the_map_opens_on_the_table_that_is_recommended(
    files: dict[str, Path], result: EvaluationResult
) -> None:
    from embedadapt.evaluation.verdict import advised_vectors, reach_verdict

    space = embedadapt.map_adaptation(files["base"], files["made"], result)
    advised = advised_vectors(reach_verdict(result), result)
    assert advised is not None and advised.layout is not None
    opened = (space.layout, space.scales[space.opens_at])
    assert opened == (advised.layout, advised.scale)
    against = replace(result, base_loss=None)
    space = embedadapt.map_adaptation(files["base"], files["made"], against)
    assert (space.layout, space.opens_at) == ("add", 0)
    space = embedadapt.map_adaptation(files["base"], files["made"])
    assert space.layout == "add"
    assert 0 < space.scales[space.opens_at] <= 1


def test_a_map_of_no_words_is_refused() -> None:
    base = replace(BASE, vocabulary=embedadapt.Vocabulary([",", ".", "cat"]))
    signs = replace(
        ADAPTER,
        vocabulary=embedadapt.Vocabulary([".", "?", ","], np.array([4, 3, 2])),
        base_fingerprint=base.fingerprint,
    )
    with pytest.raises(AdapterError, match="words with letters"):
        embedadapt.map_adaptation(base, signs)


def test_without_scikit_learn_the_extra_is_named(files: dict[str, Path]) -> None:
    paths = [str(files[name]) for name in ("base", "made", "corpus")]
    call = f"embedadapt.evaluate(*{paths}, labeled={str(files['clauses'])!r})"
    code = f"import sys; sys.modules['sklearn'] = None; import embedadapt; {call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install '.[sklearn]'" in done.stderr.splitlines()[-1]


def test_it_is_json(result: EvaluationResult) -> None:
    from embedadapt.report.json import dump

    assert '"title": "Hidden words"' in dump(result)


def test_a_text_of_few_words_hides_none(files: dict[str, Path], tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.txt").write_text(f"{WORDS[number]} {WORDS[0]} {WORDS[1]}\n" * 9)
    found = embedadapt.evaluate(files["base"], files["made"], tmp_path, hidden=True, seeds=1)
    assert found.scores[0].vectors == {} and "Not measured" in found.scores[0].notes[0]


def test_pairs_with_unknown_words_are_measured_twice(
    files: dict[str, Path], tmp_path: Path
) -> None:
    known = files["pairs"].read_text()
    (tmp_path / "some.tsv").write_text(known + "unheard\tof\t0\n")
    found = embedadapt.evaluate(
        *(files["base"], files["made"], files["corpus"]),
        pairs=[files["pairs"], tmp_path / "some.tsv"],
    )
    assert found.scores[0].columns == ("pairs", "some", "some, all")
    scores = found.scores[0].vectors["base"]
    assert scores["some"].value.value == scores["pairs"].value.value
    assert scores["some, all"].n == scores["some"].n + 1


def test_baselines_of_one_name_are_told_apart_by_their_paths(
    files: dict[str, Path], tmp_path: Path
) -> None:
    other = tmp_path / files["baseline"].name
    other.write_bytes(files["baseline"].read_bytes())
    baselines = [files["baseline"], other]
    found = embedadapt.evaluate(files["base"], files["made"], files["corpus"], baselines=baselines)
    assert [table.name for table in found.vectors if table.is_baseline] == [*map(str, baselines)]


def test_mistakes_are_told_before_anything_is_measured(files: dict[str, Path]) -> None:
    call = (files["base"], files["made"], files["corpus"])
    with pytest.raises(EmbedAdaptError, match="one of wordsim353"):
        embedadapt.evaluate(*call, pairs=["wordsim"])
    with pytest.raises(EmbedAdaptError, match=r"none\.csv"):
        embedadapt.evaluate(*call, labeled="none.csv")
    with pytest.raises(SettingsError, match="seeds"):
        embedadapt.evaluate(*call, seeds=0)
    with pytest.raises(SettingsError, match="seeds: expected a whole number"):
        embedadapt.evaluate(*call, seeds=1.5)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="other names"):
        embedadapt.evaluate(*call, baselines={"base": files["baseline"]})


def test_a_missing_baseline_is_known_before_text_is_read(files: dict[str, Path]) -> None:
    with pytest.raises(FormatError, match="nowhere"):
        embedadapt.evaluate(files["base"], files["made"], "no-corpus", baselines=["nowhere"])
