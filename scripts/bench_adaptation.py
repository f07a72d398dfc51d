"""What adapting gains and what it costs, beside continued training in gensim.

    python scripts/bench_adaptation.py                       the shipped vectors and licences
    python scripts/bench_adaptation.py --vectors FILE --corpus FOLDER --labeled CSV
        --pairs wordsim353 MEN.txt --analogies google-analogies --results FOLDER

One split of the corpus, several training seeds; means with 95 % intervals over the seeds
(Student's t). `naive` is gensim's Word2Vec started from the pretrained rows, new words from noise,
the context matrix from zeros, on the same documents with gensim's own epochs, rate, window and
noise words; `naive wide` has as many columns of noise beside them as the adapter has domain
dimensions.

domain: `embedadapt.adapt`, then `embedadapt.evaluate` with the naive tables as baselines: all
    figures are the product's own, and a second table shows its own intervals, over documents,
    words, pairs, questions, gaps and draws of labels (means of the seeds' bounds). TF-IDF are the
    words of the texts themselves. Neither adapter nor naive table sees a label; where the labeled
    texts are part of the corpus, as clauses are of contracts, both were trained on the test texts'
    words.
hidden: words of the corpus taken out of the table and found again. "k = 4" and "k = 64" hide 300 at
    random and leave so many occurrences in the text. "hard" are the third whose spelling tells
    least; "family" also hides all words that begin alike. "rare"
    hides all but the 20,000 most frequent words of the table, as in a real domain.

What was measured for a seed is kept as JSON in --results, and not measured again.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _bench import (
    LICENCES,
    Bench,
    Results,
    continue_in_gensim,
    naive_start,
    naive_table,
    parser_of,
    print_markdown,
    print_table,
    told_mean,
)

from embedadapt import AdaptationConfig, adapt, evaluate
from embedadapt.adaptation.form import spelled_vectors
from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.evaluation.hidden_words import score_hidden
from embedadapt.evaluation.hiding import (
    Hiding,
    find_again,
    hide_at_random,
    places,
    trend_of,
    without,
)
from embedadapt.evaluation.neighbors import unit_rows
from embedadapt.evaluation.result import Estimate
from embedadapt.text.new_words import learnable

FREQUENT = 20_000
STEM = 5
PARTS = ("domain", "hidden")
KINDS = ("rare", "k = 4", "k = 64", "family")

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=5)
parser.add_argument("--labeled", type=Path, help="a CSV with text, label and split")
parser.add_argument("--draws", type=int, default=5, help="of labels, for each training seed")
parser.add_argument("--pairs", nargs="*", default=["wordsim353"])
parser.add_argument("--analogies", nargs="*", default=["google-analogies"])
parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of hidden words")
parser.add_argument("--first-seed", type=int, default=1)
parser.add_argument("--naive-seeds", type=int, default=5, help="of the hidden words")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--dimensions", type=int, default=AdaptationConfig.dimensions)
parser.add_argument("--results", type=Path)
parser.add_argument("--markdown", action="store_true", help="the domain's tables for the README")


# Domain.


def evaluation_of(bench: Bench, arguments: argparse.Namespace, seed: int) -> Mapping[str, Any]:
    """What `evaluate` says of an adapter and of naive tables, as JSON."""
    config = bench.config_of(seed)
    adapter = adapt(bench.base, bench.corpus, config, evaluate=False).adapter
    training, plain = bench.text.training, config.delta_training.but(**PLAIN)
    assert adapter.vocabulary.words == training.vocabulary.words, "not the same training text"
    return evaluate(
        bench.base,
        adapter,
        bench.corpus,
        baselines={
            name: naive_table(bench.base, training, columns, plain)
            for name, columns in (("naive", 0), ("naive wide", config.dimensions))
        },
        pairs=arguments.pairs,
        analogies=arguments.analogies,
        labeled=arguments.labeled,
        prediction=True,
        seeds=arguments.draws,
    ).to_dict()


Row = Mapping[str, Estimate]
"""Figures of a table by column."""

OVERLAPS = {
    "general": "neighbor_overlap",
    "shared": "shared_overlap",
    "domain": "domain_overlap",
}
"""Neighbor overlap@10 of words of everyone, of those of them that the corpus uses far above their
general share, and of the domain's words, which should not keep their neighbors."""

PLAIN = {"epochs": 5, "window": 5}
"""gensim's own defaults, by which the naive vectors are trained."""

LOSS = "loss change"
"""Held-out, nats a pair, beside the base. The column comes last."""


def rows_of(result: Mapping[str, Any]) -> Mapping[str, Row]:
    """The figures of an evaluation by table: what it costs, further measures, what it gains."""
    rows: dict[str, dict[str, Estimate]] = {
        "base": {"width": fixed(result["base_dim"]), **dict.fromkeys(OVERLAPS, fixed(1))}
    }
    for table in result["vectors"]:
        rows[table["name"]] = {"width": fixed(table["dim"])}
        for column, field in OVERLAPS.items():
            if table[field]:
                rows[table["name"]][column] = Estimate(**table[field])
    for scores in result["scores"]:
        prefix = "F1, " if scores["title"].startswith("Few labels") else ""
        for name, columns in scores["vectors"].items():
            found = {prefix + c: Estimate(**score["value"]) for c, score in columns.items()}
            rows.setdefault(name, {}).update(found)
    for table in result["vectors"]:
        if table["held_out"]:
            rows[table["name"]][LOSS] = Estimate(**table["held_out"]["change"])
    return rows


def fixed(value: float) -> Estimate:
    return Estimate(value, value, value)


def show_domain(results: Sequence[Mapping[str, Any]], *, markdown: bool) -> None:
    """Two tables: means with what they vary over training seeds, and with evaluate's intervals."""
    of_seeds = [rows_of(result) for result in results]
    columns = list(dict.fromkeys(c for rows in of_seeds for row in rows.values() for c in row))
    columns.sort(key=LOSS.__eq__)
    show = print_markdown if markdown else print_table
    for title, told in (
        ("± over training seeds", told_over_seeds),
        ("intervals of evaluate", told_interval),
    ):
        print(f"\ndomain, {len(results)} training seeds, {title}\n")
        cells = [
            [short(name), *(told(column, [rows[name] for rows in of_seeds]) for column in columns)]
            for name in of_seeds[0]
        ]
        show(["table", *columns], cells)
    text, notes = results[0]["text"], [n for s in results[0]["scores"] for n in s["notes"]]
    print(f"\n{text['n_documents']:,} held-out documents, {text['n_tokens']:,} tokens")
    print("".join(f"{note}\n" for note in notes), end="", flush=True)


def told_over_seeds(column: str, rows: Sequence[Row]) -> str:
    """Mean and 95 % interval of a column over the seeds; empty for a table without it."""
    if column not in rows[0]:
        return ""
    return short(told_mean([row[column].value for row in rows], form_of(column)))


def told_interval(column: str, rows: Sequence[Row]) -> str:
    """Likewise, with the means of the bounds that evaluate gives."""
    if column not in rows[0]:
        return ""
    value, low, high = (
        f"{np.mean([getattr(row[column], bound) for row in rows]):{form_of(column)}}"
        for bound in ("value", "low", "high")
    )
    return short(value if low == high else f"{value} ({low} to {high})")


def form_of(column: str) -> str:
    return {"width": ".0f", LOSS: "+.3f"}.get(column, ".3f")


def short(figures: str) -> str:
    """
    >>> short("0.500 ± 0.010"), short("-0.105"), short("10.5")
    ('.500 ± .010', '-.105', '10.5')
    """
    return re.sub(r"(?<!\d)0\.", ".", figures)


# Hidden words.

Figures = dict[str, dict[str, float]]
"""What was measured, by table and measure."""


def hide(bench: Bench, kind: str, seed: int) -> Hiding:
    """The words of one protocol, taken out of the table."""
    base, training = bench.base, bench.text.training
    words = training.vocabulary
    if kind == "rare":
        assert words.counts is not None
        usable = np.array([learnable(word) for word in words.words])
        usable &= base.vocabulary.lookup(words) >= FREQUENT
        usable &= words.counts >= bench.config.reading.min_count
        gone = np.arange(FREQUENT, len(base), dtype=np.int32)
        return Hiding(without(base, gone), training, places(usable))
    rng = np.random.default_rng(seed)
    hiding = hide_at_random(base, training, 4 if kind == "k = 4" else 64, rng)
    if kind == "family":
        gone = family_rows(bench, [words.words[i] for i in hiding.words])
        hiding = replace(hiding, base=without(base, gone))
    return hiding


def family_rows(bench: Bench, words: Sequence[str]) -> Ints1d:
    """Rows of every word of the table that begins like one of `words`."""
    stems = {word[: max(STEM, len(word) - 3)] for word in words}
    lengths = {len(stem) for stem in stems}
    alike = (any(word[:n] in stems for n in lengths) for word in bench.base.vocabulary.words)
    return places(np.fromiter(alike, dtype=bool))


def find_hidden(bench: Bench, kind: str, seed: int, *, naive: bool) -> Figures:
    """Scores of each way of making the hidden words' vectors."""
    hiding = hide(bench, kind, seed)
    config = bench.config_of(seed)
    found = dict(find_again(hiding, config))
    if naive:
        start = naive_start(hiding.base, hiding.corpus.vocabulary, 0, seed)
        found["naive"] = continue_in_gensim(
            start, hiding.corpus, config.delta_training.but(**PLAIN)
        )
    groups = {kind: np.arange(len(hiding.words), dtype=np.int32)}
    if kind == "k = 64":
        groups["hard"] = hard_third(bench, hiding, seed)
    return {
        f"{group}, {name}": score(bench, hiding, vectors[hiding.words], some)
        for name, vectors in found.items()
        for group, some in groups.items()
    }


def score(
    bench: Bench, hiding: Hiding, found: Floats2d, some: Ints1d | None = None
) -> dict[str, float]:
    """How near (n_hidden, dim) vectors come to the true ones, of some of the words or of all."""
    chosen = slice(None) if some is None else some
    rows = hidden_rows(bench, hiding)[chosen]
    of_words = score_hidden(bench.base, bench_trend(bench), rows, found[chosen])
    return {
        "words": of_words.n_words,
        "cosine": of_words.cosine,
        "median rank": of_words.median_rank,
        "hit@10": of_words.hit_at_10,
    }


def hidden_rows(bench: Bench, hiding: Hiding) -> Ints1d:
    """(n_hidden,) where the hidden words stand in the whole table."""
    rows: Ints1d = bench.base.vocabulary.lookup(hiding.corpus.vocabulary)[hiding.words]
    return rows


def bench_trend(bench: Bench) -> FrequencyTrend:
    """The frequency trend of the whole table."""
    return trend_of(bench.base, bench.text.training)


def hard_third(bench: Bench, hiding: Hiding, seed: int) -> Ints1d:
    """Which of the hidden words their spelling alone places worst."""
    rows = hidden_rows(bench, hiding)
    true = bench.base.matrix[rows] - bench_trend(bench).at(rows)
    cosines = (unit_rows(true) * unit_rows(spelled_alone(hiding, seed))).sum(axis=1)
    return np.argsort(cosines, kind="stable")[: len(rows) // 3].astype(np.int32)


def spelled_alone(hiding: Hiding, seed: int) -> Floats2d:
    """(n_hidden, dim): where their spelling places the hidden words."""
    trend = FrequencyTrend.fit(hiding.base.matrix, by_frequency=True)
    names = [hiding.corpus.vocabulary.words[i] for i in hiding.words]
    return spelled_vectors(hiding.base, trend, names, np.empty(0, np.int32), seed=seed)


def show_hidden(kind: str, results: Sequence[Figures]) -> None:
    """Mean and 95 % interval over the seeds of each figure of each way."""
    print(f"\nhidden words, {kind}\n")
    ways = list(dict.fromkeys(name for figures in results for name in figures))
    measures = list(results[0][ways[0]])
    rows = []
    for way in ways:
        seeds = [figures[way] for figures in results if way in figures]
        told = (told_hidden(measure, [seed[measure] for seed in seeds]) for measure in measures)
        rows.append([way, str(len(seeds)), *told])
    print_table(["", "seeds", *measures], rows)


def told_hidden(measure: str, values: Sequence[float]) -> str:
    return told_mean(values, ",.0f" if measure == "words" or max(values) >= 20 else ".3f")


def main(given: Sequence[str] | None = None) -> None:
    arguments = parser.parse_args(given)
    bench = Bench.of(
        arguments.vectors,
        arguments.corpus,
        threads=arguments.threads,
        dimensions=arguments.dimensions,
    )
    results = Results(arguments.results, settings_of(bench, arguments))
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    if "domain" in arguments.parts:
        found = []
        for seed in seeds:
            found.append(
                results.keep(f"domain-{seed}", partial(evaluation_of, bench, arguments, seed))
            )
            print(f"seed {seed} done", flush=True)
        show_domain(found, markdown=arguments.markdown)
    if "hidden" in arguments.parts:
        for kind in arguments.kinds:
            figures = []
            for seed in seeds:
                naive = seed < seeds.start + arguments.naive_seeds
                find: Callable[[], Figures] = partial(find_hidden, bench, kind, seed, naive=naive)
                figures.append(results.keep(f"{kind.replace(' ', '')}-{seed}", find))
            show_hidden(kind, figures)


def settings_of(bench: Bench, arguments: argparse.Namespace) -> dict[str, Any]:
    """What figures that are kept depend on."""
    return {
        "base": bench.base.fingerprint,
        "text": bench.text.training.fingerprint,
        "config": bench.config.to_dict(),
        "sets": [*map(str, [*arguments.pairs, *arguments.analogies, arguments.labeled])],
        "draws": arguments.draws,
    }


if __name__ == "__main__":
    main()
