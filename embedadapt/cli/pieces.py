"""Vectors of a tokenizer's pieces where a command needs word vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from embedadapt.core.errors import FormatError

if TYPE_CHECKING:
    from embedadapt.adaptation.config import AdaptationConfig
    from embedadapt.core.corpus import Corpus
    from embedadapt.core.vectors import WordVectors


def whole_words(
    vectors: str, text: Corpus, output: Path, frequencies: str | None, config: AdaptationConfig
) -> WordVectors | None:
    """Word vectors composed for `text` of vectors of pieces, or None for word vectors. Where they
    are to be saved, beside `output`, is their path, and is said on stderr."""
    from embedadapt.core.files import check_not_input, check_writable
    from embedadapt.core.vectors import Provenance
    from embedadapt.workflows.fertility import are_tokenizers
    from embedadapt.workflows.pieces import compose_words

    if not are_tokenizers([vectors]):
        return None
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
    typer.echo(
        f"embedadapt: composed {len(words):,} words from pieces; the adapter is for these vectors: "
        f"{path}",
        err=True,
    )
    return replace(words, provenance=Provenance("safetensors", str(path)))


@contextmanager
def saved_with_adapter(words: WordVectors | None) -> Iterator[None]:
    """Saves composed words where `whole_words` says. They are written before the block, so that a
    full disk is noticed, and take their place after it: where it fails, those of an earlier adapter
    stay."""
    from embedadapt.core.files import new_name_beside, place_of, remove_surely
    from embedadapt.formats import save_vectors

    if words is None:
        yield
        return
    place = place_of(words.provenance.path)
    draft = new_name_beside(place).with_suffix(place.suffix)
    try:
        save_vectors(words, draft)
        yield
        draft.replace(place)
    finally:
        remove_surely(draft)


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
