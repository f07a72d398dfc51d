"""What the constants of scales by specificity were chosen by: gains at one neighbor overlap.

    python scripts/bench_scales.py --vectors FILE --corpus FOLDER --labeled CSV --pairs FILE

Each row trains adapters with other settings, or applies them with another constant, finds the scale
that keeps the budget of general words' neighbors, and takes the measures of `evaluate`; means over
training seeds with 95 % intervals (Student's t). `reach none` takes the deltas as long as training
left them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _bench import LICENCES, Bench, parser_of, print_table, told_mean

from embedadapt import adapt, evaluate
from embedadapt.core import adapted, specificity
from embedadapt.core.adapter import Adapter
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.scale import OVERLAP, Budget

NO_REACH = {"REACH": 1e9, "MOST_STRETCHED": 1.0}
TRAININGS: Mapping[str, dict[str, Any]] = {
    "15 epochs, window 10": {},
    "5 epochs, window 5": {"epochs": 5, "window": 5},
    "15 epochs, window 5": {"window": 5},
    "15 epochs, window 20": {"window": 20},
}
CONSTANTS: Mapping[str, Mapping[str, float]] = {
    "reach none": NO_REACH,
    "reach 0.6": {"REACH": 0.6},
    "reach 1.2": {"REACH": 1.2},
    "steepness 2": {"STEEPNESS": 2.0},
    "steepness 8": {"STEEPNESS": 8.0},
}

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=3)
parser.add_argument("--labeled", type=Path, help="a CSV with text, label and split")
parser.add_argument("--pairs", nargs="*", default=["wordsim353"])
parser.add_argument("--budget", type=float, default=OVERLAP)
parser.add_argument("--threads", type=int, default=1)


@contextmanager
def constants(values: Mapping[str, float]) -> Iterator[None]:
    """Other constants of `core.specificity` for a while, wherever they were imported."""
    places = [(place, name) for name in values for place in (adapted, specificity)]
    before = [(place, name, vars(place)[name]) for place, name in places if name in vars(place)]
    for place, name, _ in before:
        setattr(place, name, values[name])
    try:
        yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)


def figures_of(result: EvaluationResult) -> dict[str, float]:
    """Of the vectors within the budget, by column."""
    vectors = next(each for each in result.adapted if each.budget is not None)
    overlaps = {"general": vectors.neighbor_overlap, "domain": vectors.domain_overlap}
    found = {name: one.value for name, one in overlaps.items() if one}
    for scores in result.scores:
        found |= {name: one.value.value for name, one in scores.vectors[vectors.name].items()}
    return found | {"loss change": -vectors.gain}


def main(given: Sequence[str] | None = None) -> None:
    arguments = parser.parse_args(given)
    bench = Bench.of(arguments.vectors, arguments.corpus, threads=arguments.threads, dimensions=0)

    def judged(adapter: Adapter) -> dict[str, float]:
        return figures_of(
            evaluate(
                bench.base,
                adapter,
                bench.corpus,
                pairs=arguments.pairs,
                labeled=arguments.labeled,
                scales={"add": (Budget(arguments.budget),)},
            )
        )

    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(1, arguments.seeds + 1):
        for name, settings in TRAININGS.items():
            config = bench.config_of(seed).but(**settings)
            adapter = adapt(bench.base, bench.corpus, config, evaluate=False).adapter
            found.setdefault(name, []).append(judged(adapter))
            if settings:
                continue
            for constant, values in CONSTANTS.items():
                with constants(values):
                    found.setdefault(constant, []).append(judged(adapter))
        print(f"seed {seed} done", flush=True)
    columns = list(next(iter(found.values()))[0])
    rows = [
        [name, *(told_mean([of_seed[column] for of_seed in several]) for column in columns)]
        for name, several in found.items()
    ]
    print_table(["", *columns], rows)


if __name__ == "__main__":
    main()
