"""Results as rows and columns, for frames. Whole numbers, plain shares and strings; None where a
figure is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import SettingsError
from embedadapt.evaluation.result import Estimate, EvaluationResult, Neighbor
from embedadapt.oov.result import OOVReport, rate
from embedadapt.text.lookup import Neighbors

Row: TypeAlias = tuple[Any, ...]


class Part(NamedTuple):
    """The columns of a frame, and how its rows are made of a result."""

    columns: tuple[str, ...]
    rows: Callable[[Any], Iterable[Row]]


def rows(value: object, part: str | None) -> tuple[list[str], list[Row]]:
    """The columns and the rows of one part of a result; of its first part for None.

    Raises SettingsError for a part that the result does not have.
    """
    [parts] = [parts for kind, parts in PARTS.items() if isinstance(value, kind)]
    name = next(iter(parts)) if part is None else part
    if name not in parts:
        raise SettingsError("part", expected=f"one of {', '.join(parts)}", found=repr(part))
    columns, made = parts[name]
    return [*columns], [*made(value)]


def _unknown_words(report: OOVReport) -> Iterator[Row]:
    for word in report.words:
        yield (
            *(word.word, word.count, word.n_documents, word.keyness, word.cause, word.composed),
            *(" ".join(word.meant) or None, word.expansion),
            *((word.context.document, word.context.text) if word.context else (None, None)),
            *((word.ngrams.n_ngrams, word.ngrams.untrained) if word.ngrams else (None, None)),
        )


def _documents(report: OOVReport) -> Iterator[Row]:
    for one in report.documents:
        yield (
            *(one.name, one.raw_tokens, one.raw_unknown, one.raw_rate),
            *(one.n_tokens, one.unknown_tokens, one.token_rate),
        )


def _causes(report: OOVReport) -> Iterator[Row]:
    unknown, left = report.raw.unknown_tokens, report.normalized.unknown_tokens
    for one in report.causes:
        yield (
            *(one.key, one.title, one.fix, one.setting, one.fixed),
            *(one.tokens, one.types, rate(one.tokens, unknown), one.recovered_tokens),
            *(one.left_tokens, one.left_types, rate(one.left_tokens, left)),
        )


def _readings(report: OOVReport) -> Iterator[Row]:
    return (tuple(reading.to_dict().values()) for reading in report.readings)


def _bands(report: OOVReport) -> Iterator[Row]:
    return (tuple(asdict(band).values()) for band in report.bands)


def _interval(estimate: Estimate | None) -> Row:
    return (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)


def _scores(result: EvaluationResult) -> Iterator[Row]:
    for one in result.vectors:
        held_out = one.held_out
        yield (
            *(one.name, one.is_baseline, one.dim, one.n_words, one.layout),
            *(None if one.scale is None else str(one.scale), one.budget),
            *_interval(held_out.change if held_out else None),
            *_interval(one.neighbor_overlap),
            *_interval(one.domain_overlap),
            *_interval(held_out.new_words if held_out else None),
        )


def _measures(result: EvaluationResult) -> Iterator[Row]:
    for scores in result.scores:
        for vectors, figures in scores.vectors.items():
            for name, score in figures.items():
                change = score.change.value if score.change else None
                yield (scores.title, name, vectors, *_interval(score.value), change, score.n)


def _moved(result: EvaluationResult) -> Iterator[Row]:
    for vectors in result.vectors:
        for one in vectors.moved:
            yield (
                *(vectors.name, one.word, one.count, one.n_documents),
                *(one.changed, one.neighbor_overlap, _names(one.before), _names(one.after)),
            )


def _new(result: EvaluationResult) -> Iterator[Row]:
    for vectors in result.vectors:
        for one in vectors.new_words:
            yield vectors.name, one.word, one.count, one.n_documents, _names(one.neighbors)


def _names(neighbors: Iterable[Neighbor]) -> str:
    return ", ".join(neighbor.word for neighbor in neighbors)


def _nearest(found: Neighbors) -> Iterator[Row]:
    for query, neighbors in found.items():
        for rank, (word, cosine) in enumerate(neighbors, start=1):
            yield query, rank, word, cosine


def _adapter_words(adapter: Adapter) -> Iterator[Row]:
    words = adapter.vocabulary
    confidence = iter(() if adapter.confidence is None else adapter.confidence.tolist())
    moves = np.linalg.norm(adapter.delta, axis=1).tolist()
    for row, word in enumerate(words):
        is_new = bool(adapter.base_rows[row] < 0)
        yield (
            word,
            None if words.counts is None else int(words.counts[row]),
            None if adapter.document_counts is None else int(adapter.document_counts[row]),
            is_new,
            None if adapter.specificity is None else _known(float(adapter.specificity[row])),
            moves[row],
            _known(next(confidence, None)) if is_new else None,
        )


def _known(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _with_ends(*names: str) -> Iterator[str]:
    for name in names:
        yield from (name, f"{name}_low", f"{name}_high")


PARTS: Mapping[type, Mapping[str, Part]] = {
    OOVReport: {
        "words": Part(
            (
                *("word", "count", "documents", "keyness", "cause", "composed", "meant"),
                *("expansion", "document", "context", "ngrams", "ngrams_untrained"),
            ),
            _unknown_words,
        ),
        "documents": Part(
            (
                *("document", "pieces", "unknown_pieces", "piece_rate"),
                *("words", "unknown_words", "word_rate"),
            ),
            _documents,
        ),
        "causes": Part(
            (
                *("cause", "title", "fix", "setting", "fixed", "tokens", "types", "share"),
                *("recovered_tokens", "left_tokens", "left_types", "left_share"),
            ),
            _causes,
        ),
        "readings": Part(
            (
                *("reading", "tokens", "types", "unknown_tokens", "unknown_types"),
                *("composed_tokens", "composed_types", "documents", "affected_documents"),
                *("token_rate", "type_rate", "document_rate"),
            ),
            _readings,
        ),
        "bands": Part(
            ("least", "most", "types", "unknown_types", "tokens", "unknown_tokens"), _bands
        ),
    },
    EvaluationResult: {
        "scores": Part(
            (
                *("vectors", "is_baseline", "dim", "words", "layout", "scale", "budget"),
                *_with_ends("change", "neighbor_overlap", "domain_overlap", "new_words"),
            ),
            _scores,
        ),
        "measures": Part(
            ("measure", "set", "vectors", "value", "value_low", "value_high", "change", "n"),
            _measures,
        ),
        "moved": Part(
            (
                *("vectors", "word", "count", "documents", "changed", "neighbor_overlap"),
                *("before", "after"),
            ),
            _moved,
        ),
        "new_words": Part(("vectors", "word", "count", "documents", "neighbors"), _new),
    },
    Adapter: {
        "words": Part(
            (
                *("word", "count", "documents", "is_new", "specificity", "delta_length"),
                "confidence",
            ),
            _adapter_words,
        ),
    },
    Neighbors: {"neighbors": Part(("query", "rank", "word", "cosine"), _nearest)},
}
"""The parts of each kind of result; the columns are named as in `oov --csv` and in the JSON."""
