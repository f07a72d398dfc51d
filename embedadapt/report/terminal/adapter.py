"""What an adapter holds, and how two differ, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedadapt.core.settings import flat
from embedadapt.evaluation.adapters import AdapterComparison, AdapterSummary, SharedWord
from embedadapt.report.figures import count
from embedadapt.report.terminal.elements import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console

WORDS_SHOWN = 12

WITHOUT_DOCUMENTS = (
    "This adapter does not record which documents use its words, so names that a few documents "
    "repeat may rank first. Train the adapter again to record it."
)


def show_adapter_summary(summary: AdapterSummary, path: Path, console: Console) -> None:
    """Its base, its contents, and the words that it moved furthest."""
    console.print(heading("Adapter", f"{path} ({path.stat().st_size / 1e6:.1f} MB)"))
    base = f"{summary.base or 'vectors'}, {summary.dim} dimensions, {summary.fingerprint[:12]}…"
    console.print(foreign(f"  Its base is {base}."))
    console.print(
        f"  It has {count(summary.n_words - summary.n_new, 'known word')}, "
        f"{count(summary.n_new, 'new word')}, "
        f"{count(summary.n_surface_forms, 'further surface form')} and "
        f"{count(summary.n_dimensions, 'domain dimension')}, learned from "
        f"{count(summary.n_tokens, 'token')}."
    )
    for part in summary.provenance.get("merged", ()):
        console.print(foreign(f"  merged: weight {part['weight']:g}, {_listed(part['scores'])}"))
    for name, values in (("settings", flat(summary.settings)), ("scores", summary.scores)):
        if values:
            console.print(foreign(f"  {name}: {_listed(values)}", "dim"))
    if verdict := summary.scores.get("verdict"):
        console.print(foreign(f"  verdict: {verdict['vectors']} ({verdict['reason']})", "dim"))
    if summary.moved:
        console.print(
            heading(
                "Domain words that moved",
                "times: how far the word moved, relative to the median of equally frequent words",
            )
        )
        table = figures_table()
        for name in ("word", "count", "documents", "times"):
            table.add_column(name, justify="left" if name == "word" else "right")
        for move in summary.moved[:WORDS_SHOWN]:
            documents = "n/a" if move.n_documents is None else count(move.n_documents)
            table.add_row(foreign(move.word), count(move.count), documents, f"{move.times:.2f}")
        console.print(table)
    _show_words("New words, by keyness", summary.new_words, console)
    if not summary.knows_documents:
        console.print(foreign(f"  {WITHOUT_DOCUMENTS}", "dim"))


def show_adapter_comparison(
    comparison: AdapterComparison, names: tuple[str, str], console: Console
) -> None:
    """The words of both, the words of one only, and the words that the two moved differently."""
    sizes = " and ".join(f"{size:,}" for size in comparison.n_words)
    console.print(heading("Adapters", " and ".join(names)))
    console.print(f"  They have {sizes} words, and {comparison.n_shared:,} in common.")
    for name, (ours, theirs) in comparison.settings.items():
        console.print(foreign(f"  {name}: {ours} and {theirs}"))
    if comparison.agreement is not None:
        console.print(f"  The median cosine between their deltas is {comparison.agreement:.2f}.")
    _show_shared("Words that the two adapters moved differently", comparison.apart, console)
    _show_shared("New words of both, least similar first", comparison.new_in_both, console)
    for name, words in zip(names, comparison.only, strict=True):
        _show_words(f"Only in {name}", words, console)


def _show_shared(title: str, words: Sequence[SharedWord], console: Console) -> None:
    if not words:
        return
    console.print(heading(title))
    table = figures_table()
    for name in ("word", "counts", "cosine"):
        table.add_column(name, justify="left" if name == "word" else "right")
    for word in words[:WORDS_SHOWN]:
        counts = " / ".join(map(count, word.counts))
        table.add_row(foreign(word.word), counts, f"{word.cosine:.2f}")
    console.print(table)


def _show_words(title: str, words: Sequence[tuple[str, int]], console: Console) -> None:
    if words:
        console.print(heading(title))
        shown = (f"{word} x{n:,}" for word, n in words[:WORDS_SHOWN])
        console.print(foreign(f"  {', '.join(shown)}"))


def _listed(values: Mapping[str, Any]) -> str:
    """Single values; of a list, such as the losses of the epochs, the last. Nothing nested."""
    single = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    return ", ".join(f"{name} {_last(value)}" for name, value in single.items())


def _last(value: Any) -> str:
    last = value[-1] if isinstance(value, list) and value else value
    return f"{last:.4g}" if isinstance(last, float) else str(last)
