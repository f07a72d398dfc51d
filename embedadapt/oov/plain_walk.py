"""A little text counted for one table word by word: what compiled loops count, before these are
loaded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from embedadapt.core.corpus import Document
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.oov.expansions import expansion_at, may_be_acronym
from embedadapt.oov.findings import Findings
from embedadapt.oov.occurrences import FewDocuments, OccurrenceCounts
from embedadapt.oov.result import DocumentCounts, SentenceCounts
from embedadapt.oov.sightings import PLACES, Sighting, hashes_of
from embedadapt.oov.tallies import Tally
from embedadapt.oov.written import written
from embedadapt.text.function_words import likeliest_language
from embedadapt.text.misspellings import Place
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences


class PlainWalk:
    """Takes in documents as `Walk` does."""

    def __init__(
        self,
        normalizer: Normalizer,
        keys: Vocabulary,
        table: VectorsOutline,
        language: str | None,
    ) -> None:
        self._normalizer, self._language = normalizer, language
        self._keys, self._index = keys.index, table.vocabulary.index
        self._found = Findings()
        self._seen: defaultdict[str, Sighting] = defaultdict(Sighting)
        self._sentences_of: list[list[list[str]]] = []

    def add(self, document: Document) -> None:
        """Takes in one document."""
        found = self._found
        raw = document.text.split()
        as_written = list(map(self._normalizer.tokens, sentences(document.text)))
        cut = list(map(self._normalizer.sentence, as_written))
        raw_unknown = _count(found.raw, [raw], self._keys)
        _count(found.tokens, as_written, self._keys)
        unknown = _count(found.words, cut, self._index)
        for tokens, words in zip(as_written, cut, strict=True):
            self._look_at(tokens, words)
        n_words = sum(map(len, cut))
        found.documents.append(
            DocumentCounts(document.name, len(raw), raw_unknown, n_words, unknown)
        )
        self._sentences_of.append(cut)

    def findings(self) -> Findings:
        """What all documents show."""
        found = self._found
        self._number_words()
        found.parts = (len(found.documents),)
        found.seen.by_word = {word: seen for word, seen in self._seen.items() if seen.places}
        for token, n in found.tokens.counts.items():
            words = self._normalizer.words(token)
            for word, form in zip(words, written(token, words), strict=True):
                if word in self._index:
                    found.known[word] += n
                    found.small[word] += n * form.islower()
                elif word in found.seen.by_word:
                    found.seen.by_word[word].add(form, n)
        return found

    def _look_at(self, tokens: Sequence[str], words: Sequence[str]) -> None:
        """Takes in one sentence, as written and as read."""
        unknown = [i for i, word in enumerate(words) if word not in self._index]
        n_telling = sum(any(map(str.isalpha, words[i])) for i in unknown)
        self._found.sentences += SentenceCounts(1, bool(unknown), n_telling > 1)
        if not unknown:
            return
        small = (token for token in tokens if token == token.lower())
        language = likeliest_language(small, main=self._language)
        first = next((i for i, word in enumerate(words) if word[0].isalpha()), len(words))
        for i in unknown:
            sighting = self._seen[words[i]]
            if len(sighting.places) < PLACES:
                before, behind = words[max(0, i - 2) : i], words[i + 1 : i + 3]
                sighting.places.append(Place(tuple(before), tuple(behind)))
            sighting.initial += i <= first
            sighting.languages.update((language,) if language else ())
        if "(" in tokens:
            self._look_for_expansions(tokens)

    def _look_for_expansions(self, tokens: Sequence[str]) -> None:
        for at, token in enumerate(tokens):
            if may_be_acronym(token):
                word = self._normalizer.words(token)[0]
                if word not in self._index and (expansion := expansion_at(tokens, at)):
                    self._seen[word].expansions[expansion] += 1

    def _number_words(self) -> None:
        """Counts the pairs, and notes in which documents unknown words stand."""
        found = self._found
        names = list(found.words.counts)
        unknown = [word for word in names if word not in self._index]
        numbers = {word: number for number, word in enumerate(names)}
        code_of = {word: -1 - number for number, word in enumerate(unknown)}
        flat = [sentence for document in self._sentences_of for sentence in document]
        ids = np.array([numbers[word] for words in flat for word in words], np.int32)
        ends = np.cumsum(list(map(len, flat)), dtype=np.int64)
        found.pairs.add(hashes_of(names), ids, ends)
        codes = np.array([self._index.get(word, code_of.get(word, 0)) for word in names], np.int32)
        n_sentences = np.cumsum(list(map(len, self._sentences_of)), dtype=np.int64)
        entries = [
            (number, -1 - code_of[word], n)
            for number, document in enumerate(self._sentences_of)
            for word, n in Counter(word for words in document for word in words).items()
            if word in code_of
        ]
        columns = np.array(entries, np.int32).reshape(-1, 3).T
        occurrences = OccurrenceCounts()
        text = FewDocuments(codes[ids], ends, n_sentences)
        occurrences.add((columns[0], columns[1], columns[2]), text)
        found.occurrences = occurrences.occurrences(unknown)


def _count(tally: Tally, parts: Sequence[Sequence[str]], known: dict[str, int]) -> int:
    """Counts the words of a document. Returns the number of unknown ones."""
    for part in parts:
        tally.counts.update(part)
    n_unknown = sum(word not in known for part in parts for word in part)
    tally.n_affected += n_unknown > 0
    return n_unknown
