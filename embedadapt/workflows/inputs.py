"""What a command is given, as values or as paths, made the values it works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from embedadapt.core.adapter import Adapter, Layout, apply_adapter, check_fits, check_strength
from embedadapt.core.corpus import Corpus
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.text.readers import open_corpus

AnyVectors: TypeAlias = WordVectors | str | Path
AnyCorpus: TypeAlias = Corpus | str | Path | Sequence[str | Path]
AnyAdapter: TypeAlias = Adapter | str | Path


def adapted_table(
    base: WordVectors, adapter: AnyAdapter | None, layout: Layout, strength: float | None
) -> tuple[WordVectors, dict[str, str]]:
    """The table to look words up in, and every other spelling of its words that is known."""
    check_strength(layout, strength)
    if adapter is None:
        return base, {}
    trained = fitting_adapter(base, adapter)
    words = trained.vocabulary.words
    forms = {form: words[row] for form, row in trained.forms.items()}
    return apply_adapter(base, trained, layout=layout, strength=strength), forms


def as_vectors(vectors: AnyVectors) -> WordVectors:
    """The table itself, loaded if need be."""
    return vectors if isinstance(vectors, WordVectors) else load_vectors(vectors)


def as_corpus(corpus: AnyCorpus) -> Corpus:
    """The corpus itself, opened if need be."""
    if isinstance(corpus, (str, Path)):
        return open_corpus([corpus])
    if isinstance(corpus, Sequence):
        return open_corpus(corpus)
    return corpus


def fitting_adapter(base: WordVectors, adapter: AnyAdapter) -> Adapter:
    """The adapter itself, loaded if need be. Raises AdapterError unless it was made for `base`."""
    if isinstance(adapter, Adapter):
        check_fits(base, adapter)
        return adapter
    loaded = load_adapter(adapter)
    check_fits(base, loaded, where=str(adapter))
    return loaded


def paths_among(*inputs: object) -> Iterator[str | Path]:
    """Those of some inputs that were given as paths."""
    for given in inputs:
        if isinstance(given, (str, Path)):
            yield given
        elif isinstance(given, Sequence):
            yield from paths_among(*given)
