"""What was held out, in sentences. The terminal and the page say the same."""

from __future__ import annotations

from collections.abc import Iterator

from embedadapt.evaluation.result import HeldOutText
from embedadapt.report.figures import count, percent


def held_out_facts(text: HeldOutText) -> Iterator[str]:
    """What was left out because it was trained on, what is new, and what is not known; a sentence
    each."""
    if not text.recognized:
        yield (
            "The adapter has no record of its training text, so it may have been trained on these "
            f"{text.unit}s. Give new documents, or train the adapter again."
        )
    elif text.n_trained:
        trained = count(text.n_trained, text.unit)
        yield f"The adapter was trained on {trained} of this corpus, which are left out."
    if text.n_new:
        new = count(text.n_new, f"held-out {text.unit}")
        verb = "is" if text.n_new == 1 else "are"
        yield f"{new} {verb} new to the adapter or changed since its training."
    if text.n_fitted:
        fitted = count(text.n_fitted, f"new {text.unit}")
        yield (
            f"{fitted} more were used to fit context matrices, since the corpus has little of the "
            "training text."
        )
    if text.n_repeated:
        share = percent(text.n_repeated, text.n_sentences)
        others = f"training {text.unit}s"
        yield f"{share} of the held-out sentences also occur in {others}, and are left out."
