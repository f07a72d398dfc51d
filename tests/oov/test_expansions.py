import pytest

from embedadapt.oov.expansions import expansion_at
from tests.oov.make import report


@pytest.mark.parametrize(
    ("text", "expansion"),
    [
        ('a Non-Disclosure Agreement ( the " NDA " )', "Non-Disclosure Agreement"),
        (
            "une validation des acquis de l'expérience ( VAE )",
            "validation des acquis de l'expérience",
        ),
        ("NDA ( Non-Disclosure Agreement )", "Non-Disclosure Agreement"),
        ("the Affiliates ( NDA )", None),
        ("and NDA ( see below )", None),
        ("an NDA", None),
        ("T-cell receptors ( TCRs )", "T-cell receptors"),
    ],
)
def test_an_acronym_is_written_out_beside_it(text, expansion):
    tokens = text.split()
    at = next(i for i, token in enumerate(tokens) if token in ("NDA", "VAE", "TCRs"))
    assert expansion_at(tokens, at) == expansion


def test_the_report_tells_what_an_acronym_stands_for():
    words = report('The Lessor Security Deposit (the "LSD") shall be paid. LSD is due.').words
    told = {word.word: word.expansion for word in words}
    assert told["lsd"] == "Lessor Security Deposit"
    assert told["deposit"] is None
