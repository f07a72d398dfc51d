"""Whether a trained spaCy pipeline keeps its scores when its vectors are adapted under it.

A pipeline's components have learned from the vectors that it was trained with. Others of the same
width can be put in their place without an error, and then scores may fall (spaCy, discussions 5901
and 6061): so the pipeline is scored again on its own development set, at several strengths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedadapt.core.errors import SettingsError
from embedadapt.core.vectors import WordVectors

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example


@dataclass(frozen=True)
class DropIn:
    """One strength: the pipeline's scores with the vectors adapted so far."""

    strength: float
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Certificate:
    """before: the scores with the pipeline's own vectors, those it was trained to raise.
    tolerance: how much any of them may fall. tried: in the order asked for."""

    before: Mapping[str, float]
    tolerance: float
    tried: tuple[DropIn, ...]

    def keeps(self, drop_in: DropIn) -> bool:
        """Whether no score falls by more than the tolerance."""
        return all(
            drop_in.scores[name] >= score - self.tolerance for name, score in self.before.items()
        )

    @property
    def strongest(self) -> float | None:
        """The largest strength that keeps the scores; None where none does."""
        return max((one.strength for one in self.tried if self.keeps(one)), default=None)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        tried = [asdict(one) | {"keeps": self.keeps(one)} for one in self.tried]
        return asdict(self) | {"tried": tried, "strongest": self.strongest}


def certify_pipeline(
    nlp: Language,
    examples: Callable[[Language], Iterable[Example]],
    tables: Iterable[tuple[float, WordVectors]],
    tolerance: float,
) -> Certificate:
    """Scores the pipeline with its own vectors, then with each table's in their place.

    examples: makes the development set anew for every scoring. tables: strength and adapted table
    of the pipeline's own width. The pipeline has its own vectors again in the end.

    Raises SettingsError for a pipeline that is not scored on anything.
    """
    own, weights = nlp.vocab.vectors, nlp.config["training"]["score_weights"]
    names = [name for name, weight in weights.items() if weight]

    def score() -> dict[str, float]:
        found = nlp.evaluate(list(examples(nlp)))
        return {name: float(found[name]) for name in names if found.get(name) is not None}

    before = score()
    if not before:
        raise SettingsError(
            "the pipeline",
            expected="components that are scored on the development set",
            found=", ".join(nlp.pipe_names) or "none",
        )
    tried = []
    try:
        for strength, table in tables:
            nlp.vocab.vectors = _in_place_of(own, table)
            tried.append(DropIn(strength, score()))
    finally:
        nlp.vocab.vectors = own
    return Certificate(before, tolerance, tuple(tried))


def _in_place_of(own: Any, table: WordVectors) -> Any:
    """spaCy vectors with the keys of `own`, words at the table's vectors, new ones added.

    Keys that borrow a word's row go where it goes, unless they are words of the table themselves.
    """
    from spacy.vectors import Vectors

    keys = [own.strings.add(word) for word in table.vocabulary.words]
    owners: dict[int, int] = {}  # the first word at a row owns it
    for row, key in enumerate(keys):
        if key in own:
            owners.setdefault(own.key2row[key], row)
    added = [
        row for row, key in enumerate(keys) if key not in own or owners[own.key2row[key]] != row
    ]
    data = np.concatenate([own.data, table.matrix[added]])
    data[list(owners)] = table.matrix[list(owners.values())]
    key2row = dict(own.key2row) | {
        keys[row]: len(own.data) + place for place, row in enumerate(added)
    }
    swapped = Vectors(strings=own.strings, data=data, name=own.name)
    for key, row in key2row.items():
        if row >= 0:
            swapped.add(key, row=row)
    return swapped
