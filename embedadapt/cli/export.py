from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any

import typer

from embedadapt.cli.console import (
    check_order,
    one_line_errors,
    opened,
    print_json,
    stdout_console,
)
from embedadapt.cli.help import starting_with
from embedadapt.cli.language import language_of
from embedadapt.cli.options import (
    ADAPTED,
    OUTPUT,
    AdaptersOption,
    BudgetOption,
    JsonOption,
    LayoutChoice,
    LayoutOption,
    QuietOption,
    ScaleOption,
    TrustPickleOption,
    VectorsArgument,
)
from embedadapt.cli.pieces import are_pieces, words_for
from embedadapt.cli.progress import begin, progress_bar
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input
from embedadapt.export.targets import TARGETS, UNKNOWN_LICENSE

SPACY = "spaCy pipeline (--to spacy)"
PIECES = "Vectors of pieces (--to static-embedding)"


class CaseForms(StrEnum):
    """Which spellings of a word get its vector in a spaCy pipeline."""

    all = "all"
    corpus = "corpus"


class TokenizerChoice(StrEnum):
    """Whose conventions the tokenizer of a spaCy pipeline follows."""

    vectors = "vectors"
    spacy = "spacy"


def _targets(incomplete: str) -> Iterator[str]:
    return starting_with(TARGETS, incomplete)


@one_line_errors
def export(
    vectors: VectorsArgument,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Folder or file to write.",
            rich_help_panel=OUTPUT,
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            metavar="TARGET",
            autocompletion=_targets,
            help="Tool to write for: one of the targets above.",
            rich_help_panel=OUTPUT,
        ),
    ] = "spacy",
    adapter: AdaptersOption = None,
    layout: LayoutOption = LayoutChoice.add,
    budget: BudgetOption = None,
    scale: ScaleOption = None,
    max_drift: Annotated[
        float | None,
        typer.Option(
            metavar="DISTANCE",
            help="Largest cosine distance, from 0 to 2, that any word may have from its vector in "
            "the base. The command lowers the scale until no word exceeds this distance. "
            "Default: no such limit.",
            rich_help_panel=ADAPTED,
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Language code of the spaCy pipeline, such as en or fr. Default: the language of "
            "the adapter's text, or of the vectors' most frequent words.",
            rich_help_panel=SPACY,
        ),
    ] = None,
    case_forms: Annotated[
        CaseForms,
        typer.Option(
            help="Spellings that share the vector of a word. With all, these include Word and "
            "WORD for the word word; with corpus, they are only the spellings that occur in "
            "the text, which makes the pipeline smaller.",
            rich_help_panel=SPACY,
        ),
    ] = CaseForms.all,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="TEXT",
            help="Text that the spaCy pipeline will process. Each spelling in this text gets a "
            "vector, and the command prints the share of the text's tokens without a vector. "
            "Repeat the option for several paths. Default: none.",
            rich_help_panel=SPACY,
        ),
    ] = None,
    tokenizer: Annotated[
        TokenizerChoice,
        typer.Option(
            help="Tokenizer of the spaCy pipeline. With vectors, it also splits off brackets, "
            "slashes and hyphens and keeps phrases in one token; with spacy, it has only "
            "spaCy's own rules.",
            rich_help_panel=SPACY,
        ),
    ] = TokenizerChoice.vectors,
    subwords: Annotated[
        bool,
        typer.Option(
            "--subwords",
            help="Also compose vectors from character n-grams for tokens that the vectors lack. "
            "embedadapt must then be installed wherever the pipeline is loaded.",
            rich_help_panel=SPACY,
        ),
    ] = False,
    package: Annotated[
        bool,
        typer.Option(
            "--package",
            help="Write the pipeline as a Python package, for pip to install, instead of a folder.",
            rich_help_panel=SPACY,
        ),
    ] = False,
    package_version: Annotated[
        str,
        typer.Option(
            metavar="VERSION",
            help="Version of the spaCy pipeline, and of its package with --package, such as 1.0.0.",
            rich_help_panel=SPACY,
        ),
    ] = "0.0.0",
    most_words: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Largest number of words that become tokens of their own. Words that save most "
            "tokens of the adapter's text come first. Default: all words that moved.",
            rich_help_panel=PIECES,
        ),
    ] = None,
    change_pieces: Annotated[
        bool,
        typer.Option(
            "--change-pieces",
            help="Also write words that are a single piece, and change the vectors of these pieces "
            "if the tokenizer cannot distinguish word and piece. Default: the vectors of the "
            "base's pieces do not change.",
            rich_help_panel=PIECES,
        ),
    ] = False,
    only_words: Annotated[
        bool,
        typer.Option(
            "--only-words",
            help="Count tokens without a letter, such as punctuation, as zeros in the mean of a "
            "text. Default: such tokens count as in the base.",
            rich_help_panel=PIECES,
        ),
    ] = False,
    license: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="License of the export, such as mit or cc-by-4.0, for its model card. The card "
            "also names the licenses of the base and of the adapter's text if they are "
            "known.",
            rich_help_panel=OUTPUT,
        ),
    ] = UNKNOWN_LICENSE,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite",
            help="Replace the output folder even if it holds other files. The old folder is kept "
            "as PATH.backup.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    trust_pickle: TrustPickleOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write vectors, adapted or not, for spaCy and other tools.

    Example:  embedadapt export glove.6B.50d.txt --adapter legal.adapter -o en_legal
    """
    from embedadapt.report.terminal import show_pipeline, show_scale, show_vectors_export
    from embedadapt.workflows.export import export_spacy, export_vectors
    from embedadapt.workflows.inputs import as_vectors, fitting_adapters
    from embedadapt.workflows.pieces import export_pieces
    from embedadapt.workflows.scale import find_scale

    if to not in TARGETS:
        raise SettingsError("--to", expected=f"one of {', '.join(TARGETS)}", found=repr(to))
    check_order("export", VECTORS=vectors, __adapter=adapter)
    if corpus and to != "spacy":
        raise SettingsError("--corpus", expected="--to spacy", found=f"--to {to}")
    if (budget is not None or max_drift is not None) and (scale or not adapter):
        raise SettingsError(
            "--budget, --max-drift",
            expected="an --adapter, and no --scale",
            found="a --scale" if scale else "no --adapter",
        )
    to_pieces = to == "static-embedding" and are_pieces(vectors)
    if (most_words is not None or change_pieces or only_words) and not to_pieces:
        raise SettingsError(
            "--most-words, --change-pieces, --only-words",
            expected="vectors of pieces and --to static-embedding",
            found=f"--to {to}" if to != "static-embedding" else "word vectors",
        )
    if to_pieces and layout.value != "add":
        raise SettingsError("--layout", expected="add, for vectors of pieces", found=layout.value)
    check_not_input(output, [vectors, *(adapter or []), *(corpus or [])])
    with progress_bar(quiet=quiet, transient=True) as on_progress:
        begin(on_progress, "reading the vectors")
        base = as_vectors(opened(words_for(vectors, adapter or []), trust_pickle, output))
        adapters = fitting_adapters(base, adapter or ())
        code = lang or language_of([*(one.vocabulary for one in adapters), base.vocabulary])
        if to == "spacy" and code is None:
            raise SettingsError(
                "--lang",
                expected="a language code",
                found="none, and vectors in a language that is not recognized",
                hint="For example: --lang en",
            )
        cost = None
        if adapters and scale is None:
            cost = find_scale(
                base,
                adapters,
                layout=layout.value,
                budget=budget,
                max_drift=max_drift,
                on_progress=on_progress,
            )
        chosen: dict[str, Any] = {
            "adapter": adapters or None,
            "layout": layout.value,
            "scale": cost.scale if cost else scale,
            "license": license,
            "overwrite": overwrite,
        }
        begin(on_progress, "writing")
        if to == "spacy":
            pipeline = export_spacy(
                base,
                output,
                lang=code or "",
                case_forms=case_forms.value,
                corpus=corpus,
                tokenizer=tokenizer.value,
                subwords=subwords,
                package=package,
                version=package_version,
                name=output.name,
                **chosen,
            )
        elif to_pieces:
            added = export_pieces(
                vectors,
                output,
                vectors=base,
                adapter=adapters,
                scale=chosen["scale"],
                most_words=most_words,
                change_pieces=change_pieces,
                only_words=only_words,
                overwrite=overwrite,
            )
            n_words, dim = len(added), base.dim
        else:
            written = export_vectors(base, output, format=to, **chosen)
            n_words, dim = len(written), written.dim
    if as_json:
        print_json(
            {
                "format": 1,
                "target": to,
                "path": str(output),
                "scale": asdict(cost) if cost else None,
                "pipeline": asdict(pipeline) if to == "spacy" else None,
                "vectors": None if to == "spacy" else {"n_words": n_words, "dim": dim},
            }
        )
        return
    console = stdout_console()
    if cost:
        show_scale(cost, console)
    if to == "spacy":
        show_pipeline(pipeline, output, console)
    else:
        show_vectors_export(n_words, dim, to, output, console, added=to_pieces)


# \b keeps the list's lines as they are.
export.__doc__ = f"{cleandoc(export.__doc__ or '')}\n\n\b\nTargets:\n" + "\n".join(
    f"  {name:<16}  {target.what}" for name, target in TARGETS.items()
)
