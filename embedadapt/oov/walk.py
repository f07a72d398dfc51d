"""Documents counted for one table, by the numbers of their chunks, tokens and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np

from embedadapt.core.corpus import Document
from embedadapt.core.types import Ints1d, Longs1d
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import census as kernels
from embedadapt.kernels import count
from embedadapt.oov.batch import Batch as Batch
from embedadapt.oov.counted import Counted
from embedadapt.oov.findings import Findings
from embedadapt.oov.occurrences import FewDocuments, OccurrenceCounts
from embedadapt.oov.result import DocumentCounts, SentenceCounts
from embedadapt.oov.sighting_counts import SightingCounts
from embedadapt.oov.sightings import Pairs, Sightings
from embedadapt.oov.tallies import Tally
from embedadapt.oov.written import written
from embedadapt.text.chunks import Chunks, Lexicon
from embedadapt.text.growing import Numbers, Strings, chained
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentence_ends import SentenceEnds


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
        self._normalizer = normalizer
        self._lexicon = Lexicon(normalizer)
        self._chunks = Chunks(self._lexicon)
        self._sentence_ends = SentenceEnds()
        self._pieces, self._tokens = Counted(keys.index), Counted(keys.index)
        self._words = Words(table.vocabulary)
        self._phrases: dict[str, int] | None = {} if normalizer.normalization.phrases else None
        self._function_words, self._token_kinds = Numbers(np.int32), Numbers(np.uint8)
        self._pairs, self._seen = Pairs(), SightingCounts(language)
        self._occurrences = OccurrenceCounts()
        self._documents: list[DocumentCounts] = []
        self._sentences = SentenceCounts()

    def findings(self) -> Findings:
        """What all documents show."""
        unknown = self._words.unknown_names
        seen = self._seen.sightings(unknown, self._words.names)
        tokens = self._tokens.tally("tokenized")
        small, known = self._cased(tokens, seen)
        return Findings(
            raw=self._pieces.tally("raw"),
            tokens=tokens,
            words=self._words.tally("normalized"),
            seen=seen,
            pairs=self._pairs,
            documents=self._documents,
            occurrences=self._occurrences.occurrences(unknown),
            sentences=self._sentences,
            small=small,
            known=known,
        )

    def _cased(self, tokens: Tally, seen: Sightings) -> tuple[Counter[str], Counter[str]]:
        """Notes how unknown words are written. Returns the running words of known ones, those in
        small letters and all."""
        small: Counter[str] = Counter()
        known: Counter[str] = Counter()
        items, ends = self._lexicon.words_of.arrays
        words, index, by_word = self._lexicon.words.since(0), self._words.index, seen.by_word
        numbers, bounds = items.tolist(), ends.tolist()
        for number, token in enumerate(self._tokens.names):
            if n := tokens.counts[token]:
                read = [words[i] for i in numbers[bounds[number] : bounds[number + 1]]]
                for word, form in zip(read, written(token, read), strict=True):
                    if word in index:
                        known[word] += n
                        if form.islower():
                            small[word] += n
                    elif word in by_word:
                        by_word[word].add(form, n)
        return small, known

    def add(self, batch: Batch) -> None:
        """Takes in some documents."""
        raw = self._chunks.find(*batch.raw, distinct=False)
        found = raw
        if batch.read is not batch.raw:
            found = self._chunks.find(*batch.read, distinct=False)
        text = self._text(batch, found)
        self._pairs.add(self._words.names, text.words, text.word_ends)
        self._look_at(text)
        ends_of_documents = np.append(0, text.word_ends)[text.sentence_ends]
        token_ends = np.append(0, text.token_ends)[text.sentence_ends]
        self._tokens.count(text.tokens, token_ends)
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
        """The words and tokens of documents that have these chunks."""
        text, document_ends = batch.read
        ends, n_sentences = self._sentence_ends.find(
            text, document_ends, found, self._chunks.strings, batch.is_joined
        )
        self._learn_chunks()
        n_chunks = int(found.ends[-1])
        in_order = count.Lists(found.ids[:n_chunks], np.append(0, ends))
        tokens, token_ends = chained(in_order, self._chunks.tokens_of.arrays)
        if self._phrases is None:
            words, word_ends = chained(in_order, self._chunks.words_of.arrays)
        else:
            words, word_ends = self._with_phrases(tokens, token_ends)
        return kernels.Text(words, word_ends, tokens, token_ends, n_sentences)

    def _learn_chunks(self) -> None:
        """Learn the tokens and words of new chunks."""
        self._chunks.learn()
        self._pieces.learn(_since(self._chunks.strings, len(self._pieces.names)))
        if self._phrases is None:
            self._words.learn(_since(self._lexicon.words, len(self._words.names)))
        self._learn_tokens(_since(self._lexicon.tokens, len(self._tokens.names)))

    def _learn_tokens(self, new: Iterable[str]) -> None:
        known, words_of = self._words.index, self._normalizer.words
        find = self._seen.function_words.get
        function_words: list[int] = []
        kinds: list[int] = []
        for token in self._tokens.learn(new):
            function_words.append(find(token, -1) if token == token.lower() else -1)
            is_acronym = token[:2].isupper() and words_of(token)[0] not in known
            kinds.append(kernels.ACRONYM if is_acronym else kernels.BRACKET * (token == "("))
        self._function_words.extend(function_words)
        self._token_kinds.extend(kinds)

    def _with_phrases(self, tokens: Ints1d, ends: Longs1d) -> tuple[Ints1d, Longs1d]:
        """The words of sentences of these tokens, for a table that joins words."""
        assert self._phrases is not None
        numbers: list[int] = []
        word_ends: list[int] = []
        names, number_of, start = self._tokens.names, self._phrases.setdefault, 0
        for end in ends.tolist():
            sentence = [names[token] for token in tokens[start:end].tolist()]
            for word in self._normalizer.sentence(sentence):
                numbers.append(number_of(word, len(self._phrases)))
            word_ends.append(len(numbers))
            start = end
        self._words.learn([*islice(self._phrases, len(self._words.names), None)])
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
        for sentence in found.expanding[:n_expanding].tolist():
            self._look_for_expansions(text, sentence)

    def _look_for_expansions(self, text: kernels.Text, sentence: int) -> None:
        first = text.token_ends[sentence - 1] if sentence else 0
        numbers = text.tokens[first : text.token_ends[sentence]].tolist()
        tokens = [self._tokens.names[number] for number in numbers]
        for at, number in enumerate(numbers):
            if self._token_kinds.values[number] == kernels.ACRONYM:
                self._seen.add_expansion(self._normalizer.words(tokens[at])[0], tokens, at)


class Words(Counted):
    """Counts words, and numbers those that the table does not know."""

    def __init__(self, table: Vocabulary) -> None:
        super().__init__(table.index)
        self.index = table.index
        self.unknown_names: list[str] = []
        self._unknown_numbers, self._codes = Numbers(np.int32), Numbers(np.int32)
        self._kinds = Numbers(np.uint8)

    @property
    def unknown_numbers(self) -> Ints1d:
        """(n_words,): the number of each unknown word, -1 for known ones."""
        numbers: Ints1d = self._unknown_numbers.values
        return numbers

    @property
    def codes(self) -> Ints1d:
        """(n_words,): the row of each known word, -1 - the number of each unknown one."""
        codes: Ints1d = self._codes.values
        return codes

    @property
    def kinds(self) -> count.Bytes1d:
        """(n_words,): as `kernels.Lexicon.word_kinds`."""
        kinds: count.Bytes1d = self._kinds.values
        return kinds

    def learn(self, names: Iterable[str]) -> list[str]:
        """Number further words. Returns them."""
        new = super().learn(names)
        n_before = len(self.unknown_names)
        rows = np.fromiter((self.index.get(word, -1) for word in new), np.int32, len(new))
        is_unknown = rows < 0
        self.unknown_names += [new[i] for i in np.flatnonzero(is_unknown).tolist()]
        numbers = (n_before - 1 + np.cumsum(is_unknown)).astype(np.int32)
        self._unknown_numbers.extend(np.where(is_unknown, numbers, -1))
        self._codes.extend(np.where(is_unknown, -1 - numbers, rows))
        self._kinds.extend([_kind(word) for word in new])
        return new


def _kind(word: str) -> int:
    if word[0].isalpha():
        return kernels.LETTERS | kernels.LETTER_FIRST
    return kernels.LETTERS * any(map(str.isalpha, word))


def _since(strings: Strings, first: int) -> list[str]:
    """The strings from number `first` on."""
    return strings.texts(np.arange(first, len(strings)))
