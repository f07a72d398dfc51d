"""Known words hidden from the table and found again: how near is each start to the truth?

    python scripts/bench_hidden_words.py [--vectors FILE] [--corpus FOLDER] [--seeds 5]

Words of the corpus that the table knows are taken out of it and treated as new. Each way of making
a vector is ranked among the 100,000 most frequent words of the table: the rank of the true vector,
and how often it is among the ten nearest. "rare" hides every word of the corpus below the table's
20,000 most frequent, as the words of a domain are; "random" hides 300 whatever their frequency,
which no real table does: new words are placed as rarer than all that are in it, and these are not.
Means over the seeds (of the hidden words, the training and the stacking) with 95 % intervals.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from scipy import stats

from embedadapt.adaptation import induction
from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import initial_rows, train_difference
from embedadapt.adaptation.words import learnable, restrict_to_seen
from embedadapt.core.adapted import NEW_WORD_STEP
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import ignore_progress
from embedadapt.core.types import Doubles1d, Floats2d, Ints1d, Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.normalize import normalization_of
from embedadapt.text.split import with_words
from embedadapt.workflows.split_text import read_text
from embedadapt.workflows.inputs import as_corpus, as_vectors

CANDIDATES = 100_000
FREQUENT = 20_000
N_RANDOM = 300
SHORTEST = 4

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("--vectors", default="corpora/pretrained/glove.6B.50d.60k.safetensors")
parser.add_argument("--corpus", default="corpora/en/licences")
parser.add_argument("--seeds", type=int, default=5)


def without(base: WordVectors, rows: Ints1d) -> WordVectors:
    """The table with some rows taken out."""
    kept = np.setdiff1d(np.arange(len(base)), rows)
    return WordVectors(Vocabulary(base.vocabulary.words[row] for row in kept), base.matrix[kept])


def ranks(base: WordVectors, true: Floats2d, found: Floats2d) -> Longs1d:
    """Of each true vector among the candidates, by cosine with the found one; 1 is best."""
    candidates = base.matrix[:CANDIDATES]
    cosines = unit(found) @ unit(candidates).T
    own = (unit(found) * unit(true)).sum(axis=1)
    better: Longs1d = (cosines > own[:, None] + 1e-6).sum(axis=1)
    return better + 1


def unit(rows: Floats2d) -> Floats2d:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats2d = rows / np.maximum(lengths, 1e-12)
    return units


def starts(
    base: WordVectors, corpus: EncodedCorpus, known: Ints1d, seed: int
) -> Iterator[tuple[str, Floats2d]]:
    """Each way of making a vector for every word of the corpus."""
    config = AdaptationConfig(seed=seed)
    fewest = induction.FEWEST_HIDDEN
    try:
        induction.FEWEST_HIDDEN = 10**9  # contexts alone
        rows, _ = initial_rows(base, corpus, known, config, np.random.default_rng(seed))
    finally:
        induction.FEWEST_HIDDEN = fewest
    yield "contexts", rows
    rows, _ = initial_rows(base, corpus, known, config, np.random.default_rng(seed))
    yield "spelling and contexts", rows
    mixed = corpus.shuffled(np.random.default_rng(seed))
    difference = train_difference(base, mixed, known, rows, config, ignore_progress).words
    yield "the same, trained", rows + NEW_WORD_STEP * difference


def told(values: Doubles1d, form: str) -> str:
    """Mean and 95 % interval (Student's t)."""
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values) if len(values) > 1 else 0.0
    return f"{np.mean(values):{form}} ± {half:{form}}"


def main() -> None:
    arguments = parser.parse_args()
    base, config = as_vectors(arguments.vectors), AdaptationConfig(held_out=0)
    text = read_text(
        base, as_corpus(arguments.corpus), normalization_of(base), config, ignore_progress
    )
    kept, vocabulary = restrict_to_seen(text.training, base.vocabulary, config.min_count)
    corpus = with_words(text.training, kept, vocabulary)
    rows, counts = base.vocabulary.lookup(vocabulary.words), vocabulary.counts
    assert counts is not None
    usable = np.array([learnable(w) and len(w) >= SHORTEST for w in vocabulary.words])
    usable &= (rows >= 0) & (counts >= config.min_count)
    for kind in ("random", "rare"):
        figures: dict[str, list[tuple[float, float, float]]] = {}
        for seed in range(1, arguments.seeds + 1):
            chosen = np.flatnonzero(usable & (rows >= FREQUENT))
            if kind == "random":
                rng = np.random.default_rng(seed)
                chosen = rng.choice(np.flatnonzero(usable), N_RANDOM, replace=False)
            smaller = without(base, rows[chosen])
            known = smaller.vocabulary.lookup(vocabulary.words)
            for name, found in starts(smaller, corpus, known, seed):
                true = base.matrix[rows[chosen]]
                rank = ranks(base, true, found[chosen])
                cosine = float((unit(found[chosen]) * unit(true)).sum(axis=1).mean())
                score = (cosine, float(np.median(rank)), float((rank <= 10).mean()))
                figures.setdefault(name, []).append(score)
        print(f"{kind}: {len(chosen)} words hidden, median count {np.median(counts[chosen]):.0f}")
        for name, scores in figures.items():
            cosines, medians, hits = np.array(scores).T
            print(
                f"  {name:<22} cosine {told(cosines, '.3f')}  "
                f"median rank {told(medians, ',.0f')}  hit@10 {told(hits, '.3f')}"
            )


if __name__ == "__main__":
    main()
