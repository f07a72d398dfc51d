"""How well a table's vectors predict text that was held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import CorpusError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.types import Doubles1d, Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.evaluation.neighbors import gather
from embedadapt.evaluation.resampling import bootstrap_mean
from embedadapt.evaluation.result import Estimate, HeldOutText
from embedadapt.training.lengths import at_fitted_length
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import fit_outputs

Flags1d: TypeAlias = NDArray[np.bool_]

N_PAIRS = 100_000
"""Pairs scored, spread over the groups by their tokens."""

FEWEST_DOCUMENTS, MOST_GROUPS, RUNS = 10, 64, 20
"""See `in_groups`."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Held-out text without what the training text repeats, ready to be scored.

    groups: what is resampled for the intervals, each with some text. Empty if no text was left.
    """

    text: HeldOutText
    groups: tuple[EncodedCorpus, ...]

    @property
    def weights(self) -> Doubles1d:
        """(n_groups,) tokens of each."""
        return np.array([group.n_tokens for group in self.groups], dtype=np.float64)

    def in_disorder(self, seed: int) -> HeldOut:
        """The same text, the words of each group in random order."""
        rng = np.random.default_rng(seed)
        mixed = (
            replace(group, token_ids=rng.permutation(group.token_ids)) for group in self.groups
        )
        return replace(self, groups=tuple(mixed))


def prepare_held_out(training: EncodedCorpus, held_out: EncodedCorpus) -> HeldOut:
    """Leave out the held-out sentences that stand word for word in the training documents.

    Legal text repeats itself: a clause known by heart would make every table look better.
    """
    filled = np.diff(held_out.sentence_offsets) > 0
    repeated = _seen(held_out, _sentence_keys(training)) & filled
    rest = select_sentences(held_out, filled & ~repeated)
    text = HeldOutText(
        n_documents=held_out.n_documents,
        n_sentences=int(filled.sum()),
        n_repeated=int(repeated.sum()),
        n_tokens=rest.n_tokens,
    )
    groups = tuple(g for g in in_groups(rest) if np.diff(g.sentence_offsets).max(initial=0) > 1)
    return HeldOut(text, groups)


class Fitted(NamedTuple):
    """A table's rows of the corpus's words at the length for training, and the context matrix that
    was fitted to them: (n_words, dim) both."""

    inputs: Floats2d
    outputs: Floats2d


def fit_contexts(
    table: WordVectors,
    training: EncodedCorpus,
    settings: TrainingSettings,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Fitted:
    """A fresh context matrix for a table, its vectors left alone: `settings.epochs` passes.

    Words that the table does not know stand at zero: they predict every context alike. The others
    are scaled, by one number for the table (training.lengths). A wider table has a wider context
    matrix to fit: part of its gain is width.
    """
    inputs = at_fitted_length(gather(table, training.vocabulary))
    return Fitted(inputs, fit_outputs(inputs, training, settings, on_progress=on_progress))


def group_losses(fitted: Fitted, held_out: HeldOut, settings: TrainingSettings) -> Doubles1d:
    """(n_groups,) mean skip-gram loss per held-out pair, in nats.

    Every table meets the same pairs, negatives and seeds. NaN for a group without a pair.
    """
    return np.array([_loss(*fitted, part, held_out, settings) for part in held_out.groups])


def _loss(
    inputs: Floats2d,
    outputs: Floats2d,
    group: EncodedCorpus,
    held_out: HeldOut,
    settings: TrainingSettings,
) -> float:
    n_pairs = max(1, round(N_PAIRS * group.n_tokens / held_out.text.n_tokens))
    try:
        return held_out_loss(inputs, outputs, group, settings, n_pairs=n_pairs)
    except CorpusError:  # subsampling left a small group no two words side by side
        return float("nan")


def estimate_loss(losses: Doubles1d, held_out: HeldOut, *, seed: int) -> Estimate | None:
    """The mean over the groups, by their tokens, resampled over them; None where none had a pair.

    The same for a difference of two tables' losses, which is paired then.
    """
    measured = np.isfinite(losses)
    if not measured.any():
        return None
    return bootstrap_mean(losses[measured], held_out.weights[measured], seed=seed)


def in_groups(corpus: EncodedCorpus) -> list[EncodedCorpus]:
    """Parts of a corpus to resample.

    Whole documents, put together by turns in at most MOST_GROUPS groups, where there are
    FEWEST_DOCUMENTS or more. Of fewer documents, RUNS runs of consecutive sentences: the interval
    then says how much these documents vary within, not how much others would differ.
    """
    if corpus.n_documents >= FEWEST_DOCUMENTS:
        documents = np.arange(corpus.n_documents)
        return [corpus.select_documents(documents[g::MOST_GROUPS]) for g in documents[:MOST_GROUPS]]
    cuts = np.unique(np.linspace(0, corpus.n_sentences, RUNS + 1).round().astype(np.int64))
    runs = replace(
        corpus,
        document_offsets=cuts,
        document_names=tuple(f"run {i}" for i in range(len(cuts) - 1)),
    )
    return [runs.select_documents(np.array([i])) for i in range(runs.n_documents)]


def select_sentences(corpus: EncodedCorpus, chosen: Flags1d) -> EncodedCorpus:
    """The chosen sentences, (n_sentences,) bool, in the same documents, some of them empty now."""
    lengths = np.diff(corpus.sentence_offsets)
    kept_before = np.concatenate([[0], np.cumsum(chosen)]).astype(np.int64)
    return replace(
        corpus,
        token_ids=corpus.token_ids[np.repeat(chosen, lengths)],
        sentence_offsets=np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.int64),
        document_offsets=kept_before[corpus.document_offsets],
    )


def _sentence_keys(corpus: EncodedCorpus) -> set[int]:
    """A 64-bit hash of every sentence's ids; a chance collision drops one sentence in 10 ** 12."""
    return {hash(corpus.sentence(s).tobytes()) for s in range(corpus.n_sentences)}


def _seen(corpus: EncodedCorpus, keys: set[int]) -> Flags1d:
    sentences = (corpus.sentence(s).tobytes() for s in range(corpus.n_sentences))
    return np.fromiter((hash(ids) in keys for ids in sentences), dtype=bool)
