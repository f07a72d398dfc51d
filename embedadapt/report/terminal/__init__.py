"""Results on a terminal, through rich: readable without color, in a pipe and at 80 columns."""

from embedadapt.report.terminal.adaptation import show_adaptation, show_verdict
from embedadapt.report.terminal.adapter import show_adapter_comparison, show_adapter_summary
from embedadapt.report.terminal.certificate import show_certificate
from embedadapt.report.terminal.comparison import show_comparison
from embedadapt.report.terminal.evaluation import show_evaluation
from embedadapt.report.terminal.export import show_pipeline, show_scale, show_vectors_export
from embedadapt.report.terminal.inspection import show_inspection
from embedadapt.report.terminal.neighbors import show_neighbors
from embedadapt.report.terminal.oov import show_oov
from embedadapt.report.terminal.preparation import show_preparation
from embedadapt.report.terminal.sense_shifts import show_sense_shifts

__all__ = [
    "show_adaptation",
    "show_adapter_comparison",
    "show_adapter_summary",
    "show_certificate",
    "show_comparison",
    "show_evaluation",
    "show_inspection",
    "show_neighbors",
    "show_oov",
    "show_pipeline",
    "show_preparation",
    "show_scale",
    "show_sense_shifts",
    "show_vectors_export",
    "show_verdict",
]
