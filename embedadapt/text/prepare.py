"""A corpus made ready to train on, as a stream: repaired, without page furniture, cut into
sentences, without repeated clauses and foreign passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Literal, TypeAlias, cast, get_args

from embedadapt.core.corpus import Corpus, Document, UnreadFiles, unread_files
from embedadapt.core.errors import MissingExtraError, SettingsError
from embedadapt.text.duplicates import SeenClauses
from embedadapt.text.languages import LANGUAGES, foreign_language, main_language
from embedadapt.text.pages import without_furniture
from embedadapt.text.phrases import Phrase
from embedadapt.text.sentences import sentences

SAMPLE = 20
"""Documents by which the main language is told."""

_BREAK = re.compile(r"(?<=[^\W\d_]{2})[-‐\xad][^\S\n]*+\n[^\S\n]*+([a-zß-öø-ÿœ]++)")
_LETTERS = re.compile(r"[^\W\d_]{2,}+")
_WORD = re.compile(r"[^\W\d_]++(?:[-‐][^\W\d_]++)*")


Step: TypeAlias = Literal["repair", "pages", "rejoin", "foreign", "repeats"]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True)
class PrepareSettings:
    """Which steps prepare a corpus for training. The order of the steps is fixed.

    Parameters
    ----------
    steps : tuple of str
        "repair" corrects mojibake, ligatures and HTML entities (ftfy) and keeps quotation marks.
        "pages" removes page numbers, running headers and footers. "rejoin" joins a word that a line
        break divided (`agree-` + `ment`) if the document has the whole word elsewhere; otherwise
        the hyphen stays. "foreign" removes passages that are clearly in another language than the
        corpus. "repeats" removes clauses that repeat an earlier one, exactly or nearly. Default:
        all of them.
    language : str, optional
        Language of the corpus, one of `text.languages.LANGUAGES`. Default: recognized from the
        first documents.

    Raises
    ------
    SettingsError
        A step or the language is unknown.

    Examples
    --------
    >>> PrepareSettings(("repair", "repeats"), language="en").language
    'en'
    """

    steps: tuple[Step, ...] = STEPS
    language: str | None = None

    @classmethod
    def of(cls, steps: str, language: str | None = None) -> PrepareSettings:
        """Make settings from steps in one string.

        Parameters
        ----------
        steps : str
            Steps separated by commas; "all", or "none".
        language : str, optional
            Language of the corpus. Default: recognized from the first documents.

        Returns
        -------
        PrepareSettings
            The settings.

        Raises
        ------
        SettingsError
            A step or the language is unknown.

        Examples
        --------
        >>> PrepareSettings.of("repair, repeats").steps
        ('repair', 'repeats')
        """
        names = {"all": STEPS, "none": ()}.get(steps, steps.replace(" ", "").split(","))
        return cls(cast(tuple[Step, ...], tuple(names)), language)

    def __post_init__(self) -> None:
        for step in self.steps:
            if step not in STEPS:
                raise SettingsError("steps", expected=f"some of {', '.join(STEPS)}", found=step)
        if self.language not in (None, *LANGUAGES):
            raise SettingsError(
                "language", expected=f"one of {', '.join(LANGUAGES)}", found=repr(self.language)
            )


@dataclass
class Preparation:
    """What each step of the preparation changed or removed in a corpus.

    Parameters
    ----------
    language : str or None
        Main language of the corpus; None if no step needs it.
    n_documents : int
        Documents that were read.
    dropped : Counter of str
        Number of documents without any text left, by reason: "empty" (no text), "pages" (only
        headers, footers and page numbers), "foreign" (only foreign passages), "repeated" (only
        repeated clauses), "foreign and repeated" (only these two).
    unread : tuple of UnreadFiles
        Files that were not read.
    n_sentences, n_words : int
        Size of the text before foreign passages and repeated clauses were removed.
    repaired_documents : int
        Documents changed by the repair.
    rejoined_words : int
        Words that were divided by a line break and are joined again.
    dropped_lines : int
        Headers, footers and page numbers that were removed.
    exact_repeats, near_repeats : int
        Clauses removed because they repeat an earlier one.
    repeated_words : int
        Words of those clauses.
    foreign_passages : Counter of str
        Passages removed because of their language, by language.
    foreign_words : int
        Words of those passages.
    phrases : tuple of Phrase
        Phrases of the prepared text, if `prepare` wrote them.

    Examples
    --------
    >>> done = embedadapt.prepare(["The lessor pays. Le bailleur paie le loyer."])
    >>> done.n_documents, done.n_sentences
    (1, 2)
    """

    language: str | None = None
    n_documents: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    unread: tuple[UnreadFiles, ...] = ()
    n_sentences: int = 0
    n_words: int = 0
    repaired_documents: int = 0
    rejoined_words: int = 0
    dropped_lines: int = 0
    exact_repeats: int = 0
    near_repeats: int = 0
    repeated_words: int = 0
    foreign_passages: Counter[str] = field(default_factory=Counter)
    foreign_words: int = 0
    phrases: tuple[Phrase, ...] = ()

    @property
    def repeated_share(self) -> float:
        """Share of all words that were in removed clauses."""
        return self.repeated_words / self.n_words if self.n_words else 0.0

    @property
    def kept_documents(self) -> int:
        """Number of documents with text left; only these are written."""
        return self.n_documents - self.dropped.total()

    @property
    def kept_words(self) -> int:
        """Words of the text that is left."""
        return self.n_words - self.foreign_words - self.repeated_words

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as a mapping.

        Returns
        -------
        dict
            JSON-ready, one entry per field, and the derived figures.
        """
        return {
            **asdict(self),
            "dropped": dict(self.dropped),
            "foreign_passages": dict(self.foreign_passages),
            "repeated_share": self.repeated_share,
            "kept_documents": self.kept_documents,
            "kept_words": self.kept_words,
        }


class PreparedCorpus:
    """The documents of another corpus, prepared while they are read: one sentence per line.

    `preparation` is what the last complete pass changed; it is None before the first.

    Parameters
    ----------
    corpus : Corpus
        What `as_corpus` or `open_corpus` returned.
    settings : PrepareSettings, optional
        Which steps to take. Default: all.

    Examples
    --------
    >>> clause = "This agreement is governed by the laws of the place where the tenant lives."
    >>> texts = embedadapt.Texts([f"Lease. {clause}", f"Sale. {clause}"])
    >>> prepared = PreparedCorpus(texts, PrepareSettings.of("repeats"))
    >>> [document.text.split()[0] for document in prepared]
    ['Lease.', 'Sale.']
    >>> prepared.preparation.exact_repeats
    1
    """

    def __init__(self, corpus: Corpus, settings: PrepareSettings | None = None) -> None:
        self.settings = settings or PrepareSettings()
        self.preparation: Preparation | None = None
        self.corpus = corpus

    @property
    def unread(self) -> tuple[UnreadFiles, ...]:
        """Files that the corpus does not read because of their kind."""
        return unread_files(self.corpus)

    def __iter__(self) -> Iterator[Document]:
        """Raises MissingExtraError where the repair needs ftfy, and what the corpus itself does."""
        steps = self.settings.steps
        language = self._language() if "foreign" in steps else None
        done = Preparation(language=language, unread=self.unread)
        seen = SeenClauses()
        for document in self.corpus:
            n_foreign, n_repeated = done.foreign_words, done.repeated_words
            text = self._cleaned(document.text, done)
            kept = "\n".join(self._kept(list(sentences(text)), done, seen))
            done.n_documents += 1
            if not kept:
                done.dropped[
                    _why_dropped(
                        document.text,
                        foreign=done.foreign_words > n_foreign,
                        repeated=done.repeated_words > n_repeated,
                    )
                ] += 1
            yield Document(document.name, kept)
        self.preparation = done

    def _language(self) -> str:
        if self.settings.language:
            return self.settings.language
        return main_language(document.text for document in islice(self.corpus, SAMPLE))

    def _cleaned(self, text: str, done: Preparation) -> str:
        steps = self.settings.steps
        if "repair" in steps and ("&" in text or not text.isascii()):
            repaired = _repaired(text)
            done.repaired_documents += repaired != text
            text = repaired
        if "pages" in steps:
            text, n_lines = without_furniture(text)
            done.dropped_lines += n_lines
        if "rejoin" in steps:
            text, n_words = rejoin_words(text)
            done.rejoined_words += n_words
        return text

    def _kept(self, found: list[str], done: Preparation, seen: SeenClauses) -> Iterator[str]:
        """The sentences that are neither foreign nor repeated."""
        at_home = []
        for sentence in found:
            n_words = len(sentence.split())
            done.n_sentences += 1
            done.n_words += n_words
            language = foreign_language(sentence, done.language) if done.language else None
            if language:
                done.foreign_passages[language] += 1
                done.foreign_words += n_words
            else:
                at_home.append(sentence)
        wanted = "repeats" in self.settings.steps
        repeats = seen.repeated(at_home) if wanted else ["no"] * len(at_home)
        for sentence, repeat in zip(at_home, repeats, strict=True):
            if repeat == "no":
                yield sentence
            else:
                done.exact_repeats += repeat == "exact"
                done.near_repeats += repeat == "near"
                done.repeated_words += len(sentence.split())


def _why_dropped(text: str, *, foreign: bool, repeated: bool) -> str:
    """Why nothing is left of a document: see `Preparation`."""
    steps = [name for name, took in (("foreign", foreign), ("repeated", repeated)) if took]
    return " and ".join(steps) or ("pages" if text.strip() else "empty")


def rejoin_words(text: str) -> tuple[str, int]:
    """`text` with the words joined that a line's end broke, and how many were.

    Only those that the text has whole elsewhere: a compound's own hyphen may stand at a line's end.

    >>> rejoin_words("This agreement.\\nSuch agree-\\nment is non-\\nexclusive.")
    ('This agreement.\\nSuch agreement is non-\\nexclusive.', 1)
    """
    if not _BREAK.search(text):
        return text, 0
    whole = {word.lower() for word in _WORD.findall(text)}
    parts: list[str] = []
    end = 0
    n_joined = 0
    for broken, begin in _broken_words(text):
        if (begin + broken[1]).lower() in whole:
            parts += text[end : broken.start()], broken[1]
            end = broken.end()
            n_joined += 1
    return "".join((*parts, text[end:])), n_joined


def _broken_words(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every break within a word, with the letters before it that belong to no other broken word."""
    end = 0
    for broken in _BREAK.finditer(text):
        if begin := _LETTERS.match(text[end : broken.start()][::-1]):
            end = broken.end()
            yield broken, begin[0][::-1]


def _repaired(text: str) -> str:
    try:
        import ftfy
    except ImportError as error:
        raise MissingExtraError(
            "repair",
            expected="the package ftfy",
            found="none",
            hint="In a clone of embedadapt: pip install '.[docs]'; or turn this step off.",
        ) from error
    return ftfy.fix_text(text, uncurl_quotes=False, fix_line_breaks=False)
