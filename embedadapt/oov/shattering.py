"""How tokenizers cut the words of a corpus, as results that reports render."""

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
    """The tokenizer of a report.

    Parameters
    ----------
    path, kind : str
        Path as given, and type of its model, such as BPE.
    n_pieces : int
        Pieces in its vocabulary.
    """

    path: str
    kind: str
    n_pieces: int


@dataclass(frozen=True)
class PieceCounts:
    """Counts of words and of the pieces that they are cut into.

    Parameters
    ----------
    n_types, n_words : int
        Distinct words as written, and their occurrences.
    n_pieces : int
        Pieces of all occurrences.
    whole : int
        Occurrences of words that the tokenizer leaves whole, as one piece that is known.
    shattered : int
        Occurrences of words that are cut into many pieces (`fertility.is_shattered`).
    """

    n_types: int
    n_words: int
    n_pieces: int
    whole: int
    shattered: int

    @property
    def fertility(self) -> float:
        """Pieces per word; 0 if there is no word."""
        return self.n_pieces / self.n_words if self.n_words else 0.0

    @property
    def shattered_rate(self) -> float:
        """Share of the occurrences that are shattered."""
        return self.shattered / self.n_words if self.n_words else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and rates as a mapping.

        Returns
        -------
        dict
            JSON-ready.
        """
        return asdict(self) | {"fertility": self.fertility, "shattered_rate": self.shattered_rate}


@dataclass(frozen=True)
class FertilityBand:
    """Words that occur about equally often in the corpus.

    Parameters
    ----------
    least : int
        Fewest occurrences of a word in the band.
    most : int or None
        Most occurrences; None for no limit.
    words : PieceCounts
        The words and their pieces.
    """

    least: int
    most: int | None
    words: PieceCounts


@dataclass(frozen=True)
class DocumentFertility:
    """Words and pieces of one document.

    Parameters
    ----------
    name : str
        The document.
    n_words, n_pieces : int
        Number of words, and of the pieces that they are cut into.
    n_tokens : int
        Tokens of the whole text.
    """

    name: str
    n_words: int
    n_pieces: int
    n_tokens: int

    @property
    def fertility(self) -> float:
        """Pieces per word; 0 if there is no word."""
        return self.n_pieces / self.n_words if self.n_words else 0.0


@dataclass(frozen=True)
class ShatteredWord:
    """A word that is cut into many pieces or into single letters.

    Parameters
    ----------
    word : str
        The most frequent of the spellings that are split into the same pieces.
    count, n_documents : int
        Occurrences of all these spellings, and documents that use the most frequent spelling.
    pieces : tuple of str
        Its pieces, as the tokenizer spells them.
    n_letters : int
        Single letters among the pieces.
    keyness : float
        Log-likelihood ratio against general text, damped by the spread over documents.
    by_case : bool
        Whether only its capitals are the reason: in lower case it is not shattered.
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
        """Tokens that would be saved if the word were one piece."""
        return self.count * (len(self.pieces) - 1)


@dataclass(frozen=True)
class Saving:
    """Tokens that the corpus would save if words were added to the tokenizer.

    Parameters
    ----------
    n_words : int
        Number of added words, those that save most first.
    n_tokens : int
        Tokens that are saved.
    """

    n_words: int
    n_tokens: int


@dataclass(frozen=True)
class Uncovered:
    """Words and marks for which the vocabulary has no piece.

    Parameters
    ----------
    tokens : int
        Unknown pieces.
    types : int
        Distinct words and marks that they come from.
    examples : tuple of str
        The most frequent of these.
    """

    tokens: int
    types: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class FertilityReport:
    """How one tokenizer cuts the words of a corpus.

    Parameters
    ----------
    tokenizer : TokenizerSummary
        Path, type and size of the tokenizer.
    n_tokens : int
        Tokens of all documents, each encoded whole and without special tokens.
    words : PieceCounts
        All tokens with a letter, as written.
    bands : tuple of FertilityBand
        The words by their frequency in the corpus, rarest first.
    documents : tuple of DocumentFertility
        One for each document, in corpus order.
    shattered : tuple of ShatteredWord
        The shattered words by keyness, highest first.
    savings : tuple of Saving
        Savings for increasing numbers of added words.
    unknown, bytes : Uncovered
        Words and marks that become unknown tokens, and those that fall back to bytes.
    unread : tuple of UnreadFiles
        Files in the folders of the corpus that were not read.
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
        """The words that are shattered because of their capitals only."""
        return tuple(word for word in self.shattered if word.by_case)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a mapping.

        Returns
        -------
        dict
            JSON-ready.
        """
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
        One or more, in the order in which the tokenizers were given.

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
        """Whether there is only one report, and nothing to compare."""
        return len(self.reports) == 1

    @cached_property
    def best(self) -> FertilityReport:
        """The report with the fewest tokens."""
        return min(self.reports, key=lambda report: report.n_tokens)

    @cached_property
    def alike(self) -> tuple[FertilityReport, ...]:
        """The report with the fewest tokens and those within 1 % of it, best first."""
        ranked = sorted(self.reports, key=lambda report: report.n_tokens)
        return tuple(one for one in ranked if one.n_tokens <= (1 + ALIKE) * ranked[0].n_tokens)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready. "best" is an index into "reports".
        """
        return {
            "format": FORMAT,
            "best": self.reports.index(self.best),
            "reports": [report.to_dict() for report in self.reports],
        }
