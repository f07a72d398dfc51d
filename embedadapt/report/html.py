"""Results as one self-contained page each."""

from __future__ import annotations

from embedadapt.oov.result import OOVReport


def render_oov(report: OOVReport) -> str:
    """Placeholder."""
    return f"<!doctype html><title>{report.raw.n_tokens}</title>"
