"""What is shipped, on a terminal: the scale chosen, what went into a pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.scale import ScaleCost
from embedadapt.export.spacy_pipeline import PipelineExport
from embedadapt.export.targets import TRAINING_BLOCK
from embedadapt.report.figures import count, percent
from embedadapt.report.retention import ONE_SCALE
from embedadapt.report.terminal.elements import foreign, heading

if TYPE_CHECKING:
    from rich.console import Console


NEEDS_US = (
    "Wherever this pipeline is loaded, embedadapt must be installed: spaCy alone does not know its "
    "vectors."
)


def show_scale(cost: ScaleCost, console: Console) -> None:
    """The scale that a budget allows, and its cost as measured."""
    is_one = not isinstance(cost.scale, BySpecificity)
    words = "frequent" if is_one else "general"
    scale = f"{cost.scale:g}" if isinstance(cost.scale, float) else str(cost.scale)
    console.print(f"{cost.layout} at scale {scale}; the largest drift is {cost.drift:.3f}")
    if overlap := cost.neighbor_overlap:
        low, high = 100 * overlap.low, 100 * overlap.high
        console.print(
            f"  {words} words keep {100 * overlap.value:.1f} % of their neighbors "
            f"({low:.1f} to {high:.1f})"
        )
    if is_one:
        console.print(f"  {ONE_SCALE}")


def show_pipeline(written: PipelineExport, path: Path, console: Console) -> None:
    """What spaCy will find, what it will not, and the line of Python to begin with."""
    console.print(heading("spaCy pipeline", str(path)))
    others = f"{count(written.n_surface_forms, 'further surface form')} of them"
    if written.composes:
        others = "a vector for every other token, of its n-grams"
    console.print(f"  {count(written.n_words, 'word')}, and {others}")
    if written.n_zero:
        console.print(f"  {count(written.n_zero, 'word')} left out: their vector is all zeros")
    if written.n_unwritable:
        console.print(f"  {count(written.n_unwritable, 'word')} left out: not valid Unicode")
    if written.n_phrases:
        console.print(f"  {count(written.n_phrases, 'phrase')} kept in one token by the tokenizer")
    if written.n_unreachable:
        phrases = count(written.n_unreachable, "phrase")
        hint = "" if written.n_tokens else "; --corpus keeps whole those that it holds"
        console.print(f"  {phrases} not reachable: spaCy cuts them into words{hint}")
    if written.n_tokens:
        console.print(foreign(f"  {_missing(written)}"))
    if written.package:
        console.print(foreign(f"pip install {path}", "bold"))
    console.print(foreign(f"nlp = spacy.load({written.package or str(path)!r})", "bold"))
    if written.composes:
        console.print(foreign(NEEDS_US))
        console.print("To train a pipeline with them, put into its config:")
        for line in TRAINING_BLOCK.format(path=written.package or path).splitlines():
            console.print(foreign(line, "bold"))


def _missing(written: PipelineExport) -> str:
    what = "are composed of n-grams" if written.composes else "have no vector"
    share = percent(written.n_missing, written.n_tokens)
    examples = f": {', '.join(written.missing)}" if written.missing else ""
    tokens = count(written.n_tokens, "word token")
    return f"{share} of the corpus's {tokens}, as spaCy cuts it, {what}{examples}"
