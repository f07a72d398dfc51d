"""Text without spaces between words, cut into words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.

Best cut by what the vectors' own text was cut by; kept libraries are called by name. Without one,
the words of the vectors serve as the dictionary of a maximum-matching segmenter: of all ways to cut
a run of letters, the one that leaves the fewest letters unknown, and of these the one with the
fewest words (Wong and Chan, "Chinese Word Segmentation based on Maximum Matching and Word Binding
Force", COLING 1996).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Literal, TypeAlias

from embedadapt.core.corpus import Corpus, Document, UnreadFiles, unread_files
from embedadapt.core.errors import MissingExtraError
from embedadapt.text.chinese import SAMPLED, converter, form_of

Segmenter: TypeAlias = Literal["words", "jieba", "fugashi", "pythainlp"]
Cut: TypeAlias = Callable[[str], Iterable[str]]

SEGMENTER_OF: Mapping[str, Segmenter] = {"zh": "jieba", "ja": "fugashi", "th": "pythainlp"}
"""The library for a language."""
SCRIPTS = frozenset(("HAN", "KANA", "THAI", "LAO", "KHMER", "MYANMAR"))
"""Scripts that have no spaces between words (text.identify.scripts_of)."""
LONGEST_WORD = 24
"""Characters of a word that is looked for."""
LOOKED_AT = 200
"""Unknown pieces that are looked into, evenly from all, the commonest first."""
MOSTLY = 0.5

_SPACELESS = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_RUN = re.compile(f"[{_SPACELESS}]++")


@dataclass(frozen=True)
class Spaceless:
    """Evidence that a text has no spaces between its words.

    Parameters
    ----------
    words_inside : float
        Mean number of words of the vectors inside an unknown token of the text.
    """

    words_inside: float


def spaceless(unknown: Mapping[str, int], known: Collection[str]) -> Spaceless | None:
    """Whether pieces that a table does not have are mostly several of its words without spaces.

    unknown: pieces between white space, with their counts. known: words of the table.

    >>> spaceless({"สัญญาและกฎหมาย": 3, "ศาลมีกฎหมาย": 2}, {"สัญญา", "และ", "กฎหมาย", "ศาล", "มี"})
    Spaceless(words_inside=3.0)
    >>> spaceless({"indemnitor": 3}, {"in"}) is None
    True
    """
    pieces = sorted(unknown, key=lambda piece: (-unknown[piece], piece))
    n_written = sum(any(map(str.isalpha, piece)) for piece in pieces)
    likely = [piece for piece in pieces if 2 * _n_letters(piece) > len(piece)]
    if not likely or len(likely) < MOSTLY * n_written:
        return None
    cut = MaximumMatch(known)
    sample = likely[:: -(-len(likely) // LOOKED_AT)]
    inside = [n_words for piece in sample if (n_words := _words_inside(piece, cut, known)) > 1]
    if len(inside) < MOSTLY * len(sample):
        return None
    return Spaceless(sum(inside) / len(inside))


def _n_letters(piece: str) -> int:
    """Letters of scripts without spaces."""
    return sum(map(len, _RUN.findall(piece)))


def _words_inside(piece: str, cut: Cut, known: Collection[str]) -> int:
    """Number of the known words in a piece, where these are most of it, or where it is longer than
    any word; else 0."""
    words = [word for run in _RUN.findall(piece) for word in cut(run)]
    found = [word for word in words if word in known]
    long = _n_letters(piece) > LONGEST_WORD
    return len(found) if long or 2 * sum(map(len, found)) > len(piece) else 0


class MaximumMatch:
    """Cuts a run of letters by the words of a table.

    >>> list(MaximumMatch({"สัญญา", "และ", "กฎหมาย"})("สัญญาและกฎหมาย"))
    ['สัญญา', 'และ', 'กฎหมาย']
    """

    def __init__(self, known: Collection[str]) -> None:
        self._known = known

    def __call__(self, run: str) -> Iterator[str]:
        """The words of `run`; neighboring letters that no word has are one."""
        # best[i]: unknown letters, words, and where the last word begins, of run[:i].
        best: list[tuple[int, int, int]] = [(0, 0, 0)]
        for end in range(1, len(run) + 1):
            unknown, n_words, _ = best[end - 1]
            ways = [(unknown + 1, n_words + 1, end - 1)]
            ways += (
                (best[start][0], best[start][1] + 1, start)
                for start in range(max(0, end - LONGEST_WORD), end)
                if run[start:end] in self._known and _may_part(run, start)
            )
            best.append(min(ways))
        cuts = [len(run)]
        while cuts[-1]:
            cuts.append(best[cuts[-1]][2])
        yield from self._joined(run, cuts[::-1])

    def _joined(self, run: str, cuts: list[int]) -> Iterator[str]:
        unknown = ""
        for start, end in pairwise(cuts):
            if run[start:end] not in self._known:
                unknown += run[start:end]
                continue
            if unknown:
                yield unknown
            unknown = ""
            yield run[start:end]
        if unknown:
            yield unknown


def _may_part(run: str, place: int) -> bool:
    """Whether a word may begin at `place`: not with a mark that belongs to the letter before."""
    return not unicodedata.combining(run[place]) and unicodedata.category(run[place]) != "Mn"


def with_spaces(text: str, cut: Cut) -> str:
    """`text` with spaces between the words of its runs of letters that have none.

    >>> with_spaces("ศาล (มีสัญญา) OK", MaximumMatch({"มี", "สัญญา"}))
    'ศาล ( มี สัญญา ) OK'
    """
    spaced = _RUN.sub(lambda run: f" {' '.join(cut(run[0]))} ", text)
    return re.sub(" {2,}+", " ", spaced).strip(" ") if spaced != text else text


class SegmentedCorpus:
    """The documents of another corpus, with spaces between the words that are written without."""

    def __init__(self, corpus: Corpus, cut: Cut) -> None:
        self._corpus = corpus
        self._cut = cut

    @property
    def unread(self) -> tuple[UnreadFiles, ...]:
        """Files that the corpus does not read because of their kind."""
        return unread_files(self._corpus)

    def __iter__(self) -> Iterator[Document]:
        for document in self._corpus:
            yield replace(document, text=with_spaces(document.text, self._cut))


def _in_form_of(known: Collection[str], cut: Cut) -> Cut:
    """What cuts Chinese in the form that known words are written in, and text of the other form at
    the same places."""
    convert = converter(form_of(islice(known, SAMPLED)))
    if convert is None:
        return cut

    def cut_converted(run: str) -> Iterator[str]:
        written = next((way for way in convert(run) if len(way) == len(run)), run)
        start = 0
        for word in cut(written):
            yield run[start : start + len(word)]
            start += len(word)

    return cut_converted


def cutter(name: Segmenter, known: Collection[str]) -> Cut:
    """What cuts runs of letters into words.

    name: "words" for the words of a table, `known`; else a library: "jieba" for Chinese, "fugashi"
    (MeCab) for Japanese, "pythainlp" for Thai.

    Raises MissingExtraError where the library is not installed.
    """
    if name == "words":
        return _in_form_of(known, MaximumMatch(known))
    try:
        if name == "jieba":
            import jieba

            jieba.setLogLevel("ERROR")
            cut: Cut = jieba.cut
            return cut
        if name == "fugashi":
            import fugashi

            tagger = fugashi.Tagger()
            return lambda run: (word.surface for word in tagger(run))
        from pythainlp.tokenize import word_tokenize

        return lambda run: word_tokenize(run, keep_whitespace=False)
    except ImportError as missing:
        raise MissingExtraError(
            "segmenter",
            expected=f"the package {name}",
            found="none",
            hint="In a clone of embedadapt: pip install '.[segmenters]'; or take the segmenter "
            "`words`.",
        ) from missing
