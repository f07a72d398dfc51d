"""The commands' stories where a shorter way must lead to the same end."""

from pathlib import Path

import fasttext
import numpy as np
import pytest

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.vectors import SubwordTable, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.text.new_words import HELD_OUT, LEARNED_FROM, SEED
from embedadapt.workflows.adapt import adapt
from embedadapt.workflows.export import export_vectors
from embedadapt.workflows.neighbors import find_neighbors
from embedadapt.workflows.oov import analyze_oov
from embedadapt.workflows.sense_shifts import find_sense_shifts
from tests.formats.make import fasttext_bytes, make_vectors, written

WORDS = ("the", "lessor", "lessee", "shall", "pay", ",", "naïve")
TEXT = "The Lessor shall pay the sublessor, ab 100 % — naïve indemnitor.\n\nPay the lessee!\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    for number in range(4):
        text = (TEXT + f"the word{number} ") * (number + 1)
        written(tmp_path / "corpus" / f"{number}.txt", text.encode())
    return tmp_path / "corpus"


@pytest.mark.parametrize("format", ["word2vec-text", "word2vec-binary", "glove", "safetensors"])
def test_a_scan_gives_the_report_that_loading_gives(
    tmp_path: Path, corpus: Path, format: str
) -> None:
    path = tmp_path / "v"
    save_vectors(make_vectors(WORDS), path, format=format)
    report = analyze_oov(path, corpus)
    assert report.to_dict() == analyze_oov(load_vectors(path), corpus).to_dict()
    assert report.normalized.unknown_types > 2


@pytest.mark.parametrize("changes", [{"min_n": 3, "max_n": 4}, {"n_buckets": 0, "max_n": 0}, {}])
def test_a_scan_knows_which_words_a_model_composes(
    tmp_path: Path, corpus: Path, changes: dict[str, int]
) -> None:
    content = fasttext_bytes([word.encode() for word in WORDS], **changes)
    path = written(tmp_path / "v.bin", content)
    report = analyze_oov(path, corpus)
    assert report.to_dict() == analyze_oov(load_vectors(path), corpus).to_dict()
    assert report.vectors.composes == ("n_buckets" not in changes)
    assert (report.normalized.composed_types > 0) == report.vectors.composes


def test_a_scan_of_a_pruned_model_too(tmp_path: Path, corpus: Path) -> None:
    labeled = "".join(f"__label__{i % 2} {line}" for i, line in enumerate([TEXT[:40] + "\n"] * 90))
    written(tmp_path / "labeled", labeled.encode())
    model = fasttext.train_supervised(
        str(tmp_path / "labeled"), dim=4, minn=2, maxn=3, bucket=300, epoch=1, thread=1
    )
    model.quantize(cutoff=280, retrain=False)
    model.save_model(str(tmp_path / "v.ftz"))
    report = analyze_oov(tmp_path / "v.ftz", corpus)
    assert report.to_dict() == analyze_oov(load_vectors(tmp_path / "v.ftz"), corpus).to_dict()


def test_a_damaged_row_is_passed_over_by_a_scan_and_refused_by_a_load(
    tmp_path: Path, corpus: Path
) -> None:
    content = fasttext_bytes([word.encode() for word in WORDS])
    path = written(tmp_path / "v.bin", content[:-4] + b"\0\0\xc0\x7f")
    assert analyze_oov(path, corpus).table.n_words == len(WORDS)
    with pytest.raises(Exception, match="finite"):
        export_vectors(path, tmp_path / "out.txt")


def test_neighbors_of_words_that_the_table_knows_composes_or_lacks() -> None:
    rng = np.random.default_rng(0)
    ngrams = SubwordTable(rng.normal(size=(50, 4)).astype(np.float32), None, 3, 3)
    words = Vocabulary(["rent", "lessor", "lessee"])
    table = WordVectors(words, rng.normal(size=(3, 4)).astype(np.float32), subwords=ngrams)
    found = find_neighbors(table, ["rent", "Rent", "sublessor", "", "rent"], topn=2)
    for word, known in {"rent": "rent", "Rent": "rent", "sublessor": "sublessor"}.items():
        assert found[word].lookup.words == (known,)
        names, cosines = zip(*found[word], strict=True)
        expected, their_cosines = zip(*table.most_similar(known, 2), strict=True)
        assert names == expected and cosines == pytest.approx(their_cosines, abs=1e-6)
    assert not found[""] and not found[""].lookup.found
    assert list(find_neighbors(table, "rent", topn=2)) == ["rent"], "a word, not its letters"


def test_neighbors_of_a_word_in_pieces_are_those_of_their_mean() -> None:
    """The pieces themselves are not among them; nor is a query's word taken for another's piece."""
    rng = np.random.default_rng(0)
    words = ("force", "majeure", "army", "storm", "lease")
    table = WordVectors(Vocabulary(words), rng.normal(size=(5, 4)).astype(np.float32))
    found = find_neighbors(table, ["force_majeure", "force", "xyz"], topn=3)
    units = table.matrix / np.linalg.norm(table.matrix, axis=1, keepdims=True)
    mean = units[:2].mean(axis=0)
    cosines = units[2:] @ mean / np.linalg.norm(mean)
    expected = sorted(zip(words[2:], cosines, strict=True), key=lambda pair: -pair[1])
    assert [word for word, _ in found["force_majeure"]] == [word for word, _ in expected]
    got = [cosine for _, cosine in found["force_majeure"]]
    assert got == pytest.approx([cosine for _, cosine in expected], abs=1e-6)
    names = [word for word, _ in table.most_similar("force", 3)]
    assert [word for word, _ in found["force"]] == names
    assert len(found["force"]) == 3 and found["xyz"][:] == ()


def test_sense_shifts_come_with_a_line_of_a_document_that_has_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    words = [f"{a}{b}x" for a in "bcdfghjklm" for b in "aeioubcdfghj"]
    for number in range(20):
        lines = [" ".join(rng.permutation(words)[:30]).capitalize() + "." for _ in range(20)]
        n_lines = 20 if number in (7, 8, 9) else 2
        lines[:n_lines] = [f"{line[:-1]} Escrow Escrow {words[0]}." for line in lines[:n_lines]]
        written(tmp_path / f"{number}.txt", "\n\n".join(lines).encode())
    found = find_sense_shifts(make_vectors((*words, "escrow")), tmp_path, 200)
    [escrow] = [sense_shift for sense_shift in found if sense_shift.word == "escrow"]
    assert escrow.context is not None
    assert Path(escrow.context.document).stem in "789" and escrow.context.parts[1] == "Escrow"
    assert len(find_sense_shifts(make_vectors(tuple(words)), tmp_path, 5)) == 5
    for sense_shift in found:
        assert sense_shift.context is not None
        assert sense_shift.context.parts[1].lower() == sense_shift.word
        assert sense_shift.context.parts[1] in Path(sense_shift.context.document).read_text()
    other = make_vectors(("other", "words"))
    assert find_sense_shifts(other, tmp_path) == ()
    settings = AdaptationConfig.of(epochs=1, dimensions=0, held_out=0, min_count=2)
    texts = ["the other words pay", "words of the lessee", "other rent of the lessee"] * 3
    unmoved = adapt(other, texts, settings).adapter
    assert find_sense_shifts(other, tmp_path, adapter=unmoved) == ()


def test_as_many_words_can_be_learned_as_adapting_learns(tmp_path: Path) -> None:
    """Of every cause: what is learned goes by letters and uses alone."""
    often = (
        "sublessor Xencor XYZ café.fr préavis xxii l'indemnitor ABC-12 1998 § a@b.com http://x.y"
    )
    text = f"the lessor shall pay {often} now.\n" * 9 + "the rare words, shall pay\n" * 4
    written(tmp_path / "0.txt", text.encode())
    vectors = make_vectors(WORDS)
    report = analyze_oov(vectors, tmp_path / "0.txt")
    config = AdaptationConfig.of(epochs=0, dimensions=0)
    adapter = adapt(vectors, tmp_path / "0.txt", config).adapter
    assert report.learnable.types == adapter.n_new >= 5
    assert report.learnable.types < report.normalized.unknown_types


def test_words_of_held_out_documents_are_not_promised() -> None:
    words = ("sublessee", "indemnitor", "escrowee", "covenantor")
    texts = [f"the lessor shall pay {words[i % 4]} number{i} in full" for i in range(20)]
    report = analyze_oov(make_vectors(WORDS), texts)
    adapter = adapt(make_vectors(WORDS), texts, AdaptationConfig.of(epochs=0, dimensions=0)).adapter
    assert report.learnable.types == adapter.n_new
    often = [word for word in report.words if word.count >= report.learnable.least]
    assert 0 < report.learnable.types < len(often)
    reading = AdaptationConfig().reading
    assert (reading.min_count, reading.held_out, reading.seed) == (LEARNED_FROM, HELD_OUT, SEED)
