from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    TrustPickleOption,
    VectorsArgument,
    check_order,
    one_line_errors,
    opened,
    print_json,
    progress_bar,
    read_from,
    stdout_console,
    write_text,
)
from embedadapt.core.files import check_not_input, check_writable


@one_line_errors
def evaluate(
    vectors: VectorsArgument,
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="Made by `embedadapt adapt`.")],
    corpus: CorpusArgument,
    further: Annotated[
        list[Path] | None,
        typer.Option("--adapter", help="A further adapter, judged together with the first."),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="VECTORS", help="Another table to compare, such as one of gensim's."),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SET",
            help="Judged word pairs: two words and a number a line, or wordsim353, simlex999.",
        ),
    ] = None,
    analogies: Annotated[
        list[str] | None,
        typer.Option(metavar="SET", help="Questions of four words a line, or google-analogies."),
    ] = None,
    labelled: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", help="Texts to classify from few labels: columns text, label, split."
        ),
    ] = None,
    prediction: Annotated[
        bool,
        typer.Option(
            "--prediction",
            help="Also rank the true word in gaps of held-out text: mean reciprocal rank.",
        ),
    ] = False,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Hide known words and learn them anew; trains again.")
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Draws of labels and of hidden words.")] = 5,
    html: Annotated[
        Path | None,
        typer.Option(
            help="Write the scores, and a map before and after, as a self-contained page."
        ),
    ] = None,
    as_json: JsonOption = False,
    field: FieldOption = "text",
    column: ColumnOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare before and after: held-out loss, neighbor overlap, words that moved.

    Give the corpus of `adapt`, new documents, or both: what was trained on is recognized by its
    content and left out. Further measures are taken of the base, of the adapted tables and of the
    baselines alike.

    Example:  embedadapt evaluate glove.6B.50d.txt legal.adapter contracts/ --html page.html
    """
    from embedadapt.evaluation.verdict import reach_verdict
    from embedadapt.report.evaluation_page import render_evaluation
    from embedadapt.report.terminal import show_evaluation
    from embedadapt.workflows.evaluate import evaluate
    from embedadapt.workflows.inputs import as_vectors
    from embedadapt.workflows.map_adaptation import map_adaptation

    check_order("evaluate", VECTORS=vectors, ADAPTER=[adapter, *(further or [])], CORPUS=corpus)
    adapters = [adapter, *(further or [])]
    if html is not None:
        check_not_input(html, [vectors, *adapters, *corpus])
        check_writable(html)
    with progress_bar(quiet=quiet) as on_progress:
        base = as_vectors(opened(vectors, trust_pickle))
        result = evaluate(
            base,
            adapters,
            read_from(corpus, field, column, on_error),
            baselines=baseline or [],
            pairs=pairs or [],
            analogies=analogies or [],
            labelled=labelled,
            prediction=prediction,
            hidden=hidden,
            seeds=seeds,
            on_progress=on_progress,
        )
    if html is not None:
        space = map_adaptation(base, adapters, result)
        names = " + ".join(path.name for path in adapters)
        page = render_evaluation(result, space, table=Path(vectors).name, adapter=names)
        write_text(html, page)
    if as_json:
        print_json({**result.to_dict(), "verdict": reach_verdict(result).to_dict()})
    else:
        show_evaluation(result, stdout_console())
    if html is not None:
        typer.echo(f"Page written to {html}", err=True)
