"""The native format: one safetensors file, memory-mapped when read, with reproducible bytes.

Arrays: "matrix" (n_words, dim) F32 or F16; "words.bytes" U8 and "words.offsets" I64 (see
packed_words); and optional "counts" (n_words,) I64, "context" (n_words, dim), "subwords.ngrams"
(n_buckets, dim), "subwords.words" (n_words, dim). A pruned model has "subwords.kept" (n_rows,) I32
and "n_buckets" in the metadata; a floret table has "floret" there, the fields of its
`FloretHashing`. Other metadata: kind "vectors", the format number, the normalization, the notes and
the n-gram lengths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.errors import FormatError
from embedadapt.core.normalization import Normalization
from embedadapt.core.subwords import FloretHashing, SubwordTable
from embedadapt.core.vectors import Provenance, VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.reading.packed_words import pack_words, unpack_words
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.selection import ALL, Selection, select_rows
from embedadapt.formats.reading.table_checks import check_distinct, check_finite, check_some_rows
from embedadapt.formats.reading.tensor_file import (
    TensorFile,
    read_tensors,
    reading_metadata,
    write_tensors,
)
from embedadapt.formats.reading.wordless import check_hashing, check_lengths

FORMAT = 1


def write(vectors: WordVectors, path: str | Path, *, half: bool = False) -> None:
    """Write atomically. `half` stores the matrix as float16: half the size, three digits.

    Raises OutputError.
    """
    words, offsets = pack_words(vectors.vocabulary.words)
    matrix: Any = vectors.matrix.astype(np.float16) if half else vectors.matrix
    arrays: dict[str, Any] = {"matrix": matrix, "words.bytes": words, "words.offsets": offsets}
    metadata: dict[str, Any] = {
        "kind": "vectors",
        "format": FORMAT,
        "normalization": vectors.normalization and vectors.normalization.to_dict(),
        "n_shared_keys": vectors.provenance.n_shared_keys,
        "notes": list(vectors.provenance.notes),
    }
    if vectors.vocabulary.counts is not None:
        arrays["counts"] = vectors.vocabulary.counts
    if vectors.context is not None:
        arrays["context"] = vectors.context
    if vectors.subwords is not None:
        arrays["subwords.ngrams"] = vectors.subwords.ngrams
        if vectors.subwords.words is not None:
            arrays["subwords.words"] = vectors.subwords.words
        if vectors.subwords.kept is not None:
            arrays["subwords.kept"] = vectors.subwords.kept
            metadata["n_buckets"] = vectors.subwords.n_buckets
        if vectors.subwords.floret is not None:
            metadata["floret"] = asdict(vectors.subwords.floret)
        metadata["ngram_lengths"] = [vectors.subwords.min_n, vectors.subwords.max_n]
    write_tensors(path, arrays, metadata)


def read(path: str | Path, selection: Selection = ALL) -> WordVectors:
    """Read a file. Raises FormatError if it is damaged, not ours, or of a newer format."""
    vectors = _map(path)
    check_distinct(vectors.vocabulary.words, str(path))
    if selection:
        vectors = select_rows(vectors, selection)
        check_finite(vectors.matrix, vectors.vocabulary.words, str(path))
    else:
        _check_numbers(vectors, str(path))
    return vectors


def scan(path: str | Path) -> VectorsOutline:
    """Read the words only. Raises FormatError as `read`."""
    outline = _map(path).outline
    check_distinct(outline.vocabulary.words, str(path))
    return outline


def read_parts(path: str | Path) -> RawTable:
    """The unchecked contents. Raises FormatError as `read`, except for words and numbers."""
    vectors = _map(path)
    tables = {"vector": vectors.matrix}
    if vectors.context is not None:
        tables["context vector"] = vectors.context
    if vectors.subwords is not None:
        tables["n-gram vector"] = vectors.subwords.ngrams
    return RawTable(vectors.vocabulary.words, tables, read_tensors(path).dtype("matrix"))


def _map(path: str | Path) -> WordVectors:
    """The vectors, whose words and numbers are not checked."""
    file = read_tensors(path)
    _check_kind(file)
    words = unpack_words(
        file.array("words.bytes", "U8", 1), file.array("words.offsets", "I64", 1), str(path)
    )
    counts = file.array("counts", "I64", 1) if "counts" in file else None
    with reading_metadata(path):
        vectors = WordVectors(
            Vocabulary(words, counts),
            file.floats("matrix"),
            context=file.floats("context") if "context" in file else None,
            subwords=_subwords(file),
            normalization=_normalization(file),
            provenance=Provenance(
                format="safetensors",
                path=str(path),
                n_shared_keys=int(file.metadata["n_shared_keys"]),
                notes=tuple(map(str, file.metadata["notes"])),
            ),
        )
    if vectors.subwords is None or vectors.subwords.floret is None:
        check_some_rows(len(vectors), str(path))
    return vectors


def _check_numbers(vectors: WordVectors, where: str) -> None:
    words = vectors.vocabulary.words
    check_finite(vectors.matrix, words, where)
    if vectors.context is not None:
        check_finite(vectors.context, words, where, "context vector")
    if vectors.subwords is not None:
        check_finite(vectors.subwords.ngrams, (), where, "n-gram vector")


def _check_kind(file: TensorFile) -> None:
    kind, number = file.metadata.get("kind"), file.metadata.get("format")
    if kind != "vectors":
        raise FormatError(
            str(file.path),
            expected="word vectors saved by embedadapt",
            found="an adapter" if kind == "adapter" else "another program's tensors",
            hint="Give the vectors here; an adapter goes with --adapter." if kind else "",
        )
    if number != FORMAT:
        raise FormatError(
            str(file.path),
            expected=f"vectors format {FORMAT}",
            found=f"format {number}",
            hint="It was saved by another version of embedadapt: upgrade to read it.",
        )


def _normalization(file: TensorFile) -> Normalization | None:
    settings = file.metadata["normalization"]
    return None if settings is None else Normalization.from_dict(settings)


def _subwords(file: TensorFile) -> SubwordTable | None:
    if "subwords.ngrams" not in file:
        return None
    min_n, max_n = file.metadata["ngram_lengths"]
    words = file.floats("subwords.words") if "subwords.words" in file else None
    check_lengths(min_n, max_n, str(file.path))
    table = SubwordTable(file.floats("subwords.ngrams"), words, min_n, max_n)
    if "floret" in file.metadata:
        floret = _floret(file.metadata["floret"], len(table.ngrams))
        check_hashing(floret, str(file.path))
        return replace(table, floret=floret)
    if "subwords.kept" not in file:
        return table
    kept = file.array("subwords.kept", "I32", 1)
    if len(kept) != len(table.ngrams) or (np.diff(kept) <= 0).any():
        raise ValueError(f"{len(kept)} buckets kept for {len(table.ngrams)} rows, or out of order")
    return replace(table, kept=kept, n_buckets=int(file.metadata["n_buckets"]))


def _floret(fields: Mapping[str, Any], n_rows: int) -> FloretHashing:
    before, behind = map(str, fields["marks"])
    floret = FloretHashing(**{**fields, "marks": (before, behind)})
    if floret.n_buckets != n_rows:
        raise ValueError(f"{floret.n_buckets} buckets in {n_rows} rows")
    return floret
