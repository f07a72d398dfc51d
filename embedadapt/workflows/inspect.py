from __future__ import annotations

from pathlib import Path

from embedadapt.core.normalization import Normalization
from embedadapt.formats.inspection.repair import repair_vectors as repair_vectors
from embedadapt.formats.inspection.summary import VectorsInspection, describe, read_both_ways
from embedadapt.text.normalize import infer_normalization


def inspect_vectors(
    path: str | Path, *, trust_pickle: bool = False
) -> tuple[VectorsInspection, Normalization]:
    """What a vector file holds, every defect with its place, and the conventions of its words.

    Raises FormatError for a file of which not one row can be told; of a file that is refused for
    less, `refused` says why.
    """
    reading = read_both_ways(path, trust_pickle=trust_pickle)
    known = None if reading.vectors is None else reading.vectors.normalization
    return describe(path, reading), known or infer_normalization(reading.vocabulary)
