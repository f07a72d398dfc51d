"""What `shrink` and `combine` wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedadapt.report.figures import count, percent
from embedadapt.report.terminal.elements import heading

if TYPE_CHECKING:
    from rich.console import Console

    from embedadapt.core.rewritten import Combined, Shrunk


def show_shrunk(shrunk: Shrunk, console: Console) -> None:
    """How many rows are left."""
    kept = f"{shrunk.n_after:,} of {shrunk.n_before:,} {shrunk.kind}"
    share = percent(shrunk.n_after, shrunk.n_before)
    shape = f"{kept} ({share}) x {shrunk.dim} dimensions"
    console.print(heading("Shrunk vectors", f"{shrunk.path}, {shape}"))


def show_combined(combined: Combined, console: Console) -> None:
    """How many words were added, and how well they could be aligned."""
    console.print(
        heading("Combined vectors", f"{combined.path}, {count(combined.n_added, 'word')} added")
    )
    console.print(
        f"They were aligned by {count(combined.n_shared, 'shared word')}. Shared words that were "
        f"held out have a mean cosine of {combined.cosine:.2f} with the first vectors."
    )
