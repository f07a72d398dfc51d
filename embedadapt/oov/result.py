"""The results of the OOV analysis. Counts are stored; rates are derived and never rounded."""

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

FORMAT = 7
"""Number of the shape that `OOVReport.to_dict` writes; it grows when the shape changes."""


def rate(part: float, whole: float) -> float:
    """Return `part / whole`, or 0 if `whole` is 0."""
    return part / whole if whole else 0.0


@dataclass(frozen=True)
class Reading:
    """The unknown words under one way of reading the corpus.

    Parameters
    ----------
    name : str
        "raw" (split on white space, looked up verbatim), "tokenized" (case and spelling kept) or
        "normalized" (looked up under the conventions of the vectors).
    n_tokens, n_types : int
        Tokens and distinct tokens. The counts of two readings differ, since each reading splits the
        text differently.
    unknown_tokens, unknown_types : int
        Tokens and distinct tokens that the vectors lack. A key that borrows another word's row
        counts as unknown.
    composed_tokens, composed_types : int
        Unknown tokens for which a fastText model composes a vector from n-grams.
    n_documents, affected_documents : int
        Documents, and documents with at least one unknown token.
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
        """Share of the tokens that are unknown: the UNK rate."""
        return rate(self.unknown_tokens, self.n_tokens)

    @property
    def type_rate(self) -> float:
        """Share of the distinct tokens that are unknown."""
        return rate(self.unknown_types, self.n_types)

    @property
    def document_rate(self) -> float:
        """Share of the documents with at least one unknown word."""
        return rate(self.affected_documents, self.n_documents)

    @property
    def no_vector_tokens(self) -> int:
        """Unknown tokens without a composed vector: they have no vector at all."""
        return self.unknown_tokens - self.composed_tokens

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and rates as a mapping.

        Returns
        -------
        dict
            JSON-ready.
        """
        return asdict(self) | {
            "token_rate": self.token_rate,
            "type_rate": self.type_rate,
            "document_rate": self.document_rate,
        }


@dataclass(frozen=True)
class Example:
    """A raw token of the text as an example of a cause.

    Parameters
    ----------
    text : str
        The token as written.
    count : int
        Its occurrences.
    words : tuple of str
        The words that it is read as.
    """

    text: str
    count: int
    words: tuple[str, ...]


@accepts_old_names
@dataclass(frozen=True)
class Cause:
    """A reason why raw tokens are not found, with its fix.

    Parameters
    ----------
    key, title : str
        A stable name (`case`) and a readable one.
    fix : str
        What to do, in a few words.
    setting : str
        The setting that does it (`case=lower`); "" for none.
    fixed : bool
        Whether this fix, together with those before it, makes every word of the tokens known.
    tokens, types : int
        Raw tokens with this cause. Each token has only one cause, so over all causes these counts
        add up to the unknown tokens and types of the reading "raw".
    recovered_tokens : int
        Number of these tokens whose words all become known, either by the fix or because the words
        that are meant are known (`UnknownWord.meant`).
    examples : tuple of Example
        The most frequent tokens.
    left_tokens, left_types : int
        Words with this cause that remain unknown after normalization; 0 if `fixed` is True. Over
        all causes, these counts add up to the unknown tokens and types of the reading "normalized".
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
    """Counts of the n-grams that vectors are composed of.

    Parameters
    ----------
    n_ngrams : int
        All n-grams.
    untrained : int
        N-grams that occur in no word of the vectors, so that training never used them.
    initial : int
        Untrained n-grams whose row has its initial random values. The other untrained n-grams share
        their bucket with a trained one, and have its row.
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
        """Share of the n-grams that training never used."""
        return rate(self.untrained, self.n_ngrams)


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that no fix makes known.

    Parameters
    ----------
    word : str
        The normalized word.
    count, n_documents : int
        Number of occurrences of the word, and of documents that use it.
    cause : str
        Key of its cause.
    composed : bool
        Whether a fastText model composes a vector for it.
    context : Context or None
        A line that uses it.
    meant : tuple of str
        The known word or words that it is a misspelling, a spelling or an inflected form of.
    expansion : str or None
        The long form of an acronym, as the text gives it.
    keyness : float
        Log-likelihood ratio against general text, damped by the spread over documents. Words are
        ranked by it.
    ngrams : NgramCounts or None
        The n-grams that its vector is composed of; None if their training is not known.
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
    """The unknown normalized words that `adapt` learns from this corpus by default.

    Parameters
    ----------
    least : int
        Occurrences that a word needs.
    types, tokens : int
        Number of words of letters (no numbers or addresses) with at least `least` occurrences in
        the documents that are not held out, and the number of these occurrences. An adapter gets
        `types` new words.
    """

    least: int
    types: int
    tokens: int


@dataclass(frozen=True)
class Composed:
    """How many of the n-grams of the unknown words were trained.

    Parameters
    ----------
    types, tokens : NgramCounts
        N-grams of the unknown words. `types` counts each word once, `tokens` once per occurrence.
    half_types, half_tokens : int
        Words with half or more of their n-grams untrained, and the occurrences of these words.
    all_types, all_tokens : int
        Words without any trained n-gram, and the occurrences of these words.
    """

    types: NgramCounts
    tokens: NgramCounts
    half_types: int
    half_tokens: int
    all_types: int
    all_tokens: int

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and rates as a mapping.

        Returns
        -------
        dict
            JSON-ready.
        """
        return asdict(self) | {
            "untrained_type_rate": self.types.untrained_rate,
            "untrained_token_rate": self.tokens.untrained_rate,
        }


@dataclass(frozen=True)
class SentenceCounts:
    """Counts of sentences.

    Parameters
    ----------
    n_sentences : int
        All sentences.
    affected : int
        Sentences with an unknown word.
    losing_several : int
        Sentences with two or more unknown words of letters.
    """

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
    """What the text loses with the words that remain unknown after normalization.

    Parameters
    ----------
    sentences : SentenceCounts
        How many sentences lose words.
    content_tokens, unknown_content : int
        Occurrences of content words, and of unknown ones.
    bits, unknown_bits : float
        Information of all words and of the unknown ones: the sum of -log2 of each word's share of
        the corpus, over its occurrences.
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
        """Share of the sentences that lose two or more content words."""
        return rate(self.sentences.losing_several, self.sentences.n_sentences)

    @property
    def content_rate(self) -> float:
        """Share of the content words that are unknown."""
        return rate(self.unknown_content, self.content_tokens)

    @property
    def information_rate(self) -> float:
        """Share of the information that is lost with the unknown words."""
        return self.unknown_bits / self.bits if self.bits else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and rates as a mapping.

        Returns
        -------
        dict
            JSON-ready.
        """
        return asdict(self) | {
            "sentence_rate": self.sentence_rate,
            "several_lost_rate": self.several_lost_rate,
            "content_rate": self.content_rate,
            "information_rate": self.information_rate,
        }


@dataclass(frozen=True)
class DocumentCounts:
    """Tokens and unknown tokens of one document.

    Parameters
    ----------
    name : str
        The document.
    raw_tokens, raw_unknown : int
        Number of tokens after splitting on white space, and number of unknown ones.
    n_tokens, unknown_tokens : int
        Number of normalized tokens, and number of unknown ones.
    """

    name: str
    raw_tokens: int
    raw_unknown: int
    n_tokens: int
    unknown_tokens: int

    @property
    def raw_rate(self) -> float:
        """Share of the raw tokens that are unknown."""
        return rate(self.raw_unknown, self.raw_tokens)

    @property
    def token_rate(self) -> float:
        """Share of the normalized tokens that are unknown."""
        return rate(self.unknown_tokens, self.n_tokens)


@dataclass(frozen=True)
class Band:
    """The normalized words that occur about equally often in the corpus.

    Parameters
    ----------
    least : int
        Fewest occurrences of a word in the band.
    most : int or None
        Most occurrences; None for no limit.
    n_types, unknown_types : int
        Distinct words, and those that the vectors lack.
    n_tokens, unknown_tokens : int
        Tokens, and those that the vectors lack.
    """

    least: int
    most: int | None
    n_types: int
    unknown_types: int
    n_tokens: int
    unknown_tokens: int


@dataclass(frozen=True)
class Languages:
    """The main languages of the corpus and of the vectors.

    Parameters
    ----------
    corpus, vectors : str or None
        ISO 639 codes; None if the language is not recognized.
    """

    corpus: str | None
    vectors: str | None

    @property
    def differ(self) -> bool:
        """Whether both languages are recognized and differ."""
        return None not in (self.corpus, self.vectors) and self.corpus != self.vectors


@dataclass(frozen=True)
class VectorsSummary:
    """The vectors of a report.

    Parameters
    ----------
    path, format : str
        Path as given, and format of the file; "" for vectors from memory.
    n_words, dim : int
        Words and dimensions.
    n_shared_keys : int
        Keys of a pruned spaCy table that share another word's row.
    composes : bool
        Whether vectors of unseen words are composed of n-grams.
    """

    path: str
    format: str
    n_words: int
    dim: int
    n_shared_keys: int
    composes: bool


@accepts_old_names
@dataclass(frozen=True)
class OOVReport(Framed, Plotted, InNotebooks):
    """The words of a corpus that have no vector, the causes, and the fixes.

    `analyze_oov` makes it. Its frames (`Framed`) are words, documents, causes, readings and bands.
    Its plot (`Plotted`) shows the share of words that have a vector, by frequency.

    Parameters
    ----------
    vectors : VectorsSummary
        Path, format and size of the vectors.
    normalization : Normalization
        The conventions of the vectors.
    keys : KeyStyle or None
        What the keys of the vectors have around their words; None for nothing.
    languages : Languages
        The main languages of the corpus and of the vectors. The two languages determine which words
        are foreign.
    spaceless : Spaceless or None
        Evidence that the corpus has no spaces between the words of the vectors; None for none.
    raw, tokenized, normalized : Reading
        Unknown words under three ways of reading the corpus.
    loss : Loss
        What the text loses with the words that are unknown after normalization.
    causes : tuple of Cause
        Every cause that occurs: first the conventions, in the order in which they were tried, then
        the others.
    words : tuple of UnknownWord
        The unknown normalized words by keyness, highest first, each with a line of context. Symbols
        and numbers are counted in the causes but not listed here.
    learnable : Learnable
        How many of the unknown normalized words `adapt` learns.
    bands : tuple of Band
        The normalized words by their frequency in the corpus, rarest first.
    documents : tuple of DocumentCounts
        One for each document, in corpus order.
    composed : Composed or None
        How many of the unknown words' n-grams were trained; None if this is not known, which is so
        for all vectors except a whole fastText model.
    unread : tuple of UnreadFiles
        Files in the folders of the corpus that were not read.

    Examples
    --------
    >>> texts = ["The LICENSOR grants a license.", "Licensor pays."]
    >>> report = embedadapt.analyze_oov(vectors, texts)
    >>> [(reading.name, reading.unknown_tokens, reading.n_tokens) for reading in report.readings]
    [('raw', 5, 7), ('tokenized', 3, 9), ('normalized', 2, 9)]
    >>> report.causes[0].title, report.causes[0].setting
    ('Punctuation glued on', '')
    """

    vectors: VectorsSummary
    normalization: Normalization
    keys: KeyStyle | None
    languages: Languages
    spaceless: Spaceless | None
    raw: Reading
    tokenized: Reading
    normalized: Reading
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
            f"OOVReport({self.vectors.path or 'vectors'!r}: {self.raw.n_tokens:,} tokens, "
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
    def readings(self) -> tuple[Reading, Reading, Reading]:
        """The three ways to read the corpus: raw, tokenized, normalized."""
        return self.raw, self.tokenized, self.normalized

    @property
    def fixed_tokens(self) -> int:
        """Unknown raw tokens that are known after normalization."""
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
            JSON-ready. Each cause has its share of the unknown raw tokens and its share of the
            tokens that are unknown after normalization.
        """
        unknown, left = self.raw.unknown_tokens, self.normalized.unknown_tokens
        return {
            "format": FORMAT,
            "vectors": asdict(self.vectors),
            "normalization": self.normalization.to_dict(),
            "keys": asdict(self.keys) if self.keys else None,
            "languages": asdict(self.languages),
            "spaceless": asdict(self.spaceless) if self.spaceless else None,
            "readings": [reading.to_dict() for reading in self.readings],
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
