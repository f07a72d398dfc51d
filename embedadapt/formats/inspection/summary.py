"""What a vector file holds, and what is wrong with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.types import Doubles1d
from embedadapt.core.vectors import BLOCK_ROWS, Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors
from embedadapt.formats.inspection.defects import (
    NOT_UTF8,
    Defect,
    DefectKind,
    DefectLog,
    log_words,
    row_lengths,
)
from embedadapt.formats.inspection.order import told_order
from embedadapt.formats.inspection.survey import Survey, survey_file
from embedadapt.formats.reading.containers import locate
from embedadapt.formats.spacy import find_pipeline

FORMAT = 2
FIRST_WORDS = 10


@dataclass(frozen=True)
class NormSummary:
    """Euclidean lengths of the vectors.

    Parameters
    ----------
    smallest, median, largest : float
        Quantiles of the lengths.
    n_zero : int
        Number of zero vectors.
    """

    smallest: float
    median: float
    largest: float
    n_zero: int


@accepts_old_names
@dataclass(frozen=True)
class VectorsInspection:
    """What a vector file holds, and what is wrong with it.

    Parameters
    ----------
    path : str
        As given.
    file_format : str
        Name of the format.
    n_bytes : int
        Size on disk, before any decompression; for a pipeline, the size of its `vocab` folder.
    n_words, dim : int
        Words and dimensions.
    encoding : str
        Encoding of the words: "ASCII", "UTF-8", or a guess.
    dtype : str
        Type of the numbers in the file, such as "float32"; "decimal text" in text files,
        "quantized" in an .ftz.
    norms : NormSummary
        Lengths of the vectors, or of the rows of a floret table without words.
    by_frequency : bool or None
        Whether the words are in order of frequency; None if this is not clear.
    order_evidence : str
        Evidence for the order: "counts", or a property of the words.
    has_context : bool
        Whether there is a usable output matrix; if not, the notes say why.
    n_buckets : int
        Size of the n-gram table of a fastText model; 0 without one.
    ngram_lengths : (int, int) or None
        Shortest and longest n-gram; None without any.
    n_shared_keys : int
        Number of keys of a pruned spaCy pipeline that borrow another word's row.
    first_words : tuple of str
        The first ten words.
    notes : tuple of str
        Notes for the user, one sentence each.
    defects : tuple of Defect
        One entry for each kind of defect, with the first places.
    refused : str
        The error of `load_vectors`; "" if the file loads. The words and norms of a refused file are
        those that --repair would keep.
    repairable : bool
        Whether `repair_vectors` can write those rows.

    Examples
    --------
    >>> path = "corpora/pretrained/glove.6B.50d.60k.safetensors"
    >>> inspection, _ = embedadapt.inspect_vectors(path)
    >>> inspection.file_format, inspection.by_frequency, inspection.refused
    ('safetensors', True, '')
    """

    path: str
    file_format: str
    n_bytes: int
    n_words: int
    dim: int
    encoding: str
    dtype: str
    norms: NormSummary
    by_frequency: bool | None
    order_evidence: str
    has_context: bool
    n_buckets: int
    ngram_lengths: tuple[int, int] | None
    n_shared_keys: int
    first_words: tuple[str, ...]
    notes: tuple[str, ...]
    defects: tuple[Defect, ...]
    refused: str
    repairable: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the description as a mapping with its format number.

        Returns
        -------
        dict
            JSON-ready, one entry per field.
        """
        return {"format": FORMAT, **asdict(self)}


@dataclass(frozen=True)
class Reading:
    """A file read both ways.

    vectors: by its strict reader; None if that refused it.
    survey: by the tolerant reader; None for a format that is not surveyed. One of the two exists.
    """

    vectors: WordVectors | None
    survey: Survey | None
    refused: str = ""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the file, or else those of a repaired file."""
        if self.vectors is not None:
            return self.vectors.vocabulary
        return Vocabulary(self.survey.words if self.survey else ())


def read_both_ways(path: str | Path, *, trust_pickle: bool = False) -> Reading:
    """Read a file both ways. Raises FormatError where not one row can be read."""
    try:
        vectors, refusal = load_vectors(path, trust_pickle=trust_pickle), None
    except FormatError as error:
        vectors, refusal = None, error
    try:
        survey = survey_file(path, trust_pickle=trust_pickle)
    except FormatError:
        survey = None
    if refusal is None:
        return Reading(vectors, survey)
    if survey is None or not survey.words:
        raise refusal
    return Reading(None, survey, str(refusal))


def inspect_vectors(path: str | Path, vectors: WordVectors | None = None) -> VectorsInspection:
    """Describe the vectors at `path`.

    vectors: the same vectors, if they are loaded already: then the file is not read again, and only
        its words are checked for defects.

    Raises FormatError for a file of which not one row can be read.
    """
    return describe(path, Reading(vectors, None) if vectors is not None else read_both_ways(path))


def describe(path: str | Path, reading: Reading) -> VectorsInspection:
    """The description of a file that was read."""
    vectors, survey = reading.vectors, reading.survey
    words, (by_frequency, told_by) = reading.vocabulary.words, _order(reading.vocabulary)
    subwords = None if vectors is None else vectors.subwords
    provenance = Provenance() if vectors is None else vectors.provenance
    file_format = provenance.format if survey is None else survey.file_format
    return VectorsInspection(
        path=str(path),
        file_format=file_format,
        n_bytes=_bytes_on_disk(path, file_format),
        n_words=len(words),
        dim=vectors.dim if vectors is not None else survey.layout.dim if survey else 0,
        encoding=survey.encoding if survey else _encoding_of(words),
        dtype=survey.dtype if survey else _dtype_of(file_format),
        norms=_summarize(_norms(vectors, survey)),
        by_frequency=by_frequency,
        order_evidence=told_by,
        has_context=vectors is not None and vectors.context is not None,
        n_buckets=0 if subwords is None else len(subwords.ngrams),
        ngram_lengths=None if subwords is None else (subwords.min_n, subwords.max_n),
        n_shared_keys=provenance.n_shared_keys,
        first_words=words[:FIRST_WORDS],
        notes=provenance.notes,
        defects=survey.defects if survey else _word_defects(words),
        refused=reading.refused,
        repairable=survey is not None and survey.repairable,
    )


def _word_defects(words: tuple[str, ...]) -> tuple[Defect, ...]:
    """Unusual words of a format that is not surveyed."""
    log = DefectLog()
    log_words(log, words, [f"row {row + 1:,}" for row in range(len(words))])
    return log.defects({DefectKind.NOT_UTF8: "", DefectKind.SPACE_IN_WORD: ""})


def _encoding_of(words: tuple[str, ...]) -> str:
    text = "".join(words)
    if text.isascii():
        return "ASCII"
    return "UTF-8, damaged" if NOT_UTF8.search(text) else "UTF-8"


def _dtype_of(file_format: str) -> str:
    """Type of the numbers of a format that is not surveyed."""
    return "decimal text" if file_format == "floret" else "float32"


def _order(vocabulary: Vocabulary) -> tuple[bool | None, str]:
    if vocabulary.counts is None:
        return told_order(vocabulary.words)
    return bool((np.diff(vocabulary.counts) <= 0).all()), "counts"


def _norms(vectors: WordVectors | None, survey: Survey | None) -> Doubles1d:
    """Lengths of the words' vectors, (n_words,), or of the rows where there are no words."""
    if vectors is None:
        return survey.norms if survey else np.empty(0)
    rows = vectors.matrix
    if not len(vectors) and vectors.subwords is not None:
        rows = vectors.subwords.ngrams
    blocks = range(0, len(rows), BLOCK_ROWS)
    return np.concatenate([row_lengths(rows[at : at + BLOCK_ROWS]) for at in blocks])


def _summarize(norms: Doubles1d) -> NormSummary:
    return NormSummary(
        smallest=float(norms.min()),
        median=float(np.median(norms)),
        largest=float(norms.max()),
        n_zero=int((norms == 0).sum()),
    )


def _bytes_on_disk(path: str | Path, file_format: str) -> int:
    pipeline = find_pipeline(path) if file_format == "spacy" else None
    place = pipeline / "vocab" if pipeline else Path(path)
    if place.is_dir():
        return sum(part.stat().st_size for part in place.rglob("*") if part.is_file())
    return locate(place)[0].stat().st_size
