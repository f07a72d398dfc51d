"""Vectors of a tokenizer's pieces where a command needs word vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from embedadapt.core.errors import FormatError

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
    path = beside(output)
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


def beside(adapter: Path) -> Path:
    """Where the word vectors are that an adapter for vectors of pieces was trained for."""
    return adapter.with_name(f"{adapter.stem}.words.safetensors")


def are_pieces(vectors: str) -> bool:
    """Whether a path leads to vectors of pieces."""
    from embedadapt.workflows.fertility import are_tokenizers

    return are_tokenizers([vectors])


def words_for(vectors: str, adapters: Sequence[Path]) -> str:
    """The path of word vectors: as given, or for vectors of pieces those beside the adapter, which
    is said on stderr.

    Raises FormatError where there are none.
    """
    if not are_pieces(vectors):
        return vectors
    places = [beside(adapter) for adapter in adapters]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise FormatError(
            vectors,
            expected="word vectors, or vectors of pieces and an adapter with its words beside it",
            found=f"no {places[0]}" if places else "vectors of pieces and no adapter",
            hint="`embedadapt adapt` composes words and writes them beside the adapter.",
        )
    typer.echo(f"embedadapt: the words composed from pieces are in {path}", err=True)
    return str(path)
