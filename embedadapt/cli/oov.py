from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from embedadapt.cli.console import (
    GATE_FAILED,
    ColumnOption,
    CorpusArgument,
    EngineChoice,
    EngineOption,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    SchedulerOption,
    StepsOption,
    TrustPickleOption,
    VectorsArgument,
    WorkersOption,
    check_order,
    one_line_errors,
    opened,
    print_json,
    progress_bar,
    read_from,
    running,
    stdout_console,
    write_text,
)
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input, check_writable

if TYPE_CHECKING:
    from embedadapt.adaptation.sense_shifts import SenseShift
    from embedadapt.core.corpus import Corpus
    from embedadapt.oov.comparison import OOVComparison
    from embedadapt.workflows.inputs import AnyVectors

BETWEEN = " -- "
"""Stands for the `--` between tables and corpus, which the parser would drop."""


class OOVCommand(TyperCommand):
    """Knows where the tables end in `oov A B C -- CORPUS`; options may stand behind it too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [BETWEEN if each == "--" else each for each in args])


@one_line_errors
def oov(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as a self-contained page.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the unknown words as a table.")] = None,
    documents: Annotated[
        Path | None, typer.Option(help="Write the rates of each document as a table (CSV).")
    ] = None,
    fail_above: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            help="Exit with status 3 if more than this share of tokens (0.02 is 2 %) has no "
            "vector after normalisation; of several tables, in the best one. Of a tokenizer of "
            "pieces: if it shatters more than this share of the words.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            help="A kept report (--json or --csv) or a word a line: only unknown words that are "
            "not in it count for --fail-above; without that, one is enough for status 3."
        ),
    ] = None,
    sense_shifts: Annotated[
        bool,
        typer.Option(
            "--sense-shifts",
            help="Also name known words that the corpus may use in another sense than the vectors, "
            "in the files and on the page too. Trains a delta for the best table, which takes "
            "about half as long as `embedadapt adapt`.",
        ),
    ] = False,
    engine: EngineOption = EngineChoice.here,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    prepare: StepsOption = "none",
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
) -> None:
    """Report the words of a corpus that have no vector, why, and what would fix them.

    Of a tokenizer of pieces (a tokenizer.json, or a folder with one) it reports how it cuts words.

    Several tables are compared on one corpus, with -- between:  embedadapt oov A B C -- CORPUS

    Example:  embedadapt oov glove.6B.50d.txt contracts/ --html report.html
    """
    from embedadapt.cli.fertility import check_options, report_fertility
    from embedadapt.oov.baseline import read_baseline
    from embedadapt.report.advice import gate_failure
    from embedadapt.workflows.fertility import are_tokenizers
    from embedadapt.workflows.oov import compare_oov

    tables, texts = apart(vectors, corpus)
    check_order("oov", VECTORS=tables, CORPUS=texts)
    if fail_above is not None and not 0 <= fail_above <= 1:
        raise SettingsError("--fail-above", expected="a share from 0 to 1", found=str(fail_above))
    if baseline and len(tables) > 1:
        raise SettingsError("--baseline", expected="one table", found=f"{len(tables)} to compare")
    known = read_baseline(baseline) if baseline else None
    targets = [target for target in (html, csv, documents) if target]
    if are_tokenizers(tables):
        check_options({"--html": html, "--csv": csv, "--documents": documents,
                       "--baseline": baseline, "--sense-shifts": sense_shifts})  # fmt: skip
        text = read_from(texts, field, column, on_error, prepare)
        with running(engine, scheduler, workers) as started:
            report_fertility(tables, text, started, as_json, fail_above)
        return
    for target in targets:
        check_not_input(target, [*tables, *texts, *([baseline] if baseline else [])])
        check_writable(target)
    text = read_from(texts, field, column, on_error, prepare)
    with running(engine, scheduler, workers) as started:
        opened_tables = [opened(table, trust_pickle) for table in tables]
        found = compare_oov(opened_tables, text, engine=started)
    doubted = sense_shifts_of(found, opened_tables, text) if sense_shifts else None
    write(found, doubted, html, csv, documents)
    show(found, as_json, doubted)
    for target in targets:
        typer.echo(f"Written to {target}", err=True)
    failure = gate_failure(found.best, fail_above, known)
    if failure:
        typer.echo(f"embedadapt: {failure}", err=True)
        raise typer.Exit(GATE_FAILED)


def apart(first: str, rest: Sequence[Path]) -> tuple[list[str], list[Path]]:
    """The tables and the corpus, from what the command was given in a row."""
    if Path(BETWEEN) not in rest:
        if len(rest) > 1:
            check_comparison(first, rest[0])
        return [first], list(rest)
    place = rest.index(Path(BETWEEN))
    tables, corpus = [first, *map(str, rest[:place])], list(rest[place + 1 :])
    if not corpus or Path(BETWEEN) in corpus:
        raise SettingsError(
            "embedadapt oov", expected="tables, one --, and a corpus", found="something else"
        )
    return tables, corpus


def check_comparison(first: str, second: Path) -> None:
    """Raises SettingsError for two tables without the `--` behind them."""
    from embedadapt.formats.kinds import kind_of

    if kind_of(first) == kind_of(second) == "vectors":
        raise SettingsError(
            str(second),
            expected="documents (CORPUS)",
            found="word vectors",
            hint=f"To compare two tables: embedadapt oov {first} {second} -- CORPUS",
        )


def write(
    found: OOVComparison,
    sense_shifts: Sequence[SenseShift] | None,
    html: Path | None,
    csv: Path | None,
    documents: Path | None,
) -> None:
    """Writes what is asked for, each file whole or not at all."""
    from embedadapt.report.csv import dump_documents, dump_words
    from embedadapt.report.html import render_comparison, render_oov

    if html:
        page = (
            render_oov(found.best, sense_shifts)
            if found.single
            else render_comparison(found, sense_shifts)
        )
        write_text(html, page)
    if csv:
        write_text(csv, dump_words(found.reports, sense_shifts or (), found.best.table.path))
    if documents:
        write_text(documents, dump_documents(found.reports))


def sense_shifts_of(
    found: OOVComparison, tables: Sequence[AnyVectors], text: Corpus
) -> tuple[SenseShift, ...]:
    """The sense-shift candidates of the table that was best."""
    from embedadapt.workflows.sense_shifts import find_sense_shifts

    with progress_bar(quiet=False) as on_progress:
        best = tables[found.reports.index(found.best)]
        return find_sense_shifts(best, text, on_progress=on_progress)


def show(
    found: OOVComparison, as_json: bool, sense_shifts: tuple[SenseShift, ...] | None = None
) -> None:
    """Prints the report; of several tables, them side by side. Then the sense-shift candidates, if
    asked for."""
    from embedadapt.report.terminal import show_comparison, show_oov, show_sense_shifts

    console = stdout_console()
    if as_json:
        doubted = (
            {}
            if sense_shifts is None
            else {"sense_shifts": [one.to_dict() for one in sense_shifts]}
        )
        print_json((found.best.to_dict() if found.single else found.to_dict()) | doubted)
        return
    if found.single:
        show_oov(found.best, console)
    else:
        show_comparison(found, console)
    if sense_shifts is not None:
        show_sense_shifts(sense_shifts, console)
