import io

from rich.console import Console

from embedadapt.oov.comparison import OOVComparison
from embedadapt.report.terminal.comparison import show_comparison
from tests.oov.make import WORDS, report

TEXT = "The Indemnitor shall pay Xencor, the lessor's indemnitor."


def shown(comparison: OOVComparison, width: int = 80) -> str:
    stream = io.StringIO()
    show_comparison(comparison, Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def test_a_column_a_table_and_a_recommendation():
    text = shown(OOVComparison((report(TEXT), report(TEXT, words=(*WORDS, "indemnitor")))))
    row = next(line for line in text.splitlines() if "normalized" in line)
    assert row.split() == ["normalized", "27.3", "%", "9.1", "%"]
    assert "1 word is unknown to tiny.txt only: indemnitor" in text
    assert "It lacks 9.1 % of the tokens of this text," in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_tables_alike_are_said_to_be():
    text = " ".join(shown(OOVComparison((report(TEXT), report(TEXT)))).split())
    assert "about as many as tiny.txt (27.3 %), and no other is ahead." in text
