"""Results drawn: what is on the axes."""

from dataclasses import replace

import numpy as np
import pytest

from embedadapt.core.errors import AdapterError
from tests.core.make import ADAPTER
from tests.oov.make import report
from tests.report.make import evaluation, space

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("agg")


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure().subplots()


def labels(ax):
    return [text.get_text() for text in ax.texts]


def test_coverage_by_frequency(ax):
    found = report("the lessor the lessor indemnitor", "the lessor shall pay indemnitor")
    assert found.plot(ax) is ax
    # Twice each: "indemnitor", "the"; thrice "lessor"; once "shall" and "pay". No word is frequent.
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == pytest.approx([100, 100 * 2 / 3])
    assert labels(ax) == ["2", "3"]
    assert ax.get_title() == "Coverage by frequency band: tiny.txt"


def test_drift_against_specificity(ax):
    adapter = replace(ADAPTER, specificity=np.array([4, 5, -1], np.float32))
    adapter.plot(ax)
    general, domain = (points.get_offsets().tolist() for points in ax.collections)
    assert (general, domain) == ([[-1, 4]], [[4, 1]])  # "lessor" is new, and came from nowhere
    assert labels(ax) == ["lease"]
    with pytest.raises(AdapterError, match="general="):
        ADAPTER.plot(ax)


def test_gain_and_cost(ax):
    evaluation().plot(ax)
    assert labels(ax) == ["add 1"]  # the baseline has no held-out loss
    assert ax.texts[0].xy == (60, 0.2)


def test_a_map_names_what_moved(ax):
    space().plot(ax)
    assert labels(ax) == ["party"]
    old, new = (points.get_offsets() for points in ax.collections[:2])
    assert len(new) == 1 and len(old) == len(space().words) - 1


def test_a_word_that_looks_like_a_formula_is_drawn_as_it_is(ax):
    moved = replace(space(), words=("$a$", *space().words[1:]))
    moved.plot(ax)
    assert labels(ax) == [r"\$a\$"]
    ax.figure.canvas.draw()


def test_a_figure_of_its_own():
    from matplotlib import pyplot

    drawn = report("the indemnitor").plot()
    assert drawn.figure is pyplot.gcf()
    pyplot.close(drawn.figure)
