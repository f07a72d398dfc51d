"""What was measured before and after adapting, as frozen values. Reports only render them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedadapt.core.adapter import Layout
from embedadapt.core.corpus import Unit
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.shown import Framed, InNotebooks, Plotted, save_page
from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.judge import Judge

FORMAT = 5
"""Format number of what `EvaluationResult.to_dict` returns."""

INDUCED = "induced"
"""Name of the base with induced vectors of new words, without any training."""


@dataclass(frozen=True)
class Estimate:
    """A measured value with its 95 % interval.

    Parameters
    ----------
    value : float
        The value.
    low, high : float
        Ends of the percentile bootstrap interval. The description of each estimate names what is
        resampled.
    """

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 is outside of the interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Neighbor:
    """A word near another word.

    Parameters
    ----------
    word : str
        The word.
    cosine : float
        The cosine between the two.
    """

    word: str
    cosine: float


@accepts_old_names
@dataclass(frozen=True)
class MovedWord:
    """A word of the base that has other neighbors after adapting.

    Parameters
    ----------
    word : str
        The word.
    count : int
        Its tokens in the corpus.
    n_documents : int or None
        Documents that use it; None if not known.
    changed : float
        Share of its `neighborhood` nearest words of the base that are different now.
    neighbor_overlap : float
        Share of its k nearest words of the base that are still among its k nearest.
    before, after : tuple of Neighbor
        Its nearest words, nearest first. `after` may include new words.
    """

    word: str
    count: int
    n_documents: int | None
    changed: float
    neighbor_overlap: float
    before: tuple[Neighbor, ...]
    after: tuple[Neighbor, ...]


@dataclass(frozen=True)
class NewWord:
    """A word that the base has no vector for, with its nearest words.

    Parameters
    ----------
    word : str
        The word.
    count : int
        Its tokens in the corpus.
    n_documents : int or None
        Documents that use it; None if not known.
    neighbors : tuple of Neighbor
        Its nearest words, nearest first.
    """

    word: str
    count: int
    n_documents: int | None
    neighbors: tuple[Neighbor, ...]


@dataclass(frozen=True)
class HeldOutText:
    """The text on which losses are measured.

    Parameters
    ----------
    n_documents : int
        Documents (or passages) held out.
    n_new : int
        Held-out documents that are new or changed, so that the adapter has no record of them.
    n_trained : int
        Documents of the corpus that are left out because the adapter was trained on them.
    n_fitted : int
        New documents that context matrices are fitted to, because the corpus has too little of the
        training text. Documents that context matrices are fitted to are not predicted.
    n_sentences : int
        Sentences of the held-out documents with at least one word of the base.
    n_repeated : int
        Sentences among these that are left out because the training text has them word for word.
    n_tokens : int
        Tokens of the remaining sentences whose words the base has.
    unit : {"document", "passage"}
        What a document is here: a whole document, or a passage if there are too few documents.
    recognized : bool
        Whether training documents can be recognized by their content. If False, the adapter has no
        record of them, and may have been trained on the held-out documents.
    """

    n_documents: int
    n_new: int
    n_trained: int
    n_fitted: int
    n_sentences: int
    n_repeated: int
    n_tokens: int
    unit: Unit = "document"
    recognized: bool = True

    @property
    def repeated_share(self) -> float:
        """Share of the held-out sentences that are left out as repeated; 0 if there are none."""
        return self.n_repeated / self.n_sentences if self.n_sentences else 0.0


@dataclass(frozen=True)
class HeldOutLoss:
    """How well vectors predict held-out contexts, in nats per pair; lower is better.

    Parameters
    ----------
    loss : Estimate
        Loss over pairs of words of the base, resampled over groups of held-out documents.
    change : Estimate
        The loss minus the loss of the base on the same pairs, resampled in the same way; 0 for the
        base.
    new_words : Estimate, optional
        Change of the loss over pairs of a new word and a word of the base, compared with no
        prediction, since the base has no vector for the new word. None if the held-out text has no
        such pair.
    """

    loss: Estimate
    change: Estimate
    new_words: Estimate | None = None


@accepts_old_names
@dataclass(frozen=True)
class VectorsEvaluation:
    """Adapted vectors or a baseline, measured against the base.

    Parameters
    ----------
    name : str
        Name in the result, such as "concat 0.25".
    dim, n_words : int
        Dimensions and words.
    held_out : HeldOutLoss or None
        None if no text was left to measure on.
    neighbor_overlap : Estimate or None
        Share of the nearest neighbors of general words that stay the same (neighbor overlap@10),
        resampled over words; None if the corpus uses no word of the base.
    moved : tuple of MovedWord
        Domain words among the words that moved furthest, by keyness; () if no word moved far
        (`drift.LEAST_CHANGE`).
    new_words : tuple of NewWord
        New words, by keyness (text.keyness).
    is_baseline : bool
        Whether these are other vectors than the adapter's. A verdict never recommends a baseline.
    layout : {"concat", "add"} or None
        Layout of the adapter; None for a baseline and for "induced".
    scale : float, BySpecificity or None
        Scale of the adapter; None for a baseline and for "induced".
    budget : float or None
        Budget that determined the scale; None if the scale was given.
    shared_overlap : Estimate or None
        Neighbor overlap of general words that the corpus uses much more often than general text
        (evaluation.word_groups); None if there are none.
    domain_overlap : Estimate or None
        Neighbor overlap of domain words, whose neighbors should change; None if there are none.
    """

    name: str
    dim: int
    n_words: int
    held_out: HeldOutLoss | None
    neighbor_overlap: Estimate | None
    moved: tuple[MovedWord, ...]
    new_words: tuple[NewWord, ...]
    is_baseline: bool = False
    layout: Layout | None = None
    scale: float | BySpecificity | None = None
    budget: float | None = None
    shared_overlap: Estimate | None = None
    domain_overlap: Estimate | None = None

    @property
    def helped(self) -> bool:
        """Whether the held-out loss is lower than that of the base, at the 95 % level."""
        return self.held_out is not None and self.held_out.change.high < 0

    @property
    def gain(self) -> float:
        """Decrease of the held-out loss against the base, in nats per pair; 0 if not measured."""
        return -self.held_out.change.value if self.held_out else 0.0

    @property
    def helped_new_words(self) -> bool:
        """Whether new words predict their neighbors better than no vector, at the 95 % level."""
        new_words = self.held_out.new_words if self.held_out else None
        return new_words is not None and new_words.high < 0


@dataclass(frozen=True)
class Score:
    """One score of some vectors.

    Parameters
    ----------
    value : Estimate
        The score.
    change : Estimate or None
        The score minus that of the base, on the same draws and on the items that both know; None if
        there are no such items.
    n : int
        Number of pairs, questions, texts or words that were scored.
    """

    value: Estimate
    change: Estimate | None
    n: int


@accepts_old_names
@dataclass(frozen=True)
class Scores:
    """One measure of all vectors.

    Parameters
    ----------
    title : str
        Name of the measure.
    about : str
        What is measured, and what the intervals are resampled over.
    vectors : mapping of str to mapping of str to Score
        For each vectors by name, the base first, the scores by column. Some scores may be missing.
    notes : tuple of str
        Sentences on what could not be measured, and why.
    """

    title: str
    about: str
    vectors: Mapping[str, Mapping[str, Score]]
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns for which there is any score, in order."""
        return tuple(dict.fromkeys(name for scores in self.vectors.values() for name in scores))


@accepts_old_names
@dataclass(frozen=True)
class EvaluationResult(Framed, Plotted, InNotebooks):
    """What an adapter gains on the domain, what it costs in general, and which words it moves.

    `evaluate` makes it. `result["add 1"]` is the `VectorsEvaluation` of that name.

    Parameters
    ----------
    base_dim, base_n_words : int
        Dimensions and words of the base.
    base_loss : Estimate or None
        Held-out loss of the base, over pairs of its words, in nats per pair; None if no text was
        left to measure on. The loss of the base depends only on the text and the judge.
    order_gain : Estimate or None
        How much lower the base's loss is on the text than on the same words in random order, in
        nats per pair. Near 0, contexts have no information. None if not measured.
    familiarity : float or None
        Share of the text's most frequent words that are among the base's most frequent words; None
        if the base is not in order of frequency.
    text : HeldOutText
        The text that losses are measured on.
    n_corpus_words, n_unknown_words : int
        Words of the adapter, and the words among these that the base does not have.
    n_neighbor_words : int
        Number of general words whose neighbors were compared.
    n_candidates : int
        Number of words of the base among which neighbors were searched.
    k : int
        Number of neighbors compared for each word.
    neighborhood : int
        Number of nearest words by which `MovedWord.changed` is measured.
    judge : Judge
        The constants of the measurement.
    vectors : tuple of VectorsEvaluation
        The adapted vectors and the baselines.
    scores : tuple of Scores
        Further measures: word pairs, analogies, labeled texts, prediction, hidden words.
    by_specificity : bool
        Whether the specificity of words is known. If not, frequent words of the base are taken as
        general words, and each budget has one scale for all words.
    domain_share : float or None
        Share of the corpus's tokens that are domain words of the base (core.specificity.FAR_ABOVE);
        None if no word's specificity is known.

    Examples
    --------
    >>> result = embedadapt.evaluate(vectors, adapter, text, scales={"add": [0.5]})
    >>> result.k, [one.name for one in result.adapted]
    (10, ['induced', 'add 0.5'])
    >>> result["add 0.5"].neighbor_overlap.value < 1
    True
    """

    base_dim: int
    base_n_words: int
    base_loss: Estimate | None
    order_gain: Estimate | None
    familiarity: float | None
    text: HeldOutText
    n_corpus_words: int
    n_unknown_words: int
    n_neighbor_words: int
    n_candidates: int
    k: int
    neighborhood: int
    judge: Judge
    vectors: tuple[VectorsEvaluation, ...]
    scores: tuple[Scores, ...] = ()
    by_specificity: bool = True
    domain_share: float | None = None

    def __repr__(self) -> str:
        changes = (
            f"{one.name} {one.held_out.change.value:+.3f}" if one.held_out else one.name
            for one in self.vectors
        )
        return f"EvaluationResult({', '.join(changes)})"

    def save_html(
        self, path: str | Path, space: object, *, vectors: str = "vectors", adapter: str = "adapter"
    ) -> None:
        """Write the evaluation to `path` as one HTML page that needs no network.

        Parameters
        ----------
        path : path
            The file to write.
        space : SpaceMap
            The map that the page draws: `map_adaptation(vectors, adapter, result)`.
        vectors, adapter : str
            Their names on the page.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        page = "evaluation_page.render_evaluation"
        save_page(path, page, self, space, table=vectors, adapter=adapter)

    @property
    def adapted(self) -> tuple[VectorsEvaluation, ...]:
        """The adapted vectors, without the baselines."""
        return tuple(table for table in self.vectors if not table.is_baseline)

    @property
    def best_on_domain(self) -> VectorsEvaluation | None:
        """The adapted vectors with the lowest held-out loss; None if no loss was measured."""
        measured = [table for table in self.adapted if table.held_out is not None]
        return min(measured, key=_loss, default=None)

    @property
    def most_moved(self) -> VectorsEvaluation | None:
        """The adapted vectors with the lowest neighbor overlap."""
        moved = [table for table in self.adapted if table.moved]
        return min(moved, key=_overlap, default=None)

    @property
    def helped(self) -> bool:
        """Whether some adapted vectors lower the held-out loss, at the 95 % level."""
        return any(table.helped for table in self.adapted)

    def __getitem__(self, name: str) -> VectorsEvaluation:
        """The vectors called `name`. Raises KeyError."""
        for table in self.vectors:
            if table.name == name:
                return table
        raise KeyError(name)

    def to_dict(self) -> Mapping[str, Any]:
        """Return the result as a mapping with its format number and the derived figures.

        Returns
        -------
        mapping
            JSON-ready.
        """
        values = asdict(self)
        values["text"]["repeated_share"] = self.text.repeated_share
        return {"format": FORMAT, **values, "helped": self.helped}


def _loss(table: VectorsEvaluation) -> float:
    return float("inf") if table.held_out is None else table.held_out.loss.value


def _overlap(table: VectorsEvaluation) -> float:
    return 0.0 if table.neighbor_overlap is None else table.neighbor_overlap.value
