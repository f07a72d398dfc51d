from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from embedadapt.core.adapted import Strength
from embedadapt.core.adapter import Layout
from embedadapt.core.files import check_not_input
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import with_forms
from embedadapt.export.gensim_vectors import write_gensim
from embedadapt.export.spacy_pipeline import PipelineExport, write_pipeline
from embedadapt.export.static_folder import write_static_folder
from embedadapt.formats import save_vectors
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
    case_forms: Literal["corpus", "all"] = "corpus",
    name: str = "embedadapt",
) -> PipelineExport:
    """Writes a spaCy pipeline folder whose table is the base, adapted if an adapter is given.

    Every spelling of a word seen in the adapter's corpus (`LESSOR`, `Lessor`) gets that word's
    vector. Returns what went into it and what could not.
    """
    check_not_input(path, paths_among(vectors, adapter))
    table, forms = adapted_table(as_vectors(vectors), adapter, layout, strength)
    return write_pipeline(table, path, lang=lang, forms=forms, name=name, case_forms=case_forms)


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
