"""What the analyzer found, as values. Counts are stored; rates are derived and never rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Context as Context
from embedadapt.core.corpus import UnreadFiles
from embedadapt.core.normalization import Normalization
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.shown import Framed, InNotebooks, Plotted, save_page
from embedadapt.text.keys import KeyStyle
from embedadapt.text.segment import Spaceless

FORMAT = 6
"""Number of the shape that `OOVReport.to_dict` writes; it grows when the shape changes."""


def rate(part: float, whole: float) -> float:
    """`part / whole`, and 0 of nothing."""
    return part / whole if whole else 0.0


@dataclass(frozen=True)
class Rung:
    """The unknown words under one way of reading the corpus.

    name:
        "raw" (split on white space, looked up verbatim), "tokenised" (case and spelling
        kept) or "normalised" (looked up under the table's own conventions).
    n_tokens, n_types:
        Words read this way, and how many different ones. Each rung cuts the text differently, so
        each has its own.
    unknown_tokens, unknown_types:
        Those that are not in the table. Keys that borrow another word's row are not in it.
    composed_tokens, composed_types:
        The unknown ones for which a fastText model still composes a vector from n-grams.
    n_documents, affected_documents:
        Documents, and those with at least one unknown word.
    """

    name: str
    n_tokens: int
    n_types: int
    unknown_tokens: int
    unknown_types: int
    composed_tokens: int
    composed_types: int
    n_documents: int
    affected_documents: int

    @property
    def token_rate(self) -> float:
        """Share of the running words that are unknown: the UNK rate."""
        return rate(self.unknown_tokens, self.n_tokens)

    @property
    def type_rate(self) -> float:
        """Share of the different words that are unknown."""
        return rate(self.unknown_types, self.n_types)

    @property
    def document_rate(self) -> float:
        """Share of the documents with at least one unknown word."""
        return rate(self.affected_documents, self.n_documents)

    @property
    def no_vector_tokens(self) -> int:
        """Unknown running words that nothing composes either: they have no vector at all."""
        return self.unknown_tokens - self.composed_tokens

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "token_rate": self.token_rate,
            "type_rate": self.type_rate,
            "document_rate": self.document_rate,
        }


@dataclass(frozen=True)
class Example:
    """A piece of the text as written, how often it stands there, and the words it is read as."""

    text: str
    count: int
    words: tuple[str, ...]


@accepts_old_names
@dataclass(frozen=True)
class Cause:
    """Why raw pieces of the text are not found, and what fixes it.

    key, title:
        A stable name (`case`) and a readable one.
    fix:
        What to do, in a few words. setting: the setting that does it (`case=lower`), "" for none.
    fixed:
        True where the fix, with those before it, makes every word of the piece known.
    tokens, types:
        Pieces booked here, each to one cause only: over all causes they add up to the unknown
        tokens and types of the rung "raw".
    recovered_tokens:
        Those among them whose every word can be read as a known one: by the fix of a convention,
        or as what was meant (`UnknownWord.meant`).
    examples:
        The most frequent pieces.
    left_tokens, left_types:
        Words of this cause that are unknown after normalisation; 0 for what is fixed. Over all
        causes they add up to the unknown tokens and types of the rung "normalised".
    """

    key: str
    title: str
    fix: str
    setting: str
    fixed: bool
    tokens: int
    types: int
    recovered_tokens: int
    examples: tuple[Example, ...]
    left_tokens: int = 0
    left_types: int = 0


@dataclass(frozen=True)
class NgramCounts:
    """The n-grams that a vector is composed of.

    untrained:
        Those that no word of the table has: training never met them.
    initial:
        Those of them whose row no word of the table shares either: it is as it was initialised. The
        others' rows were trained by other n-grams that have the same bucket.
    """

    n_ngrams: int = 0
    untrained: int = 0
    initial: int = 0

    def __add__(self, other: NgramCounts) -> NgramCounts:
        return NgramCounts(
            self.n_ngrams + other.n_ngrams,
            self.untrained + other.untrained,
            self.initial + other.initial,
        )

    def __mul__(self, times: int) -> NgramCounts:
        return NgramCounts(self.n_ngrams * times, self.untrained * times, self.initial * times)

    @property
    def untrained_rate(self) -> float:
        return rate(self.untrained, self.n_ngrams)


@dataclass(frozen=True)
class UnknownWord:
    """A word that no fix makes known.

    count, n_documents: running words and documents it stands in. cause: key of the residual cause.
    composed: True where a fastText model composes a vector for it. context: where it is used.
    meant: the known word or words that it is a misspelling, a spelling or a form of. expansion:
        what the
    text says that an acronym stands for. keyness: how much it is this corpus's own word and in use
    all over it (text.keyness); words are ranked by it. ngrams: those that compose its vector; None
    where it is not known what they were trained on.
    """

    word: str
    count: int
    n_documents: int
    cause: str
    composed: bool
    context: Context | None = None
    meant: tuple[str, ...] = ()
    expansion: str | None = None
    keyness: float = 0.0
    ngrams: NgramCounts | None = None


@dataclass(frozen=True)
class Learnable:
    """The unknown normalised words that `adapt` learns from this corpus by default.

    least:
        Uses that it needs of a word.
    types, tokens:
        Words with letters, and nothing of a number or an address, that are used so often in the
        documents that are not held out from training; and these uses. As many as an adapter has new
        words.
    """

    least: int
    types: int
    tokens: int


@dataclass(frozen=True)
class Composed:
    """How much of what composes the unknown words was ever trained.

    types, tokens:
        The n-grams of these words, each word taken once, or as often as it occurs in the corpus.
    half_types, half_tokens:
        Words half of whose n-grams or more were never trained. all_types, all_tokens: all.
    """

    types: NgramCounts
    tokens: NgramCounts
    half_types: int
    half_tokens: int
    all_types: int
    all_tokens: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "untrained_type_rate": self.types.untrained_rate,
            "untrained_token_rate": self.tokens.untrained_rate,
        }


@dataclass(frozen=True)
class SentenceCounts:
    """Sentences: all, with an unknown word, with more than one unknown word of letters."""

    n_sentences: int = 0
    affected: int = 0
    losing_several: int = 0

    def __add__(self, other: SentenceCounts) -> SentenceCounts:
        return SentenceCounts(
            self.n_sentences + other.n_sentences,
            self.affected + other.affected,
            self.losing_several + other.losing_several,
        )


@dataclass(frozen=True)
class Loss:
    """What is lost with the words that are unknown after normalisation.

    sentences:
        How many of them.
    content_tokens, unknown_content:
        Running words with letters that are no function words of the language of the corpus.
    bits, unknown_bits:
        The sum of -log2 of each running word's share of the corpus: what the words tell.
    """

    sentences: SentenceCounts
    content_tokens: int
    unknown_content: int
    bits: float
    unknown_bits: float

    @property
    def sentence_rate(self) -> float:
        """Share of the sentences with an unknown word."""
        return rate(self.sentences.affected, self.sentences.n_sentences)

    @property
    def several_lost_rate(self) -> float:
        """Share of the sentences that lose more than one word of content."""
        return rate(self.sentences.losing_several, self.sentences.n_sentences)

    @property
    def content_rate(self) -> float:
        """Share of the content words that are unknown."""
        return rate(self.unknown_content, self.content_tokens)

    @property
    def information_rate(self) -> float:
        """Share of the information that unknown words carry."""
        return self.unknown_bits / self.bits if self.bits else 0.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "sentence_rate": self.sentence_rate,
            "several_lost_rate": self.several_lost_rate,
            "content_rate": self.content_rate,
            "information_rate": self.information_rate,
        }


@dataclass(frozen=True)
class DocumentCounts:
    """One document's words, as they stand and normalised, and the unknown ones among them."""

    name: str
    raw_tokens: int
    raw_unknown: int
    n_tokens: int
    unknown_tokens: int

    @property
    def raw_rate(self) -> float:
        return rate(self.raw_unknown, self.raw_tokens)

    @property
    def token_rate(self) -> float:
        return rate(self.unknown_tokens, self.n_tokens)


@dataclass(frozen=True)
class Band:
    """The normalised words that stand in the corpus `least` to `most` times (None: or more).

    n_types, n_tokens: different words, and running words. unknown_types, unknown_tokens: those of
    them that are not in the table.
    """

    least: int
    most: int | None
    n_types: int
    unknown_types: int
    n_tokens: int
    unknown_tokens: int


@dataclass(frozen=True)
class Languages:
    """The main languages of the corpus and of the vectors, by their ISO 639 codes; None where one
    is not told."""

    corpus: str | None
    vectors: str | None

    @property
    def differ(self) -> bool:
        """Whether both are identified, and differ."""
        return None not in (self.corpus, self.vectors) and self.corpus != self.vectors


@dataclass(frozen=True)
class TableSummary:
    """The vectors that were asked."""

    path: str
    format: str
    n_words: int
    dim: int
    n_shared_keys: int
    composes: bool


@accepts_old_names
@dataclass(frozen=True)
class OOVReport(Framed, Plotted, InNotebooks):
    """Which words of a corpus have no vector, why, and what would fix it.

    `analyze_oov` makes it. Its frames (`Framed`) are words, documents, causes, readings and bands;
    its plot (`Plotted`) shows how many words have a vector, by their frequency.

    Parameters
    ----------
    table : TableSummary
        Path, format and size of the vectors.
    normalization : Normalization
        The conventions of the vectors.
    keys : KeyStyle or None
        What the keys of the vectors have around their words; None for nothing.
    languages : Languages
        The main languages of the corpus and of the vectors, which say what is foreign.
    spaceless : Spaceless or None
        Evidence that the corpus has no spaces between the words of the vectors; None for none.
    raw, tokenized, normalized : Rung
        Unknown words under three ways to read the corpus.
    loss : Loss
        What is lost with the words that are unknown after normalization.
    causes : tuple of Cause
        Every cause that occurs: conventions in the order in which they were tried, then the rest.
    words : tuple of UnknownWord
        The unknown normalized words by keyness, highest first, with a line of context each. Symbols
        and numbers are counted among the causes only.
    learnable : Learnable
        How many of the unknown normalized words training learns.
    bands : tuple of Band
        The normalized words by their frequency in the corpus, rarest first.
    documents : tuple of DocumentCounts
        One for each document, in corpus order.
    composed : Composed or None
        How much of the unknown words' n-grams was trained; None where not known, as for all vectors
        but a whole fastText model.
    unread : tuple of UnreadFiles
        Files among the documents that were not read.

    Examples
    --------
    >>> texts = ["The LICENSOR grants a license.", "Licensor pays."]
    >>> report = embedadapt.analyze_oov(vectors, texts)
    >>> [(rung.name, rung.unknown_tokens, rung.n_tokens) for rung in report.ladder]
    [('raw', 5, 7), ('tokenised', 3, 9), ('normalised', 2, 9)]
    >>> report.causes[0].title, report.causes[0].setting
    ('Punctuation glued on', '')
    """

    table: TableSummary
    normalization: Normalization
    keys: KeyStyle | None
    languages: Languages
    spaceless: Spaceless | None
    raw: Rung
    tokenized: Rung
    normalized: Rung
    loss: Loss
    causes: tuple[Cause, ...]
    words: tuple[UnknownWord, ...]
    learnable: Learnable
    bands: tuple[Band, ...]
    documents: tuple[DocumentCounts, ...]
    composed: Composed | None = None
    unread: tuple[UnreadFiles, ...] = ()

    def __repr__(self) -> str:
        return (
            f"OOVReport({self.table.path or 'vectors'!r}: {self.raw.n_tokens:,} tokens, "
            f"{self.raw.token_rate:.2%} unknown raw, {self.normalized.token_rate:.2%} normalized)"
        )

    def save_html(self, path: str | Path) -> None:
        """Write the report to `path` as one HTML page that needs no network.

        Parameters
        ----------
        path : path
            The file to write.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        save_page(path, "html.render_oov", self)

    @property
    def ladder(self) -> tuple[Rung, Rung, Rung]:
        """The three ways to read the corpus: raw, tokenized, normalized."""
        return self.raw, self.tokenized, self.normalized

    @property
    def fixed_tokens(self) -> int:
        """Unknown raw tokens that conventions alone explain."""
        return sum(cause.tokens for cause in self.causes if cause.fixed)

    @property
    def titles(self) -> Mapping[str, str]:
        """Readable name of each cause, by its key."""
        return {cause.key: cause.title for cause in self.causes}

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready. Each cause has its share of the unknown raw tokens, and of the tokens
            unknown after normalization.
        """
        unknown, left = self.raw.unknown_tokens, self.normalized.unknown_tokens
        return {
            "format": FORMAT,
            "table": asdict(self.table),
            "normalization": self.normalization.to_dict(),
            "keys": asdict(self.keys) if self.keys else None,
            "languages": asdict(self.languages),
            "spaceless": asdict(self.spaceless) if self.spaceless else None,
            "ladder": [rung.to_dict() for rung in self.ladder],
            "loss": self.loss.to_dict(),
            "causes": [
                asdict(cause)
                | {
                    "share": rate(cause.tokens, unknown),
                    "left_share": rate(cause.left_tokens, left),
                }
                for cause in self.causes
            ],
            "words": [asdict(word) for word in self.words],
            "learnable": asdict(self.learnable),
            "unread": [asdict(kind) for kind in self.unread],
            "bands": [asdict(band) for band in self.bands],
            "composed": self.composed and self.composed.to_dict(),
            "documents": [
                asdict(document)
                | {"raw_rate": document.raw_rate, "token_rate": document.token_rate}
                for document in self.documents
            ],
        }
