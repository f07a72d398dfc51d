"""The scores of an adapter for a model card: as sentences, and as Hugging Face's metadata.

Source: Hugging Face, "Evaluation results" of model cards (`model-index`), as huggingface_hub's
`model_index_to_eval_results` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from embedadapt.core.adapter import Adapter

MISSPELLINGS_SHOWN = 12

JUDGED = "judged"
"""Key of `Adapter.scores` with the scores of the recommended vectors (`report.scores`)."""

FIGURES: Mapping[str, tuple[str, str]] = {
    "held_out_loss_change": (
        "Change of the held-out loss (nats per pair, below 0 is a gain)",
        "The loss of predicting held-out text of the domain changes by {:+.3f} nats per pair "
        "(95 % interval {:+.3f} to {:+.3f}); below 0 is a gain.",
    ),
    "general_overlap": (
        "Neighbor overlap@10 of general words (they should keep their neighbors)",
        "General words, which should keep their neighbors, keep {:.1f} % of the 10 nearest "
        "({:.1f} to {:.1f}).",
    ),
    "frequent_overlap": (
        "Neighbor overlap@10 of frequent words",
        "Frequent words keep {:.1f} % of their 10 nearest neighbors ({:.1f} to {:.1f}). The "
        "figure includes domain words, since the frequencies of words in general text are unknown.",
    ),
    "domain_overlap": (
        "Neighbor overlap@10 of domain words (they should not keep their neighbors)",
        "Domain words, which should not keep their neighbors, keep {:.1f} % of the 10 nearest "
        "({:.1f} to {:.1f}).",
    ),
}
"""By key: the name of the metric, and a sentence with its value and its interval."""


def score_sentences(adapter: Adapter, notes: Sequence[str]) -> Iterator[str]:
    """All that is known of how an adapter was trained and judged.

    Parameters
    ----------
    notes : sequence of str
        Of the provenance of the vectors that are exported, which say at which scale they are.
    """
    scores = adapter.scores
    yield from _training(scores)
    yield from _without_vectors(adapter)
    if adapter.specificity is None:
        yield ("The frequencies of words in general text are unknown, so all words have one scale.")
    yield from _verdict(scores.get("verdict"))
    judged = scores.get(JUDGED)
    if isinstance(judged, Mapping) and judged:
        same = _is_export(judged, notes)
        whose = "these vectors" if same else f"{judged['vectors']}, not for this export"
        yield f"`adapt` measured the following scores for {whose}."
        for key, (_, sentence) in FIGURES.items():
            if judged.get(key) is not None:
                unit = 100 if key.endswith("overlap") else 1
                yield sentence.format(*(unit * value for value in judged[key]))


def model_index(name: str, adapters: Sequence[Adapter], notes: Sequence[str]) -> dict[str, Any]:
    """The entry `model-index` of a card's metadata.

    {} where the exported vectors are not the ones that were evaluated.
    """
    judged = adapters[0].scores.get(JUDGED) if len(adapters) == 1 else None
    if not isinstance(judged, Mapping) or not judged or not _is_export(judged, notes):
        return {}
    metrics = [
        {"type": key, "name": title, "value": round(judged[key][0], 4)}
        for key, (title, _) in FIGURES.items()
        if judged.get(key) is not None
    ]
    result = {
        "task": {"type": "feature-extraction", "name": "Word vectors"},
        "dataset": {"type": "held-out", "name": "Documents held out from the adapter's corpus"},
        "metrics": metrics,
    }
    return {"model-index": [{"name": name, "results": [result]}]} if metrics else {}


def _is_export(judged: Mapping[str, Any], notes: Sequence[str]) -> bool:
    return judged.get("note") in notes


def _training(scores: Mapping[str, Any]) -> Iterator[str]:
    if tokens := scores.get("training_tokens"):
        documents = scores.get("training_documents", 0)
        held_out = scores.get("held_out_documents", 0)
        yield (
            f"The adapter was trained on {tokens:,} tokens. Number of training documents: "
            f"{documents:,}. Number of held-out documents: {held_out:,}."
        )
    for part, name in (("delta", "the delta"), ("dimensions", "the domain dimensions")):
        losses = [loss for loss in scores.get(f"{part}_losses") or () if loss is not None]
        if losses:
            yield f"The training loss of {name} went from {losses[0]:.3f} to {losses[-1]:.3f}."
    if misspellings := scores.get("misspellings"):
        shown = [f"{word} ({meant})" for word, meant in misspellings.items()][:MISSPELLINGS_SHOWN]
        more = ", …" * (len(misspellings) > MISSPELLINGS_SHOWN)
        yield f"{len(misspellings):,} of the new words are misspellings: {', '.join(shown)}{more}."


def _without_vectors(adapter: Adapter) -> Iterator[str]:
    """A sentence on tokens without a vector; words too rare to be learned are not known here."""
    counts = adapter.vocabulary.counts
    if counts is None or not adapter.n_new:
        return
    unknown, whole = int(counts[adapter.new_rows].sum()), int(np.sum(counts))
    share = f"{100 * unknown / whole:.2f} %"
    yield f"{unknown:,} of the {whole:,} tokens ({share}) had no vector before the adaptation."


def _verdict(verdict: object) -> Iterator[str]:
    if not isinstance(verdict, Mapping):
        return
    decision, vectors, reason = (verdict.get(key) for key in ("decision", "vectors", "reason"))
    if decision == "leave":
        yield f"`adapt` recommends the unchanged base ({reason})."
    elif decision == "induce":
        yield "`adapt` recommends to add induced vectors for new words, and not to train."
    else:
        yield f"`adapt` recommends the vectors {vectors}."
