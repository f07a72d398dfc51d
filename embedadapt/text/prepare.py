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
    """Which steps a preparation takes, whatever their order here.

    steps:
        "repair": mojibake, ligatures and HTML entities are mended (ftfy), quotation marks kept.
        "pages": page numbers, running headers and footers go.
        "rejoin": a word that a line's end broke is one again (`agree-` + `ment`) if the document
        has it whole elsewhere; a hyphen stays in any other.
        "foreign": passages clearly in another language than the corpus are set aside.
        "repeats": clauses that repeat an earlier one, exactly or nearly, go.
    language: of the corpus, one of LANGUAGES; None to tell it by the first documents.
    """

    steps: tuple[Step, ...] = STEPS
    language: str | None = None

    @classmethod
    def of(cls, steps: str, language: str | None = None) -> PrepareSettings:
        """The steps as one text, with commas; "all" or "none" of them.

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
    """What one pass through a corpus did, step by step.

    n_documents: those that were read. dropped: those of them that have no text left, by reason:
    "empty" had no text at first, "pages" only page furniture, "foreign" only foreign passages,
    "repeated" only repeated clauses, "foreign and repeated" only these two. unread: files that
    were not read.
    n_words, n_sentences: of the text before repeated clauses and foreign passages went.
    repaired_documents: changed by the repair. rejoined_words: that line ends had broken.
    dropped_lines: headers, footers and page numbers. exact_repeats, near_repeats: clauses that
    went, with repeated_words in them. foreign_passages: by language, with foreign_words in them.
    phrases: learned from what is left, where they were asked for.
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
        """Of all words, those in clauses that went because they repeat."""
        return self.repeated_words / self.n_words if self.n_words else 0.0

    @property
    def kept_documents(self) -> int:
        """Documents that have text left: as many as are written."""
        return self.n_documents - self.dropped.total()

    @property
    def kept_words(self) -> int:
        """Words of the text that is left."""
        return self.n_words - self.foreign_words - self.repeated_words

    def to_dict(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "dropped": dict(self.dropped),
            "foreign_passages": dict(self.foreign_passages),
            "repeated_share": self.repeated_share,
            "kept_documents": self.kept_documents,
            "kept_words": self.kept_words,
        }


class PreparedCorpus:
    """The documents of another corpus, prepared while they are read: a sentence a line.

    preparation: what the last whole pass did; None before it.
    """

    def __init__(self, corpus: Corpus, settings: PrepareSettings | None = None) -> None:
        self.settings = settings or PrepareSettings()
        self.preparation: Preparation | None = None
        self._corpus = corpus

    @property
    def unread(self) -> tuple[UnreadFiles, ...]:
        """The files that the other corpus does not read."""
        return unread_files(self._corpus)

    def __iter__(self) -> Iterator[Document]:
        """Raises MissingExtraError where the repair needs ftfy, and what the corpus itself does."""
        steps = self.settings.steps
        language = self._language() if "foreign" in steps else None
        done = Preparation(language=language, unread=self.unread)
        seen = SeenClauses()
        for document in self._corpus:
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
        return main_language(document.text for document in islice(self._corpus, SAMPLE))

    def _cleaned(self, text: str, done: Preparation) -> str:
        steps = self.settings.steps
        if "repair" in steps and not text.isascii():
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
