"""Vectors of a tokenizer's pieces where a command needs word vectors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from embedadapt.adaptation.config import AdaptationConfig
    from embedadapt.core.corpus import Corpus


def whole_words(
    vectors: str, text: Corpus, output: Path, frequencies: str | None, config: AdaptationConfig
) -> str:
    """The path of word vectors: as given, or composed for `text` beside `output`, which is said on
    stderr."""
    from embedadapt.core.files import check_not_input, check_writable
    from embedadapt.formats import save_vectors
    from embedadapt.workflows.fertility import are_tokenizers
    from embedadapt.workflows.pieces import compose_words

    if not are_tokenizers([vectors]):
        return vectors
    path = output.with_name(f"{output.stem}.words.safetensors")
    check_not_input(path, [vectors])
    check_writable(path)
    words = compose_words(
        vectors,
        text,
        frequencies=frequencies,
        min_count=config.reading.min_count,
        threads=config.run.threads,
    )
    save_vectors(words, path)
    typer.echo(
        f"embedadapt: composed {len(words):,} words from pieces; the adapter is for these vectors: "
        f"{path}",
        err=True,
    )
    return str(path)
