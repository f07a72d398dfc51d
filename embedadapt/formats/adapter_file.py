"""An adapter in one safetensors file, a few megabytes: `load_adapter` beside `save_adapter`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.adapter import Adapter, NgramDelta
from embedadapt.core.errors import AdapterError, FormatError
from embedadapt.core.normalization import Normalization
from embedadapt.core.renamed import rename_stored
from embedadapt.core.text_record import SentenceFilter, TextRecord
from embedadapt.core.types import Longs1d
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.packed_words import pack_words, unpack_words
from embedadapt.formats.reading.table_checks import check_distinct
from embedadapt.formats.reading.tensor_file import (
    TensorFile,
    read_tensors,
    reading_metadata,
    write_tensors,
)

FORMAT = 2
OLD_FORMAT = 1
OLD_ARRAYS = {
    "columns": "dimensions",
    "difference": "delta",
    "expected": "confidence",
    "forms.bytes": "surface_forms.bytes",
    "forms.offsets": "surface_forms.offsets",
    "forms.rows": "surface_forms.rows",
    "ngrams.difference": "ngrams.delta",
}
"""Names of arrays in OLD_FORMAT, which release 0.1 wrote, and their present names."""


def save_adapter(adapter: Adapter, path: str | Path) -> None:
    """Save an adapter to one safetensors file.

    The file replaces an existing one completely or not at all. The same adapter gives the same
    bytes.

    Parameters
    ----------
    adapter : Adapter
        The adapter.
    path : path
        File to write.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> embedadapt.save_adapter(adapter, "legal.adapter")
    >>> embedadapt.load_adapter("legal.adapter").new_words == adapter.new_words
    True
    """
    words, word_offsets = pack_words(adapter.vocabulary.words)
    surface_forms, form_offsets = pack_words(tuple(adapter.surface_forms))
    arrays: dict[str, NDArray[Any]] = {
        "words.bytes": words,
        "words.offsets": word_offsets,
        "base_rows": adapter.base_rows,
        "starts": adapter.starts,
        "delta": adapter.delta,
        "dimensions": adapter.dimensions,
        "surface_forms.bytes": surface_forms,
        "surface_forms.offsets": form_offsets,
        "surface_forms.rows": np.fromiter(
            adapter.surface_forms.values(), np.int32, len(adapter.surface_forms)
        ),
    }
    if adapter.vocabulary.counts is not None:
        arrays["counts"] = adapter.vocabulary.counts
    if adapter.confidence is not None:
        arrays["confidence"] = adapter.confidence
    if adapter.document_counts is not None:
        arrays["document_counts"] = adapter.document_counts
    if adapter.specificity is not None:
        arrays["specificity"] = adapter.specificity
    if adapter.ngrams is not None:
        arrays["ngrams.rows"] = adapter.ngrams.rows
        arrays["ngrams.delta"] = adapter.ngrams.values
    for number, record in enumerate(adapter.records):
        arrays[f"records.{number}.trained"] = record.trained
        arrays[f"records.{number}.held_out"] = record.held_out
        arrays[f"records.{number}.sentences"] = record.sentences.bits
    metadata: dict[str, Any] = {
        "kind": "adapter",
        "format": FORMAT,
        "normalization": adapter.normalization.to_dict(),
        "base_fingerprint": adapter.base_fingerprint,
        "settings": dict(adapter.settings),
        "scores": dict(adapter.scores),
        "provenance": dict(adapter.provenance),
    }
    if adapter.records:
        metadata["records"] = [
            {"salt": record.salt.hex(), "n_probes": record.sentences.n_probes}
            for record in adapter.records
        ]
    write_tensors(path, arrays, metadata, with_digest=True)


def load_adapter(path: str | Path) -> Adapter:
    """Load an adapter; its arrays are memory-mapped.

    Parameters
    ----------
    path : path
        File that `save_adapter` or `embedadapt adapt` wrote, in this release or 0.1.

    Returns
    -------
    Adapter
        The adapter.

    Raises
    ------
    FormatError
        The file is missing or damaged, or its content does not match its digest.
    AdapterError
        The file is no adapter, or its format is newer.

    Examples
    --------
    >>> embedadapt.save_adapter(adapter, "legal.adapter")
    >>> embedadapt.load_adapter("legal.adapter").dim
    50
    """
    file = read_tensors(path)
    _check_kind(file)
    file.check_digest()
    if file.metadata["format"] == OLD_FORMAT:
        with reading_metadata(path):
            file = _of_today(file)
    words = unpack_words(
        file.array("words.bytes", "U8", 1), file.array("words.offsets", "I64", 1), str(path)
    )
    counts = file.array("counts", "I64", 1) if "counts" in file else None
    with reading_metadata(path):
        adapter = Adapter(
            vocabulary=Vocabulary(words, counts),
            base_rows=file.array("base_rows", "I32", 1),
            starts=file.floats("starts"),
            delta=file.floats("delta"),
            dimensions=file.floats("dimensions"),
            ngrams=_ngrams(file),
            surface_forms=_surface_forms(file),
            normalization=Normalization.from_dict(file.metadata["normalization"]),
            base_fingerprint=str(file.metadata["base_fingerprint"]),
            confidence=file.array("confidence", "F32", 1) if "confidence" in file else None,
            document_counts=_document_counts(file),
            specificity=file.array("specificity", "F32", 1) if "specificity" in file else None,
            settings=dict(file.metadata["settings"]),
            scores=dict(file.metadata["scores"]),
            provenance=dict(file.metadata.get("provenance", {})),
            records=_records(file),
        )
    _check_values(adapter, str(path))
    return adapter


def _check_kind(file: TensorFile) -> None:
    kind = file.metadata.get("kind", "another program's tensors")
    if kind != "adapter":
        raise AdapterError(
            str(file.path),
            expected="an adapter",
            found=str(kind),
            hint="Give the file that `embedadapt adapt -o` wrote.",
        )
    number = file.metadata.get("format")
    if number not in (OLD_FORMAT, FORMAT):
        raise AdapterError(
            str(file.path),
            expected=f"adapter format {FORMAT}",
            found=f"format {number}",
            hint="It was saved by another version of embedadapt: upgrade to read it.",
        )


def _of_today(file: TensorFile) -> TensorFile:
    """A file of OLD_FORMAT, with the present names of its arrays, settings and scores."""
    return replace(file.renamed(OLD_ARRAYS), metadata=rename_stored(file.metadata))


def _surface_forms(file: TensorFile) -> dict[str, int]:
    surface_forms = unpack_words(
        file.array("surface_forms.bytes", "U8", 1),
        file.array("surface_forms.offsets", "I64", 1),
        str(file.path),
    )
    return dict(
        zip(surface_forms, file.array("surface_forms.rows", "I32", 1).tolist(), strict=True)
    )


def _document_counts(file: TensorFile) -> Longs1d | None:
    return file.array("document_counts", "I64", 1) if "document_counts" in file else None


def _ngrams(file: TensorFile) -> NgramDelta | None:
    if "ngrams.rows" not in file:
        return None
    return NgramDelta(file.array("ngrams.rows", "I32", 1), file.floats("ngrams.delta"))


def _records(file: TensorFile) -> tuple[TextRecord, ...]:
    return tuple(
        TextRecord(
            salt=bytes.fromhex(entry["salt"]),
            trained=file.array(f"records.{number}.trained", "I64", 1),
            held_out=file.array(f"records.{number}.held_out", "I64", 1),
            sentences=SentenceFilter(
                file.array(f"records.{number}.sentences", "U8", 1), int(entry["n_probes"])
            ),
        )
        for number, entry in enumerate(file.metadata.get("records", ()))
    )


def _check_values(adapter: Adapter, where: str) -> None:
    n_words = len(adapter.vocabulary)
    rows = np.fromiter(adapter.surface_forms.values(), np.int64, len(adapter.surface_forms))
    if ((rows < 0) | (rows >= n_words)).any():
        raise FormatError(where, expected=f"written forms of its {n_words} words", found="others")
    check_distinct(adapter.vocabulary.words, where)
    lowest = int(adapter.base_rows.min(initial=0))
    if lowest < -1:
        raise FormatError(where, expected="base rows from -1 up", found=str(lowest))
    if adapter.document_counts is not None and (adapter.document_counts < 0).any():
        raise FormatError(where, expected="document counts from 0 up", found="one below")
    if adapter.specificity is not None and np.isinf(adapter.specificity).any():
        raise FormatError(where, expected="finite specificities", found="an infinite one")
    numbers = {name: getattr(adapter, name) for name in ("starts", "delta", "dimensions")}
    if adapter.ngrams is not None:
        numbers["n-grams"] = adapter.ngrams.values
        if (np.diff(adapter.ngrams.rows, prepend=-1) <= 0).any():
            raise FormatError(where, expected="n-gram rows in ascending order", found="others")
    for name, rows in numbers.items():
        if not np.isfinite(rows).all():
            raise FormatError(where, expected=f"finite numbers in {name}", found="NaN or infinity")
