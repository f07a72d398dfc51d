"""Measures how tokenizers cut the words of a corpus: for them no word is unknown, but many fall
into pieces that mean nothing.

Fertility is the mean number of pieces a word (Ács 2019, "Exploring BERT's Vocabulary"; Rust et al.
2021, "How Good is Your Tokenizer?"): words are cut as they stand in running text, after a space.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Corpus, UnreadFiles, unread_files
from embedadapt.core.counters import both
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import CorpusError
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.oov.bands import FROM
from embedadapt.oov.shattering import (
    DocumentFertility,
    FertilityBand,
    FertilityComparison,
    FertilityReport,
    PieceCounts,
    Saving,
    ShatteredWord,
    TokenizerSummary,
    Uncovered,
)
from embedadapt.text.chunks import batches
from embedadapt.text.keyness import Keyness, zipf_shares
from embedadapt.text.new_words import LEARNED_FROM, learnable
from embedadapt.text.tokenize import tokenize

BATCH = 1 << 20
"""Characters of documents that are encoded together."""
ADDED = (100, 500, 1_000, 2_000, 5_000)
"""Numbers of added words for which the saving is told."""
N_EXAMPLES = 6
MANY, LETTERS = 3, 2
_PART = re.compile(r"[^\W\d_]++")


def is_shattered(word: str, n_pieces: int, n_letters: int) -> bool:
    """Whether a word is cut into MANY pieces more than it has parts, or LETTERS single letters.

    n_pieces: those of its pieces that have a letter. n_letters: those that are one letter. The
    parts of a compound are no pieces, nor is the `s` of a plural.

    >>> [is_shattered("licensors", 3, 0), is_shattered("state-of-the-art", 4, 0)]
    [False, False]
    >>> [is_shattered("estoppel", 4, 0), is_shattered("covenantor", 3, 2)]
    [True, True]
    """
    parts = _PART.findall(word)
    single = sum(len(part) == 1 for part in parts)
    return n_pieces - len(parts) >= MANY or n_letters - single >= LETTERS


def analyze_tokenizers(
    corpus: Corpus, tokenizers: Sequence[PieceTokenizer], *, engine: Engine = HERE
) -> FertilityComparison:
    """What each tokenizer makes of `corpus`, which is read once for all of them.

    Each document is encoded whole, and each different word once; memory grows with the number of
    different words and of documents.

    Raises CorpusError for a corpus without a word in it.
    """
    found = engine.map_reduce(
        _count, engine.split(corpus), _Found.__add__, engine.share(tuple(tokenizers))
    )
    if not found.words:
        raise CorpusError("corpus", found="no words", hint="Give text with words in it.")
    unread = unread_files(corpus)
    return FertilityComparison(
        tuple(_report(one, found, number, unread) for number, one in enumerate(tokenizers))
    )


@dataclass
class _Found:
    """Counted in a corpus or a part of one.

    words, marks: tokens with a letter, and without. spread: words to their documents. documents:
    of each tokenizer.
    """

    words: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    spread: Counter[str] = field(default_factory=Counter)
    documents: list[list[DocumentFertility]] = field(default_factory=list)

    def __add__(self, other: _Found) -> _Found:
        return _Found(
            both(self.words, other.words),
            both(self.marks, other.marks),
            both(self.spread, other.spread),
            [a + b for a, b in zip(self.documents, other.documents, strict=True)],
        )


def _count(corpus: Corpus, tokenizers: Sequence[PieceTokenizer]) -> _Found:
    found = _Found(documents=[[] for _ in tokenizers])
    lengths: list[dict[str, int]] = [{} for _ in tokenizers]
    for documents in batches(corpus, BATCH):
        counted = [Counter(tokenize(document.text)) for document in documents]
        words = [{w: n for w, n in one.items() if _has_letter(w)} for one in counted]
        for tokens, some in zip(counted, words, strict=True):
            found.words.update(some)
            found.spread.update(some.keys())
            found.marks.update({w: n for w, n in tokens.items() if w not in some})
        texts = [document.text for document in documents]
        for tokenizer, known, told in zip(tokenizers, lengths, found.documents, strict=True):
            new = list({w: None for some in words for w in some if w not in known})
            known.update(zip(new, map(len, tokenizer.cut_words(new)), strict=True))
            costs = tokenizer.lengths(texts)
            for document, some, cost in zip(documents, words, costs, strict=True):
                n_pieces = sum(n * known[word] for word, n in some.items())
                told.append(DocumentFertility(document.name, sum(some.values()), n_pieces, cost))
    return found


def _has_letter(token: str) -> bool:
    return token.isalpha() or any(map(str.isalpha, token))


@dataclass(frozen=True)
class _Cut:
    """Words and their pieces.

    counts: (n_words,). pieces: of each word. n_pieces: (n_words,). whole, shattered: (n_words,)
    bool. n_letters: (n_words,), single letters among the pieces.
    """

    words: Sequence[str]
    counts: Longs1d
    pieces: Sequence[Sequence[int]]
    n_pieces: Ints1d
    n_letters: Ints1d
    whole: NDArray[np.bool_]
    shattered: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        tokenizer: PieceTokenizer,
        counts: Counter[str],
        pieces_of: Mapping[str, Sequence[int]],
    ) -> _Cut:
        words = list(counts)
        pieces = [pieces_of[word] for word in words]
        n_pieces = np.fromiter(map(len, pieces), np.int32, len(words))
        letters, bytes_ = tokenizer.letter_tokens, tokenizer.byte_tokens
        lettered = bytes_.union(
            number for number in tokenizer.tokens if _has_letter(tokenizer.bare(number))
        )
        n_letters = [sum(number in letters for number in one) for one in pieces]
        n_lettered = [sum(number in lettered for number in one) for one in pieces]
        shapes = zip(words, n_lettered, n_letters, strict=True)
        return cls(
            words,
            np.fromiter(counts.values(), np.int64, len(words)),
            pieces,
            n_pieces,
            np.array(n_letters, dtype=np.int32),
            np.array([len(one) == 1 and one[0] != tokenizer.unknown for one in pieces], bool),
            np.array([is_shattered(*shape) for shape in shapes], bool),
        )

    def count(self, inside: NDArray[np.bool_]) -> PieceCounts:
        """Of some of the words."""
        n = self.counts[inside]
        return PieceCounts(
            n_types=int(inside.sum()),
            n_words=int(n.sum()),
            n_pieces=int((n * self.n_pieces[inside]).sum()),
            whole=int(n[self.whole[inside]].sum()),
            shattered=int(n[self.shattered[inside]].sum()),
        )


def _report(
    tokenizer: PieceTokenizer, found: _Found, number: int, unread: tuple[UnreadFiles, ...]
) -> FertilityReport:
    everything, documents = both(found.words, found.marks), tuple(found.documents[number])
    pieces_of = dict(zip(everything, tokenizer.cut_words(list(everything)), strict=True))
    cut = _Cut.of(tokenizer, found.words, pieces_of)
    unknown = frozenset() if tokenizer.unknown is None else frozenset([tokenizer.unknown])
    return FertilityReport(
        tokenizer=TokenizerSummary(tokenizer.path, tokenizer.kind, len(tokenizer.tokens)),
        n_tokens=sum(document.n_tokens for document in documents),
        words=cut.count(np.ones(len(cut.words), dtype=bool)),
        bands=_bands(cut),
        documents=documents,
        shattered=_shattered(tokenizer, cut, found),
        savings=_savings(cut),
        unknown=_uncovered(everything, pieces_of, unknown),
        bytes=_uncovered(everything, pieces_of, tokenizer.byte_tokens),
        unread=unread,
    )


def _bands(cut: _Cut) -> tuple[FertilityBand, ...]:
    lasts = [*(least - 1 for least in FROM[1:]), None]
    return tuple(
        FertilityBand(
            least,
            last,
            cut.count((cut.counts >= least) & (cut.counts <= (last or cut.counts.max()))),
        )
        for least, last in zip(FROM, lasts, strict=True)
    )


def _cut_alike(cut: _Cut, inside: NDArray[np.bool_]) -> list[list[int]]:
    """Places of words, those together that have the same pieces (`Lessor` and `lessor` where case
    is folded), the commonest first."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place in np.flatnonzero(inside)[np.argsort(-cut.counts[inside], kind="stable")].tolist():
        groups.setdefault(tuple(cut.pieces[place]), []).append(place)
    return list(groups.values())


def _shattered(tokenizer: PieceTokenizer, cut: _Cut, found: _Found) -> tuple[ShatteredWord, ...]:
    """By keyness: in general text, words that are cut are as rare as the last piece at most."""
    groups = _cut_alike(cut, cut.shattered)
    share = float(zipf_shares(np.array([-1], np.int32), len(tokenizer.tokens))[0])
    measure = Keyness(found.words.total(), len(found.documents[0]), share)
    counts = [int(cut.counts[places].sum()) for places in groups]
    spread = [found.spread[cut.words[places[0]]] for places in groups]
    small = [cut.words[places[0]].lower() for places in groups]
    lowered = _Cut.of(
        tokenizer, Counter(small), dict(zip(small, tokenizer.cut_words(small), strict=True))
    )
    still = dict(zip(lowered.words, lowered.shattered.tolist(), strict=True))
    words = [
        ShatteredWord(
            word=cut.words[places[0]],
            count=count,
            n_documents=n_documents,
            pieces=tuple(tokenizer.tokens.get(number, "?") for number in cut.pieces[places[0]]),
            n_letters=int(cut.n_letters[places[0]]),
            keyness=float(keyness),
            by_case=not still[cut.words[places[0]].lower()],
        )
        for places, count, n_documents, keyness in zip(
            groups, counts, spread, measure.of(counts, spread), strict=True
        )
    ]
    return tuple(sorted(words, key=lambda word: (-word.keyness, word.word)))


def _savings(cut: _Cut) -> tuple[Saving, ...]:
    """Of words that are used LEARNED_FROM times or more, so that they can be learned."""
    addable = np.array([learnable(word) for word in cut.words], bool) & (cut.n_pieces > 1)
    saved = [
        int(cut.counts[places].sum()) * (int(cut.n_pieces[places[0]]) - 1)
        for places in _cut_alike(cut, addable)
        if cut.counts[places].sum() >= LEARNED_FROM
    ]
    totals = list(accumulate(sorted(saved, reverse=True)))
    numbers = [n for n in ADDED if n < len(totals)] + [len(totals)][: len(totals)]
    return tuple(Saving(n, totals[n - 1]) for n in numbers)


def _uncovered(
    counts: Counter[str], pieces_of: Mapping[str, Sequence[int]], such: frozenset[int]
) -> Uncovered:
    """The words and marks with pieces among `such`."""
    n_such = {
        word: sum(number in such for number in pieces)
        for word, pieces in pieces_of.items()
        if not such.isdisjoint(pieces)
    }
    commonest = sorted(n_such, key=lambda word: (-counts[word], word))[:N_EXAMPLES]
    return Uncovered(
        tokens=sum(n * counts[word] for word, n in n_such.items()),
        types=len(n_such),
        examples=tuple(commonest),
    )
