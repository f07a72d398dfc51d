"""Results on a terminal, through rich: readable without color, in a pipe and at 80 columns.

The modules are imported when one of their functions is first used: what one command shows needs
nothing of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embedadapt.report.terminal.adaptation import show_adaptation as show_adaptation
    from embedadapt.report.terminal.adaptation import show_verdict as show_verdict
    from embedadapt.report.terminal.adapter import (
        show_adapter_comparison as show_adapter_comparison,
    )
    from embedadapt.report.terminal.adapter import show_adapter_summary as show_adapter_summary
    from embedadapt.report.terminal.certificate import show_certificate as show_certificate
    from embedadapt.report.terminal.comparison import show_comparison as show_comparison
    from embedadapt.report.terminal.evaluation import show_evaluation as show_evaluation
    from embedadapt.report.terminal.export import show_pipeline as show_pipeline
    from embedadapt.report.terminal.export import show_scale as show_scale
    from embedadapt.report.terminal.export import show_vectors_export as show_vectors_export
    from embedadapt.report.terminal.inspection import show_inspection as show_inspection
    from embedadapt.report.terminal.neighbors import show_compared as show_compared
    from embedadapt.report.terminal.neighbors import show_neighbors as show_neighbors
    from embedadapt.report.terminal.oov import show_oov as show_oov
    from embedadapt.report.terminal.preparation import show_preparation as show_preparation
    from embedadapt.report.terminal.sense_shifts import show_sense_shifts as show_sense_shifts

_HOMES = {
    "show_adaptation": "adaptation",
    "show_adapter_comparison": "adapter",
    "show_adapter_summary": "adapter",
    "show_certificate": "certificate",
    "show_compared": "neighbors",
    "show_comparison": "comparison",
    "show_evaluation": "evaluation",
    "show_inspection": "inspection",
    "show_neighbors": "neighbors",
    "show_oov": "oov",
    "show_pipeline": "export",
    "show_preparation": "preparation",
    "show_scale": "export",
    "show_sense_shifts": "sense_shifts",
    "show_vectors_export": "export",
    "show_verdict": "adaptation",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
