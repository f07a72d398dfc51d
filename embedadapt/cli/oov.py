from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from embedadapt.cli.console import (
    GATE_FAILED,
    check_order,
    one_line_errors,
    opened,
    print_json,
    read_from,
    running,
    stdout_console,
    write_text,
)
from embedadapt.cli.help import Command
from embedadapt.cli.options import (
    GATE,
    OUTPUT,
    ColumnOption,
    CorpusArgument,
    EngineChoice,
    EngineOption,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    SchedulerOption,
    SegmenterOption,
    StepsOption,
    TableOption,
    TrustPickleOption,
    VectorsArgument,
    WorkersOption,
)
from embedadapt.cli.progress import begin, progress_bar
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_distinct, check_not_input, check_writable
from embedadapt.core.progress import OnProgress

if TYPE_CHECKING:
    from embedadapt.adaptation.sense_shifts import SenseShift
    from embedadapt.core.corpus import Corpus
    from embedadapt.oov.comparison import OOVComparison
    from embedadapt.text.segment import Segmenter
    from embedadapt.workflows.inputs import AnyVectors

FEWEST_OBJECTS = 1_000_000
"""New objects that it takes to look for garbage among all of them: a report has many, none of which
refer to each other in circles."""
BETWEEN = " -- "
"""Takes the place of the `--` between vectors and corpus, which the parser would drop."""


class OOVCommand(Command):
    """Keeps the `--` of `oov A B C -- CORPUS`; options may follow it too."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [BETWEEN if each == "--" else each for each in args])


@one_line_errors
def oov(
    vectors: VectorsArgument,
    corpus: CorpusArgument,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the report to this file as a self-contained HTML page. Default: no page.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the unknown words to this file as CSV, one per row. Default: no file.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the share of unknown tokens of each document to this file as CSV. Default: "
            "no file.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    fail_above: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Exit with status 3 if more than this share of the tokens has no vector after "
            "normalization; 0.02 is 2 %. If several vectors are compared, the limit applies "
            "to the best of them. For a subword tokenizer, the limit applies to the share of "
            "words that it splits into many pieces. Default: no such gate.",
            rich_help_panel=GATE,
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File of words that are accepted as unknown: an earlier report (--json or "
            "--csv), or one word per line. The command exits with status 3 if any other word "
            "is unknown. With --fail-above, it fails only if the unknown words that are not in "
            "FILE are more than SHARE of the tokens. Default: none.",
            rich_help_panel=GATE,
        ),
    ] = None,
    sense_shifts: Annotated[
        bool,
        typer.Option(
            "--sense-shifts",
            help="Also report known words that the corpus may use in another sense than the "
            "vectors. The command trains a delta to find them, which takes about half as "
            "long as `embedadapt adapt`.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    segmenter: SegmenterOption = None,
    engine: EngineOption = EngineChoice.here,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    prepare: StepsOption = "none",
    field: FieldOption = "text",
    column: ColumnOption = None,
    table: TableOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    quiet: QuietOption = False,
) -> None:
    """Report the words of a corpus that have no vector.

    For each word, the report gives the cause and, if one exists, the normalization that makes the
    word known. To compare several vectors on one corpus, write -- before the corpus, as in
    "embedadapt oov A B C -- CORPUS".

    VECTORS may also be a subword tokenizer: a tokenizer.json, or a folder with one. For a
    tokenizer, which has no unknown words, the report shows how the words of the corpus are split.

    Example:  embedadapt oov glove.6B.50d.txt contracts/ --html report.html
    """
    from embedadapt.cli.fertility import check_options, report_fertility
    from embedadapt.oov.baseline import read_baseline
    from embedadapt.report.advice import gate_failure
    from embedadapt.workflows.compiled_beside import compiling_beside
    from embedadapt.workflows.fertility import are_tokenizers
    from embedadapt.workflows.inputs import paths_among
    from embedadapt.workflows.oov import compare_oov

    gc.set_threshold(FEWEST_OBJECTS)
    tables, texts = apart(vectors, corpus)
    check_order("oov", VECTORS=tables, CORPUS=texts)
    if fail_above is not None and not 0 <= fail_above <= 1:
        raise SettingsError("--fail-above", expected="a share from 0 to 1", found=str(fail_above))
    if baseline and len(tables) > 1:
        raise SettingsError("--baseline", expected="one VECTORS", found=f"{len(tables)} to compare")
    known = read_baseline(baseline) if baseline else None
    targets = [target for target in (html, csv, documents) if target]
    if are_tokenizers(tables):
        check_options({"--html": html, "--csv": csv, "--documents": documents,
                       "--baseline": baseline, "--sense-shifts": sense_shifts})  # fmt: skip
        text = read_from(texts, field, column, on_error, prepare, table=table)
        with running(engine, scheduler, workers) as started:
            report_fertility(tables, text, started, as_json, fail_above, quiet)
        return
    check_distinct(targets)
    for target in targets:
        check_not_input(target, [*tables, *texts, *([baseline] if baseline else [])])
        check_writable(target)
    with (
        running(engine, scheduler, workers) as started,
        progress_bar(quiet=quiet, transient=True) as on_progress,
        compiling_beside("oov"),
    ):
        text = read_from(texts, field, column, on_error, prepare, table)
        for target in targets:
            check_not_input(target, paths_among(text))
        begin(on_progress, "reading the vectors")
        opened_tables = [opened(table, trust_pickle) for table in tables]
        cut_by = cast("Segmenter | None", segmenter and segmenter.value)
        found = compare_oov(
            opened_tables, text, segmenter=cut_by, engine=started, on_progress=on_progress
        )
        doubted = sense_shifts_of(found, opened_tables, text, on_progress) if sense_shifts else None
        begin(on_progress, "writing the report")
        write(found, doubted, html, csv, documents)
    show(found, as_json, doubted)
    for target in targets:
        typer.echo(f"A file was written to {target}.", err=True)
    failure = gate_failure(found.best, fail_above, known)
    if failure:
        typer.echo(f"embedadapt: {failure}", err=True)
        raise typer.Exit(GATE_FAILED)


def apart(first: str, rest: Sequence[Path]) -> tuple[list[str], list[Path]]:
    """The vectors and the corpus, from the arguments of the command."""
    if Path(BETWEEN) not in rest:
        if len(rest) > 1:
            check_comparison(first, rest[0])
        return [first], list(rest)
    place = rest.index(Path(BETWEEN))
    tables, corpus = [first, *map(str, rest[:place])], list(rest[place + 1 :])
    if not corpus or Path(BETWEEN) in corpus:
        raise SettingsError(
            "embedadapt oov",
            expected="vectors, one --, and a corpus",
            found=f"{rest.count(Path(BETWEEN))} times --, {len(corpus)} arguments after the first",
            hint="For example: embedadapt oov glove.txt fasttext.bin -- contracts/",
        )
    return tables, corpus


def check_comparison(first: str, second: Path) -> None:
    """Raises SettingsError for two vector files without a `--` after them."""
    from embedadapt.formats.kinds import kind_of

    if kind_of(first) == kind_of(second) == "vectors":
        raise SettingsError(
            str(second),
            expected="documents (CORPUS)",
            found="word vectors",
            hint=f"To compare two vector files: embedadapt oov {first} {second} -- CORPUS",
        )


def write(
    found: OOVComparison,
    sense_shifts: Sequence[SenseShift] | None,
    html: Path | None,
    csv: Path | None,
    documents: Path | None,
) -> None:
    """Writes the files that were requested, each whole or not at all."""
    if html:
        from embedadapt.report.html import render_comparison, render_oov

        page = (
            render_oov(found.best, sense_shifts)
            if found.single
            else render_comparison(found, sense_shifts)
        )
        write_text(html, page)
    if csv:
        from embedadapt.report.csv import dump_words

        write_text(csv, dump_words(found.reports, sense_shifts or (), found.best.vectors.path))
    if documents:
        from embedadapt.report.csv import dump_documents

        write_text(documents, dump_documents(found.reports))


def sense_shifts_of(
    found: OOVComparison, tables: Sequence[AnyVectors], text: Corpus, on_progress: OnProgress
) -> tuple[SenseShift, ...]:
    """The sense-shift candidates of the vectors with the fewest unknown tokens."""
    from embedadapt.workflows.sense_shifts import find_sense_shifts

    best = tables[found.reports.index(found.best)]
    return find_sense_shifts(best, text, on_progress=on_progress)


def show(
    found: OOVComparison, as_json: bool, sense_shifts: tuple[SenseShift, ...] | None = None
) -> None:
    """Prints the report, or the comparison of several vectors; then the sense-shift candidates if
    they were requested."""
    from embedadapt.report.terminal import show_comparison, show_oov

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
        from embedadapt.report.terminal import show_sense_shifts

        show_sense_shifts(sense_shifts, console)
