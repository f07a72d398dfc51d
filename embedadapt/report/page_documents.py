"""The documents of an OOV report as a page shows them: their names, a drawing, a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from embedadapt.oov.result import DocumentCounts, OOVReport
from embedadapt.report.figures import count, document_names, percent

DOCUMENTS_SHOWN = 600
"""Rows of documents, of all reports of a page."""
HEIGHT = 100
"""Units of the drawing, from no unknown token to the top of its axis."""


def axis_top(reports: Iterable[OOVReport]) -> float:
    """The end of an axis of rates that all documents of these reports fit on: 1, 2 or 5 %, or a
    multiple of 10 %.

    Every drawing of a page has this axis, so that heights compare.
    """
    documents = [document for report in reports for document in report.documents]
    highest = max((max(d.raw_rate, d.token_rate) for d in documents), default=0.0)
    tops = (0.01, 0.02, 0.05, *(tenth / 10 for tenth in range(1, 11)))
    return next((top for top in tops if top >= highest), 1.0)


def documents_of(report: OOVReport, top: float, n_reports: int = 1) -> dict[str, Any]:
    """The documents, those with the largest unknown share first.

    top: end of the drawing's axis (`axis_top`). n_reports: how many reports share the page.
    """
    names = document_names([document.name for document in report.documents])
    worst = sorted(report.documents, key=lambda d: (-d.token_rate, -d.raw_rate, d.name))
    shown = worst[: DOCUMENTS_SHOWN // n_reports]
    return {
        "caption": _caption(shown, len(worst)),
        "strip": _strip(shown, top) if len(shown) > 1 else None,
        "summary": f"List {_of(len(shown), len(worst), 'document')}",
        "documents": [_document(document, names[document.name]) for document in shown],
    }


def _document(document: DocumentCounts, name: str) -> dict[str, str]:
    return {
        "name": name,
        "n_tokens": count(document.n_tokens),
        "raw": percent(document.raw_unknown, document.raw_tokens),
        "left": percent(document.unknown_tokens, document.n_tokens),
    }


def _caption(shown: Sequence[DocumentCounts], n_documents: int) -> str:
    if not shown:
        return "The corpus has no documents."
    worst, best = (percent(d.unknown_tokens, d.n_tokens) for d in (shown[0], shown[-1]))
    if n_documents == 1:
        raw = percent(shown[0].raw_unknown, shown[0].raw_tokens)
        return (
            f"The corpus is one document: {raw} of its tokens are unknown raw, {worst} normalized."
        )
    which = f"the {count(n_documents)} documents"
    if len(shown) < n_documents:
        which = f"the {count(len(shown))} worst of {count(n_documents)} documents"
    return (
        f"Each bar is one of {which}. The height of a bar is the share of unknown tokens in the "
        "document. The worst documents come first: after normalization, the shares fall from "
        f"{worst} to {best}."
    )


def _strip(shown: Sequence[DocumentCounts], top: float) -> dict[str, Any]:
    """Two silhouettes on one axis: one unit wide a document, HEIGHT units from 0 to `top`."""
    worst, best = (percent(d.unknown_tokens, d.n_tokens) for d in (shown[0], shown[-1]))
    return {
        "n": len(shown),
        "raw": _silhouette([d.raw_rate / top for d in shown]),
        "left": _silhouette([d.token_rate / top for d in shown]),
        "ticks": [f"{100 * share:g} %" for share in (top, top / 2, 0)],
        "label": f"{count(len(shown), 'document')}, normalized unknown tokens from {worst} to "
        f"{best}",
    }


def _silhouette(heights: Sequence[float]) -> str:
    """An SVG path of bars side by side, each a share of HEIGHT; some is never nothing."""
    drawn = (HEIGHT * (1 - max(height, 0.004 * (height > 0))) for height in heights)
    return f"M0 {HEIGHT}" + "".join(f"V{y:.4g}h1" for y in drawn) + f"V{HEIGHT}z"


def _of(shown: int, total: int, noun: str) -> str:
    """`400 of 11,246 documents`, or `12 documents` where all are shown."""
    return count(total, noun) if shown == total else f"{count(shown)} of {count(total, noun)}"
