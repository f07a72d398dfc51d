"""A small evaluation and a small map, as a page shows them."""

from dataclasses import replace

import numpy as np

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.result import (
    Estimate,
    EvaluationResult,
    HeldOutLoss,
    MovedWord,
    Neighbor,
    NewWord,
    Score,
    Scores,
    VectorsEvaluation,
)
from embedadapt.evaluation.space_map import SpaceMap, map_words
from tests.evaluation.make import result_of

SCALES = (0, 0.25, 1)
NEW = "sublessor"
HOSTILE = "</script><b onclick=x>\u202e"
WORDS = ("party", "rent", HOSTILE, "lease", *(f"word{i}" for i in range(30)))


def space(new: str = NEW, opens_at: float = 1) -> SpaceMap:
    """ "party" goes straight from where "rent" stands to where "lease" does; others stay."""
    rows = np.random.default_rng(1).normal(size=(len(WORDS) + 1, 8)).astype(np.float32)
    rows[0] = rows[1]

    def table_at(scale: float) -> WordVectors:
        moved = rows.copy()
        moved[0] = (1 - scale) * rows[1] + scale * rows[3]
        n = len(WORDS) + (scale > 0)
        return WordVectors(Vocabulary([*WORDS, new][:n]), moved[:n])

    words = [*WORDS, new]
    counts = np.arange(len(words), 0, -1)
    return map_words(table_at, words, counts, SCALES, opens_at=opens_at)


def scores() -> Scores:
    """One set better than the base's, one worse, one not measured."""

    def score(value: float, change: float) -> Score:
        return Score(
            Estimate(value, value - 0.02, value + 0.02),
            Estimate(change, change - 0.01, change + 0.01),
            300,
        )

    base = {name: replace(score(0.5, 0), change=None) for name in ("MEN", "legal")}
    tables = {"base": base, "add 1": {"MEN": score(0.4, -0.1), "legal": score(0.7, 0.2)}}
    return Scores("Word pairs", "rho", tables, ("simlex999: not measured.",))


def evaluation(*, helped: bool = True, name: str = "add 1") -> EvaluationResult:
    """A base, adapted vectors at the scale of plain continued training, and one baseline."""
    near = tuple(Neighbor(word, 0.5) for word in WORDS[:5])
    change = Estimate(-0.2, -0.24, -0.15) if helped else Estimate(0.1, -0.05, 0.2)
    adapted = VectorsEvaluation(
        name=name,
        dim=8,
        n_words=35,
        held_out=HeldOutLoss(Estimate(2.8, 2.7, 2.9), change),
        layout="add",
        scale=1.0,
        neighbor_overlap=Estimate(0.6, 0.55, 0.65),
        shared_overlap=Estimate(0.4, 0.35, 0.45),
        domain_overlap=Estimate(0.2, 0.15, 0.25),
        moved=(MovedWord("party", 1234, 40, 0.9, 0.1, near, near[::-1]),),
        new_words=(NewWord(NEW, 20, 7, near),),
    )
    baseline = replace(
        adapted,
        name="naive",
        held_out=None,
        layout=None,
        scale=None,
        neighbor_overlap=None,
        shared_overlap=None,
        domain_overlap=None,
        is_baseline=True,
    )
    return replace(result_of(adapted, baseline), scores=(scores(),), n_neighbor_words=400)
