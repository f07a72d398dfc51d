"""Phrases: neighbouring words that mean one thing together, `force_majeure`, learned from a corpus.

Collocations by normalised pointwise mutual information (Bouma 2009), through gensim's Phrases
(Mikolov et al. 2013), in two passes: pairs, then pairs of what the first pass joined. Connectors
stand inside phrases only (`abus_de_position_dominante`), function words nowhere in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedadapt.core.corpus import Corpus
from embedadapt.core.errors import FormatError
from embedadapt.core.files import replacing_file
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.function_words import FUNCTION_WORDS
from embedadapt.text.normalize import CLITICS, ELISIONS, Normalizer
from embedadapt.text.sentences import sentences

MIN_COUNT = 10
"""Occurrences from which neighbours may be a phrase."""
MIN_SCORE = 0.6
"""Mutual information, 1 where the words never stand apart. On French agreements and contracts,
terms of art (`lettre_recommandée`, `intellectual_property`) lie above, free combinations below."""
DELIMITERS = ("_", "~")
"""One a pass: gensim takes a phrase apart by it, and shall find the phrases of the pass before."""

# fmt: off
CONNECTORS = frozenset({
    "of", "for", "and", "or", "to", "in", "on", "by", "at", "with", "without", "the", "a", "an",
    "de", "du", "des", "d'", "la", "le", "les", "l'", "à", "au", "aux", "en", "et", "ou", "par",
    "sur", "pour", "un", "une",
})
"""Stand inside phrases, not at their ends."""
# fmt: on
_PRESENT = frozenset({"présent", "présente", "présents", "présentes"})
"""`la présente loi` is this law."""
_IN_NO_PHRASE = (FUNCTION_WORDS["en"] | FUNCTION_WORDS["fr"] | CLITICS | _PRESENT) - CONNECTORS

_WORD = re.compile(r"[^\W\d_]{2,}+(?>(?:-[^\W\d_]++)*)")


@dataclass(frozen=True)
class Phrase:
    """words: joined by `_`, as a table writes them. count: in the corpus. score: see MIN_SCORE."""

    words: str
    count: int
    score: float


def learn_phrases(
    corpus: Corpus,
    normalizer: Normalizer | None = None,
    *,
    min_count: int = MIN_COUNT,
    min_score: float = MIN_SCORE,
) -> tuple[Phrase, ...]:
    """The phrases of a corpus, those that carry most first: by count times score.

    normalizer: gives the words to join, those of the table they are learned for; without it, words
        in small letters, elisions apart. Reads the corpus once a pass, in the memory of its
        different neighbours.
    """
    from gensim.models.phrases import Phrases

    runs: Iterable[list[str]] = _Runs(corpus, normalizer or _plain_normalizer())
    found: dict[str, Phrase] = {}
    for delimiter in DELIMITERS:
        model = Phrases(
            runs,
            min_count=min_count,
            threshold=min_score,
            scoring="npmi",
            connector_words=CONNECTORS,
            delimiter=delimiter,
        )
        for joined, score in model.export_phrases().items():
            words = joined.replace(delimiter, "_")
            found[words] = Phrase(words, model.vocab[joined], float(score))
        runs = model.freeze()[runs]
    return tuple(sorted(found.values(), key=lambda one: (-one.count * one.score, one.words)))


class _Runs:
    """The runs of words that phrases may stand in, sentence by sentence, again and again."""

    def __init__(self, corpus: Corpus, normalizer: Normalizer) -> None:
        self._corpus = corpus
        self._normalizer = normalizer

    def __iter__(self) -> Iterator[list[str]]:
        for document in self._corpus:
            for sentence in sentences(document.text):
                yield from _runs(self._normalizer.sentence(self._normalizer.tokens(sentence)))


def _runs(words: Sequence[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for word in words:
        small = word.lower()
        if small in CONNECTORS or (_WORD.fullmatch(word) and small not in _IN_NO_PHRASE):
            run.append(word)
        else:
            yield run
            run = []
    yield run


def _plain_normalizer() -> Normalizer:
    rules = Normalization(case="lower", apostrophe="straight", elision="split", unicode="NFC")
    return Normalizer(rules, Vocabulary(sorted(ELISIONS)))


def save_phrases(phrases: Iterable[Phrase], path: str | Path) -> None:
    """A phrase a line, with its count and score behind tabs: to read, to edit, to load again."""
    with replacing_file(path) as stream:
        for one in phrases:
            stream.write(f"{one.words}\t{one.count}\t{one.score:.3f}\n".encode())


def load_phrases(path: str | Path) -> tuple[str, ...]:
    """The phrases of a file that `save_phrases` wrote, or of a list, one a line: `force_majeure`.

    Raises FormatError for a line that joins nothing.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError(str(path), expected="UTF-8", found=error.reason) from error
    phrases = []
    for number, line in enumerate(lines, start=1):
        words = line.partition("\t")[0].strip()
        if words and "_" not in words.strip("_"):
            raise FormatError(
                f"{path}, line {number}", expected="words joined by _", found=repr(words)
            )
        if words:
            phrases.append(words)
    return tuple(phrases)
