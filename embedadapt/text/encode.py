"""Two passes over a corpus: count its words, then write it as ids. Strings end here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain

import numpy as np

from embedadapt.core.corpus import Corpus, Document, EncodedCorpus
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import CorpusError
from embedadapt.core.long_arrays import GrowingArray, distinct
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import count as kernels
from embedadapt.text.batch import Batch
from embedadapt.text.chunks import Chunks, Lexicon, batches
from embedadapt.text.counting import Totals, count_documents
from embedadapt.text.growing import Numbers, chained
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentence_ends import SentenceEnds
from embedadapt.text.sentences import LONGEST_SENTENCE, sentences

BATCH = 1 << 20
"""Characters encoded at once."""


@dataclass(frozen=True, eq=False)
class CorpusCounts:
    """What one pass over a corpus found, under one normalisation.

    vocabulary:
        Every word with its count, most frequent first, ties by word.
    document_counts:
        (n_words,) int64: in how many documents each word stands.
    surface_forms:
        Raw tokens (`LESSOR`, `Lessor`) to the word they are looked up as, where that is a single,
        different word; in the order of the raw tokens.
    n_documents, n_tokens:
        Documents read, and raw tokens in them; a raw token may be several words.
    """

    vocabulary: Vocabulary
    document_counts: Longs1d
    surface_forms: Mapping[str, str] = field(repr=False)
    n_documents: int
    n_tokens: int


def count_corpus(
    corpus: Corpus, normalizer: Normalizer, *, threads: int = 1, engine: Engine = HERE
) -> CorpusCounts:
    """Counts the words of a corpus, some megabytes of it in memory at a time.

    threads: of each part that `engine` counts. The counts are the same whatever their number, and
    the engine's. Words that join into phrases are counted sentence by sentence, by one.

    Raises CorpusError when there is not one token in it.
    """
    shared = engine.share(normalizer), threads
    totals = engine.map_reduce(_count, engine.split(corpus), Totals.__add__, *shared)
    if not totals.n_tokens:
        raise CorpusError(
            "the corpus",
            found=f"no word in its {totals.n_documents:,} documents",
            hint="Give files with text in them.",
        )
    ranked = np.argsort(-totals.counts, kind="stable")  # ties stay by word
    return CorpusCounts(
        vocabulary=Vocabulary(
            map(totals.words.__getitem__, ranked.tolist()), totals.counts[ranked]
        ),
        document_counts=totals.documents[ranked],
        surface_forms=totals.surface_forms,
        n_documents=totals.n_documents,
        n_tokens=totals.n_tokens,
    )


def _count(corpus: Corpus, normalizer: Normalizer, threads: int) -> Totals:
    if not normalizer.normalization.phrases:
        return count_documents(corpus, normalizer, threads)
    tokens: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    n_documents = 0
    for document in corpus:
        words: Counter[str] = Counter()
        for sentence in map(normalizer.tokens, sentences(document.text)):
            tokens.update(sentence)
            words.update(normalizer.sentence(sentence))
        counts.update(words)
        documents.update(words.keys())
        n_documents += 1
    names = sorted(counts)
    looked_up = ((token, normalizer.words(token)) for token in sorted(tokens))
    return Totals(
        words=names,
        counts=np.array([counts[name] for name in names], np.int64),
        documents=np.array([documents[name] for name in names], np.int64),
        surface_forms={t: ws[0] for t, ws in looked_up if len(ws) == 1 and ws[0] != t},
        n_documents=n_documents,
        n_tokens=tokens.total(),
    )


def encode_corpus(
    corpus: Corpus, vocabulary: Vocabulary, normalizer: Normalizer, *, engine: Engine = HERE
) -> EncodedCorpus:
    """Token ids (n_tokens,) int32 over `vocabulary`; words outside it leave no id behind.

    Sentences longer than LONGEST_SENTENCE are cut, those without a kept word dropped; a document
    without one still counts, with no sentence. Memory: some megabytes of text; ids and offsets are
    in temporary files where they are long (core.long_arrays).

    Raises CorpusError when no word of the corpus is in `vocabulary`.
    """
    shared = engine.share((vocabulary, normalizer))
    encoded = engine.map_reduce(_encode, engine.split(corpus), _Encoded.__add__, shared)
    if not len(encoded.token_ids):
        raise CorpusError(
            "the corpus",
            expected=f"some of the {len(vocabulary):,} words kept",
            found=f"none of them among its {encoded.n_dropped:,} tokens",
            hint="Are the vectors for another language, or the minimum count too high?",
        )
    return EncodedCorpus(vocabulary, **vars(encoded))


@dataclass(frozen=True, eq=False)
class _Encoded:
    """An EncodedCorpus without its vocabulary."""

    token_ids: Ints1d
    sentence_offsets: Longs1d
    document_offsets: Longs1d
    document_names: tuple[str, ...]
    n_dropped: int

    def __add__(self, other: _Encoded) -> _Encoded:
        """One behind the other."""
        sentences = len(self.token_ids) + other.sentence_offsets[1:]
        documents = len(self.sentence_offsets) - 1 + other.document_offsets[1:]
        return _Encoded(
            np.concatenate([self.token_ids, other.token_ids]),
            np.concatenate([self.sentence_offsets, sentences]),
            np.concatenate([self.document_offsets, documents]),
            self.document_names + other.document_names,
            self.n_dropped + other.n_dropped,
        )


def _encode(corpus: Corpus, shared: tuple[Vocabulary, Normalizer]) -> _Encoded:
    vocabulary, normalizer = shared
    rows_of: RowsOfDocuments
    if normalizer.normalization.phrases:
        rows_of = partial(_rows_with_phrases, row_finder(vocabulary, normalizer), normalizer)
    else:
        rows_of = ChunkEncoder(vocabulary, normalizer).rows
    token_ids = GrowingArray(np.int32)
    sentence_ends, document_ends = GrowingArray(np.int64), GrowingArray(np.int64)
    sentence_ends.extend([0])
    document_ends.extend([0])
    names: list[str] = []
    n_words = 0
    for documents in batches(corpus, BATCH):
        rows, ends, n_sentences = rows_of(documents)
        n_words += len(rows)
        ends_of_documents = np.concatenate([[0], ends])[n_sentences]
        rows, ends, sentences_before = _without_unknown(rows, _with_cuts(ends), ends_of_documents)
        document_ends.extend(len(sentence_ends) - 1 + sentences_before)
        sentence_ends.extend(len(token_ids) + ends)
        token_ids.extend(rows)
        names.extend(document.name for document in documents)
    return _Encoded(
        token_ids=token_ids.array(),
        sentence_offsets=sentence_ends.array(),
        document_offsets=document_ends.array(),
        document_names=tuple(names),
        n_dropped=n_words - len(token_ids),
    )


RowsOfDocuments = Callable[[Sequence[Document]], tuple[Ints1d, Longs1d, Longs1d]]
"""The rows of all words of some documents, -1 for one that is not kept; where each sentence ends
among them; and how many sentences there are up to the end of each document."""


class ChunkEncoder:
    """Documents as rows of a vocabulary, by chunks (text.chunks); for words that do not join."""

    def __init__(self, vocabulary: Vocabulary, normalizer: Normalizer) -> None:
        self._index = vocabulary.index
        self._lexicon = Lexicon(normalizer)
        self._chunks = Chunks(self._lexicon)
        self._sentence_ends = SentenceEnds()
        self._rows_of_words = Numbers(np.int32)

    def rows(self, documents: Sequence[Document]) -> tuple[Ints1d, Longs1d, Longs1d]:
        batch = Batch.of(documents)
        found = self._chunks.find(*batch.read, distinct=False)
        ends, n_sentences = self._sentence_ends.find(
            *batch.read, found, self._chunks.strings, batch.is_joined
        )
        self._chunks.learn()
        new_words = self._lexicon.words.since(len(self._rows_of_words.values))
        self._rows_of_words.extend([self._index.get(word, -1) for word in new_words])
        in_order = kernels.Lists(found.ids[: int(found.ends[-1])], np.append(0, ends))
        words, ends = chained(in_order, self._chunks.words_of.arrays)
        return self._rows_of_words.values[words], ends, n_sentences


def _rows_with_phrases(
    rows_of: RowsOf, normalizer: Normalizer, documents: Sequence[Document]
) -> tuple[Ints1d, Longs1d, Longs1d]:
    rows: list[int] = []
    ends: list[int] = []
    n_sentences: list[int] = []
    for document in documents:
        for sentence in sentences(document.text):
            rows.extend(rows_of(normalizer.tokens(sentence)))
            ends.append(len(rows))
        n_sentences.append(len(ends))
    return (
        np.array(rows, dtype=np.int32),
        np.array(ends, dtype=np.int64),
        np.array(n_sentences, dtype=np.int64),
    )


def _with_cuts(ends: Longs1d) -> Longs1d:
    """With those of the parts that sentences longer than LONGEST_SENTENCE are cut into."""
    lengths = np.diff(ends, prepend=0)
    long = np.flatnonzero(lengths > LONGEST_SENTENCE)
    cuts = [
        np.arange(end - length, end, LONGEST_SENTENCE)
        for end, length in zip(ends[long], lengths[long], strict=True)
    ]
    return distinct(np.sort(np.concatenate([ends, *cuts]), kind="stable"))


def _without_unknown(
    rows: Ints1d, ends: Longs1d, ends_of_documents: Longs1d
) -> tuple[Ints1d, Longs1d, Longs1d]:
    """Rows without -1, the ends of the sentences that have any left, and how many of these there
    are up to the end of each document."""
    kept = rows >= 0
    n_kept_before = np.concatenate([[0], np.cumsum(kept)])
    ends = distinct(n_kept_before[ends])
    ends = ends[ends > 0]
    n_sentences = np.searchsorted(ends, n_kept_before[ends_of_documents], side="right")
    return rows[kept], ends, n_sentences


RowsOf = Callable[[list[str]], Iterable[int]]
"""The rows of a tokenised sentence's words, -1 for a word that is not kept."""


def row_finder(vocabulary: Vocabulary, normalizer: Normalizer) -> RowsOf:
    """By whole sentences where words join into phrases, else token by token, each asked once."""
    if normalizer.normalization.phrases:
        return lambda tokens: vocabulary.lookup(normalizer.sentence(tokens)).tolist()

    @cache
    def rows_of_token(token: str) -> tuple[int, ...]:
        return tuple(vocabulary.index.get(word, -1) for word in normalizer.words(token))

    return lambda tokens: chain.from_iterable(map(rows_of_token, tokens))
