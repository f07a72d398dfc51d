"""What a command is given, as values or as paths, made the values it works on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from embedadapt.core.adapted import Strength, apply_adapter, check_strength
from embedadapt.core.adapter import Adapter, Layout, check_fits
from embedadapt.core.corpus import Corpus
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, sniff_format
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.text.readers import open_corpus

AnyVectors: TypeAlias = WordVectors | str | Path
AnyCorpus: TypeAlias = Corpus | str | Path | Sequence[str | Path]
AnyAdapter: TypeAlias = Adapter | str | Path
AnyAdapters: TypeAlias = AnyAdapter | Sequence[AnyAdapter]


def adapted_table(
    base: WordVectors, adapter: AnyAdapters | None, layout: Layout, strength: Strength
) -> tuple[WordVectors, dict[str, str]]:
    """The table to look words up in, and every other spelling of its words that is known."""
    adapters = [] if adapter is None else fitting_adapters(base, adapter)
    check_strength(layout, strength, max(1, len(adapters)))
    if not adapters:
        return base, {}
    return apply_adapter(base, adapters, layout=layout, strength=strength), known_forms(adapters)


def known_forms(adapters: Sequence[Adapter]) -> dict[str, str]:
    """Every other spelling of the adapters' words, to the word; the first adapter's of two."""
    return {
        form: one.vocabulary.words[row]
        for one in reversed(adapters)
        for form, row in one.forms.items()
    }


def as_vectors(vectors: AnyVectors) -> WordVectors:
    """The table itself, loaded if need be."""
    return vectors if isinstance(vectors, WordVectors) else load_vectors(vectors)


class OpenedTables(Mapping[str, WordVectors]):
    """Tables by name, each read when it is looked up, so that one at a time is in memory.

    Raises FormatError at once for a path that holds no vectors.
    """

    def __init__(self, tables: Mapping[str, AnyVectors]) -> None:
        self._tables = tables
        for table in tables.values():
            if not isinstance(table, WordVectors):
                sniff_format(table)

    def __getitem__(self, name: str) -> WordVectors:
        return as_vectors(self._tables[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def as_corpus(corpus: AnyCorpus) -> Corpus:
    """The corpus itself, opened if need be."""
    if isinstance(corpus, (str, Path)):
        return open_corpus([corpus])
    if isinstance(corpus, Sequence):
        return open_corpus(corpus)
    return corpus


def fitting_adapters(base: WordVectors, adapters: AnyAdapters) -> list[Adapter]:
    """One or several, loaded if need be. Raises AdapterError unless all were made for `base`."""
    several = [adapters] if isinstance(adapters, (Adapter, str, Path)) else adapters
    return [_fitting(base, one) for one in several]


def _fitting(base: WordVectors, adapter: AnyAdapter) -> Adapter:
    loaded = as_adapter(adapter)
    check_fits(base, loaded, where="adapter" if loaded is adapter else str(adapter))
    return loaded


def as_adapter(adapter: AnyAdapter) -> Adapter:
    """The adapter itself, loaded if need be."""
    return adapter if isinstance(adapter, Adapter) else load_adapter(adapter)


def paths_among(*inputs: object) -> Iterator[str | Path]:
    """Those of some inputs that were given as paths."""
    for given in inputs:
        if isinstance(given, (str, Path)):
            yield given
        elif isinstance(given, Sequence):
            yield from paths_among(*given)
