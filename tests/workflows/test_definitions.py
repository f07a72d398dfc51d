"""`adapt` with general text and a glossary."""

from pathlib import Path

import numpy as np

from embedadapt import AdaptationConfig, adapt
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.readers.memory import Texts

RNG = np.random.default_rng(0)
WORDS = [f"{a}{b}" for a in ("lease", "patient") for b in "abcdefghijklmnopqrst"]
BASE = WordVectors(
    Vocabulary(WORDS), (np.repeat(np.eye(2), 20, 0) + RNG.normal(0, 0.1, (40, 2))).astype("float32")
)
TEXTS = [" ".join(RNG.choice(WORDS[20 * (i % 2) :][:20], 9)) + "." for i in range(60)]
CONFIG = AdaptationConfig.of(min_count=1, epochs=1, dimensions=2, held_out=0)


def start(**given: object) -> np.ndarray:
    corpus = Texts([*TEXTS, "leasea tranche leaseb."])
    adapter = adapt(BASE, corpus, CONFIG, evaluate=False, **given).adapter  # type: ignore[arg-type]
    assert adapter.new_words == ("tranche",)
    found: np.ndarray = adapter.starts[0]
    return found


def test_a_glossary_moves_a_new_word_to_what_defines_it(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("Tranche\tpatienta patientb patientc patientd\nUnheard\tleasea\n", "utf-8")
    with_general = start(general=Texts(TEXTS))
    defined = start(general=Texts(TEXTS), glossary=path)
    assert defined @ [-1, 1] > with_general @ [-1, 1]


def test_terms_of_no_use_are_in_the_scores(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("Tranche\tTranche\nUnheard\tleasea\n", "utf-8")
    adapter = adapt(
        BASE, Texts([*TEXTS, "leasea tranche leaseb."]), CONFIG, evaluate=False, glossary=path
    ).adapter
    assert adapter.scores["unused_terms"] == {
        "Tranche": "no other word of the corpus defines it",
        "Unheard": "not a word of the corpus",
    }
