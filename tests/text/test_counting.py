import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text import counting, growing
from embedadapt.text.counting import Totals, count_documents
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentences import sentences
from embedadapt.text.tokenize import chunk_tokens
from tests.naive import chunk_list

CORPORA = Path(__file__).parents[2] / "corpora"
TABLE = Vocabulary(["the", "l'", "acheteur", "don't", "Licensor", "sub", "licensee", "œuvre"])
LOWER = Normalization("lower", "zero", "straight", "split", "split", unicode="NFC")
FALLBACK = Normalization("fallback", "hash", "typographic", "split", "split", unicode="NFC")

PARTS = [
    *"aZ1éÀœ×÷ªµßİǅ²_-'’ʼ.,;:!?()[]{}\"“”«»&/@%°§·…‐‑–—#*+=~`\\|",
    *" \t\n\r\v\f\x1c\x1f\x85\xa0\u1680\u2000\u200a\u2028\u202f\u205f\u3000\x00\x07\x7f",
    *"\xad\u200b\u200d\ufeff\u0301\u0345\u20ac\u4e2d\U0001f600\ud800",
    *["www.", "http://", ".com", "L.", "l'", "qu’", "n°", "U.S.", "the", "Licensor", "e\u0301"],
    *["a" * 7, "b" * 8, "c" * 16, "d" * 17, "non-\nexclusive", "-\n", "-  \r\n  "],
]


def counted(texts: list[str], rules: Normalization, threads: int = 1) -> tuple:
    corpus = [Document(f"d{i}", text) for i, text in enumerate(texts)]
    return shown(count_documents(corpus, Normalizer(rules, TABLE), threads))


def shown(totals: Totals) -> tuple:
    rows = zip(totals.words, totals.counts.tolist(), totals.documents.tolist(), strict=True)
    forms = list(totals.surface_forms.items())
    return list(rows), forms, totals.n_documents, totals.n_tokens


def counted_slowly(texts: list[str], rules: Normalization) -> tuple:
    normalizer = Normalizer(rules, TABLE)
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for text in texts:
        chunks = [chunk for sentence in sentences(text) for chunk in chunk_list(sentence)]
        found = [token for chunk in chunks for token in chunk_tokens(chunk)]
        words = [word for token in found for word in normalizer.words(token)]
        counts.update(words)
        documents.update(set(words))
        tokens.update(found)
    rows = [(word, counts[word], documents[word]) for word in sorted(counts)]
    looked_up = [(token, normalizer.words(token)) for token in sorted(tokens)]
    forms = [(token, ws[0]) for token, ws in looked_up if len(ws) == 1 and ws[0] != token]
    return rows, forms, len(texts), tokens.total()


some_texts = st.lists(st.lists(st.sampled_from(PARTS)).map("".join) | st.text(), max_size=4)


@given(some_texts, st.sampled_from([LOWER, FALLBACK, Normalization()]))
@example(["the " * 300 + "the-\nthe " * 300, "a\x00 a a\x00\x00"], LOWER)
@example(["“l’acheteur « œuvre » dit-il”."], LOWER)
@example(["x" * 16 + " " + "x" * 16 + "\x00", "www.% www.: a..", "www.[ l'\" n°"], LOWER)
def test_counts_are_those_of_the_slow_twin(texts: list[str], rules: Normalization) -> None:
    assert counted(texts, rules) == counted_slowly(texts, rules)


@given(st.binary(max_size=200))
def test_any_bytes_are_counted_alike(data: bytes) -> None:
    texts = [data.decode("latin-1"), data.decode("utf-8", "replace"), data.decode("cp437")]
    assert counted(texts, LOWER) == counted_slowly(texts, LOWER)


@given(st.integers(0, 10**6))
def test_pieces_of_a_chunk_have_its_tokens(seed: int) -> None:
    """Around a word, marks of every kind, one to three of them on either side."""
    marks = [part for part in PARTS if not part.isspace() and part.strip("\n\r -")]
    pick = [marks[(seed * (i + 1) * 7919 + i) % len(marks)] for i in range(6)]
    chunks = ["".join([*pick[:i], "l’acheteur", *pick[i:j]]) for i in range(3) for j in range(6)]
    assert counted(chunks, LOWER) == counted_slowly(chunks, LOWER)


@pytest.mark.parametrize("room", [4, 64])
def test_tables_grow(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "ROOM", room)
    monkeypatch.setattr(counting, "WORDS", room)
    texts = [" ".join(f"({i * j}), w{i}" for i in range(40)) + "y" * 999 for j in range(9)]
    assert counted(texts, LOWER) == counted_slowly(texts, LOWER)


def test_real_text_in_one_batch_or_many_by_one_thread_or_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = [*sorted(CORPORA.glob("en/licences/[a-c]*.txt")), *CORPORA.glob("fr/*/*1[0-5]*.txt")]
    texts = [file.read_text("utf-8") for file in files]
    assert len(texts) > 30
    expected = counted_slowly(texts, LOWER)
    assert counted(texts, LOWER) == expected
    monkeypatch.setattr(counting, "BATCH", 100_000)
    assert counted(texts, LOWER) == counted(texts, LOWER, threads=2) == expected


BOUNDED = """
import re, sys
from pathlib import Path
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer
from embedadapt.text.readers import open_corpus
normalizer = Normalizer(Normalization(case="lower"), Vocabulary(["the"]))
counts = count_corpus(open_corpus([sys.argv[1]]), normalizer)
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
print(counts.n_tokens, int(peak) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_a_text_of_any_length_is_counted_in_bounded_memory(tmp_path: Path) -> None:
    """One file without an empty line, 100 and 600 MB: the second takes no more memory.

    `getrusage` would give the peak of the tests' own process, where that is larger.
    """
    lines = [
        line
        for file in sorted(CORPORA.glob("en/licences/*.txt"))
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    ]
    random.Random(1).shuffle(lines)
    part = "\n".join(lines) + "\n"
    found = []
    for n_megabytes in (100, 600):
        times = n_megabytes * 1_000_000 // len(part)
        with (tmp_path / "long.txt").open("w") as file:
            file.writelines(part for _ in range(times))
        command = [sys.executable, "-c", BOUNDED, str(tmp_path / "long.txt")]
        printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        n_tokens, megabytes = map(int, printed.split())
        found.append((n_tokens / times, megabytes))
    assert found[0][0] == found[1][0]
    assert found[1][1] < found[0][1] + 50 < 700


def test_totals_add_up() -> None:
    texts = ["The licensee’s 12", "the Licensor the", "", "œuvre THE zzz"]
    parts = [count_documents([Document("d", text)], Normalizer(LOWER, TABLE)) for text in texts]
    assert shown(parts[0] + parts[1] + parts[2] + parts[3]) == counted_slowly(texts, LOWER)
    whole = "x" * 20
    alike = [f"{whole}{end}" for end in ("b", "", "a", "\x00", "\x00\x00", "é", "😀", "￿")]
    assert counted(alike, LOWER) == counted_slowly(alike, LOWER)
