"""An adapter in one safetensors file, a few megabytes: `load_adapter` beside `save_adapter`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.adapter import Adapter, NgramDifference
from embedadapt.core.errors import AdapterError, FormatError
from embedadapt.core.normalization import Normalization
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

FORMAT = 1


def save_adapter(adapter: Adapter, path: str | Path) -> None:
    """Writes atomically, and the same adapter to the same bytes. Raises OutputError."""
    words, word_offsets = pack_words(adapter.vocabulary.words)
    forms, form_offsets = pack_words(tuple(adapter.forms))
    arrays: dict[str, NDArray[Any]] = {
        "words.bytes": words,
        "words.offsets": word_offsets,
        "base_rows": adapter.base_rows,
        "starts": adapter.starts,
        "difference": adapter.difference,
        "columns": adapter.columns,
        "forms.bytes": forms,
        "forms.offsets": form_offsets,
        "forms.rows": np.fromiter(adapter.forms.values(), np.int32, len(adapter.forms)),
    }
    if adapter.vocabulary.counts is not None:
        arrays["counts"] = adapter.vocabulary.counts
    if adapter.expected is not None:
        arrays["expected"] = adapter.expected
    if adapter.document_counts is not None:
        arrays["document_counts"] = adapter.document_counts
    if adapter.ngrams is not None:
        arrays["ngrams.rows"] = adapter.ngrams.rows
        arrays["ngrams.difference"] = adapter.ngrams.values
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
    write_tensors(path, arrays, metadata)


def load_adapter(path: str | Path) -> Adapter:
    """The adapter saved at `path`; its arrays are memory-mapped.

    Raises FormatError for a file that is missing or damaged, AdapterError for one that is sound but
    no adapter, or an adapter of a newer format.
    """
    file = read_tensors(path)
    _check_kind(file)
    words = unpack_words(
        file.array("words.bytes", "U8", 1), file.array("words.offsets", "I64", 1), str(path)
    )
    counts = file.array("counts", "I64", 1) if "counts" in file else None
    with reading_metadata(path):
        adapter = Adapter(
            vocabulary=Vocabulary(words, counts),
            base_rows=file.array("base_rows", "I32", 1),
            starts=file.floats("starts"),
            difference=file.floats("difference"),
            columns=file.floats("columns"),
            ngrams=_ngrams(file),
            forms=_forms(file),
            normalization=Normalization.from_dict(file.metadata["normalization"]),
            base_fingerprint=str(file.metadata["base_fingerprint"]),
            expected=file.array("expected", "F32", 1) if "expected" in file else None,
            document_counts=_document_counts(file),
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
    if number != FORMAT:
        raise AdapterError(
            str(file.path),
            expected=f"adapter format {FORMAT}",
            found=f"format {number}",
            hint="It was saved by another version of embedadapt: upgrade to read it.",
        )


def _forms(file: TensorFile) -> dict[str, int]:
    forms = unpack_words(
        file.array("forms.bytes", "U8", 1), file.array("forms.offsets", "I64", 1), str(file.path)
    )
    return dict(zip(forms, file.array("forms.rows", "I32", 1).tolist(), strict=True))


def _document_counts(file: TensorFile) -> Longs1d | None:
    return file.array("document_counts", "I64", 1) if "document_counts" in file else None


def _ngrams(file: TensorFile) -> NgramDifference | None:
    if "ngrams.rows" not in file:
        return None
    return NgramDifference(file.array("ngrams.rows", "I32", 1), file.floats("ngrams.difference"))


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
    rows = np.fromiter(adapter.forms.values(), np.int64, len(adapter.forms))
    if ((rows < 0) | (rows >= n_words)).any():
        raise FormatError(where, expected=f"written forms of its {n_words} words", found="others")
    check_distinct(adapter.vocabulary.words, where)
    lowest = int(adapter.base_rows.min(initial=0))
    if lowest < -1:
        raise FormatError(where, expected="base rows from -1 up", found=str(lowest))
    if adapter.document_counts is not None and (adapter.document_counts < 0).any():
        raise FormatError(where, expected="document counts from 0 up", found="one below")
    numbers = {name: getattr(adapter, name) for name in ("starts", "difference", "columns")}
    if adapter.ngrams is not None:
        numbers["n-grams"] = adapter.ngrams.values
        if (np.diff(adapter.ngrams.rows, prepend=-1) <= 0).any():
            raise FormatError(where, expected="n-gram rows in ascending order", found="others")
    for name, rows in numbers.items():
        if not np.isfinite(rows).all():
            raise FormatError(where, expected=f"finite numbers in {name}", found="NaN or infinity")
