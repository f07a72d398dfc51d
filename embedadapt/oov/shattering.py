"""How a tokenizer cuts the words of a corpus: a frozen result that reports only render."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from embedadapt.core.corpus import UnreadFiles

FORMAT = 1
"""Number of the shape that `FertilityComparison.to_dict` writes."""
ALIKE = 0.01
"""Share of the cost within which two tokenizers cost alike."""


@dataclass(frozen=True)
class TokenizerSummary:
    """The tokenizer that was asked: its file, its model (`BPE`) and its number of pieces."""

    path: str
    kind: str
    n_pieces: int


@dataclass(frozen=True)
class PieceCounts:
    """Words, and the pieces that they are cut into.

    n_types, n_words: different words as they are written, and running words. n_pieces: of the
    running words. whole: running words of one piece that is not the unknown token.
    shattered: running words that are cut into many pieces (`fertility.is_shattered`).
    """

    n_types: int
    n_words: int
    n_pieces: int
    whole: int
    shattered: int

    @property
    def fertility(self) -> float:
        """Pieces a word; 0 where there is no word."""
        return self.n_pieces / self.n_words if self.n_words else 0.0

    @property
    def shattered_rate(self) -> float:
        """Share of the running words that are shattered."""
        return self.shattered / self.n_words if self.n_words else 0.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"fertility": self.fertility, "shattered_rate": self.shattered_rate}


@dataclass(frozen=True)
class FertilityBand:
    """Words that stand in the corpus `least` to `most` times (None: or more)."""

    least: int
    most: int | None
    words: PieceCounts


@dataclass(frozen=True)
class DocumentFertility:
    """One document: its words, their pieces, and the tokens that the whole text costs."""

    name: str
    n_words: int
    n_pieces: int
    n_tokens: int

    @property
    def fertility(self) -> float:
        return self.n_pieces / self.n_words if self.n_words else 0.0


@dataclass(frozen=True)
class ShatteredWord:
    """A word that falls into many pieces, or into single letters.

    word: its commonest spelling among those that the tokenizer cuts alike. count: uses of these.
    n_documents: that use the commonest. pieces: as the tokenizer spells them. n_letters: single
    letters among the pieces. keyness: how much the word is the corpus's own (`text.keyness`).
    by_case: whether it is shattered for its capitals alone, and not in lower case.
    saved: tokens that the corpus would cost less if the word were one piece.
    """

    word: str
    count: int
    n_documents: int
    pieces: tuple[str, ...]
    n_letters: int
    keyness: float
    by_case: bool

    @property
    def saved(self) -> int:
        return self.count * (len(self.pieces) - 1)


@dataclass(frozen=True)
class Saving:
    """Tokens that the corpus would cost less with the `n_words` words added that save most."""

    n_words: int
    n_tokens: int


@dataclass(frozen=True)
class Uncovered:
    """Words and marks for which the vocabulary has no piece: `tokens` of such pieces, in `types`
    different words and marks; examples, the most frequent first."""

    tokens: int
    types: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class FertilityReport:
    """What a tokenizer makes of a corpus.

    tokenizer:
        Which it is.
    n_tokens:
        What all documents cost, each encoded whole and without special tokens.
    words:
        All words: what has a letter, as it is written.
    bands:
        The words by their frequency in the corpus, the rarest first.
    documents:
        One entry per document, in corpus order.
    shattered:
        The words that are shattered, those of greatest keyness first.
    savings:
        For growing numbers of added words.
    unknown, bytes:
        Words and marks that become unknown tokens, and that fall back to bytes.
    unread:
        Files among the documents that were not read.
    """

    tokenizer: TokenizerSummary
    n_tokens: int
    words: PieceCounts
    bands: tuple[FertilityBand, ...]
    documents: tuple[DocumentFertility, ...]
    shattered: tuple[ShatteredWord, ...]
    savings: tuple[Saving, ...]
    unknown: Uncovered
    bytes: Uncovered
    unread: tuple[UnreadFiles, ...] = ()

    @property
    def by_case(self) -> tuple[ShatteredWord, ...]:
        """The words that are shattered for their capitals alone."""
        return tuple(word for word in self.shattered if word.by_case)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping."""
        return {
            "tokenizer": asdict(self.tokenizer),
            "n_tokens": self.n_tokens,
            "words": self.words.to_dict(),
            "bands": [
                {"least": band.least, "most": band.most} | band.words.to_dict()
                for band in self.bands
            ],
            "documents": [asdict(one) | {"fertility": one.fertility} for one in self.documents],
            "shattered": [asdict(one) | {"saved": one.saved} for one in self.shattered],
            "savings": [asdict(saving) for saving in self.savings],
            "unknown": asdict(self.unknown),
            "bytes": asdict(self.bytes),
            "unread": [asdict(kind) for kind in self.unread],
        }


@dataclass(frozen=True)
class FertilityComparison:
    """How tokenizers cut the words of one corpus.

    Parameters
    ----------
    reports : tuple of FertilityReport
        One for each tokenizer, at least one, in the order they were given.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> tokens = {"[UNK]": 0, "licensor": 1, "##s": 2}
    >>> Tokenizer(models.WordPiece(tokens, unk_token="[UNK]")).save("tokenizer.json")
    >>> found = embedadapt.compare_tokenizers(["tokenizer.json"], ["licensors licensor"])
    >>> found.single, found.best.words.n_pieces
    (True, 3)
    """

    reports: tuple[FertilityReport, ...]

    @property
    def single(self) -> bool:
        """True where there is nothing to compare."""
        return len(self.reports) == 1

    @cached_property
    def best(self) -> FertilityReport:
        """The report of the tokenizer that the corpus costs the fewest tokens."""
        return min(self.reports, key=lambda report: report.n_tokens)

    @cached_property
    def alike(self) -> tuple[FertilityReport, ...]:
        """Reports of tokenizers within ALIKE of the fewest tokens, the best first."""
        ranked = sorted(self.reports, key=lambda report: report.n_tokens)
        return tuple(one for one in ranked if one.n_tokens <= (1 + ALIKE) * ranked[0].n_tokens)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a mapping.

        Returns
        -------
        dict of str to Any
            JSON-ready, with `"format": 1`; "best" is the number of a report.
        """
        return {
            "format": FORMAT,
            "best": self.reports.index(self.best),
            "reports": [report.to_dict() for report in self.reports],
        }
