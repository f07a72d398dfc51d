from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    opened,
    print_json,
    read_from,
    stdout_console,
    write_text,
)
from embedadapt.cli.help import completed_paths
from embedadapt.cli.options import (
    ADAPTED,
    OUTPUT,
    ColumnOption,
    CorpusArgument,
    FieldOption,
    JsonOption,
    OnErrorChoice,
    OnErrorOption,
    QuietOption,
    TableOption,
    TrustPickleOption,
    VectorsArgument,
)
from embedadapt.cli.pieces import words_for
from embedadapt.cli.progress import progress_bar
from embedadapt.core.files import check_not_input, check_writable

MEASURES = "Further measures"


@one_line_errors
def evaluate(
    vectors: VectorsArgument,
    adapter: Annotated[
        Path,
        typer.Argument(
            metavar="ADAPTER",
            help="Adapter file that `embedadapt adapt` wrote for these vectors.",
        ),
    ],
    corpus: CorpusArgument,
    further: Annotated[
        list[Path] | None,
        typer.Option(
            "--adapter",
            metavar="ADAPTER",
            help="Another adapter file, applied together with the first. Repeat the option to give "
            "several. Default: none.",
            rich_help_panel=ADAPTED,
        ),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VECTORS",
            autocompletion=completed_paths,
            help="Other vectors to measure beside the base and the adapted vectors, such as those "
            "of continued training in gensim. Repeat the option to give several. Default: none.",
            rich_help_panel=MEASURES,
        ),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SET",
            help="Word pairs with similarities judged by people: wordsim353, simlex999 or a file "
            "with two words and a number per line. The measure is Spearman's correlation. Repeat "
            "the option to give several. Default: none.",
            rich_help_panel=MEASURES,
        ),
    ] = None,
    analogies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SET",
            help="Analogies: google-analogies or a file with four words per line. The "
            "measure is the share that is solved. Repeat the option to give several. Default: "
            "none.",
            rich_help_panel=MEASURES,
        ),
    ] = None,
    labeled: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Texts to classify: a .csv or .tsv file with the columns text, label and, "
            "optionally, split, which marks the texts to score with test. The measure is "
            "macro-F1 with few labels per class. Default: none.",
            rich_help_panel=MEASURES,
        ),
    ] = None,
    prediction: Annotated[
        bool,
        typer.Option(
            "--prediction",
            help="Also measure how well the vectors predict the words of held-out text from their "
            "neighbors. The measure is the mean reciprocal rank of the true word.",
            rich_help_panel=MEASURES,
        ),
    ] = False,
    hidden: Annotated[
        bool,
        typer.Option(
            "--hidden",
            help="Also measure how well new words are learned: known words are removed from the "
            "base, learned again from the corpus and compared with their true vectors. The "
            "measurement trains one adapter per seed.",
            rich_help_panel=MEASURES,
        ),
    ] = False,
    seeds: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="N",
            help="Number of random draws of labels (--labeled) and of hidden words (--hidden).",
            rich_help_panel=MEASURES,
        ),
    ] = 5,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the scores to this file as a self-contained HTML page, with a map of the "
            "words before and after adaptation. Default: no page.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    as_json: JsonOption = False,
    field: FieldOption = "text",
    column: ColumnOption = None,
    table: TableOption = None,
    on_error: OnErrorOption = OnErrorChoice.stop,
    trust_pickle: TrustPickleOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare vectors before and after adaptation.

    The command reports the loss on held-out text, the share of nearest neighbors that stay the
    same, and the words that moved. CORPUS may be the corpus of `adapt`, new documents or both. The
    command recognizes the training documents of the adapter by their content and leaves them out.

    Example:  embedadapt evaluate glove.6B.50d.txt legal.adapter contracts/ --html page.html
    """
    from embedadapt.evaluation.verdict import reach_verdict
    from embedadapt.report.evaluation_page import render_evaluation
    from embedadapt.report.terminal import show_evaluation
    from embedadapt.workflows.evaluate import evaluate
    from embedadapt.workflows.inputs import as_vectors, paths_among
    from embedadapt.workflows.map_adaptation import map_adaptation

    check_order("evaluate", VECTORS=vectors, ADAPTER=[adapter, *(further or [])], CORPUS=corpus)
    adapters = [adapter, *(further or [])]
    if html is not None:
        check_not_input(html, [vectors, *adapters, *corpus, *([labeled] if labeled else [])])
        check_not_input(html, [*(baseline or []), *(pairs or []), *(analogies or [])])
        check_writable(html)
    text = read_from(corpus, field, column, on_error, table=table)
    if html is not None:
        check_not_input(html, paths_among(text))
    with progress_bar(quiet=quiet) as on_progress:
        base = as_vectors(opened(words_for(vectors, adapters), trust_pickle))
        result = evaluate(
            base,
            adapters,
            text,
            baselines=baseline or [],
            pairs=pairs or [],
            analogies=analogies or [],
            labeled=labeled,
            prediction=prediction,
            hidden=hidden,
            seeds=seeds,
            on_progress=on_progress,
        )
        space = map_adaptation(base, adapters, result, on_progress=on_progress) if html else None
    if html is not None and space is not None:
        names = " + ".join(path.name for path in adapters)
        page = render_evaluation(result, space, table=Path(vectors).name, adapter=names)
        write_text(html, page)
    if as_json:
        print_json({**result.to_dict(), "verdict": reach_verdict(result).to_dict()})
    else:
        show_evaluation(result, stdout_console())
    if html is not None:
        typer.echo(f"The page was written to {html}.", err=True)
