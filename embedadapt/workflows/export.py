from __future__ import annotations

from pathlib import Path
from typing import Literal

from embedadapt.core.adapted import Strength
from embedadapt.core.adapter import Layout
from embedadapt.core.files import check_not_input
from embedadapt.core.vectors import WordVectors
from embedadapt.export.spacy_pipeline import PipelineExport, write_pipeline
from embedadapt.formats import save_vectors
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyVectors,
    adapted_table,
    as_vectors,
    paths_among,
)


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
    """Writes the base, adapted if an adapter is given, as a vector file; see `save_vectors`."""
    check_not_input(path, paths_among(vectors, adapter))
    table, _ = adapted_table(as_vectors(vectors), adapter, layout, strength)
    save_vectors(table, path, format=format)
    return table
