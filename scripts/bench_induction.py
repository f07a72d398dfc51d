"""What each choice in making a new word's vector is worth.

    python scripts/bench_induction.py                       the shipped vectors and licences
    python scripts/bench_induction.py --vectors FILE --corpus FOLDER [--seeds 3]

Words are hidden from the table and found again as in bench_adaptation.py, "rare" and "k = 4", each
time with one choice undone. Means with 95 % intervals (Student's t), the same seeds for each row.

as it is: spelling and contexts stacked, before training. 2 ** 16 buckets: n-grams share rows.
equal words, rank weight .5: how much frequent words weigh in the fit of the n-grams. one stack:
fitted on words with 64 occurrences, whatever the new word has. spelling alone: not stacked.
a quarter trained, half, trained: of the way that training takes them; new words go a quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from _bench import LICENCES, Bench, parser_of
from bench_adaptation import Figures, hide, score, show_hidden, spelled_alone

from embedadapt.adaptation import form, induction
from embedadapt.adaptation.trainer import initial_rows, train_delta
from embedadapt.core.progress import ignore_progress
from embedadapt.core.types import Floats2d
from embedadapt.evaluation.hiding import Hiding

KINDS = ("rare", "k = 4")
UNDONE: Mapping[str, tuple[Any, str, object]] = {
    "2 ** 16 buckets": (form, "N_BUCKETS", 1 << 16),
    "equal words": (form, "RANK_WEIGHT", 0.0),
    "rank weight .5": (form, "RANK_WEIGHT", 0.5),
    "common part": (induction, "COMMON_OFF", 0.0),
    "no common part": (induction, "COMMON_OFF", 1.0),
}
"""A module, its constant, and the value it is given."""

parser = parser_of(__doc__, vectors=True, corpus=LICENCES, seeds=3)


@contextmanager
def changed(module: Any, name: str, value: object) -> Iterator[None]:
    """One constant, another for a while."""
    kept = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, kept)


def measure(bench: Bench, kind: str, seed: int) -> Figures:
    """Scores of the hidden words, with each choice undone in turn."""
    hiding = hide(bench, kind, seed)
    scored = partial(score, bench, hiding)
    make = starts_of(hiding, seed)
    rows = make()
    figures = {"as it is": scored(rows[hiding.words])}
    for name, (module, constant, value) in UNDONE.items():
        with changed(module, constant, value):
            figures[name] = scored(make()[hiding.words])
    figures["spelling alone"] = scored(spelled_alone(hiding, seed))
    change = trained_change(bench, hiding, rows, seed)
    for name, step in (("a quarter trained", 0.25), ("half trained", 0.5), ("trained", 1)):
        figures[name] = scored((rows + np.float32(step) * change)[hiding.words])
    return figures


def starts_of(hiding: Hiding, seed: int) -> Callable[[], Floats2d]:
    """Makes the rows of all words of the text, (n_words, dim), always from the same seed."""
    known = hiding.base.vocabulary.lookup(hiding.corpus.vocabulary)

    def make() -> Floats2d:
        rng = np.random.default_rng(seed)
        return initial_rows(hiding.base, hiding.corpus, known, rng)[0]

    return make


def trained_change(bench: Bench, hiding: Hiding, rows: Floats2d, seed: int) -> Floats2d:
    """(n_words, dim): what continued training adds."""
    known = hiding.base.vocabulary.lookup(hiding.corpus.vocabulary)
    mixed = hiding.corpus.shuffled(np.random.default_rng(seed))
    config = bench.config_of(seed)
    return train_delta(hiding.base, mixed, known, rows, config, ignore_progress).words


def main() -> None:
    arguments = parser.parse_args()
    bench = Bench.of(arguments.vectors, arguments.corpus)
    for kind in KINDS:
        show_hidden(kind, [measure(bench, kind, s) for s in range(1, arguments.seeds + 1)])


if __name__ == "__main__":
    main()
