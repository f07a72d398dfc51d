"""Documents counted for one table, by the numbers of their chunks, tokens and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import Document
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import census as kernels
from embedadapt.kernels import count
from embedadapt.kernels.known import Known, are_known
from embedadapt.oov.counted import Counted
from embedadapt.oov.expansions import LONGEST, MOST_BETWEEN, may_be_acronym
from embedadapt.oov.findings import Findings
from embedadapt.oov.occurrences import FewDocuments, OccurrenceCounts
from embedadapt.oov.result import DocumentCounts, SentenceCounts
from embedadapt.oov.sighting_counts import SightingCounts
from embedadapt.oov.sightings import Pairs, Sightings, hashes_of
from embedadapt.oov.words import Words
from embedadapt.oov.written import written
from embedadapt.text.batch import Batch as Batch
from embedadapt.text.chunks import Chunks, Lexicon
from embedadapt.text.growing import Numbers, Strings, chained
from embedadapt.text.known_words import known_words
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentence_ends import SentenceEnds

EXPANSION_REACH = 2 * LONGEST + MOST_BETWEEN + 2
"""Tokens on either side of an acronym that `expansion_at` looks at, or more."""


class Walk:
    """Takes in documents for the census of one table.

    keys: the table's words as it writes them. table: with the words of these keys. language: that
    of the words.
    """

    def __init__(
        self,
        normalizer: Normalizer,
        keys: Vocabulary,
        table: VectorsOutline,
        language: str | None,
    ) -> None:
        self._normalizer, self._keys, self._table = normalizer, keys, table.vocabulary
        self._lexicon = Lexicon(normalizer)
        self._chunks = Chunks(self._lexicon)
        self._sentence_ends = SentenceEnds()
        self._pieces, self._tokens = Counted(), Counted()
        self._chunks_as_read = Counted()  # those with an unknown token count as unknown
        self._token_names: list[str] = []
        self._words = Words(table.vocabulary)
        self._phrases: dict[str, int] | None = {} if normalizer.normalization.phrases else None
        self._function_words, self._token_kinds = Numbers(np.int32), Numbers(np.uint8)
        self._pairs, self._hashes = Pairs(), Numbers(np.uint64)
        self._seen = SightingCounts(language)
        self._occurrences = OccurrenceCounts()
        self._documents: list[DocumentCounts] = []
        self._sentences = SentenceCounts()

    def findings(self) -> Findings:
        """What all documents show."""
        unknown, chunks = self._words.unknown_names, self._chunks.strings
        seen = self._seen.sightings(unknown, self._words.names)
        self._tokens.n_affected = self._chunks_as_read.n_affected
        count.add_through(
            self._chunks.tokens_of.arrays, self._chunks_as_read.counts, self._tokens.counts
        )
        small, known = self._cased(seen)
        return Findings(
            raw=self._pieces.tally("raw", chunks.texts, self._keys, self._chunks.cut),
            tokens=self._tokens.tally("tokenized", self._lexicon.tokens.texts, self._keys),
            words=self._words.tally_of("normalized"),
            seen=seen,
            pairs=self._pairs,
            documents=self._documents,
            occurrences=self._occurrences.occurrences(unknown),
            sentences=self._sentences,
            small=small,
            known=known,
            parts=(len(self._documents),),
        )

    def _cased(self, seen: Sightings) -> tuple[Counter[str], Counter[str]]:
        """Notes how unknown words are written. Returns the running words of known ones, those in
        small letters and all."""
        words, words_of = self._lexicon.words, self._lexicon.words_of.arrays
        counts, cases = self._tokens.counts, np.empty(len(self._tokens), np.uint8)
        kernels.note_cases(self._lexicon.tokens.arrays, words.arrays, words_of, cases)
        is_known = are_known(words.arrays, np.arange(len(words)), known_words(self._table))
        word_of = np.zeros(len(cases), np.int64)
        is_plain = cases > 0
        word_of[is_plain] = words_of.items[words_of.ends[:-1][is_plain]]
        is_plain[is_plain] = is_known[word_of[is_plain]]
        is_small = is_plain & (cases & kernels.SMALL > 0)
        n_known, n_small = (
            np.bincount(word_of[some], counts[some], len(words)).astype(np.int64)
            for some in (is_plain, is_small)
        )
        names = self._words.names if self._phrases is None else words.since(0)
        by_word, looks, only_words = seen.by_word, cases.tolist(), word_of.tolist()
        for token in np.flatnonzero(~is_plain & (counts > 0)).tolist():
            name, n = self._token_names[token], int(counts[token])
            if looks[token]:  # written as its one word, which is unknown
                if sighting := by_word.get(names[only_words[token]]):
                    sighting.add(name, n)
                continue
            numbers = words_of.items[words_of.ends[token] : words_of.ends[token + 1]].tolist()
            forms = written(name, [names[number] for number in numbers])
            for number, form in zip(numbers, forms, strict=True):
                if is_known[number]:
                    n_known[number] += n
                    n_small[number] += n * form.islower()
                elif names[number] in by_word:
                    by_word[names[number]].add(form, n)
        return Counter(_met(names, n_small)), Counter(_met(names, n_known))

    def add(self, batch: Batch) -> None:
        """Takes in some documents."""
        raw = self._chunks.find(*batch.raw, distinct=False)
        found = raw
        if batch.read is not batch.raw:
            found = self._chunks.find(*batch.read, distinct=False)
        text = self._text(batch, found)
        self._pairs.add(self._hashes.values, text.words, text.word_ends)
        self._look_at(text)
        ends_of_documents = np.append(0, text.word_ends)[text.sentence_ends]
        self._chunks_as_read.count(found.ids, found.ends)
        raw_unknown = self._pieces.count(raw.ids, raw.ends)
        unknown = self._words.count(text.words, ends_of_documents)
        self._describe(batch.documents, (raw.ends, raw_unknown, ends_of_documents, unknown))

    def _describe(self, documents: Sequence[Document], columns: tuple[Longs1d, ...]) -> None:
        raw_ends, raw_unknown, ends, unknown = columns
        rows = (np.diff(raw_ends, prepend=0), raw_unknown, np.diff(ends, prepend=0), unknown)
        numbers = zip(*(row.tolist() for row in rows), strict=True)
        self._documents += (
            DocumentCounts(document.name, *row)
            for document, row in zip(documents, numbers, strict=True)
        )

    def _text(self, batch: Batch, found: count.Found) -> kernels.Text:
        """The words and chunks of documents that have these chunks."""
        text, document_ends = batch.read
        ends, n_sentences = self._sentence_ends.find(
            text, document_ends, found, self._chunks.strings, batch.is_joined
        )
        self._learn_chunks()
        chunks, tokens_of = found.ids[: int(found.ends[-1])], self._chunks.tokens_of.arrays
        in_order = count.Lists(chunks, np.append(0, ends))
        if self._phrases is None:
            words, word_ends = chained(in_order, self._chunks.words_of.arrays)
        else:
            words, word_ends = self._with_phrases(*chained(in_order, tokens_of))
        return kernels.Text(words, word_ends, chunks, ends, tokens_of, n_sentences)

    def _learn_chunks(self) -> None:
        """Learn the tokens and words of new chunks."""
        self._chunks.learn()
        known = known_words(self._keys)
        self._pieces.learn(_unknown(self._chunks.strings, len(self._pieces), known))
        self._learn_tokens(self._lexicon.tokens.since(len(self._tokens)))
        self._tokens.learn(_unknown(self._lexicon.tokens, len(self._tokens), known))
        items, ends = self._chunks.tokens_of.arrays
        ends = ends[len(self._chunks_as_read) :]
        n_unknown = np.append(0, np.cumsum(self._tokens.unknown[items[ends[0] : ends[-1]]]))
        self._chunks_as_read.learn(np.diff(n_unknown[ends - ends[0]]) > 0)
        if self._phrases is None:
            words, first = self._lexicon.words, len(self._words.names)
            self._words.learn_names(words.since(first))
            self._hashes.lengthen(len(words))
            kernels.hash_strings(words.arrays, first, self._hashes.values)

    def _learn_tokens(self, new: Sequence[str]) -> None:
        kinds = np.zeros(len(new), np.uint8)
        acronyms = np.array([i for i, token in enumerate(new) if may_be_acronym(token)], np.int64)
        kinds[acronyms[~self._begin_known(len(self._token_names) + acronyms)]] = kernels.ACRONYM
        if "(" in new:
            kinds[new.index("(")] = kernels.BRACKET
        self._token_names += new
        find = self._seen.function_words.get
        self._function_words.extend([find(token, -1) for token in new])
        self._token_kinds.extend(kinds)

    def _begin_known(self, tokens: Longs1d) -> NDArray[np.bool_]:
        """Whether the table knows the first word of each of some tokens."""
        words, words_of = self._lexicon.words.arrays, self._lexicon.words_of.arrays
        first = words_of.items[words_of.ends[tokens]].astype(np.int64)
        known: NDArray[np.bool_] = are_known(words, first, known_words(self._table))
        return known

    def _with_phrases(self, tokens: Ints1d, ends: Longs1d) -> tuple[Ints1d, Longs1d]:
        """The words of sentences of these tokens, for a table that joins words."""
        assert self._phrases is not None
        numbers: list[int] = []
        word_ends: list[int] = []
        names, number_of, start = self._token_names, self._phrases.setdefault, 0
        for end in ends.tolist():
            sentence = [names[token] for token in tokens[start:end].tolist()]
            for word in self._normalizer.sentence(sentence):
                numbers.append(number_of(word, len(self._phrases)))
            word_ends.append(len(numbers))
            start = end
        new = [*islice(self._phrases, len(self._words.names), None)]
        self._words.learn_names(new)
        self._hashes.extend(hashes_of(new))
        return np.array(numbers, np.int32), np.array(word_ends, np.int64)

    def _look_at(self, text: kernels.Text) -> None:
        """Takes in how unknown words are used, and in which documents."""
        self._seen.make_room(len(self._words.unknown_names))
        room = np.count_nonzero(self._words.unknown[text.words])
        uses = kernels.Uses(*(np.empty(room, np.int32) for _ in range(3)))
        found = kernels.Sentences(np.zeros(2, np.int64), np.empty(len(text.word_ends), np.int64))
        lexicon = kernels.Lexicon(
            unknown=self._words.unknown_numbers,
            word_kinds=self._words.kinds,
            function_words=self._function_words.values,
            token_kinds=self._token_kinds.values,
            languages=self._seen.languages_of_words,
        )
        first = self._occurrences.n_documents
        n_uses, n_expanding = kernels.find_unknown(
            text, lexicon, first, self._seen.arrays, uses, found
        )
        documents, words, counts = (column[:n_uses] for column in uses)
        codes = self._words.codes[text.words]
        few = FewDocuments(codes, text.word_ends, text.sentence_ends)
        self._occurrences.add((documents, words, counts), few)
        self._sentences += SentenceCounts(len(text.word_ends), *found.totals.tolist())
        self._look_for_expansions(text, found.expanding[:n_expanding])

    def _look_for_expansions(self, text: kernels.Text, sentences: Longs1d) -> None:
        """Takes in what some sentences say their acronyms stand for."""
        if not len(sentences):
            return
        bounds = np.append(0, text.chunk_ends)
        parts = [slice(*bounds[i : i + 2].tolist()) for i in sentences.tolist()]
        chunks = np.concatenate([text.chunks[part] for part in parts])
        ends = np.cumsum(bounds[sentences + 1] - bounds[sentences])
        numbers, ends = chained(count.Lists(chunks, np.append(0, ends)), text.tokens_of)
        kinds = self._token_kinds.values[numbers]
        acronyms = np.flatnonzero(kinds == kernels.ACRONYM)
        n_before = np.append(0, np.cumsum(kinds == kernels.BRACKET))
        sentence = np.searchsorted(ends, acronyms, side="right")
        firsts, lasts = np.append(0, ends)[sentence], ends[sentence]
        first_near = np.maximum(firsts, acronyms - 1 - MOST_BETWEEN)
        is_near = n_before[np.minimum(lasts, acronyms + 2)] > n_before[first_near]
        starts = np.maximum(firsts, acronyms - EXPANSION_REACH)
        stops = np.minimum(lasts, acronyms + EXPANSION_REACH)
        places = zip(*(some[is_near].tolist() for some in (starts, acronyms, stops)), strict=True)
        for start, at, stop in places:
            tokens = [self._token_names[number] for number in numbers[start:stop].tolist()]
            word = self._normalizer.words(tokens[at - start])[0]
            self._seen.add_expansion(word, tokens, at - start)


def _met(names: Sequence[str], counts: Longs1d) -> dict[str, int]:
    """Names to their counts, of those that were met."""
    numbers = np.flatnonzero(counts)
    return {names[i]: n for i, n in zip(numbers.tolist(), counts[numbers].tolist(), strict=True)}


def _unknown(strings: Strings, first: int, known: Known) -> NDArray[np.bool_]:
    """Which of the strings from number `first` on are unknown."""
    unknown: NDArray[np.bool_] = ~are_known(strings.arrays, np.arange(first, len(strings)), known)
    return unknown
