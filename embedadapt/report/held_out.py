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
            "The adapter holds no record of its text: it may have been trained on these "
            f"{text.unit}s. Give documents that it has never seen, or adapt again."
        )
    elif text.n_trained:
        trained = count(text.n_trained, text.unit)
        yield f"The adapter was trained on {trained} of this corpus: left out."
    if text.n_new:
        new = count(text.n_new, f"held-out {text.unit}")
        yield f"{new} {'is' if text.n_new == 1 else 'are'} new to the adapter, or changed."
    if text.n_fitted:
        fitted = count(text.n_fitted, f"new {text.unit}")
        yield f"{fitted} more served to fit contexts to: little of the trained text is here."
    if text.n_repeated:
        share = percent(text.n_repeated, text.n_sentences)
        yield f"{share} of the held-out sentences were trained on in other {text.unit}s: left out."
