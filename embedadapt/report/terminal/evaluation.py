"""An evaluation on a terminal: the base beside the adapted tables, and the words that moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from embedadapt.evaluation.result import (
    Estimate,
    EvaluationResult,
    Neighbor,
    TableEvaluation,
)
from embedadapt.report.figures import count, percent
from embedadapt.report.terminal.parts import figures_table, foreign, heading

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS_SHOWN = 8
NEIGHBORS_SHOWN = 5


def show_evaluation(result: EvaluationResult, console: Console) -> None:
    """The scores in one table, then the words that moved most and the new ones."""
    text = result.text
    console.print(
        heading(
            "Evaluation",
            f"{count(text.n_documents, 'held-out document')}, {count(text.n_tokens, 'token')}",
        )
    )
    if text.n_repeated:
        share = percent(text.n_repeated, text.n_sentences)
        console.print(
            foreign(f"{share} of their sentences stand in the training text too: left out.", "dim")
        )
    if text.trained_on:
        console.print(foreign("The adapter was trained on these documents too.", "bold"))
    console.print()
    console.print(_scores(result))
    console.print(
        foreign(
            "loss: of predicting held-out words from their neighbours, nats a pair, smaller is "
            f"better. kept: of the {result.k} nearest neighbours of "
            f"{count(result.n_neighbor_words, 'frequent word')}. In brackets: 95 % intervals. "
            "A wider table owes some of its gain to its width.",
            "dim",
        )
    )
    for table in result.tables[:1]:
        _show_words(table, console)
    console.print()
    console.print(foreign(verdict(result), "bold"))


def verdict(result: EvaluationResult) -> str:
    """One sentence: whether the domain gained, and at what price."""
    best = result.best_on_domain
    if best is None or best.held_out is None:
        return "No held-out text was left to judge on: give more documents."
    if not result.helped:
        return "No adapted table predicts held-out text better than the base: do not adapt."
    gain = f"{best.name}: {best.held_out.change.value:+.3f} nats a pair against the base"
    if best.neighbors_kept is None:
        return f"Best on held-out text is {gain}."
    return (
        f"Best on held-out text is {gain}, with {best.neighbors_kept.value:.0%} of the neighbours "
        "of frequent words kept."
    )


def _scores(result: EvaluationResult) -> Table:
    table = figures_table()
    table.add_column("table")
    for name in ("width", "held-out loss", "change", "kept"):
        table.add_column(name, justify="right")
    base_loss = f"{result.base_loss.value:.3f}" if result.base_loss else "n/a"
    table.add_row("base", str(result.base_dim), base_loss, "", "100 %")
    for each in result.tables:
        loss, change = (
            (f"{each.held_out.loss.value:.3f}", _interval(each.held_out.change, "+.3f"))
            if each.held_out
            else ("n/a", "n/a")
        )
        kept = _interval(each.neighbors_kept, ".0%") if each.neighbors_kept else "n/a"
        table.add_row(each.name, str(each.dim), loss, change, kept)
    return table


def _interval(estimate: Estimate, form: str) -> str:
    return f"{estimate.value:{form}} ({estimate.low:{form}} to {estimate.high:{form}})"


def _show_words(table: TableEvaluation, console: Console) -> None:
    if table.moved:
        console.print()
        console.print(heading("Words that moved most", f"({table.name})"))
    for word in table.moved[:WORDS_SHOWN]:
        console.print(foreign(f"  {word.word} x{word.count:,}"))
        console.print(foreign(f"    before  {_names(word.before)}", "dim"))
        console.print(foreign(f"    after   {_names(word.after)}", "dim"))
    if table.new_words:
        console.print()
        console.print(heading("New words", f"({table.name})"))
    for new in table.new_words[:WORDS_SHOWN]:
        console.print(foreign(f"  {new.word} x{new.count:,}: {_names(new.neighbors)}"))


def _names(neighbors: Sequence[Neighbor]) -> str:
    return ", ".join(near.word for near in neighbors[:NEIGHBORS_SHOWN])
