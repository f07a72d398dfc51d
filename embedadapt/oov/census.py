"""One walk through a corpus: everything counted in it for one table, or for several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.causes import Waterfall
from embedadapt.oov.evidence import CASED, Origin
from embedadapt.oov.findings import Findings
from embedadapt.oov.plain_walk import PlainWalk
from embedadapt.oov.sightings import Sighting
from embedadapt.text.identify import (
    language_of,
    language_of_vectors,
    main_scripts,
    scripts_of_vectors,
)
from embedadapt.text.keys import bare, bare_vocabulary, has_keys, language_prefixes, without_keys
from embedadapt.text.name_letters import name_letters
from embedadapt.text.name_lists import LANGUAGES
from embedadapt.text.names import NameLooks
from embedadapt.text.normalize import Normalizer

if TYPE_CHECKING:
    from embedadapt.oov.name_evidence import NameEvidence


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
        counts: Mapping[str, int] = self.found.words.counts
        if has_keys(self.normalization):  # which a text may have too
            counts = _added((bare(word, self.normalization), n) for word, n in counts.items())
        main = main_scripts(counts)
        scripts = scripts_of_vectors(self.table.vocabulary.words) | main
        return Origin(language_of(counts), self.language, scripts, main)

    def names(self) -> NameLooks | NameEvidence:
        """What names look like here, learnt from the words that the table knows; where capitals do
        not tell them, from lists of names and from what stands beside them."""
        origin = self.origin
        claims = origin.language in LANGUAGES and not origin.marks_names
        letters = name_letters(origin.language) if claims and origin.language else None
        if letters is None:
            asked: Iterable[str] = self.found.seen.by_word
            if self.normalization.case == "upper":
                asked = {word.lower().upper() for word in asked}
            return NameLooks(self.found.small, self.found.known, asked)
        from embedadapt.oov.name_evidence import NameEvidence  # with scipy.special, slow to import

        capitals = origin.main <= CASED
        return NameEvidence(letters, self.sightings(), origin.main, capitals=capitals)


def _added(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for word, n in counts:
        total[word] += n
    return total


BATCH = 1 << 22
"""Characters counted at once."""
FEW_CHARACTERS = 500_000
"""Characters up to which text is counted word by word, in the time that loading takes."""
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
    if language_prefixes(keys.words, rules.prefix):
        return [bare(key, rules) for key in keys.words if key.startswith(rules.prefix)]
    return bare_vocabulary(keys, rules).words if has_keys(rules) else keys.words


def _find(corpus: Corpus, tables: Tables) -> list[Findings]:
    """Counts a little text without compiled loops: to load these takes longer."""
    censuses = [_empty(*table) for table in tables]
    documents, begun, n_characters = iter(corpus), list[Document](), 0
    for document in documents:
        begun.append(document)
        n_characters += len(document.text)
        if n_characters > FEW_CHARACTERS:
            return _find_compiled(chain(begun, documents), censuses)
    walks = [PlainWalk(*_asked(census)) for census in censuses]
    for document in begun:
        for walk in walks:
            walk.add(document)
    return [walk.findings() for walk in walks]


def _find_compiled(documents: Iterable[Document], censuses: Sequence[Census]) -> list[Findings]:
    from embedadapt.oov.walk import Batch, Walk
    from embedadapt.text.chunks import batches

    walks = [Walk(*_asked(census)) for census in censuses]
    for some in batches(documents, BATCH):
        batch = Batch.of(some)
        for walk in walks:
            walk.add(batch)
    return [walk.findings() for walk in walks]


def _asked(census: Census) -> tuple[Normalizer, Vocabulary, VectorsOutline, str | None]:
    return census.normalizer, census.keys, census.table, census.language


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
