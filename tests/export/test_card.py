"""Every export says what it is made of, and its own words on how to load it are run."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import srsly

from embedadapt import AdaptationConfig, adapt, load_vectors
from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter
from embedadapt.core.merging import merge_adapters
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.card import Card, corpus_hash
from embedadapt.export.licenses import base_license, text_licenses
from embedadapt.export.targets import TARGETS
from embedadapt.workflows.export import export_spacy, export_vectors

WORDS = ("the", "lessor", "shall", "pay", "a", "rent", "to", "lessee", "and", "under", "this")


@pytest.fixture(scope="module")
def base() -> WordVectors:
    rows = np.random.default_rng(0).normal(size=(len(WORDS), 6)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS), rows)


@pytest.fixture(scope="module")
def adapter(base: WordVectors, tmp_path_factory: pytest.TempPathFactory) -> Adapter:
    rng, folder = np.random.default_rng(1), tmp_path_factory.mktemp("corpus")
    for number in range(12):
        (folder / f"{number}.txt").write_text(" ".join([*rng.choice(WORDS, 30), "Sublessor"]))
    return adapt(base, folder, AdaptationConfig.of(dimensions=3, held_out=0)).adapter


def metadata(card: str) -> dict[str, object]:
    opening, text, _ = card.split("---\n", 2)
    assert opening == ""
    found: dict[str, object] = srsly.yaml_loads(text)
    return found


def test_the_metadata_is_hugging_faces(base: WordVectors) -> None:
    card = Card("en_legal", "spacy", base, base, license="cc-by-4.0", lang="en").render()
    assert metadata(card) == {
        "language": "en",
        "license": "cc-by-4.0",
        "library_name": "spacy",
        "tags": ["word-embeddings", "embedadapt"],
    }
    unknown = Card("x.kv", "gensim", base, base).render()
    assert metadata(unknown)["license"] == "unknown" and "language" not in metadata(unknown)


def test_it_tells_hashes_settings_and_scores(
    base: WordVectors, adapter: Adapter, tmp_path: Path
) -> None:
    export_spacy(base, tmp_path / "en_legal", lang="en", adapter=adapter)
    card = (tmp_path / "en_legal" / "README.md").read_text("utf-8")
    for told in (
        base.fingerprint,
        corpus_hash(adapter),
        "adapted: add at scale ",
        "12 words with 6 dimensions",
        f"{len(WORDS)} of the base, 1 new",
        f"model.learning_rate {adapter.settings['model']['learning_rate']}",
        f"The adapter was trained on {adapter.scores['training_tokens']} tokens.",
        "Number of training documents: 12. Number of held-out documents: 0.",
        "The training loss of the delta went from ",
        "(3.23 %) had no vector before the adaptation.",
    ):
        assert told in card, told
    assert str(tmp_path) not in card


JUDGED = {
    "vectors": "add budget 0.92",
    "note": "adapted: add at scale 0.5",
    "held_out_loss_change": [-0.12, -0.15, -0.09],
    "general_overlap": [0.921, 0.912, 0.93],
    "domain_overlap": [0.32, 0.3, 0.34],
}


@pytest.mark.parametrize(("scale", "is_judged"), [(0.5, True), (1.0, False)])
def test_scores_are_sentences_and_metadata_where_they_are_of_what_is_exported(
    base: WordVectors, adapter: Adapter, scale: float, is_judged: bool
) -> None:
    verdict = {"decision": "adapt", "reason": "gain", "vectors": "add budget 0.92"}
    adapter = replace(adapter, scores={**adapter.scores, "verdict": verdict, "judged": JUDGED})
    table = apply_adapter(base, adapter, layout="add", scale=scale)
    card = Card("legal", "gensim", base, table, [adapter]).render()
    for sentence in (
        "`adapt` recommends the vectors add budget 0.92.",
        "changes by -0.120 nats per pair (95 % interval -0.150 to -0.090); below 0 is a gain.",
        "General words, which should keep their neighbors, keep 92.1 % of the 10 nearest",
        "Domain words, which should not keep their neighbors, keep 32.0 % of the 10 nearest",
    ):
        assert sentence in card, sentence
    assert ("not for this export" in card) != is_judged
    assert "{" not in card.split("---\n", 2)[2], "no raw dictionary"
    assert ("model-index" in metadata(card)) == is_judged
    if is_judged:
        found = pytest.importorskip("huggingface_hub").ModelCard(card).data.eval_results
        assert {one.metric_type: one.metric_value for one in found} == {
            "held_out_loss_change": -0.12,
            "general_overlap": 0.921,
            "domain_overlap": 0.32,
        }


def test_another_corpus_has_another_hash(adapter: Adapter) -> None:
    vocabulary = adapter.vocabulary
    assert vocabulary.counts is not None
    more = SimpleNamespace(vocabulary=Vocabulary(vocabulary.words, vocabulary.counts + 1))
    assert corpus_hash(adapter) != corpus_hash(more)  # type: ignore[arg-type]


def test_vectors_that_compose_come_with_the_block_for_training(
    base: WordVectors, tmp_path: Path
) -> None:
    export_spacy(base, tmp_path / "p", lang="en", subwords=True)
    card = (tmp_path / "p" / "README.md").read_text("utf-8")
    assert '[nlp.vectors]\n@vectors = "embedadapt.SubwordVectors.v1"' in card
    assert "embedadapt must be installed where the pipeline" in card


@pytest.mark.parametrize("target", TARGETS)
def test_what_it_says_of_loading_is_so(
    base: WordVectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """The code of the card is run, one library at a time; those not installed are passed over."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    if target == "spacy":
        export_spacy(base, "legal", lang="en")
        card = Path("legal/README.md")
    else:
        export_vectors(base, "legal", format=target)
        card = Path("legal/README.md" if Path("legal").is_dir() else "legal.README.md")
    code = card.read_text("utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, object] = {}
    for part in code.strip().split("\n\n"):
        try:
            exec(part, names)
        except ImportError:
            continue
        except NameError:  # what an import before it would have brought
            assert "torch" in part or "keras" in part or "SentenceTransformer" in part
    assert names.keys() & {"nlp", "model", "vectors", "matrix"}


def test_a_file_has_its_card_beside_it(base: WordVectors, tmp_path: Path) -> None:
    export_vectors(base, tmp_path / "legal.bin")
    assert {path.name for path in tmp_path.iterdir()} == {"legal.bin", "legal.bin.README.md"}
    assert load_vectors(tmp_path / "legal.bin").vocabulary.words == WORDS


def test_licenses_travel_from_base_and_text_to_the_card(
    base: WordVectors, adapter: Adapter, tmp_path: Path
) -> None:
    stated = replace(adapter, provenance={**adapter.provenance, "text_license": "cc-by-4.0"})
    export_vectors(base, tmp_path / "base.txt", format="glove", license="pddl")
    source = load_vectors(tmp_path / "base.txt")
    assert base_license(str(tmp_path / "base.txt")) == "pddl"
    both = Card("x", "glove", source, base, [stated, adapter]).render()
    assert metadata(both)["license"] == "unknown", "of two sources nothing follows"
    assert "- license of the base: pddl\n" in both
    assert "- license of the text 1: cc-by-4.0\n- license of the text 2: not stated" in both
    assert metadata(Card("x", "glove", source, source).render())["license"] == "pddl"
    export_spacy(source, tmp_path / "en", lang="en", license="mit")
    assert base_license(str(tmp_path / "en")) == "mit"
    meta = srsly.read_json(tmp_path / "en" / "meta.json")
    (tmp_path / "en" / "README.md").unlink()
    srsly.write_json(tmp_path / "en" / "meta.json", {**meta, "license": "apache-2.0"})
    assert base_license(str(tmp_path / "en")) == "apache-2.0"
    assert base_license("") == base_license(str(tmp_path / "nowhere")) == ""


def test_adapt_stores_the_license_of_the_text(base: WordVectors, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(" ".join(WORDS * 9))
    config = AdaptationConfig.of(dimensions=0, epochs=1, held_out=0)
    made = adapt(base, tmp_path / "a.txt", config, text_license="cc0-1.0")
    assert list(text_licenses(made.adapter)) == ["cc0-1.0"]
    merged = merge_adapters([made.adapter, replace(made.adapter, provenance={})])
    assert list(text_licenses(merged)) == ["cc0-1.0", ""]
