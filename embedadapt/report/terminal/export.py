"""An export on a terminal: the scale that was chosen, what was written, and how to use it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.core.specificity import BySpecificity
from embedadapt.evaluation.scale import ScaleCost
from embedadapt.export.spacy_pipeline import PipelineExport
from embedadapt.export.targets import TARGETS, TRANSFORMER_LOAD
from embedadapt.export.transformer_folder import is_transformer
from embedadapt.report.figures import count, percent
from embedadapt.report.retention import ONE_SCALE
from embedadapt.report.terminal.elements import foreign, heading

if TYPE_CHECKING:
    from rich.console import Console


def show_scale(cost: ScaleCost, console: Console) -> None:
    """The scale that the budget allows, and its cost as measured."""
    is_one = not isinstance(cost.scale, BySpecificity)
    words = "Frequent" if is_one else "General"
    scale = f"{cost.scale:g}" if isinstance(cost.scale, float) else str(cost.scale)
    console.print(heading("Scale", f"{cost.layout} at scale {scale}"))
    if overlap := cost.neighbor_overlap:
        low, high = 100 * overlap.low, 100 * overlap.high
        console.print(
            f"  {words} words keep {100 * overlap.value:.1f} % of their neighbors "
            f"({low:.1f} to {high:.1f})."
        )
    console.print(f"  The largest cosine distance from a word's base vector is {cost.drift:.3f}.")
    if is_one:
        console.print(f"  {ONE_SCALE}")


def show_pipeline(written: PipelineExport, path: Path, console: Console) -> None:
    """What spaCy will find, what it will not, and the lines that use the pipeline."""
    console.print(heading("spaCy pipeline", str(path)))
    for line in _contents(written):
        console.print(foreign(f"  {line}"))
    from embedadapt.export.subword_vectors import REGISTERED

    name = written.package or str(path)
    quoted = shlex.quote(name)
    if written.composes:
        console.print("embedadapt must be installed where this pipeline is loaded.")
    load = ["import spacy", f"nlp = spacy.load({name!r})"]
    train = f"python -m spacy train config.cfg --paths.vectors {quoted}"
    if written.composes:
        train += f" --nlp.vectors.@vectors {REGISTERED}"
    if written.package:
        _show_lines("To install it:", [f"pip install {shlex.quote(str(path))}"], console)
    _show_lines("To load it in Python:", load, console)
    _show_lines("To train a pipeline with these vectors:", [train], console)


def show_vectors_export(
    n_words: int, dim: int, target: str, path: Path, console: Console, *, added: bool = False
) -> None:
    """What was written, and the lines that load it. added: whether words were added to pieces."""
    what = f"{count(n_words, 'word')} added to pieces, {dim} dimensions"
    if not added:
        what = f"{n_words:,} words x {dim} dimensions"
    console.print(heading(target, f"{path}, {what}"))
    first_library = TARGETS[target].load.split("\n\n\n")[0].format(path=path)
    if added and is_transformer(path):
        first_library = TRANSFORMER_LOAD.format(path=path)
    code = filter(None, first_library.splitlines())
    more = "" if added else " (the model card shows more)"
    _show_lines(f"To load it in Python{more}:", code, console)


def _show_lines(why: str, lines: Iterable[str], console: Console) -> None:
    """Commands or code to type, not wrapped, so that they can be copied."""
    console.print(why)
    for line in lines:
        console.print(foreign(f"  {line}", "bold"), soft_wrap=True)


def _contents(written: PipelineExport) -> Iterator[str]:
    others = f"{count(written.n_surface_forms, 'further surface form')} of them"
    if written.composes:
        others = "a vector for every other token, composed of its n-grams"
    yield f"It has {count(written.n_words, 'word')}, and {others}."
    if written.n_zero:
        yield f"{count(written.n_zero, 'word')} with an all-zero vector {_were(written.n_zero)}."
    if written.n_unwritable:
        invalid = count(written.n_unwritable, "word")
        yield f"{invalid} in invalid Unicode {_were(written.n_unwritable)}."
    if written.n_phrases:
        yield f"The tokenizer keeps {count(written.n_phrases, 'phrase')} in one token each."
    if written.n_unreachable:
        phrases = count(written.n_unreachable, "phrase")
        hint = "" if written.n_tokens else "; --corpus TEXT keeps phrases of TEXT in one token"
        yield f"{phrases} cannot be looked up, since spaCy splits them into words{hint}."
    if written.n_tokens:
        yield _missing(written)


def _were(n: int) -> str:
    return "was left out" if n == 1 else "were left out"


def _missing(written: PipelineExport) -> str:
    what = "are composed of n-grams" if written.composes else "have no vector"
    share = percent(written.n_missing, written.n_tokens)
    examples = f": {', '.join(written.missing)}" if written.missing else ""
    tokens = count(written.n_tokens, "word token")
    return f"{share} of the {tokens} that spaCy finds in the corpus {what}{examples}."
