import gzip
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.engine import Here
from embedadapt.core.errors import CorpusError, SettingsError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text import partitions
from embedadapt.text.encode import count_corpus, encode_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.partitions import partition_corpus
from embedadapt.text.prepare import PreparedCorpus
from embedadapt.text.readers import open_corpus
from tests.engines import InParts

CORPORA = Path(__file__).parents[2] / "corpora"
LOWER = Normalization("lower", "zero", "straight", "split", "split", unicode="NFC")
TABLE = Vocabulary(["the", "l'", "acheteur", "licensor", "sub", "licensee"])


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "SMALLEST", 1)


def read(cut: list[Corpus]) -> list[Document]:
    return [document for part in cut for document in pickle.loads(pickle.dumps(part))]


lines = st.lists(st.text(max_size=30) | st.just("é\u2028\x85 the"), max_size=9)


@given(lines, st.integers(1, 12), st.booleans())
def test_parts_are_the_corpus_cut(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], n_parts: int, blank: bool
) -> None:
    file = tmp_path_factory.mktemp("corpus") / "some.jsonl"
    rows = [json.dumps({"text": text}, ensure_ascii=False) for text in ["the", *texts]]
    rows.insert(1, "" if blank else '{"text": "last"}')
    file.write_text("\n".join(rows), "utf-8", "replace", newline="\n")
    (file.parent / "other.txt").write_text("the other")
    corpus = open_corpus([file.parent])
    assert read(partition_corpus(corpus, n_parts)) == list(corpus)
    documents = list(corpus)
    assert read(partition_corpus(documents, n_parts)) == documents


def test_packed_lines_are_one_part(tmp_path: Path) -> None:
    rows = b"".join(b'{"text": "number %d"}\n' % i for i in range(100))
    (tmp_path / "packed.jsonl").write_bytes(gzip.compress(rows))
    corpus = open_corpus([tmp_path / "packed.jsonl"])
    assert len(list(corpus)) == 100
    assert read(partition_corpus(corpus, 3)) == list(corpus)


@pytest.mark.parametrize("n_parts", [1, 4, 50])
@pytest.mark.parametrize("phrases", [False, True])
def test_a_corpus_in_parts_is_counted_and_encoded_exactly(n_parts: int, phrases: bool) -> None:
    corpus = open_corpus(sorted(CORPORA.glob("en/licences/[a-c]*.txt")))
    table = Vocabulary([*TABLE, "free_software"]) if phrases else TABLE
    normalizer = Normalizer(Normalization("lower", phrases=phrases), table)
    expected, found = (
        count_corpus(corpus, normalizer, engine=engine) for engine in (Here(), InParts(n_parts))
    )
    assert found.vocabulary.words == expected.vocabulary.words
    assert found.vocabulary.counts.tolist() == expected.vocabulary.counts.tolist()
    assert found.document_counts.tolist() == expected.document_counts.tolist()
    assert list(found.surface_forms.items()) == list(expected.surface_forms.items())
    assert (found.n_documents, found.n_tokens) == (expected.n_documents, expected.n_tokens)
    kept = expected.vocabulary.select(range(0, len(expected.vocabulary), 2))
    one, several = (
        encode_corpus(corpus, kept, normalizer, engine=engine)
        for engine in (Here(), InParts(n_parts))
    )
    assert several.fingerprint == one.fingerprint
    assert several.document_offsets.tolist() == one.document_offsets.tolist()
    assert several.document_names == one.document_names
    assert several.n_dropped == one.n_dropped > 0


def test_no_text_at_all_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    corpus, normalizer = open_corpus([tmp_path]), Normalizer(LOWER, TABLE)
    with pytest.raises(CorpusError, match="no word in its 0 documents"):
        count_corpus(corpus, normalizer, engine=InParts(3))


def test_what_depends_on_other_documents_is_not_cut() -> None:
    corpus = open_corpus([CORPORA / "en/licences"])
    with pytest.raises(SettingsError, match=r"prepare: expected none .* first"):
        partition_corpus(PreparedCorpus(corpus), 2)
    skipping = open_corpus([CORPORA / "en/licences"], on_error=str)
    with pytest.raises(SettingsError, match="on_error: expected stop"):
        partition_corpus(skipping, 2)


def test_a_worker_s_error_is_the_caller_s(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n{"body": "b"}\n')
    with pytest.raises(CorpusError, match=r"a.jsonl:2: expected a field 'text'") as raised:
        read(partition_corpus(open_corpus([tmp_path]), 2))
    again = pickle.loads(pickle.dumps(raised.value))
    assert str(again) == str(raised.value)
    assert type(again) is CorpusError
