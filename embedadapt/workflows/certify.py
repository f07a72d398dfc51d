from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedadapt.core.adapted import apply_adapter
from embedadapt.export.drop_in import Certificate, certify_pipeline
from embedadapt.workflows.inputs import AnyAdapters, as_vectors, fitting_adapters

STRENGTHS = (0.25, 0.5, 1.0)
TOLERANCE = 0.005


def certify(
    pipeline: str | Path,
    adapter: AnyAdapters,
    dev: str | Path,
    *,
    strengths: Sequence[float] = STRENGTHS,
    tolerance: float = TOLERANCE,
) -> Certificate:
    """Which strengths of an adapter a trained spaCy pipeline bears without being trained again.

    pipeline: a folder or an installed package, with the vectors that the adapter was made for. dev:
    its development set, a .spacy file. Layout `blend`, since components expect the width they know.
    """
    import spacy
    from spacy.training import Corpus

    base = as_vectors(pipeline)
    adapters = fitting_adapters(base, adapter)
    return certify_pipeline(
        spacy.load(pipeline),
        Corpus(dev),
        ((s, apply_adapter(base, adapters, layout="blend", strength=s)) for s in strengths),
        tolerance,
    )
