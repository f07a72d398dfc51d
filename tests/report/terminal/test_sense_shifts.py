import io
from dataclasses import replace

import pytest
from rich.console import Console

from embedadapt.report.terminal.sense_shifts import SHOWN, show_sense_shifts
from tests.oov.make import sense_shift


def shown(sense_shifts):
    stream = io.StringIO()
    show_sense_shifts(sense_shifts, Console(file=stream, width=80, highlight=False))
    return stream.getvalue()


@pytest.mark.parametrize("n", [1, SHOWN, SHOWN + 5])
def test_the_first_are_shown_with_what_they_are_near_to(n):
    text = shown([sense_shift(f"word{i}x") for i in range(n)])
    assert text.count("election, leader") == min(n, SHOWN)
    assert ("word0x" in text, "1,234" in text) == (True, True)
    assert (f"list {n}, each with a line" in text) == (n > SHOWN)


def test_none_is_told():
    assert "too few known words" in shown([])


def test_a_ranking_by_the_move_alone_says_so():
    assert "how far they moved" not in shown([sense_shift()])
    alone = replace(sense_shift(), specificity=None, neighbor_specificity=None)
    assert "how far they moved" in shown([alone]).replace("\n", " ")
