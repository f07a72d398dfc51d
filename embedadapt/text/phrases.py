"""Phrases: neighbouring words that mean one thing together, `force_majeure`, learned from a corpus.

Collocations by normalized pointwise mutual information (Bouma 2009), counted and joined as gensim's
Phrases does (Mikolov et al. 2013), in two passes: pairs, then pairs of what the first pass joined.
Connectors stand inside phrases only (`abus_de_position_dominante`), function words nowhere in them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path

from embedadapt.core.corpus import Corpus
from embedadapt.core.errors import FormatError, SettingsError
from embedadapt.core.files import read_utf8, replacing_file
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.function_words import FUNCTION_WORDS
from embedadapt.text.many_counts import ManyCounts
from embedadapt.text.normalize import CLITICS, ELISIONS, Normalizer
from embedadapt.text.sentences import sentences

MIN_COUNT = 10
"""Occurrences from which neighbours may be a phrase."""
MIN_SCORE = 0.6
"""Mutual information, 1 where the words never stand apart. On French agreements and contracts,
terms of art (`lettre_recommandée`, `intellectual_property`) lie above, free combinations below."""
DELIMITERS = ("_", "~")
"""One a pass: a phrase is taken apart by it, and the phrases of the pass before stay whole."""

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
    """Adjacent words that mean one thing together.

    Parameters
    ----------
    words : str
        The words, joined by `_` as vectors have them.
    count : int
        Occurrences in the corpus.
    score : float
        Normalized pointwise mutual information; see MIN_SCORE.

    Examples
    --------
    >>> Phrase("force_majeure", count=12, score=0.9).words
    'force_majeure'
    """

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
        in small letters, elisions apart. Reads the corpus once a pass, in the memory of those
        neighbors that occur `min_count` times.

    Raises SettingsError for a min_count under 1 or a min_score outside of -1 to 1.
    """
    if min_count < 1 or not -1 <= min_score <= 1:
        raise SettingsError(
            "phrases",
            expected="min_count from 1 on and min_score from -1 to 1",
            found=f"{min_count} and {min_score}",
        )
    runs: Iterable[list[str]] = _Runs(corpus, normalizer or _plain_normalizer())
    learned: dict[str, Phrase] = {}
    for delimiter in DELIMITERS:
        counts, n_words = _count(runs, delimiter, min_count)
        scores = _scores(counts, n_words, delimiter)
        phrases = {joined: score for joined, score in scores if score > min_score}
        for joined, score in phrases.items():
            words = joined.replace(delimiter, "_")
            learned[words] = Phrase(words, counts[joined], score)
        runs = _joined(runs, phrases, delimiter)
    return tuple(sorted(learned.values(), key=lambda one: (-one.count * one.score, one.words)))


def _count(
    runs: Iterable[Sequence[str]], delimiter: str, min_count: int
) -> tuple[dict[str, int], int]:
    """Uses of each word and of each two neighbors, joined, from `min_count` on; and the number of
    words, connectors included, which have no count of their own."""
    counts = ManyCounts()
    n_words = 0
    for run in runs:
        n_words += len(run)
        ends = _ends(run)
        counts.update(run[i] for i in ends)
        counts.update(delimiter.join(run[a : b + 1]) for a, b in pairwise(ends))
    return counts.at_least(min_count), n_words


def _scores(counts: Mapping[str, int], n_words: int, delimiter: str) -> Iterator[tuple[str, float]]:
    """The normalized pointwise mutual information of the ends of each joined pair:
    log(p(ab) / (p(a) p(b))) / -log(p(ab)), from -1 to 1."""
    for joined, count in counts.items():
        if delimiter in joined:
            first, *_, last = joined.split(delimiter)
            share = count / n_words
            chance = counts[first] / n_words * (counts[last] / n_words)
            yield joined, log(share / chance) / -log(share)


def _joined(
    runs: Iterable[Sequence[str]], phrases: Collection[str], delimiter: str
) -> Iterator[list[str]]:
    """Each run with its phrases joined, from the left: the end of one begins no other."""
    for run in runs:
        joined: list[str] = []
        done = 0
        for a, b in pairwise(_ends(run)):
            if a >= done and (phrase := delimiter.join(run[a : b + 1])) in phrases:
                joined += (*run[done:a], phrase)
                done = b + 1
        yield [*joined, *run[done:]]


def _ends(run: Sequence[str]) -> list[int]:
    """Positions of the words that a phrase may begin or end with."""
    return [i for i, word in enumerate(run) if word not in CONNECTORS]


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
    """Save phrases to a text file, to read, to edit and to load again.

    Parameters
    ----------
    phrases : iterable of Phrase
        What `learn_phrases` returned.
    path : path
        File to write: one phrase per line, with its count and score after tabs.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> phrases = embedadapt.learn_phrases(["The certificate of origin is here."] * 10)
    >>> embedadapt.save_phrases(phrases, "phrases.tsv")
    >>> embedadapt.load_phrases("phrases.tsv")
    ('certificate_of_origin',)
    """
    with replacing_file(path) as stream:
        for one in phrases:
            stream.write(f"{one.words}\t{one.count}\t{one.score:.3f}\n".encode())


def load_phrases(path: str | Path) -> tuple[str, ...]:
    r"""Load phrases from a file that `save_phrases` wrote, or from a list with one phrase per line.

    Parameters
    ----------
    path : path
        A text file in UTF-8. Words of a phrase are joined by `_`: `force_majeure`. What follows a
        tab is ignored.

    Returns
    -------
    tuple of str
        The phrases, in the order of the file.

    Raises
    ------
    FormatError
        A line joins no words, or the file is missing or not UTF-8.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("phrases.txt").write_text("force_majeure\nhold_harmless")
    >>> embedadapt.load_phrases("phrases.txt")
    ('force_majeure', 'hold_harmless')
    """
    lines = read_utf8(path).split("\n")
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
