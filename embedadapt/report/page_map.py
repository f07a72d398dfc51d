"""The map of an evaluation page: its words as data for the page's script."""

from __future__ import annotations

from typing import Any

import numpy as np

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.space_map import SpaceMap
from embedadapt.evaluation.verdict import Verdict, advised_vectors
from embedadapt.report.figures import printable

SIDE = 1_000
"""Units of the map's longer side: words have whole ones."""


def by_word(verdict: Verdict, result: EvaluationResult) -> bool:
    """Whether each word has its own scale on the map: in the vectors that the verdict advises, or
    else in the first of the layout add (workflows.map_adaptation)."""
    advised = advised_vectors(verdict, result)
    shown = (each for each in result.adapted if each.layout == "add" and each.scale is not None)
    mapped = advised if advised is not None and advised.layout else next(shown, None)
    return mapped is not None and isinstance(mapped.scale, BySpecificity)


def near_new_words(space: SpaceMap) -> dict[str, str]:
    """Of the nearest neighbors of new words, and of known words, the share that is new; {} where no
    new word is on the map."""
    if space.new_near_new is None or space.new_near_known is None:
        return {}
    return {
        "of_new": f"{100 * space.new_near_new:.0f} %",
        "of_known": f"{100 * space.new_near_known:.0f} %",
    }


def map_data(space: SpaceMap, first: str = "") -> dict[str, Any]:
    """The map as the page's script reads it.

    chosen: the word `first`; where it is not on the map, the map's first word of the base.
    opensAt: the step of `scales` that is shown first.
    names: of all words on it and beside them, the map's first. at: by scale, x and y of each
    word, on whole units from 0 to SIDE. near: by scale and word, name and cosine in hundredths
    by turns. self: by scale, cosine with the base in hundredths.
    """
    known = next(
        (w for w, new in zip(space.words, space.is_new, strict=True) if not new), space.words[0]
    )
    names = dict.fromkeys(space.words)
    for of_scale in space.neighbors:
        names |= dict.fromkeys(each.word for near in of_scale for each in near)
    index = {name: place for place, name in enumerate(names)}
    shown = space.positions[:, ~space.is_new].reshape(-1, 2)
    shown = np.concatenate([shown, space.positions[-1]])
    corner, reach = shown.min(axis=0), float(np.ptp(shown, axis=0).max()) or 1.0
    units = np.rint((space.positions - corner) * (SIDE / reach)).astype(int)
    return {
        "scales": space.scales,
        "opensAt": space.opens_at,
        "chosen": space.words.index(first if first in space.words else known),
        "names": [printable(name) for name in names],
        "counts": space.counts.tolist(),
        "isNew": space.is_new.astype(int).tolist(),
        "at": units.reshape(len(units), -1).tolist(),
        "self": np.rint(100 * space.cosines).astype(int).tolist(),
        "near": [
            [
                [part for n in near for part in (index[n.word], round(100 * n.cosine))]
                for near in row
            ]
            for row in space.neighbors
        ],
    }
