"""One walk through a corpus: everything counted in it for one table, or for several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from embedadapt.core.corpus import Corpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.batch import Batch
from embedadapt.oov.causes import Waterfall
from embedadapt.oov.findings import Findings
from embedadapt.oov.residuals import Origin
from embedadapt.oov.sightings import Sighting
from embedadapt.oov.walk import Walk
from embedadapt.text.chunks import batches
from embedadapt.text.counting import BATCH
from embedadapt.text.identify import language_of, language_of_vectors, scripts_of_vectors
from embedadapt.text.keys import bare_vocabulary, has_keys, without_keys
from embedadapt.text.names import NameLooks
from embedadapt.text.normalize import Normalizer


@dataclass
class Census:
    """What is found in a corpus for one table, and how that reads a text.

    table: with the words of its keys. keys: these as they are. language: that of the words.
    normalization: by which the text is read, what is around the words of keys included.
    """

    table: VectorsOutline
    keys: Vocabulary
    language: str | None
    normalization: Normalization
    normalizer: Normalizer
    waterfall: Waterfall
    found: Findings = field(default_factory=Findings)

    def sightings(self) -> Mapping[str, Sighting]:
        """Every unknown word as the corpus shows it, once all of it is known."""
        by_word, spread = self.found.seen.by_word, self.found.spread
        for word, sighting in by_word.items():
            sighting.n_documents = spread[word]
        return by_word

    @cached_property
    def origin(self) -> Origin:
        """The languages and scripts of the corpus and of the table, once all of it is known."""
        return Origin(
            language_of(self.found.words.counts),
            self.language,
            scripts_of_vectors(self.table.vocabulary.words),
        )

    def names(self) -> NameLooks:
        """What names look like here, learnt from the words that the table knows."""
        return NameLooks(self.found.small, self.found.known)


Tables: TypeAlias = Sequence[tuple[VectorsOutline, Normalization, str | None]]
"""Each with the language of its words."""


def take_censuses(
    corpus: Corpus,
    tables: Sequence[tuple[WordVectors | VectorsOutline, Normalization]],
    engine: Engine = HERE,
) -> list[Census]:
    """A census of one walk through `corpus` for each table, the same whatever the engine."""
    outlines: Tables = [
        (table, rules, language_of_vectors(_bare_words(table.vocabulary, rules)))
        for table, rules in (
            (v.outline if isinstance(v, WordVectors) else v, rules) for v, rules in tables
        )
    ]
    found = engine.map_reduce(_find, engine.split(corpus), _add_each, engine.share(outlines))
    return [replace(_empty(*table), found=one) for table, one in zip(outlines, found, strict=True)]


def _bare_words(keys: Vocabulary, rules: Normalization) -> Sequence[str]:
    return bare_vocabulary(keys, rules).words if has_keys(rules) else keys.words


def _find(corpus: Corpus, tables: Tables) -> list[Findings]:
    walks = [
        Walk(census.normalizer, census.keys, census.table, census.language)
        for census in (_empty(*table) for table in tables)
    ]
    for documents in batches(corpus, BATCH):
        batch = Batch.of(documents)
        for walk in walks:
            walk.add(batch)
    return [walk.findings() for walk in walks]


def _add_each(some: list[Findings], others: list[Findings]) -> list[Findings]:
    return [one + other for one, other in zip(some, others, strict=True)]


def _empty(table: VectorsOutline, normalization: Normalization, language: str | None) -> Census:
    keys = table.vocabulary
    if has_keys(normalization):
        table = replace(table, vocabulary=bare_vocabulary(keys, normalization))
    return Census(
        table=table,
        keys=keys,
        language=language,
        normalization=normalization,
        normalizer=Normalizer(without_keys(normalization), table.vocabulary),
        waterfall=Waterfall(normalization, keys, table.vocabulary),
    )
