from collections import Counter

from embedadapt.report.terminal.preparation import in_short
from embedadapt.text.prepare import Preparation


def test_one_line_names_the_steps_that_did_something():
    done = Preparation(
        n_words=1000,
        dropped_lines=1200,
        near_repeats=2,
        repeated_words=61,
        foreign_passages=Counter(fr=1),
        foreign_words=5,
    )
    assert in_short(done) == (
        "1,200 page headers, footers and numbers removed; 0.50 % of the words removed as foreign; "
        "6.1 % of the words removed as repeated"
    )
    assert in_short(Preparation(n_words=9)) == "nothing was changed"
