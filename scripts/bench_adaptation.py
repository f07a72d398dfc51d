"""What adapting gains and what it costs, beside continued training in gensim.

    python scripts/bench_adaptation.py                       the shipped vectors and licences
    python scripts/bench_adaptation.py --vectors FILE --corpus FOLDER --labelled CSV
        --pairs wordsim353 MEN.txt --analogies google-analogies --results FOLDER

One split of the corpus, several training seeds; means with 95 % intervals (Student's t). `naive` is
gensim's Word2Vec started from the pretrained rows, new words from noise, the context matrix from
zeros, with the same epochs, rate, window and noise words; `naive wide` has as many columns of noise
beside them as the adapter has domain columns.

domain: neighbours kept, word pairs, analogies, held-out mean reciprocal rank (a fresh CBOW head
    over frozen vectors), and macro-F1 of logistic regression on TF-IDF weighted means of the
    vectors with 5, 10 and all labels a class (a CSV with text, label and split).
hidden: words of the corpus taken out of the table and found again. "k = 4" and "k = 64" hide 300 at
    random and leave so many occurrences in the text; the table they are hidden from holds no rarer
    words than they, so new words are placed at the rank of 10,000, not behind the table. "hard" are
    the third whose spelling tells least; "family" also hides all words that begin alike. "rare"
    hides all but the 20,000 most frequent words of the table, as in a real domain.

Each seed's figures are kept as JSON in --results, and not measured again.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from embedadapt.workflows.hiding import Hiding, find_again, hide_at_random, places, without
from embedadapt.workflows.split_text import read_text
from gensim.models import Word2Vec
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.form import spelled_vectors
from embedadapt.adaptation.trainer import train_adapter
from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.adaptation.words import restrict_to_seen
from embedadapt.core.adapted import apply_adapter
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import ignore_progress
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.analogies import measure_analogies, read_analogies
from embedadapt.evaluation.hidden_words import score_hidden, true_ranks
from embedadapt.evaluation.neighbors import candidates_of, nearest_of_rows, same_words, unit_rows
from embedadapt.evaluation.prediction import reciprocal_ranks
from embedadapt.evaluation.retention import frequent_rows, measure_retention
from embedadapt.evaluation.word_pairs import measure_word_pairs, read_word_pairs
from embedadapt.text.new_words import learnable
from embedadapt.text.normalize import normalization_of
from embedadapt.text.split import with_words
from embedadapt.text.vectorizer import EmbeddingVectorizer
from embedadapt.workflows.inputs import as_corpus, as_vectors

FREQUENT = 20_000
STEM = 5
DRAWS = 3
"""Of the labelled texts, for each training seed."""

PARTS = ("domain", "hidden")
KINDS = ("rare", "k = 4", "k = 64", "family")

Figures = dict[str, dict[str, float]]
"""What was measured, by table and measure."""

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("--vectors", default="corpora/pretrained/glove.6B.50d.60k.safetensors")
parser.add_argument("--corpus", default="corpora/en/licences")
parser.add_argument("--labelled", type=Path)
parser.add_argument("--most-texts", type=int, default=6_000)
parser.add_argument("--pairs", nargs="*", default=["wordsim353"])
parser.add_argument("--analogies", nargs="*", default=["google-analogies"])
parser.add_argument(
    "--parts", nargs="+", choices=["domain", "hidden"], default=["domain", "hidden"]
)
parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of hidden words")
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--first-seed", type=int, default=1)
parser.add_argument("--naive-seeds", type=int, default=5, help="of the hidden words")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--columns", type=int, default=AdaptationConfig.columns)
parser.add_argument("--results", type=Path)


@dataclass(frozen=True, eq=False)
class Bench:
    """A table and a corpus of it, split once."""

    base: WordVectors
    training: EncodedCorpus
    held_out: EncodedCorpus
    config: AdaptationConfig

    @classmethod
    def of(
        cls, vectors: str, corpus: str, threads: int = 1, columns: int = AdaptationConfig.columns
    ) -> Bench:
        base, config = as_vectors(vectors), AdaptationConfig.of(threads=threads, columns=columns)
        text = read_text(base, as_corpus(corpus), normalization_of(base), config, ignore_progress)
        kept, words = restrict_to_seen(text.training, base.vocabulary, config.min_count)
        training = with_words(text.training, kept, words)
        return cls(base, training, with_words(text.held_out, kept, words), config)


def continue_in_gensim(rows: Floats2d, corpus: EncodedCorpus, config: AdaptationConfig) -> Floats2d:
    """(n_words, dim): the rows after the training that gensim's users do themselves."""
    counts = corpus.vocabulary.counts
    assert counts is not None
    model = Word2Vec(
        vector_size=rows.shape[1],
        sg=1,
        window=config.window,
        negative=config.negative,
        sample=config.subsample,
        alpha=config.learning_rate,
        min_alpha=config.min_learning_rate,
        min_count=1,
        workers=config.threads,
        seed=config.seed,
    )
    model.build_vocab_from_freq({str(i): max(1, int(n)) for i, n in enumerate(counts)})
    order = [model.wv.key_to_index[str(i)] for i in range(len(rows))]
    model.wv.vectors[order] = rows
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "ids.txt")
        with lines.open("w") as stream:
            for s in range(corpus.n_sentences):
                stream.write(" ".join(map(str, corpus.sentence(s).tolist())) + "\n")
        model.train(
            corpus_file=str(lines),
            total_words=corpus.n_tokens,
            epochs=config.epochs,
        )
    trained: Floats2d = model.wv.vectors[order]
    return trained


def naive_start(base: WordVectors, words: Vocabulary, columns: int, seed: int) -> Floats2d:
    """Pretrained rows, and noise for new words and for columns beside them, as gensim draws it."""
    rng, dim = np.random.default_rng(seed), base.dim
    rows: Floats2d = rng.random((len(words), dim + columns), dtype=np.float32)
    rows = (rows - np.float32(0.5)) / np.float32(dim + columns)
    known = base.vocabulary.lookup(words)
    rows[known >= 0, :dim] = base.matrix[known[known >= 0]]
    return rows


def union_of(base: WordVectors, words: Vocabulary, rows: Floats2d) -> WordVectors:
    """The base with the rows of `words` in place of its own, or behind it; zeros where narrower."""
    known = base.vocabulary.lookup(words)
    n_new = int((known < 0).sum())
    matrix = np.zeros((len(base) + n_new, rows.shape[1]), dtype=np.float32)
    matrix[: len(base), : base.dim] = base.matrix
    matrix[np.where(known >= 0, known, len(base) + np.cumsum(known < 0) - 1)] = rows
    new = (word for word, row in zip(words.words, known, strict=True) if row < 0)
    vocabulary = Vocabulary((*base.vocabulary.words, *new))
    return WordVectors(vocabulary, matrix, normalization=normalization_of(base))


# Domain.


def domain_tables(bench: Bench, seed: int) -> Iterator[tuple[str, WordVectors]]:
    """Adapted, then naive, one at a time."""
    base, words = bench.base, bench.training.vocabulary
    config = bench.config.but(seed=seed)
    adapter = train_adapter(
        base, bench.training, config, normalization=normalization_of(base), forms={}
    ).adapter
    yield "extend 0.25", apply_adapter(base, adapter)
    for strength in (0.25, 0.5, 1.0):
        yield f"blend {strength:g}", apply_adapter(base, adapter, layout="blend", strength=strength)
    mixed = bench.training.shuffled(np.random.default_rng(seed))
    for name, columns in (("naive", 0), ("naive wide", config.columns)):
        start = naive_start(base, words, columns, seed)
        yield name, union_of(base, words, continue_in_gensim(start, mixed, config))


def domain_measures(
    bench: Bench, arguments: argparse.Namespace
) -> Callable[[WordVectors, int], dict[str, float]]:
    """All measures of a table, the same words, pairs and texts for each."""
    candidates = candidates_of(bench.base)
    frequent = frequent_rows(candidates, bench.training.vocabulary, 400)
    neighbors = nearest_of_rows(candidates, frequent, 10)
    pairs = {Path(name).stem: read_word_pairs(name) for name in arguments.pairs}
    analogies = {Path(name).stem: read_analogies(name) for name in arguments.analogies}
    labelled = read_labelled(arguments.labelled, arguments.most_texts)

    def measure(table: WordVectors, seed: int) -> dict[str, float]:
        same = same_words(candidates, table)
        kept = measure_retention(same, frequent, neighbors, seed=1)
        settings = bench.config.but(epochs=5, seed=1)
        ranks = reciprocal_ranks(table, bench.training, bench.held_out, settings)
        return {
            "width": table.dim,
            "kept": kept.value if kept else float("nan"),
            **{name: measure_word_pairs(table, some).rho for name, some in pairs.items()},
            **{
                name: measure_analogies(table, some, seed=1).accuracy
                for name, some in analogies.items()
            },
            "MRR": float(ranks.mean()),
            **classify(table, labelled, seed),
        }

    return measure


Labelled = Mapping[str, tuple[list[str], np.ndarray]]


def read_labelled(path: Path | None, most: int) -> Labelled:
    """Texts and labels of each split, at most so many."""
    if path is None:
        return {}
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    chosen = np.sort(np.random.default_rng(1).permutation(len(rows))[:most])
    splits: dict[str, list[dict[str, str]]] = {"train": [], "test": []}
    for row in (rows[i] for i in chosen):
        splits["train" if row["split"] == "train" else "test"].append(row)
    return {
        split: ([row["text"] for row in some], np.array([row["label"] for row in some]))
        for split, some in splits.items()
    }


def classify(table: WordVectors, labelled: Labelled, seed: int) -> dict[str, float]:
    """Macro-F1 on the test split from 5, 10 and all labels a class."""
    if not labelled:
        return {}
    (texts, labels), (test_texts, test_labels) = labelled["train"], labelled["test"]
    vectorizer = EmbeddingVectorizer(table, weighting="tfidf")
    features, test = vectorizer.fit_transform(texts), vectorizer.transform(test_texts)
    scores: dict[str, list[float]] = {}
    for draw in range(DRAWS):
        rng = np.random.default_rng([seed, draw])
        for per_class in (5, 10, len(labels)):
            if per_class == len(labels) and draw:
                continue
            rows = np.concatenate(
                [
                    rng.permutation(np.flatnonzero(labels == c))[:per_class]
                    for c in np.unique(labels)
                ]
            )
            model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
            model.fit(features[rows], labels[rows])
            name = "F1 all" if per_class == len(labels) else f"F1@{per_class}"
            found = f1_score(test_labels, model.predict(test), average="macro")
            scores.setdefault(name, []).append(float(found))
    return {name: float(np.mean(values)) for name, values in scores.items()}


# Hidden words.


def hide(bench: Bench, kind: str, seed: int) -> Hiding:
    """The words of one protocol, taken out of the table."""
    base, words = bench.base, bench.training.vocabulary
    if kind == "rare":
        assert words.counts is not None
        usable = np.array([learnable(word) for word in words.words])
        usable &= (base.vocabulary.lookup(words) >= FREQUENT) & (
            words.counts >= bench.config.min_count
        )
        gone = np.arange(FREQUENT, len(base), dtype=np.int32)
        return Hiding(without(base, gone), bench.training, places(usable), 80_000)
    rng = np.random.default_rng(seed)
    hiding = hide_at_random(base, bench.training, 4 if kind == "k = 4" else 64, rng)
    if kind == "family":
        gone = family_rows(base, [words.words[i] for i in hiding.words])
        hiding = replace(hiding, base=without(base, gone))
    return hiding


def family_rows(base: WordVectors, words: Sequence[str]) -> Ints1d:
    """Rows of every word of the table that begins like one of `words`."""
    stems = {word[: max(STEM, len(word) - 3)] for word in words}
    lengths = {len(stem) for stem in stems}
    alike = (any(word[:n] in stems for n in lengths) for word in base.vocabulary.words)
    return places(np.fromiter(alike, dtype=bool))


def find_hidden(bench: Bench, kind: str, seed: int, *, naive: bool) -> Figures:
    """Scores of each way of making the hidden words' vectors."""
    hiding = hide(bench, kind, seed)
    corpus = hiding.corpus
    config = bench.config.but(seed=seed)
    found = dict(find_again(hiding, config))
    if naive:
        start = naive_start(hiding.base, corpus.vocabulary, 0, seed)
        mixed = corpus.shuffled(np.random.default_rng(seed))
        found["naive"] = continue_in_gensim(start, mixed, config)
    true_rows = bench.base.matrix[bench.base.vocabulary.lookup(corpus.vocabulary)[hiding.words]]
    groups = {kind: np.arange(len(hiding.words), dtype=np.int32)}
    if kind == "k = 64":
        groups["hard"] = hard_third(bench.base, hiding, true_rows, seed)
    figures: Figures = {}
    for name, vectors in found.items():
        for group, some in groups.items():
            score = score_hidden(bench.base, true_rows[some], vectors[hiding.words[some]])
            figures[f"{group}, {name}"] = {
                "words": score.n_words,
                "cosine": score.cosine,
                "median rank": score.median_rank,
                "hit@10": score.hit_at_10,
            }
    return figures


def hard_third(base: WordVectors, hiding: Hiding, true_rows: Floats2d, seed: int) -> Ints1d:
    """Which of the hidden words their spelling alone places worst."""
    spelled = spelled_alone(hiding, seed)
    ranks = true_ranks(base, unit_rows(true_rows), unit_rows(spelled))
    return np.argsort(-ranks, kind="stable")[: len(ranks) // 3].astype(np.int32)


def spelled_alone(hiding: Hiding, seed: int) -> Floats2d:
    """(n, dim): where their spelling places the hidden words."""
    trend = FrequencyTrend.fit(hiding.base.matrix, by_frequency=True)
    names = [hiding.corpus.vocabulary.words[i] for i in hiding.words]
    nothing = np.empty(0, np.int32)
    spelled = spelled_vectors(hiding.base, trend, names, nothing, seed=seed)
    return spelled + trend.at(np.full(len(names), int(hiding.rank)))


# Report.


def kept_result(folder: Path | None, name: str, measure: Callable[[], Figures]) -> Figures:
    """Measured now, or earlier and kept."""
    if folder is None:
        return measure()
    path = folder / f"{name}.json"
    if not path.exists():
        figures = measure()
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures))
    kept: Figures = json.loads(path.read_text())
    return kept


def show(title: str, results: Sequence[Figures]) -> None:
    """Mean and 95 % interval of each figure of each table."""
    print(f"\n{title}")
    for table in dict.fromkeys(name for figures in results for name in figures):
        seeds = [figures[table] for figures in results if table in figures]
        told = "  ".join(
            f"{measure} {told_mean([seed[measure] for seed in seeds])}" for measure in seeds[0]
        )
        print(f"  {table:<16} n={len(seeds)}  {told}", flush=True)


def told_mean(values: Sequence[float]) -> str:
    form = ",.0f" if max(values) >= 20 else ".3f"
    if min(values) == max(values):
        return f"{values[0]:{form}}"
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return f"{np.mean(values):{form}} ± {half:{form}}"


def measure_domain(
    bench: Bench, measure: Callable[[WordVectors, int], dict[str, float]], seed: int
) -> Figures:
    """Of every table but the base."""
    return {name: measure(table, seed) for name, table in domain_tables(bench, seed)}


def main() -> None:
    arguments = parser.parse_args()
    bench = Bench.of(arguments.vectors, arguments.corpus, arguments.threads, arguments.columns)
    kept = partial(kept_result, arguments.results)
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    if "domain" in arguments.parts:
        measure = domain_measures(bench, arguments)
        results = [kept("base", lambda: {"base": measure(bench.base, 1)})]
        for seed in seeds:
            results.append(kept(f"domain-{seed}", partial(measure_domain, bench, measure, seed)))
            print(f"seed {seed} done", flush=True)
        show("domain", results)
    if "hidden" in arguments.parts:
        for kind in arguments.kinds:
            found = []
            for seed in seeds:
                naive = seed < seeds.start + arguments.naive_seeds
                find = partial(find_hidden, bench, kind, seed, naive=naive)
                found.append(kept(f"{kind.replace(' ', '')}-{seed}", find))
            show(f"hidden, {kind}", found)


if __name__ == "__main__":
    main()
