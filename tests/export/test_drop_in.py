"""A trained pipeline under which the vectors are moved: a little, and altogether."""

from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example
from spacy.util import load_model_from_config
from spacy.vectors import Vectors

from embedadapt import AdaptationConfig, adapt, load_vectors
from embedadapt.core.errors import SettingsError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.drop_in import Certificate, DropIn, _in_place_of, certify_pipeline
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


def labelled(nlp: Language, text: str) -> Example:
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
    examples = [labelled(nlp, text) for text in texts]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    nlp.to_disk(path / "nlp")
    DocBin(docs=[example.reference for example in examples]).to_disk(path / "dev.spacy")
    return path


def dev_set(nlp: Language) -> list[Example]:
    return [labelled(nlp, f"{word} {word}") for word in FRUIT + TOOLS]


def test_vectors_as_they_were_keep_the_scores_and_swapped_ones_lose_them(folder: Path) -> None:
    nlp, base = spacy.load(folder / "nlp"), load_vectors(folder / "nlp")
    turned = WordVectors(base.vocabulary, -base.matrix)
    own = nlp.vocab.vectors
    certificate = certify_pipeline(nlp, dev_set, [(0.0, base), (1.0, turned)], tolerance=0.01)
    assert certificate.before["cats_macro_f"] == 1.0
    assert [certificate.keeps(one) for one in certificate.tried] == [True, False]
    assert certificate.strongest == 0.0
    assert nlp.vocab.vectors is own
    assert certificate.to_dict()["tried"][1]["keeps"] is False


def test_an_adapter_is_certified_from_files(folder: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    (tmp_path / "text").mkdir()
    for number in range(8):
        words = rng.choice(FRUIT + TOOLS, 40)
        (tmp_path / "text" / f"{number}.txt").write_text(" ".join([*words, "quince"]))
    base = load_vectors(folder / "nlp")
    config = AdaptationConfig(columns=0, held_out=0, epochs=1)
    adapt(base, tmp_path / "text", config, output=tmp_path / "a.adapter")
    certificate = certify(
        folder / "nlp", tmp_path / "a.adapter", folder / "dev.spacy", strengths=(0.0, 0.5)
    )
    assert certificate.before["cats_macro_f"] == 1.0
    assert [one.strength for one in certificate.tried] == [0.0, 0.5]
    assert certificate.keeps(certificate.tried[0])


def test_new_words_get_rows_and_borrowers_follow_their_owner() -> None:
    nlp = spacy.blank("en")
    keys = [nlp.vocab.strings.add(word) for word in ("apple", "saw")]
    own = Vectors(strings=nlp.vocab.strings, data=ROWS[:2].copy(), keys=keys)
    own.add(nlp.vocab.strings.add("pear"), row=0)
    own.add(nlp.vocab.strings.add("fig"), row=0)
    table = WordVectors(Vocabulary(["apple", "saw", "quince", "fig"]), ROWS[4:] * 2)
    nlp.vocab.vectors = _in_place_of(own, table)
    for word, row in {"apple": 4, "saw": 5, "quince": 6, "fig": 7, "pear": 4}.items():
        np.testing.assert_array_equal(nlp.vocab.get_vector(word), ROWS[row] * 2, err_msg=word)
    np.testing.assert_array_equal(own.data, ROWS[:2])


def test_no_strength_may_keep_them() -> None:
    certificate = Certificate({"f": 0.9}, 0.01, (DropIn(0.5, {"f": 0.8}),))
    assert certificate.strongest is None


def test_a_pipeline_without_scores_is_refused() -> None:
    nlp = spacy.blank("en")
    with pytest.raises(SettingsError, match="components that are scored"):
        certify_pipeline(nlp, dev_set, [], tolerance=0.01)
