"""Whether a trained spaCy pipeline keeps its scores when its vectors are adapted under it.

The components of a pipeline have learned from the vectors it was trained with. Others of the same
width can replace these without an error, but scores may fall (spaCy, discussions 5901 and 6061).
The pipeline is therefore scored again on its own development set, at several scales.

The change of a score has an interval: documents are resampled, and both pipelines are scored on
each resample (a paired bootstrap; Efron and Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embedadapt.core.errors import SettingsError
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.types import Doubles1d
from embedadapt.core.vectors import WordVectors
from embedadapt.export.spacy_keys import Keys, find_keys
from embedadapt.export.spacy_vectors import composing_vectors

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

Outcome = Literal["kept", "lost", "unclear"]

SUBWORDS = "subword"
"""The mode of our SubwordVectors."""
NO_FORMS: Mapping[str, str] = MappingProxyType({})

RESAMPLES, SEED = 200, 1
"""Each resample scores the whole set, which takes a second for a thousand parsed documents."""


@dataclass(frozen=True)
class ScoreChange:
    """A score of a pipeline with its own vectors and with other vectors.

    Parameters
    ----------
    score : str
        Name of the score, as in spaCy's `score_weights`.
    before, after : float
        The score with the pipeline's own vectors, and with the other vectors.
    low, high : float
        Ends of the 95 % interval of after - before.

    Examples
    --------
    >>> ScoreChange("tag_acc", before=0.9, after=0.89, low=-0.02, high=0.0).after
    0.89
    """

    score: str
    before: float
    after: float
    low: float
    high: float


@accepts_old_names
@dataclass(frozen=True)
class DropIn:
    """The scores of a pipeline at one scale of an adapter.

    Parameters
    ----------
    scale : float
        Scale of the adapter.
    changes : tuple of ScoreChange
        The change of each score.

    Examples
    --------
    >>> DropIn(0.5, (ScoreChange("tag_acc", 0.9, 0.89, low=-0.02, high=0.0),)).changes[0].score
    'tag_acc'
    """

    scale: float
    changes: tuple[ScoreChange, ...]


@accepts_old_names
@dataclass(frozen=True)
class Certificate:
    """How each scale of an adapter changes the scores of a pipeline.

    Parameters
    ----------
    n_documents : int
        Documents of the development set.
    tolerance : float
        Largest allowed decrease of a score, above 0.
    tried : tuple of DropIn
        The scales, in the order given.

    Examples
    --------
    >>> change = ScoreChange("cats_macro_f", before=0.9, after=0.9, low=-0.004, high=0.003)
    >>> certificate = Certificate(500, tolerance=0.01, tried=(DropIn(0.5, (change,)),))
    >>> certificate.largest_scale, certificate.n_needed
    (0.5, 300)
    """

    n_documents: int
    tolerance: float
    tried: tuple[DropIn, ...]

    @property
    def n_needed(self) -> int:
        """Number of documents that a certain outcome needs.

        An effect that only 3 / n of all documents show may be absent from a sample of n documents,
        and resampling the sample cannot show it (Hanley and Lippman-Hand 1983,
        doi:10.1001/jama.1983.03330370053031).
        """
        return ceil(3 / self.tolerance)

    def outcome_of(self, change: ScoreChange) -> Outcome:
        """Decide whether a score falls by more than the tolerance.

        Parameters
        ----------
        change : ScoreChange
            The change of one score.

        Returns
        -------
        {"kept", "lost", "unclear"}
            "lost" if the whole interval of the change is below -tolerance. "kept" if it is above
            -tolerance and there are enough documents (`n_needed`). Otherwise "unclear".
        """
        if change.high < -self.tolerance:
            return "lost"
        sure = change.low >= -self.tolerance and self.n_documents >= self.n_needed
        return "kept" if sure else "unclear"

    def outcome(self, tried: DropIn) -> Outcome:
        """Return the worst outcome of the scores at one scale.

        Parameters
        ----------
        tried : DropIn
            One of the scales tried.

        Returns
        -------
        {"kept", "lost", "unclear"}
            See `outcome_of`.
        """
        found = {self.outcome_of(change) for change in tried.changes}
        return next(each for each in ("lost", "unclear", "kept") if each in found)

    @property
    def largest_scale(self) -> float | None:
        """The largest scale at which all scores are "kept"; None if there is none."""
        kept = (one.scale for one in self.tried if self.outcome(one) == "kept")
        return max(kept, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return the certificate as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready, with the outcome of each scale.
        """
        tried = [asdict(one) | {"outcome": self.outcome(one)} for one in self.tried]
        return asdict(self) | {"format": 1, "tried": tried, "largest_scale": self.largest_scale}


def certify_pipeline(
    nlp: Language,
    examples: Callable[[Language], Iterable[Example]],
    tables: Iterable[tuple[float, WordVectors]],
    tolerance: float,
    on_progress: OnProgress = ignore_progress,
    forms: Mapping[str, str] = NO_FORMS,
) -> Certificate:
    """Score the pipeline with its own vectors, then with adapted ones at each scale.

    examples: makes the development set anew for each scoring; it has at least one document.
    tables: scale and adapted vectors, of the pipeline's own width.
    forms: as for `write_pipeline`, which gives tokens the same vectors.

    The pipeline has its own vectors again at the end. Raises SettingsError for a pipeline without
    scores, and for vectors of other kinds than spaCy's look-up and our SubwordVectors.
    """
    own = nlp.vocab.vectors
    if own.mode not in ("default", SUBWORDS):
        raise SettingsError(
            "the pipeline",
            expected="vectors of words, looked up or with --subwords of ours",
            found=f"the mode {own.mode}",
            hint="Export the adapted vectors and train with them instead.",
        )
    reference = list(examples(nlp))
    before = _scores(nlp, reference, "its own vectors", on_progress)
    if not before:
        raise SettingsError(
            "the pipeline",
            expected="components that are scored on the development set",
            found=", ".join(nlp.pipe_names) or "none",
        )
    tried = []
    try:
        for scale, table in tables:
            keys = find_keys(table, nlp, forms, "all")
            if own.mode == SUBWORDS:
                nlp.vocab.vectors = _composing(own, table, keys)
            else:
                nlp.vocab.vectors = _in_place_of(own, table, keys, forms)
            after = _scores(nlp, list(examples(nlp)), f"scale {scale:g}", on_progress)
            tried.append(DropIn(scale, tuple(_changes(before, after))))
    finally:
        nlp.vocab.vectors = own
    return Certificate(len(reference), tolerance, tuple(tried))


def _scores(
    nlp: Language, examples: list[Example], what: str, on_progress: OnProgress
) -> dict[str, Doubles1d]:
    """Scores by name, (1 + RESAMPLES,): over all documents, then over each resample.

    NaN if a resample holds nothing to score. The examples take on the pipeline's predictions.
    """
    from spacy.scorer import Scorer

    for example, doc in zip(examples, nlp.pipe([e.predicted for e in examples]), strict=True):
        example.predicted = doc
    scorer, rng = Scorer(nlp), np.random.default_rng(SEED)
    found = [scorer.score(examples)]
    for done in range(RESAMPLES):
        drawn = rng.integers(len(examples), size=len(examples))
        found.append(scorer.score([examples[number] for number in drawn]))
        on_progress(Progress(f"scoring {what}", done + 1, RESAMPLES))
    weights = nlp.config["training"]["score_weights"]
    names = [name for name, weight in weights.items() if weight and found[0].get(name) is not None]
    return {name: np.array([one.get(name) for one in found], dtype=np.float64) for name in names}


def _changes(
    before: Mapping[str, Doubles1d], after: Mapping[str, Doubles1d]
) -> Iterator[ScoreChange]:
    for name, old in before.items():
        new = after[name]
        low, high = np.nanpercentile((new - old)[1:], [2.5, 97.5])
        yield ScoreChange(name, float(old[0]), float(new[0]), float(low), float(high))


def _composing(own: Any, table: WordVectors, found: Keys) -> Any:
    """SubwordVectors of an adapted table, as `write_pipeline` makes them: forms need no keys. A
    table without n-grams gets those of `own`."""
    ngrams = table.subwords or own.table.subwords
    vectors = composing_vectors(replace(table, subwords=ngrams), found, own.strings)
    vectors.name = own.name
    return vectors


def _in_place_of(own: Any, table: WordVectors, found: Keys, forms: Mapping[str, str]) -> Any:
    """spaCy vectors with the keys of `own` and the vectors of the table, and new words.

    Keys that borrow a word's row keep borrowing it, unless they are words of the table or `forms`
    names their word. What `found` holds beyond `own` is added.
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
    for text, row in found.rows.items():
        key = own.strings.add(text)
        if key not in key2row or text in forms:
            key2row[key] = key2row[keys[row]]
    swapped = Vectors(strings=own.strings, data=data, name=own.name)
    for key, row in key2row.items():
        if row >= 0:
            swapped.add(key, row=row)
    return swapped
