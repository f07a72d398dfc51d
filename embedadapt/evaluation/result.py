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
"""Number of the JSON form that `EvaluationResult.to_dict` gives."""

INDUCED = "induced"
"""Name of the table that only has the new words at their first vectors, nothing trained."""


@dataclass(frozen=True)
class Estimate:
    """A measured value with the interval in which 95 of 100 repetitions would put it.

    low, high: percentile bootstrap; what was resampled is said where the value stands.
    """

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """For a difference: whether its sign is beyond doubt at this level."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Neighbor:
    """A word near another one, and the cosine between them."""

    word: str
    cosine: float


@accepts_old_names
@dataclass(frozen=True)
class MovedWord:
    """A word of the base that stands elsewhere after adapting.

    count, n_documents: tokens in the corpus, and documents that use it; None where not known.
    changed: share of its `neighborhood` nearest words of the base that are others now.
    neighbor_overlap: share of its k nearest words of the base that stayed among its k nearest.
    before, after: its nearest words in either table, best first; new words may stand in `after`.
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
    """A word the base has no vector for, with its count in the corpus, the documents that use it
    (None where not known) and its nearest words."""

    word: str
    count: int
    n_documents: int | None
    neighbors: tuple[Neighbor, ...]


@dataclass(frozen=True)
class HeldOutText:
    """The text the losses are measured on.

    n_documents: documents (or passages) held out.
    n_new: those of them that are new, or changed: the adapter knows them neither as trained on nor
        as held out.
    n_trained: documents (or passages) of the corpus that the adapter was trained on; left out.
    n_fitted: new documents that are not predicted, since context matrices were fitted to them: the
        corpus has too little of what was trained on.
    n_sentences: sentences of the held-out documents with at least one word of the base.
    n_repeated: those of them that were trained on word for word; left out.
    n_tokens: tokens of the sentences that are left, in words of the base.
    unit: what a document is here: a passage where there were too few documents.
    recognized: the adapter knows by their content which documents it was trained on; False where it
        holds no record of them, so that those held out may be documents it has seen.
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
        """Share of the held-out sentences that were left out as repeated; 0 of no sentences."""
        return self.n_repeated / self.n_sentences if self.n_sentences else 0.0


@dataclass(frozen=True)
class HeldOutLoss:
    """How well a table's vectors predict held-out contexts, in nats per pair (smaller is better).

    loss: of pairs of words that the base has; resampled over groups of held-out documents.
    change: loss minus the base's on the same pairs; likewise. The base's own is 0.
    new_words: the change for pairs of a new word with a word that the base has: the base, which has
        no vector for it, predicts nothing. None where the held-out text has no such pair.
    """

    loss: Estimate
    change: Estimate
    new_words: Estimate | None = None


@accepts_old_names
@dataclass(frozen=True)
class VectorsEvaluation:
    """One adapted table beside the base.

    name: as the caller called it ("concat 0.25").
    layout, scale: of the adapter in it; None in a baseline, and in the table of induced words.
    budget: share of general words' neighbors by which the scale was found; None where it was given.
    is_baseline: not made by the adapter, only held against it: no verdict names it.
    held_out: None where there was no text left to measure on.
    neighbor_overlap: share of the nearest neighbors of general words that stay (neighbor
        overlap@10), resampled over words; None where the corpus uses no word of the base.
    shared_overlap, domain_overlap: likewise of general words that the corpus uses far above their
        general share, and of all words that it so uses, whose neighbors should change
        (evaluation.word_groups); None for none.
    moved: the corpus's own words among those that moved furthest, by keyness; () where no word
        counts as moved (drift.LEAST_CHANGE).
    new_words: the corpus's own new words, by keyness (text.keyness).
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
        """Whether it predicts held-out text better than the base, beyond doubt."""
        return self.held_out is not None and self.held_out.change.high < 0

    @property
    def gain(self) -> float:
        """By how much the loss on held-out text is smaller than the base's; 0 for none measured."""
        return -self.held_out.change.value if self.held_out else 0.0

    @property
    def helped_new_words(self) -> bool:
        """Whether its new words predict their neighbors better than no vector, beyond doubt."""
        new_words = self.held_out.new_words if self.held_out else None
        return new_words is not None and new_words.high < 0


@dataclass(frozen=True)
class Score:
    """A figure of one table.

    change: what it has more than the base, on the same draws and the items that both know; None
        where there are none.
    n: pairs, questions, texts or words that the value rests on.
    """

    value: Estimate
    change: Estimate | None
    n: int


@accepts_old_names
@dataclass(frozen=True)
class Scores:
    """One kind of figure, of every table.

    about: what the figures are, and what their intervals are drawn over.
    vectors: by name, the base first, then by column; a table may lack some.
    notes: what could not be measured, and why; one sentence each.
    """

    title: str
    about: str
    vectors: Mapping[str, Mapping[str, Score]]
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """In their order; those that any table has."""
        return tuple(dict.fromkeys(name for scores in self.vectors.values() for name in scores))


@accepts_old_names
@dataclass(frozen=True)
class EvaluationResult(Framed, Plotted, InNotebooks):
    """Gain on the domain, loss in general, and which words moved.

    `Framed`: its parts are scores, measures, moved and new_words. `Plotted`: what each of the
    vectors gains and what it costs.

    base_dim, base_n_words: the table before adapting.
    base_loss: its loss on the held-out text, between words that it has; None where there was no
        text left to measure on. It depends on the text and the judge alone.
    order_gain: how much better the base predicts the held-out text than the same words in random
        order, in nats a pair: near 0, contexts say nothing. None where nothing was measured.
    familiarity: see evaluation.familiarity; None where the table is in no order of frequency.
    domain_share: share of the corpus's tokens whose word is the domain's: known to the base and
        FAR_ABOVE specific (core.specificity); None where no word's specificity is known.
    text: what was held out.
    n_corpus_words, n_unknown_words: words of the adapter, and how many of them the base does not
        know.
    n_neighbor_words: general words whose k nearest neighbors were compared.
    by_specificity: False where no word's specificity is known: then these are frequent words of the
        base, and each budget's scale is one for all words.
    n_candidates: words of the base among which neighbours were looked for.
    k: neighbours of each.
    neighborhood: nearest words by which a moved word is told.
    judge: the constants that everything was measured with.
    scores: what was measured beyond that, a kind at a time.
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
        space : SpaceMap
            The map that the page draws: `map_adaptation(vectors, adapter, result)`.
        vectors, adapter : str
            How the page calls them.

        Raises
        ------
        OutputError
            The file cannot be written.
        """
        page = "evaluation_page.render_evaluation"
        save_page(path, page, self, space, table=vectors, adapter=adapter)

    @property
    def adapted(self) -> tuple[VectorsEvaluation, ...]:
        """The adapter's tables, without the baselines."""
        return tuple(table for table in self.vectors if not table.is_baseline)

    @property
    def best_on_domain(self) -> VectorsEvaluation | None:
        """The adapted table with the smallest held-out loss; None where none was measured."""
        measured = [table for table in self.adapted if table.held_out is not None]
        return min(measured, key=_loss, default=None)

    @property
    def most_moved(self) -> VectorsEvaluation | None:
        """The adapted table that kept fewest neighbours, where senses change most clearly."""
        moved = [table for table in self.adapted if table.moved]
        return min(moved, key=_overlap, default=None)

    @property
    def helped(self) -> bool:
        """Whether an adapted table predicts held-out text better than the base, beyond doubt."""
        return any(table.helped for table in self.adapted)

    def __getitem__(self, name: str) -> VectorsEvaluation:
        """The table called `name`. Raises KeyError."""
        for table in self.vectors:
            if table.name == name:
                return table
        raise KeyError(name)

    def to_dict(self) -> Mapping[str, Any]:
        """A JSON-ready mapping with its format number and the derived figures."""
        values = asdict(self)
        values["text"]["repeated_share"] = self.text.repeated_share
        return {"format": FORMAT, **values, "helped": self.helped}


def _loss(table: VectorsEvaluation) -> float:
    return float("inf") if table.held_out is None else table.held_out.loss.value


def _overlap(table: VectorsEvaluation) -> float:
    return 0.0 if table.neighbor_overlap is None else table.neighbor_overlap.value
