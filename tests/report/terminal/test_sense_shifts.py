import io

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
    assert (f"name {n}, each with a line" in text) == (n > SHOWN)


def test_none_is_told():
    assert "No known word is often enough" in shown([])
