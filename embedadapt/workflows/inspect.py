from __future__ import annotations

from pathlib import Path

from embedadapt.core.normalization import Normalization
from embedadapt.formats.inspection.repair import repair_vectors as repair_vectors
from embedadapt.formats.inspection.summary import VectorsInspection, describe, read_both_ways
from embedadapt.text.normalize import infer_normalization


def inspect_vectors(
    path: str | Path, *, trust_pickle: bool = False
) -> tuple[VectorsInspection, Normalization]:
    """Describe a vector file: its contents, every defect with its place, and its conventions.

    Parameters
    ----------
    path : path
        A file or folder in any format that `load_vectors` reads. The file may be damaged.
    trust_pickle : bool
        Read gensim's native files, which are pickles. Default: refuse them.

    Returns
    -------
    inspection : VectorsInspection
        The description. If `load_vectors` refuses the file, `refused` is the reason.
    normalization : Normalization
        The conventions of its words.

    Raises
    ------
    FormatError
        No row of the file can be read.

    Examples
    --------
    >>> path = "corpora/pretrained/glove.6B.50d.60k.safetensors"
    >>> inspection, normalization = embedadapt.inspect_vectors(path)
    >>> inspection.n_words, inspection.dim, inspection.defects, normalization.case
    (60000, 50, (), 'lower')
    """
    reading = read_both_ways(path, trust_pickle=trust_pickle)
    known = None if reading.vectors is None else reading.vectors.normalization
    return describe(path, reading), known or infer_normalization(reading.vocabulary)
