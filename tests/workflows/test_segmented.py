"""Text without spaces: adapted and evaluated by the words that a segmenter cuts."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.errors import SettingsError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_tokens import cut_by
from embedadapt.formats import save_vectors
from embedadapt.text.readers.memory import Texts
from embedadapt.workflows.adapt import adapt
from embedadapt.workflows.evaluate import evaluate
from tests.processes import run_command
from tests.text.test_segment import THAI

NEW = "สิทธิ"


def texts() -> list[str]:
    rng = random.Random(1)
    words = [*sorted(THAI), NEW]
    drawn = ["".join(rng.choices(words, k=40)) for _ in range(60)]
    return [text.replace(2 * NEW, NEW).replace(2 * NEW, NEW) for text in drawn]


def base() -> WordVectors:
    rows = np.random.default_rng(1).normal(size=(len(THAI), 8)).astype(np.float32)
    return WordVectors(Vocabulary(sorted(THAI)), rows)


def test_an_adapter_learns_words_and_no_clauses() -> None:
    config = AdaptationConfig.of(segmenter="words", epochs=1, dimensions=0)
    done = adapt(base(), Texts(texts()), config)
    assert done.adapter.new_words == (NEW,)
    assert AdaptationConfig.from_dict(done.adapter.settings).reading.segmenter == "words"
    result = evaluate(base(), done.adapter, Texts(texts()), scales={"add": [0.5]})
    assert result.text.n_trained == done.training.n_training_documents


def test_a_segmenter_that_is_not_known_is_refused() -> None:
    with pytest.raises(SettingsError, match="expected none, words, jieba"):
        AdaptationConfig.of(segmenter="zeeba")


def test_the_command_takes_a_segmenter(tmp_path: Path) -> None:
    save_vectors(base(), tmp_path / "v.vec")
    (tmp_path / "a.txt").write_text("\n\n".join(texts()))
    arguments = ("-o", str(tmp_path / "a.safetensors"), "--segmenter", "words", "--json", "-q")
    done = run_command("adapt", str(tmp_path / "v.vec"), str(tmp_path / "a.txt"), *arguments)
    assert json.loads(done.stdout)["new_words"] == [NEW]


def test_chinese_pipelines_cut_words() -> None:
    pytest.importorskip("jieba")
    import spacy

    nlp = spacy.blank("zh", config={"nlp": cut_by("zh")})
    assert [token.text for token in nlp("合同和法律")] == ["合同", "和", "法律"]
