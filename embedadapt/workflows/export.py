from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from embedadapt.core.adapted import Strength
from embedadapt.core.adapter import Layout
from embedadapt.core.files import check_not_input
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import CaseForms, with_forms
from embedadapt.export.gensim_vectors import write_gensim
from embedadapt.export.spacy_pipeline import PipelineExport, write_pipeline
from embedadapt.export.static_folder import write_static_folder
from embedadapt.export.subwords import fit_subwords
from embedadapt.formats import save_vectors
from embedadapt.formats.spacy import read_borrowed
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyVectors,
    adapted_table,
    as_vectors,
    paths_among,
)

WRITERS: Mapping[str | None, Callable[[WordVectors, str | Path], None]] = {
    "gensim": write_gensim,
    "static-embedding": write_static_folder,
}
"""Of the targets that are no vector files; `save_vectors` writes those."""
CASED = ("static-embedding",)


def export_spacy(
    vectors: AnyVectors,
    path: str | Path,
    *,
    lang: str,
    adapter: AnyAdapters | None = None,
    layout: Layout = "extend",
    strength: Strength = None,
    case_forms: CaseForms = "corpus",
    subwords: bool = False,
    package: bool = False,
    name: str = "embedadapt",
) -> PipelineExport:
    """Writes a spaCy pipeline whose table is the base, adapted if adapters are given.

    Every spelling of a word seen in an adapter's corpus (`LESSOR`, `Lessor`) gets that word's
    vector, and so does every key that borrowed its row in a pruned spaCy base. Returns what went
    into it and what could not.

    subwords: gives every other token a vector too, of the n-grams of a fastText base or of ones
    fitted here (`SubwordVectors`). package: writes a project that pip installs.
    """
    check_not_input(path, paths_among(vectors, adapter))
    base = as_vectors(vectors)
    table, forms = adapted_table(base, adapter, layout, strength)
    if base.provenance.format == "spacy" and base.provenance.n_shared_keys:
        forms = read_borrowed(base.provenance.path) | forms
    ngrams = base.subwords or fit_subwords(table, base.dim) if subwords else None
    return write_pipeline(
        replace(table, subwords=ngrams),
        path,
        lang=lang,
        forms=forms,
        name=name,
        case_forms=case_forms,
        package=package,
    )


def export_table(
    vectors: AnyVectors,
    path: str | Path,
    *,
    format: str | None = None,
    adapter: AnyAdapters | None = None,
    layout: Layout = "extend",
    strength: Strength = None,
) -> WordVectors:
    """Writes the base, adapted if an adapter is given, for other tools; returns what was written.

    format: "gensim", "static-embedding" (see `export.targets`), or those of `save_vectors`, which
    it takes from the suffix for None. Where a tool looks words up as they are written, the table
    has a row for each spelling that the adapter's corpus showed.
    """
    check_not_input(path, paths_among(vectors, adapter))
    table, forms = adapted_table(as_vectors(vectors), adapter, layout, strength)
    if format in CASED:
        table = with_forms(table, forms)
    write = WRITERS.get(format, partial(save_vectors, format=format))
    write(table, path)
    return table
