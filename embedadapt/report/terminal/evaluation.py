"""An evaluation on a terminal: the base beside the adapted vectors, and the words that moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from embedadapt.report.retention import FAR_ABOVE_TIMES, ONE_SCALE, meaning
from embedadapt.report.scores import figure, footnote, mark, spread
from embedadapt.report.terminal.elements import figures_table, foreign, heading
from embedadapt.report.verdict import told

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS_SHOWN = 8
NEIGHBORS_SHOWN = 5


def show_evaluation(result: EvaluationResult, console: Console) -> None:
    """The scores, then the domain words that moved and the new words, in the vectors that the
    verdict recommends."""
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
    _show_apart(result, console)
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
    """A row for each of the vectors, and one line on its columns."""
    console.print()
    console.print(_scores(result))
    for line in _legend(result):
        console.print(foreign(line, "dim"))


def _legend(result: EvaluationResult) -> Iterator[str]:
    yield f"change: held-out loss minus the base's, nats per pair. %: neighbor overlap@{result.k}."
    if result.by_specificity:
        yield "Low change, high general % and low domain % are good; 95 % intervals are in ()."
    else:
        yield 'A low change and a high "frequent %" are good; 95 % intervals are in ().'
        yield ONE_SCALE
    for each in result.adapted:
        if meaning(each):
            yield f"{each.name} is {meaning(each)}."


def _show_apart(result: EvaluationResult, console: Console) -> None:
    """New words, and general words that the corpus uses often: a row for each of the vectors."""
    losses = [each.held_out.new_words if each.held_out else None for each in result.vectors]
    if not any(losses) and not any(each.shared_overlap for each in result.vectors):
        return
    table = figures_table()
    table.add_column("vectors", overflow="fold")
    for name in ("new words", "shared %"):
        table.add_column(name, justify="right", no_wrap=True)
    for each, loss in zip(result.vectors, losses, strict=True):
        new = _change(loss) if loss else "n/a"
        table.add_row(foreign(each.name), new, _percent(each.shared_overlap))
    console.print()
    console.print(table)
    console.print(
        foreign(
            "new words: change of the loss of their neighbors, compared with no vector. shared %: "
            "neighbor overlap@10 of general words that the corpus uses "
            f"{FAR_ABOVE_TIMES} as often as general text.",
            "dim",
        )
    )


def _show_further(scores: Scores, console: Console) -> None:
    """One measure: a row for each of the vectors, a column for each set; then what it rests on."""
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


def _scores(result: EvaluationResult) -> Table:
    """No wider than 80 columns with the names that adapted vectors have."""
    table = figures_table()
    table.add_column("vectors", overflow="fold")
    groups = ("general %", "domain %") if result.by_specificity else ("frequent %",)
    for name in ("width", "change", *groups):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row("base", str(result.base_dim), "", *("100" for _ in groups))
    for each in result.vectors:
        change = _change(each.held_out.change) if each.held_out else "n/a"
        overlaps = (_percent(each.neighbor_overlap), _percent(each.domain_overlap))
        table.add_row(foreign(each.name), str(each.dim), change, *overlaps[: len(groups)])
    return table


def _change(estimate: Estimate) -> str:
    return f"{estimate.value:+.3f} ({estimate.low:+.3f}…{estimate.high:+.3f})"


def _percent(estimate: Estimate | None) -> str:
    """With its interval, where there is one."""
    if estimate is None:
        return "n/a"
    value, low, high = (f"{100 * x:.0f}" for x in (estimate.value, estimate.low, estimate.high))
    return value if low == high else f"{value} ({low}…{high})"


def _show_moved(table: VectorsEvaluation, console: Console) -> None:
    console.print()
    console.print(heading("Domain words that moved", f"({table.name})"))
    if not table.moved:
        console.print(
            foreign(
                "  No word moved: less than "
                f"{100 * LEAST_CHANGE:.0f} % of each word's general neighborhood changed.",
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
