"""Results drawn with matplotlib, where people look rather than read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np

from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import AdapterError
from embedadapt.core.specificity import FAR_ABOVE
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.evaluation.result import EvaluationResult
from embedadapt.evaluation.space_map import SpaceMap
from embedadapt.oov.result import OOVReport
from embedadapt.report.advice import times
from embedadapt.report.figures import count, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = 15
"""Words named in a plot."""
ARROWS = 40
"""Words of a map whose way is drawn."""
ROOM = (0.15, 0.035)
"""Of a label, as shares of the axes."""
BASE, DOMAIN, NEW = "#9aa3ad", "#1d4f7c", "#c4661f"
"""Of words as the base has them, of words of the domain, of new words."""


def plot(value: object, ax: Axes | None) -> Axes:
    """Draw a result; in a new figure where no axes are given. Return the axes."""
    if ax is None:
        # A figure of its own: pyplot alone shows figures by itself, in notebooks and in windows.
        from matplotlib import pyplot

        ax = pyplot.subplots(layout="constrained")[1]
    draw(value, ax)
    return ax


@singledispatch
def draw(value: object, ax: Axes) -> None:  # noqa: ARG001
    """Draw a result, by its class."""
    raise TypeError(f"no plot of {type(value).__name__}")


@draw.register(OOVReport)
def _(report: OOVReport, ax: Axes) -> None:
    """The share of words that have a vector, by how often the corpus has them."""
    bands = [band for band in report.bands if band.n_types]
    known = [100 - 100 * band.unknown_types / band.n_types for band in bands]
    bars = ax.bar([times(band) for band in bands], known, color=DOMAIN)
    ax.bar_label(bars, [count(band.n_types) for band in bands], fontsize="small")
    ax.set(
        xlabel="occurrences of a word in the corpus",
        ylabel="% of different words with a vector",
        title=f"Coverage by frequency band: {_name(report.vectors.path)}",
        ylim=(0, 108),
    )
    ax.tick_params("x", rotation=30)


@draw.register(Adapter)
def _(adapter: Adapter, ax: Axes) -> None:
    """How far training moved each known word, by how specific the word is to the domain."""
    if adapter.specificity is None:
        raise AdapterError(
            "plot",
            expected="an adapter that knows how specific its words are",
            found="none known",
            hint="Train the adapter again with general text: adapt(..., general=TEXT).",
        )
    rows = np.flatnonzero((adapter.base_rows >= 0) & np.isfinite(adapter.specificity))
    specificity = adapter.specificity[rows]
    moves = np.linalg.norm(adapter.delta[rows], axis=1)
    is_domain = specificity >= FAR_ABOVE
    ax.scatter(specificity[~is_domain], moves[~is_domain], s=4, color=BASE, label="other words")
    ax.scatter(specificity[is_domain], moves[is_domain], s=4, color=DOMAIN, label="domain words")
    counts = adapter.vocabulary.counts
    weight = moves if counts is None else moves * np.sqrt(counts[rows])
    named = np.argsort(-np.where(is_domain, weight, 0), kind="stable")[: 4 * LABELS]
    named = named[is_domain[named]]
    words = [adapter.vocabulary.words[row] for row in rows[named]]
    _label_apart(ax, words, np.stack([specificity[named], moves[named]], axis=1))
    ax.set(
        xlabel="specificity of a word to the domain (nats)",
        ylabel="length of its delta",
        title="Drift against specificity",
    )
    ax.legend()


@draw.register(EvaluationResult)
def _(result: EvaluationResult, ax: Axes) -> None:
    """What each of the vectors gains on held-out text, and what it costs general words."""
    for one in result.vectors:
        if one.held_out is None or one.neighbor_overlap is None:
            continue
        change, overlap = one.held_out.change, one.neighbor_overlap
        x, y = 100 * overlap.value, -change.value
        ax.errorbar(
            x,
            y,
            xerr=[[x - 100 * overlap.low], [100 * overlap.high - x]],
            yerr=[[change.high - change.value], [change.value - change.low]],
            fmt="o",
            color=BASE if one.is_baseline else DOMAIN,
        )
        _label(ax, one.name, x, y)
    ax.axhline(0, color=BASE, linewidth=0.8)
    words = "general" if result.by_specificity else "frequent"
    ax.set(
        xlabel=f"% of the nearest neighbors that {words} words keep",
        xlim=(0, 119),
        ylabel="held-out loss saved (nats per pair)",
        title="Gain and cost, with 95 % intervals",
    )


@draw.register(SpaceMap)
def _(space: SpaceMap, ax: Axes) -> None:
    """Words in a plane at the scale that the map opens at, and where the furthest came from."""
    end = space.opens_at or len(space.scales) - 1
    before, after = space.positions[0], space.positions[end]
    old = ~space.is_new
    moves = np.where(old, np.linalg.norm(after - before, axis=1), 0)
    far = np.argsort(-moves, kind="stable")[:ARROWS]
    far = far[moves[far] > 0]
    x, y = after.T
    ax.scatter(x[old], y[old], s=4, color=BASE, label="in the base")
    ax.scatter(x[space.is_new], y[space.is_new], s=6, color=NEW, label="new words")
    ax.quiver(
        *before[far].T,
        *(after - before)[far].T,
        color=DOMAIN,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.002,
    )
    _label_apart(ax, [space.words[place] for place in far], after[far])
    ax.set(
        xticks=[],
        yticks=[],
        title=f"Words before and after ({space.layout}); the plane shows "
        f"{100 * space.share:.0f} % of their variance",
    )
    ax.legend()


def _label_apart(ax: Axes, words: Sequence[str], places: Floats2d) -> None:
    """Names of words at (n, 2) places, the first first: at most LABELS, none over another."""
    reach = np.ptp(ax.dataLim.get_points(), axis=0)
    named: list[Floats1d] = []
    for word, place in zip(words, places, strict=True):
        apart = (np.abs(place - other) / reach for other in named)
        if len(named) < LABELS and all((gap > ROOM).any() for gap in apart):
            named.append(place)
            _label(ax, word, *place)


def _label(ax: Axes, text: str, x: float, y: float) -> None:
    ax.annotate(_plain(text), (x, y), xytext=(3, 3), textcoords="offset points", fontsize="small")


def _plain(text: str) -> str:
    """Without the sign by which matplotlib begins a formula."""
    return printable(text).replace("$", r"\$")


def _name(path: str) -> str:
    return _plain(path.rstrip("/").rpartition("/")[2] or "vectors")
