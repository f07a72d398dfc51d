"""Everything counted in a corpus for one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from embedadapt.core.counters import both
from embedadapt.oov.occurrences import Occurrences
from embedadapt.oov.result import DocumentCounts, SentenceCounts
from embedadapt.oov.sightings import Pairs, Sightings
from embedadapt.oov.tallies import Tally


@dataclass
class Findings:
    """Everything counted for one table, in a corpus or a part of one.

    raw, tokens, words: the three readings. seen: how unknown words are used. occurrences: in which
    documents. sentences: how many, those with an unknown word, and those with more than one that
    carries content. known: the words that the table knows to their running words, and small: to
    those in small letters, as they are without the phrases that they are joined in.
    parts: documents of each part that was counted by itself.
    """

    raw: Tally = field(default_factory=lambda: Tally("raw"))
    tokens: Tally = field(default_factory=lambda: Tally("tokenized"))
    words: Tally = field(default_factory=lambda: Tally("normalized"))
    seen: Sightings = field(default_factory=Sightings)
    pairs: Pairs = field(default_factory=Pairs)
    documents: list[DocumentCounts] = field(default_factory=list)
    occurrences: Occurrences = field(default_factory=Occurrences)
    sentences: SentenceCounts = field(default_factory=SentenceCounts)
    small: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    parts: tuple[int, ...] = ()

    @property
    def spread(self) -> Mapping[str, int]:
        """In how many documents each unknown word stands."""
        return self.occurrences.spread

    @property
    def places(self) -> Mapping[str, Sequence[int]]:
        """The first few documents of each unknown word."""
        return self.occurrences.places

    def __add__(self, other: Findings) -> Findings:
        """What both parts of a corpus show, the other one following."""
        return Findings(
            raw=self.raw + other.raw,
            tokens=self.tokens + other.tokens,
            words=self.words + other.words,
            seen=self.seen + other.seen,
            pairs=self.pairs + other.pairs,
            documents=self.documents + other.documents,
            occurrences=self.occurrences + other.occurrences,
            sentences=self.sentences + other.sentences,
            small=both(self.small, other.small),
            known=both(self.known, other.known),
            parts=self.parts + other.parts,
        )
