"""Two passes over a corpus: count its words, then write it as ids. Strings end here."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from embedadapt.core.corpus import Corpus, Document, EncodedCorpus
from embedadapt.core.errors import CorpusError
from embedadapt.core.types import Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.normalize import Normalizer
from embedadapt.text.tokenize import sentences, tokenize


@dataclass(frozen=True, eq=False)
class CorpusCounts:
    """What one pass over a corpus found, under one normalisation.

    vocabulary:
        Every word with its count, most frequent first, ties by word.
    document_counts:
        (n_words,) int64: in how many documents each word stands.
    forms:
        Raw tokens (`LESSOR`, `Lessor`) to the word they are looked up as, where that is a single,
        different word; in the order of the raw tokens.
    n_documents, n_tokens:
        Documents read, and raw tokens in them; a raw token may be several words.
    """

    vocabulary: Vocabulary
    document_counts: Longs1d
    forms: Mapping[str, str] = field(repr=False)
    n_documents: int
    n_tokens: int


def count_corpus(corpus: Corpus, normalizer: Normalizer) -> CorpusCounts:
    """Counts the words of a corpus, one document in memory at a time.

    Raises CorpusError when there is not one token in it.
    """
    words: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    raw: Counter[str] = Counter()
    n_documents = 0
    for document in corpus:
        tokens = Counter[str]()
        found = _count_words(document, normalizer, tokens)
        words.update(found)
        documents.update(found.keys())
        raw.update(tokens)
        n_documents += 1
    if not raw:
        raise CorpusError(
            "the corpus", found=f"no token in {n_documents} documents", hint="Give it text."
        )
    ranked = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return CorpusCounts(
        vocabulary=Vocabulary(
            (word for word, _ in ranked), np.array([count for _, count in ranked], dtype=np.int64)
        ),
        document_counts=np.array([documents[word] for word, _ in ranked], dtype=np.int64),
        forms=_forms(sorted(raw), normalizer),
        n_documents=n_documents,
        n_tokens=raw.total(),
    )


def _count_words(document: Document, normalizer: Normalizer, tokens: Counter[str]) -> Counter[str]:
    """The document's words; its raw tokens are added to `tokens`."""
    found: Counter[str] = Counter()
    if normalizer.normalization.phrases:
        for sentence in _tokenized(document):
            tokens.update(sentence)
            found.update(normalizer.sentence(sentence))
        return found
    tokens.update(chain.from_iterable(_tokenized(document)))
    for token, count in tokens.items():
        for word in normalizer.words(token):
            found[word] += count
    return found


def _forms(tokens: list[str], normalizer: Normalizer) -> dict[str, str]:
    looked_up = ((token, normalizer.words(token)) for token in tokens)
    return {token: words[0] for token, words in looked_up if len(words) == 1 and words[0] != token}


def encode_corpus(corpus: Corpus, vocabulary: Vocabulary, normalizer: Normalizer) -> EncodedCorpus:
    """Token ids (n_tokens,) int32 over `vocabulary`; words outside it leave no id behind.

    Sentences without a kept word are dropped; a document without one still counts, with no
    sentence. Memory: 4 bytes a kept token, 8 a sentence, and one document.

    Raises CorpusError when no word of the corpus is in `vocabulary`.
    """
    ids, sentence_ends, document_ends = array("i"), array("q", [0]), array("q", [0])
    names: list[str] = []
    n_words = 0
    for document in corpus:
        for sentence in _tokenized(document):
            rows = vocabulary.lookup(normalizer.sentence(sentence))
            n_words += len(rows)
            kept = rows[rows >= 0]
            if len(kept):
                ids.frombytes(kept.tobytes())
                sentence_ends.append(len(ids))
        names.append(document.name)
        document_ends.append(len(sentence_ends) - 1)
    if not ids:
        raise CorpusError(
            "the corpus",
            expected=f"some of the {len(vocabulary):,} kept words",
            found=f"none among its {n_words:,} tokens",
        )
    return EncodedCorpus(
        vocabulary=vocabulary,
        token_ids=np.frombuffer(ids, dtype=np.int32),
        sentence_offsets=np.frombuffer(sentence_ends, dtype=np.int64),
        document_offsets=np.frombuffer(document_ends, dtype=np.int64),
        document_names=tuple(names),
        n_dropped=n_words - len(ids),
    )


def _tokenized(document: Document) -> Iterator[list[str]]:
    return (tokenize(sentence) for sentence in sentences(document.text))
