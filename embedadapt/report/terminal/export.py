"""What went into a spaCy pipeline, on a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.export.spacy_pipeline import PipelineExport
from embedadapt.report.figures import count
from embedadapt.report.terminal.parts import foreign, heading

if TYPE_CHECKING:
    from rich.console import Console


def show_pipeline(written: PipelineExport, path: Path, console: Console) -> None:
    """What spaCy will find, what it will not, and the line of Python to begin with."""
    console.print(heading("spaCy pipeline", str(path)))
    forms = count(written.n_forms, "further spelling")
    console.print(f"  {count(written.n_words, 'word')}, and {forms} of them")
    if written.n_zero:
        console.print(f"  {count(written.n_zero, 'word')} left out: their vector is all zeros")
    if written.n_unwritable:
        console.print(f"  {count(written.n_unwritable, 'word')} left out: not valid Unicode")
    console.print(foreign(f"nlp = spacy.load({str(path)!r})", "bold"))
