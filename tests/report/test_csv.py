import csv
import io
from dataclasses import replace

import pytest

from embedadapt.oov.result import NgramCounts
from embedadapt.report.csv import dump_documents, dump_words
from tests.oov.make import report, sense_shift


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_words_and_documents_are_rows():
    found = report('The "Indemnitor", shall\npay', "the lessor")
    assert rows(dump_words([found])) == [
        {
            "table": "tiny.txt",
            "word": "indemnitor",
            "count": "1",
            "documents": "1",
            "keyness": f"{found.words[0].keyness:.1f}",
            "cause": found.words[0].cause,
            "composed": "no",
            "meant": "",
            "document": "0.txt",
            "context": 'The "Indemnitor", shall pay',
            "ngrams": "",
            "ngrams_untrained": "",
        },
    ]
    first, second = rows(dump_documents([found]))
    assert (first["document"], first["pieces"], first["unknown_pieces"]) == ("0.txt", "4", "2")
    assert float(first["word_rate"]) == found.documents[0].token_rate
    assert second["unknown_words"] == "0"


def test_a_composed_word_tells_how_much_of_it_was_trained():
    found = report("the indemnitor")
    word = replace(found.words[0], composed=True, ngrams=NgramCounts(14, 3, 1))
    [row] = rows(dump_words([replace(found, words=(word,))]))
    assert (row["composed"], row["ngrams"], row["ngrams_untrained"]) == ("yes", "14", "3")


def test_sense_shifts_follow_the_unknown_words():
    first, last = rows(dump_words([report("the indemnitor")], [sense_shift()], "tiny.txt"))
    assert (first["word"], last["word"]) == ("indemnitor", "party")
    assert (last["table"], last["cause"], last["count"]) == ("tiny.txt", "sense_shift", "1234")
    assert last["meant"] == "in the vectors near election, leader; here near hereto"
    assert last["context"] == "each party hereto shall pay"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_nothing_in_it_is_run_by_a_spreadsheet(sign):
    found = report(f'{sign}HYPERLINK("http://x.y","indemnitor")')
    contexts = [row["context"] for row in rows(dump_words([found]))]
    assert contexts and all(context.startswith(f" {sign}HYPERLINK") for context in contexts)
