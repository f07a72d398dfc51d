import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import train_adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.verdict import reach_verdict
from embedadapt.report.terminal.adaptation import show_adaptation, show_verdict
from tests.adaptation.make import training_text
from tests.report.make import evaluation

WORDS = ("the", "lessor", "pays")
CORPUS = EncodedCorpus(
    vocabulary=Vocabulary(WORDS, np.array([2, 2, 2])),
    token_ids=np.array([0, 1, 2, 0, 1, 2], dtype=np.int32),
    sentence_offsets=np.array([0, 3, 6]),
    document_offsets=np.array([0, 1, 2]),
    document_names=("C# manual.txt", "F#.txt"),
)


@pytest.mark.parametrize("unit", ["document", "passage"])
def test_what_was_trained_on_is_named_as_what_it_is(unit: str, tmp_path: Path) -> None:
    base = WordVectors(Vocabulary(WORDS), np.eye(3, dtype=np.float32))
    text = training_text(replace(CORPUS, unit=unit), base.vocabulary)
    result = train_adapter(base, text, AdaptationConfig(epochs=0, dimensions=0))
    path = tmp_path / "a.adapter"
    path.write_bytes(b"")
    stream = io.StringIO()
    show_adaptation(result, path, Console(file=stream, width=100))
    assert f"of 2 {unit}s; 0 more were held out." in stream.getvalue()


def test_the_last_line_is_the_command_to_type_in_one_piece() -> None:
    result, stream = evaluation(), io.StringIO()
    show_verdict(
        result,
        reach_verdict(result),
        Console(file=stream, width=80),
        vectors="/a/long/folder/of/vectors/glove.6B.50d.60k.safetensors",
        adapter="legal.adapter",
        lang="en",
    )
    why, command = stream.getvalue().splitlines()[-2:]
    assert why == "To use these vectors in spaCy, type this (for other tools, add --to TARGET):"
    assert command.startswith("  embedadapt export /a/long") and command.endswith("-o en_legal")
