"""The share of words without a vector: in an exported spaCy pipeline, and as `oov` reports it.

    python scripts/rate_in_spacy.py VECTORS ADAPTER CORPUS... --lang en

The table, adapted, is exported without a look at the corpus and loaded by spaCy, which then reads
the corpus. Counted are its tokens with a letter or a digit. `oov` counts every token, marks too,
so that its rate is also given of words alone. ADAPTER may be `-`, for the table as it is.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import spacy

from embedadapt import analyze_oov, apply_adapter, export_spacy, load_adapter, load_vectors
from embedadapt.core.corpus import Corpus
from embedadapt.core.vectors import WordVectors
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
from embedadapt.text.readers import open_corpus

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("vectors")
parser.add_argument("adapter")
parser.add_argument("corpus", nargs="+")
parser.add_argument("--lang", required=True)
parser.add_argument("--tokenizer", choices=["table", "spacy"], default="table")


def main() -> None:
    options = parser.parse_args()
    base, corpus = load_vectors(options.vectors), open_corpus(options.corpus)
    adapter = None if options.adapter == "-" else load_adapter(options.adapter)
    table = base if adapter is None else apply_adapter(base, adapter)
    with TemporaryDirectory() as folder:
        written = Path(folder) / "pipeline"
        export_spacy(base, written, lang=options.lang, adapter=adapter, tokenizer=options.tokenizer)
        show("spaCy, words", *in_spacy(written, corpus))
    show("oov, words", *words_without_vector(table, corpus))
    report = analyze_oov(table, corpus).normalized
    show("oov, all tokens", report.unknown_tokens, report.n_tokens)


def in_spacy(pipeline: Path, corpus: Corpus) -> tuple[int, int]:
    """How many tokens with a letter or a digit have no vector, and how many there are."""
    nlp = spacy.load(pipeline)
    without = n_words = 0
    for document in corpus:
        nlp.max_length = max(nlp.max_length, len(document.text))
        for token in nlp(document.text):
            if any(map(str.isalnum, token.text)):
                n_words += 1
                without += not token.has_vector
    return without, n_words


def words_without_vector(table: WordVectors, corpus: Corpus) -> tuple[int, int]:
    """The same of the tokens of `oov`, looked up by the table's conventions."""
    normalizer = Normalizer(normalization_of(table), table.vocabulary)
    counts = count_corpus(corpus, normalizer).vocabulary
    assert counts.counts is not None
    words = [
        (word in table.vocabulary, int(count))
        for word, count in zip(counts.words, counts.counts, strict=True)
        if any(map(str.isalnum, word))
    ]
    return sum(n for known, n in words if not known), sum(n for _, n in words)


def show(what: str, without: int, n_tokens: int) -> None:
    print(f"{what:16} {without:9,} of {n_tokens:11,}  {without / n_tokens:7.2%}")


if __name__ == "__main__":
    main()
