"""Sentences ended between chunks are those that splitting the text gives."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import Document
from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import beside, lines
from embedadapt.kernels import sentences as kernels
from embedadapt.kernels.traits import OPEN
from embedadapt.text.batch import Batch
from embedadapt.text.chunks import Chunks, Lexicon
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentence_ends import SentenceEnds
from embedadapt.text.sentences import sentences, traits_of

CORPORA = Path(__file__).parents[2] / "corpora"
_PIECES = """
    The LESSOR, l’acheteur non-exclusive (the § Inc. inc. co. o’co. No. St. 5 5. (a) a. (a). e.g.
    U.S. it's ... I. II. IX 1.2.3 1.2.3. the.The end. “Quoted.” ” » »). c. Art. L. 420-1. and or et
    - * (iv) iv. Section section article (5) " ( “ « [ X. end! what?) … end…” ſection lower A _ __.
    They (The "If mr. ph.d. ’s. 's. Theory
"""
PIECES = _PIECES.split()
breaks = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\v", "\x1f", "\u2028", "\xa0", "\x85", "\t"])
pieces = st.sampled_from(PIECES) | st.text(max_size=5)
texts = st.lists(st.tuples(pieces, breaks | st.just(" ") | st.just(" ")), max_size=40).map(
    lambda parts: "".join(piece + space for piece, space in parts)
)


def ended(texts: list[str]) -> tuple[list[list[str]], Chunks]:
    """The sentences of each text by its chunks, and these."""
    chunks = Chunks(Lexicon(Normalizer(Normalization(), Vocabulary([]))))
    batch = Batch.of([Document("d", text) for text in texts])
    found = chunks.find(*batch.read, distinct=False)
    strings = chunks.strings
    ends, n_sentences = SentenceEnds().find(*batch.read, found, strings, batch.is_joined)
    names = strings.texts()
    words = [names[i] for i in found.ids[: found.ends[-1]]]
    starts = np.append(0, ends)[:-1]
    cut = [" ".join(words[start:end]) for start, end in zip(starts, ends, strict=True)]
    firsts = np.append(0, n_sentences)[:-1]
    return [cut[first:last] for first, last in zip(firsts, n_sentences, strict=True)], chunks


@given(st.lists(texts, min_size=1, max_size=4))
def test_sentences_end_where_the_text_is_split(texts: list[str]) -> None:
    assert ended(texts)[0] == [list(sentences(text)) for text in texts]


@given(st.lists(texts, min_size=1, max_size=2), st.integers(20, 60))
def test_so_they_do_in_wrapped_text(texts: list[str], width: int) -> None:
    wrapped = [
        "\n".join(text[i : i + width].strip() for i in range(0, len(text), width)) for text in texts
    ]
    assert ended(wrapped)[0] == [list(sentences(text)) for text in wrapped]


@given(st.lists(pieces, min_size=1))
def test_traits_are_those_of_the_rules(pieces: list[str]) -> None:
    _, chunks = ended([" ".join(pieces)])
    n = len(chunks.strings)
    traits, lengths = np.empty(n, np.uint32), np.empty(n, np.int32)
    kernels.describe_chunks(chunks.strings.arrays, 0, traits, lengths)
    names = chunks.strings.texts()
    assert lengths.tolist() == list(map(len, names))
    for name, found in zip(names, traits.tolist(), strict=True):
        assert found in (OPEN, traits_of(name)), name


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sentences_of_real_text(language: str) -> None:
    texts = [file.read_text("utf-8") for file in sorted((CORPORA / language).rglob("*.txt"))[:20]]
    assert ended(texts)[0] == [list(sentences(text)) for text in texts]


def test_sentences_end_alike_till_kernels_are_compiled(monkeypatch, tmp_path: Path) -> None:
    texts = [file.read_text("utf-8") for file in sorted((CORPORA / "en").rglob("*.txt"))[:20]]
    by_kernels, _ = ended(texts)
    monkeypatch.setattr(beside, "is_compiled", lambda _: False)
    monkeypatch.setattr(kernels, "describe_chunks", None)
    monkeypatch.setattr(lines, "continued_lines", None)
    monkeypatch.setattr(lines, "unwrap", None)
    with beside.sharing(tmp_path, lambda: True):
        assert ended(texts)[0] == by_kernels
