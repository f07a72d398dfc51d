"""Vectors of pieces adapted, written back and loaded by their library: gains, costs, hidden words.

    python scripts/bench_pieces.py --vectors PIECES --corpus FOLDER --labeled CSV --kept FOLDER

PIECES is what `load_pieces` reads, such as WordLlama's table. Composed words and adapters are kept
in FOLDER, and taken from there. Means over training seeds with 95 % intervals (Student's t).

domain: macro-F1 of a classifier with few labels (`evaluation.few_labels`) and neighbor overlap@10.
    `library` is model2vec's encoding of the texts with the pieces, `words` the mean of the texts'
    composed words, `folder` model2vec's encoding with the folder that `export_pieces` wrote, whose
    scale is the largest at which the words as the folder composes them keep the budget. `unit` are
    encodings of length 1 (`encode(normalize=True)`).
hidden: half of the domain words that are one piece, drawn for each seed, lose their piece and those
    made of it. Their vectors are composed of smaller pieces, or induced as for new words, or the
    sum of both at unit length, and compared with the lost rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from _bench import Results, parser_of, print_markdown, print_table, told_mean

import embedadapt
from embedadapt import (
    AdaptationConfig,
    EmbeddingVectorizer,
    PieceVectors,
    Vocabulary,
    WordVectors,
)
from embedadapt.adaptation.reading import read_for_training
from embedadapt.adaptation.trainer import initial_rows
from embedadapt.core.adapted import apply_adapter
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.specificity import BySpecificity
from embedadapt.core.types import Floats2d
from embedadapt.evaluation.few_labels import FewLabels
from embedadapt.evaluation.hidden_words import score_hidden
from embedadapt.evaluation.hiding import trend_of, without
from embedadapt.evaluation.neighbors import (
    candidates_of,
    nearest_of_rows,
    same_words,
    unit_rows,
    without_far_words,
)
from embedadapt.evaluation.retention import measure_retention
from embedadapt.evaluation.scale import OVERLAP, K
from embedadapt.evaluation.word_groups import WordGroups
from embedadapt.export.fewer_pieces import with_fewer
from embedadapt.text.labeled import read_labeled
from embedadapt.text.new_words import learnable
from embedadapt.text.vectorizer import ROW_LENGTH

PARTS = ("domain", "hidden")
LABELS = ("5", "10", "50")
STEP, MOST = 0.005, 0.03
"""By how much the budget of the words is raised until the folder keeps it, and how far."""
SPECIFIC = 2.0
"""Specificity, in nats, from which words are hidden."""
SHORTEST, FEWEST = 4, 64
"""Letters and occurrences of a hidden word, at least."""

Figures = dict[str, dict[str, float]]

parser = parser_of(__doc__, seeds=5)
parser.add_argument("--vectors", required=True)
parser.add_argument("--corpus", type=Path, required=True)
parser.add_argument("--labeled", type=Path, required=True, help="a CSV with text, label and split")
parser.add_argument("--kept", type=Path, required=True, help="words, adapters and figures")
parser.add_argument("--frequencies", default="en")
parser.add_argument("--budget", type=float, default=OVERLAP)
parser.add_argument("--draws", type=int, default=6, help="of labels, for each training seed")
parser.add_argument("--mode", choices=["exact", "fast"], default="fast")
parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--markdown", action="store_true")


class Encoded:
    """Texts as a library encodes them, standardized as by `EmbeddingVectorizer`."""

    def __init__(self, model: Any, *, unit: bool = False) -> None:
        self.encode = partial(
            model.encode, normalize=unit, max_length=None, use_multiprocessing=False
        )

    def fit_transform(self, texts: Sequence[str]) -> Floats2d:
        rows = np.asarray(self.encode(texts), dtype=np.float64)
        deviation = rows.std(axis=0)
        self.center = rows.mean(axis=0)
        self.scale = ROW_LENGTH / rows.shape[1] ** 0.5 / np.where(deviation > 0, deviation, 1)
        return self.transform(texts)

    def transform(self, texts: Sequence[str]) -> Floats2d:
        rows: Floats2d = ((self.encode(texts) - self.center) * self.scale).astype(np.float32)
        return rows


@dataclass(frozen=True)
class PiecesBench:
    """Pieces, the words composed for a corpus, and the classifier's texts."""

    arguments: Any
    pieces: PieceVectors
    words: WordVectors
    labels: FewLabels

    @classmethod
    def of(cls, arguments: Any) -> PiecesBench:
        pieces = embedadapt.load_pieces(arguments.vectors)
        path = arguments.kept / "words.safetensors"
        if not path.exists():
            arguments.kept.mkdir(parents=True, exist_ok=True)
            words = embedadapt.compose_words(
                pieces, arguments.corpus, frequencies=arguments.frequencies
            )
            embedadapt.save_vectors(words, path)
        labels = FewLabels(read_labeled(arguments.labeled), arguments.draws, "mean")
        return cls(arguments, pieces, embedadapt.load_vectors(path), labels)

    def config(self, seed: int) -> AdaptationConfig:
        return AdaptationConfig.of(
            mode=self.arguments.mode, seed=seed, threads=self.arguments.threads
        )

    def adapter(self, seed: int) -> Adapter:
        """Trained, or as kept."""
        path = self.arguments.kept / f"seed-{seed}.adapter"
        if not path.exists():
            embedadapt.adapt(
                self.words, self.arguments.corpus, self.config(seed), evaluate=False, output=path
            )
        return embedadapt.load_adapter(path)

    def f1(self, features: Any) -> dict[str, float]:
        taken = self.labels.learn(features)
        return {f"F1, {k}": taken[k].estimate().value for k in LABELS}

    @cached_property
    def library(self) -> Figures:
        """Without any training: the same for every seed."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "base")
            nothing = WordVectors(Vocabulary([]), self.words.matrix[:0])
            embedadapt.export_pieces(self.pieces, place, vectors=nothing)
            found = self.encoded("library", place)
        return found | {"words, composed": self.mean_of(self.words)}

    def encoded(self, name: str, folder: Path) -> Figures:
        from model2vec import StaticModel

        model = StaticModel.from_pretrained(folder)
        return {
            name: self.f1(Encoded(model)),
            f"{name}, unit": self.f1(Encoded(model, unit=True)),
        }

    def scale_of(self, adapter: Adapter, layout: Layout) -> BySpecificity | float:
        """The largest scale within the budget."""
        budget = self.arguments.budget
        return embedadapt.find_scale(self.words, adapter, layout=layout, budget=budget).scale

    def mean_of(self, vectors: WordVectors) -> dict[str, float]:
        found = self.f1(EmbeddingVectorizer(vectors, weighting="mean"))
        return {"width": vectors.dim, **found}

    def trained(self, seed: int) -> Figures:
        """Of an adapter."""
        adapter, found = self.adapter(seed), {}
        kept = overlaps_of(self.words, adapter)
        plan: Sequence[tuple[str, Layout, float | None]] = (
            ("words, add 1", "add", 1.0),
            ("words, add", "add", None),
            ("words, concat", "concat", None),
        )
        for name, layout, given in plan:
            scale = given or self.scale_of(adapter, layout)
            vectors = apply_adapter(self.words, adapter, layout=layout, scale=scale)
            found[name] = kept(vectors) | self.mean_of(vectors)
        ways = {
            "folder": {},
            "folder, pieces changed": {"change_pieces": True},
            "folder, pieces changed, only words": {"change_pieces": True, "only_words": True},
        }
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder, "new")
                overlaps = self.written(adapter, place, kept, way)
                for row, figures in self.encoded(name, place).items():
                    found[row] = overlaps | {"width": self.pieces.dim} | figures
        return found

    def written(
        self,
        adapter: Adapter,
        place: Path,
        kept: Callable[[WordVectors], dict[str, float]],
        way: dict[str, bool],
    ) -> dict[str, float]:
        """The overlaps of a folder that keeps the budget, or nearly."""
        budget = self.arguments.budget
        for step in np.arange(0, MOST, STEP):
            cost = embedadapt.find_scale(self.words, adapter, budget=min(1, budget + float(step)))
            embedadapt.export_pieces(
                self.pieces,
                place,
                vectors=self.words,
                adapter=adapter,
                scale=cost.scale,
                overwrite=True,
                **way,
            )
            read = embedadapt.load_pieces(place).words(self.words.vocabulary.words)
            overlaps = kept(read)
            if overlaps["general"] >= budget:
                break
        return overlaps


def overlaps_of(words: WordVectors, adapter: Adapter) -> Callable[[WordVectors], dict[str, float]]:
    """What measures which neighbors vectors keep."""
    base, own = without_far_words(words, adapter)
    candidates = candidates_of(base)
    groups = WordGroups.of(candidates, own)
    rows = {"general": groups.general, "domain": groups.domain}
    near = {name: nearest_of_rows(candidates, some, K) for name, some in rows.items()}

    def kept(vectors: WordVectors) -> dict[str, float]:
        same = same_words(candidates, vectors)
        shares = {name: measure_retention(same, rows[name], near[name], seed=1) for name in rows}
        return {name: share.value for name, share in shares.items() if share}

    return kept


# Hidden words.


def hidden(bench: PiecesBench, seed: int) -> Figures:
    """Scores of vectors made for words whose pieces are hidden."""
    words, config = bench.words, bench.config(seed)
    corpus = embedadapt.as_corpus(bench.arguments.corpus)
    training = read_for_training(words, corpus, config.reading).training
    pieces, chosen = without_pieces_of(bench, hideable(bench, seed))
    smaller = replace(pieces.words(words.vocabulary.words), normalization=words.normalization)
    gone = words.vocabulary.lookup(chosen)
    trend = trend_of(words, training)
    small = without(smaller, smaller.vocabulary.lookup(chosen))
    known = small.vocabulary.lookup(training.vocabulary)
    rows, _ = initial_rows(small, training, known, np.random.default_rng(seed))
    composed = smaller.matrix[smaller.vocabulary.lookup(chosen)] - trend.at(gone)
    induced = rows[training.vocabulary.lookup(chosen)]
    found = {
        "composed": composed,
        "induced": induced,
        "both": unit_rows(composed) + unit_rows(induced),
    }
    scores = {name: score_hidden(words, trend, gone, vectors) for name, vectors in found.items()}
    return {
        name: {
            "words": one.n_words,
            "cosine": one.cosine,
            "median rank": one.median_rank,
            "hit@10": one.hit_at_10,
        }
        for name, one in scores.items()
    }


def hideable(bench: PiecesBench, seed: int) -> set[str]:
    """Half of the domain words of one piece."""
    adapter = bench.adapter(1)
    counts, specificity = adapter.vocabulary.counts, adapter.specificity
    assert counts is not None and specificity is not None
    fit = (specificity >= SPECIFIC) & (counts >= FEWEST) & (adapter.base_rows >= 0)
    words = [adapter.vocabulary.words[row] for row in np.flatnonzero(fit)]
    lengths = map(len, bench.pieces.tokenizer.cut_words(words))
    whole = [
        word
        for word, length in zip(words, lengths, strict=True)
        if length == 1 and len(word) >= SHORTEST and learnable(word)
    ]
    return set(np.random.default_rng(seed).permutation(sorted(whole))[: len(whole) // 2].tolist())


def without_pieces_of(bench: PiecesBench, words: set[str]) -> tuple[PieceVectors, list[str]]:
    """The pieces without those that begin with one of some words; the words that are then cut."""
    tokenizer = bench.pieces.tokenizer
    lengths = {len(word) for word in words}
    bare = {number: tokenizer.bare(number).lower() for number in tokenizer.tokens}
    wanted = {n for n, text in bare.items() if not any(text[:k] in words for k in lengths)}
    fewer, numbers = with_fewer(tokenizer, wanted)
    pieces = PieceVectors(fewer, np.array(bench.pieces.rows[numbers]))
    listed = sorted(words)
    cut = fewer.cut_words(listed)
    return pieces, [word for word, found in zip(listed, cut, strict=True) if len(found) > 1]


def show(title: str, found: Sequence[Figures], *, markdown: bool) -> None:
    """Means over the seeds."""
    print(f"\n{title}, {len(found)} seeds\n")
    columns = list(dict.fromkeys(c for row in found[0].values() for c in row))
    rows = []
    for name in found[0]:
        values = {c: [figures[name][c] for figures in found if c in figures[name]] for c in columns}
        rows.append([name, *(told(c, some) if some else "" for c, some in values.items())])
    (print_markdown if markdown else print_table)(["table", *columns], rows)


def told(column: str, values: Sequence[float]) -> str:
    return told_mean(values, ".0f" if column in ("width", "words", "median rank") else ".3f")


def main(given: Sequence[str] | None = None) -> None:
    arguments = parser.parse_args(given)
    bench = PiecesBench.of(arguments)
    settings = {
        "words": bench.words.fingerprint,
        "mode": arguments.mode,
        "budget": arguments.budget,
        "draws": arguments.draws,
    }
    results = Results(arguments.kept / "figures", settings)
    seeds = range(1, arguments.seeds + 1)
    parts: dict[str, Callable[[int], Figures]] = {
        "domain": bench.trained,
        "hidden": partial(hidden, bench),
    }
    for part in arguments.parts:
        found = []
        fixed = results.keep("library", lambda: bench.library) if part == "domain" else {}
        for seed in seeds:
            found.append(results.keep(f"{part}-{seed}", partial(parts[part], seed)))
            print(f"{part}: seed {seed} done", flush=True)
        if fixed:
            show("domain, without training", [fixed], markdown=arguments.markdown)
        show(part, found, markdown=arguments.markdown)


if __name__ == "__main__":
    main()
