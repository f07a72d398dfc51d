from __future__ import annotations

from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from typing import Annotated

import typer

from embedadapt.cli.console import (
    AdaptersOption,
    BudgetOption,
    LayoutChoice,
    LayoutOption,
    ScaleOption,
    TrustPickleOption,
    VectorsArgument,
    check_order,
    one_line_errors,
    opened,
    stdout_console,
)
from embedadapt.core.errors import SettingsError
from embedadapt.core.files import check_not_input
from embedadapt.export.targets import TARGETS, UNKNOWN_LICENSE


class CaseForms(StrEnum):
    """Which spellings of a word get its vector in a spaCy pipeline."""

    all = "all"
    corpus = "corpus"


class TokenizerChoice(StrEnum):
    """Whose conventions the tokenizer of a spaCy pipeline follows."""

    vectors = "vectors"
    spacy = "spacy"


@one_line_errors
def export(
    vectors: VectorsArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder or file to write.")],
    to: Annotated[
        str, typer.Option(metavar="TARGET", help="What to write: one of the targets above.")
    ] = "spacy",
    adapter: AdaptersOption = None,
    layout: LayoutOption = LayoutChoice.add,
    budget: BudgetOption = None,
    scale: ScaleOption = None,
    max_drift: Annotated[
        float | None,
        typer.Option(help="Also turn no word further, in 1 - cosine, 0 to 2."),
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help="Language of the spaCy pipeline, such as en or fr.")
    ] = None,
    case_forms: Annotated[
        CaseForms,
        typer.Option(
            help="all: every word also has its vector as Word and as WORD. corpus: only the "
            "spellings that the text showed, for a smaller pipeline."
        ),
    ] = CaseForms.all,
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="Text that the spaCy pipeline will read. Its spellings get vectors, and the share "
            "of its tokens without a vector is printed. Repeat the option for several paths."
        ),
    ] = None,
    tokenizer: Annotated[
        TokenizerChoice,
        typer.Option(
            help="vectors: the spaCy pipeline also cuts brackets, slashes and hyphens off words, "
            "and keeps phrases whole. spacy: spaCy's own rules only."
        ),
    ] = TokenizerChoice.vectors,
    subwords: Annotated[
        bool,
        typer.Option(
            "--subwords", help="Give every token of spaCy a vector, unseen ones from n-grams."
        ),
    ] = False,
    package: Annotated[
        bool, typer.Option("--package", help="Write the pipeline as a package for pip.")
    ] = False,
    package_version: Annotated[
        str,
        typer.Option(
            metavar="VERSION",
            help="Version of the spaCy pipeline, and of its package with --package: 1.0.0.",
        ),
    ] = "0.0.0",
    license: Annotated[
        str, typer.Option(help="Of what is written, for its model card: mit, cc-by-4.0, …")
    ] = UNKNOWN_LICENSE,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite",
            help="Replace a folder whatever it holds; the old one is kept as NAME.backup.",
        ),
    ] = False,
    trust_pickle: TrustPickleOption = False,
) -> None:
    """Write the adapted table for the tools you run.

    Example:  embedadapt export glove.6B.50d.txt --adapter legal.adapter --lang en -o en_legal
    """
    from embedadapt.core.adapted import Scale
    from embedadapt.report.terminal import show_pipeline, show_scale
    from embedadapt.workflows.export import export_spacy, export_vectors
    from embedadapt.workflows.inputs import AnyVectors, as_vectors
    from embedadapt.workflows.scale import find_scale

    if to not in TARGETS:
        raise SettingsError("--to", expected=f"one of {', '.join(TARGETS)}", found=repr(to))
    check_order("export", VECTORS=vectors, __adapter=adapter)
    if corpus and to != "spacy":
        raise SettingsError("--corpus", expected="--to spacy", found=f"--to {to}")
    base: AnyVectors = opened(vectors, trust_pickle, output)
    chosen: Scale | None = scale
    check_not_input(output, [vectors, *(adapter or []), *(corpus or [])])
    if adapter and scale is None:
        base = as_vectors(base)
        cost = find_scale(
            base,
            adapter,
            layout=layout.value,
            budget=budget,
            max_drift=max_drift,
        )
        show_scale(cost, stdout_console())
        chosen = cost.scale
    elif budget is not None or max_drift is not None:
        raise SettingsError(
            "--budget, --max-drift",
            expected="an --adapter, and no --scale",
            found="a --scale" if scale else "no --adapter",
        )
    if to == "spacy":
        if lang is None:
            raise SettingsError(
                "--lang", expected="a language code", found="none", hint="For example: --lang en"
            )
        written = export_spacy(
            base,
            output,
            lang=lang,
            adapter=adapter,
            layout=layout.value,
            scale=chosen,
            case_forms=case_forms.value,
            corpus=corpus,
            tokenizer=tokenizer.value,
            subwords=subwords,
            package=package,
            version=package_version,
            name=output.name,
            license=license,
            overwrite=overwrite,
        )
        show_pipeline(written, output, stdout_console())
        return
    table = export_vectors(
        base,
        output,
        format=to,
        adapter=adapter,
        layout=layout.value,
        scale=chosen,
        license=license,
        overwrite=overwrite,
    )
    typer.echo(f"{output}: {len(table):,} words x {table.dim}.")


# \b keeps the list's lines as they are.
export.__doc__ = f"{cleandoc(export.__doc__ or '')}\n\n\b\nTargets:\n" + "\n".join(
    f"  {name:<16}  {target.what}" for name, target in TARGETS.items()
)
