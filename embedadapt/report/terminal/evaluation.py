"""An evaluation on a terminal: the base beside the adapted tables, and the words that moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from embedadapt.evaluation.drift import LEAST_CHANGE
from embedadapt.evaluation.result import (
    Estimate,
    EvaluationResult,
    MovedWord,
    Neighbor,
    NewWord,
    Score,
    Scores,
    VectorsEvaluation,
)
from embedadapt.evaluation.verdict import reach_verdict, vectors_shown
from embedadapt.report.figures import count
from embedadapt.report.held_out import held_out_facts
from embedadapt.report.scores import figure, footnote, mark, spread
from embedadapt.report.terminal.elements import figures_table, foreign, heading
from embedadapt.report.verdict import told

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS_SHOWN = 8
NEIGHBORS_SHOWN = 5


def show_evaluation(result: EvaluationResult, console: Console) -> None:
    """The scores in one table, then the domain's words that moved and the new ones, in the table
    that the verdict recommends."""
    text = result.text
    console.print(
        heading(
            "Evaluation",
            f"{count(text.n_documents, f'held-out {text.unit}')}, {count(text.n_tokens, 'token')}",
        )
    )
    for line in held_out_facts(text):
        console.print(foreign(line, "dim"))
    show_scores(result, console)
    for scores in result.scores:
        _show_further(scores, console)
    verdict = reach_verdict(result)
    shown = vectors_shown(verdict, result)
    if shown:
        _show_moved(shown, console)
    if shown and shown.new_words:
        _show_new(shown, console)
    console.print()
    console.print(foreign(told(verdict, result), "bold"))


def show_scores(result: EvaluationResult, console: Console) -> None:
    """The table of all tables, and what its columns mean."""
    console.print()
    console.print(_scores(result))
    console.print(
        foreign(
            "loss: of predicting held-out words from their neighbours, nats a pair, smaller is "
            f"better. overlap@{result.k}: share kept of the {result.k} nearest neighbors of "
            f"{count(result.n_neighbor_words, 'frequent word')}. In brackets: 95 % intervals. "
            "A wider table owes some of its gain to its width.",
            "dim",
        )
    )
    gains = [
        f"{table.name} {_range(table.held_out.new_words, '{:+.3f}'.format)}"
        for table in result.adapted
        if table.held_out and table.held_out.new_words
    ]
    if gains:
        about = "new words: change of the loss of predicting their neighbors, against no vector: "
        console.print(foreign(f"{about}{', '.join(gains)}.", "dim"))


def _show_further(scores: Scores, console: Console) -> None:
    """One kind of figure: a row a table, a column a set; then what it rests on."""
    console.print()
    console.print(heading(scores.title, scores.about))
    if scores.columns:
        table = figures_table()
        table.add_column("vectors")
        for name in scores.columns:
            table.add_column(foreign(name), justify="right")
        for name, of_table in scores.vectors.items():
            table.add_row(foreign(name), *(_cell(of_table.get(c)) for c in scores.columns))
        console.print(table)
        console.print(foreign(footnote(scores), "dim"))
    for note in scores.notes:
        console.print(foreign(note))


def _cell(score: Score | None) -> str:
    if score is None:
        return "n/a"
    return f"{figure(score.value.value)} {spread(score.value)} {mark(score) or ' '}"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _scores(result: EvaluationResult) -> Table:
    table = figures_table()
    table.add_column("vectors")
    for name in ("width", "loss", "change", f"overlap@{result.k}"):
        table.add_column(name, justify="right", no_wrap=True)
    base_loss = f"{result.base_loss.value:.3f}" if result.base_loss else "n/a"
    table.add_row("base", str(result.base_dim), base_loss, "", "100 %")
    for each in result.vectors:
        loss, change = (
            (f"{each.held_out.loss.value:.3f}", _range(each.held_out.change, "{:+.3f}".format))
            if each.held_out
            else ("n/a", "n/a")
        )
        overlap = _range(each.neighbor_overlap, _share) if each.neighbor_overlap else "n/a"
        table.add_row(foreign(each.name), str(each.dim), loss, change, overlap)
    return table


def _range(estimate: Estimate, told: Callable[[float], str]) -> str:
    return f"{told(estimate.value)} ({told(estimate.low)}…{told(estimate.high)})"


def _show_moved(table: VectorsEvaluation, console: Console) -> None:
    console.print()
    console.print(heading("Domain words that moved", f"({table.name})"))
    if not table.moved:
        console.print(
            foreign(
                "  None: every word keeps its general neighborhood but for less than "
                f"{100 * LEAST_CHANGE:.0f} %.",
                "dim",
            )
        )
    for word in table.moved[:WORDS_SHOWN]:
        console.print(foreign(f"  {word.word} {_use(word)}"))
        console.print(foreign(f"    before  {_names(word.before)}", "dim"))
        console.print(foreign(f"    after   {_names(word.after)}", "dim"))


def _show_new(table: VectorsEvaluation, console: Console) -> None:
    console.print()
    console.print(heading("New words, by keyness", f"({table.name})"))
    for new in table.new_words[:WORDS_SHOWN]:
        console.print(foreign(f"  {new.word} {_use(new)}: {_names(new.neighbors)}"))


def _use(word: MovedWord | NewWord) -> str:
    """How often the corpus uses a word, and in how many documents where that is known."""
    if word.n_documents is None:
        return f"x{word.count:,}"
    return f"x{word.count:,} in {count(word.n_documents, 'document')}"


def _names(neighbors: Sequence[Neighbor]) -> str:
    return ", ".join(near.word for near in neighbors[:NEIGHBORS_SHOWN])
