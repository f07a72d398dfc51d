import csv
import io

from embedadapt.report.csv import dump_documents, dump_words
from tests.oov.make import report


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
        },
    ]
    first, second = rows(dump_documents([found]))
    assert (first["document"], first["pieces"], first["unknown_pieces"]) == ("0.txt", "4", "2")
    assert float(first["word_rate"]) == found.documents[0].token_rate
    assert second["unknown_words"] == "0"


def test_nothing_in_it_is_run_by_a_spreadsheet():
    found = report('=HYPERLINK("http://x.y","indemnitor")')
    contexts = [row["context"] for row in rows(dump_words([found]))]
    assert contexts and all(context.startswith(" =HYPERLINK") for context in contexts)
