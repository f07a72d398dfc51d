"""Small tables and files for the format tests."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from embedadapt.core.errors import OutputError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import save_vectors

ODD_WORDS = (
    "the",
    "naïve",
    "a\u00a0b",  # no-break space: GloVe 840B and Facebook's crawl vectors hold such
    "\u00a0",
    "a\u2028b",  # str.splitlines() would break here
    "a\u0085b",
    "a\x0bb",
    "a\x1cb",
    "e\u0301",  # e and a combining accent, not é
    "👩🏽‍⚖️",
    "2003",
    "nan",
    "-1.5e3",
    "\ufeff",
    "<unk>",
    "</s>",
    "x" * 5000,
)


def make_vectors(words: Sequence[str] = ODD_WORDS, dim: int = 4, seed: int = 0) -> WordVectors:
    rows = np.random.default_rng(seed).normal(size=(len(words), dim)).astype(np.float32)
    return WordVectors(Vocabulary(tuple(words)), rows)


def assert_same_table(found: WordVectors, expected: WordVectors) -> None:
    """Same words, and the same vectors to the bit."""
    assert found.vocabulary.words == expected.vocabulary.words
    assert found.matrix.dtype == np.float32
    assert np.array_equal(
        np.ascontiguousarray(found.matrix).view(np.int32),
        np.ascontiguousarray(expected.matrix).view(np.int32),
    )


FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def tables(words: st.SearchStrategy[str]) -> st.SearchStrategy[WordVectors]:
    """Tables of one to six distinct words and two to five columns, any finite float32 in them."""

    def build(shape: tuple[list[str], int]) -> st.SearchStrategy[WordVectors]:
        chosen, dim = shape
        values = st.lists(FLOATS, min_size=len(chosen) * dim, max_size=len(chosen) * dim)
        return values.map(
            lambda flat: WordVectors(
                Vocabulary(tuple(chosen)), np.array(flat, np.float32).reshape(len(chosen), dim)
            )
        )

    lists = st.lists(words, min_size=1, max_size=6, unique=True)
    return st.tuples(lists, st.integers(2, 5)).flatmap(build)


def save_or_reject(vectors: WordVectors, path: Path, name: str) -> None:
    """Saves a table, and has Hypothesis make another where the format cannot hold it: binary floats
    that spell digits pass for text, so such a file is not written."""
    try:
        save_vectors(vectors, path, format=name)
    except OutputError:
        assert name == "word2vec-binary"
        reject()


PLAIN_WORDS = st.one_of(
    st.sampled_from(ODD_WORDS),
    st.text(st.characters(exclude_characters=" \n", exclude_categories=["Cs"]), min_size=1),
)
"""Words that word2vec's forms can hold."""


def fasttext_bytes(
    words: Sequence[bytes] = (b"the", b"lessee", "naïve".encode()),
    *,
    dim: int = 4,
    n_buckets: int = 7,
    min_n: int = 2,
    max_n: int = 3,
    loss: int = 2,
    model: int = 2,
    version: int = 12,
    n_labels: int = 0,
    quantized: bool = False,
    floret: bool = False,
    mode: int = 1,
    hash_count: int = 2,
    zero_context: bool = False,
    n_words: int | None = None,
    pruned: int = -1,
    shape: tuple[int, int] | None = None,
    types: Sequence[int] | None = None,
) -> bytes:
    """A fastText .bin, field by field as its `saveModel` writes it. Labels come after the words."""
    rng = np.random.default_rng(0)
    n_real = len(words) - n_labels
    arguments = [dim, 5, 5, 1, 5, 1, loss, model, n_buckets, min_n, max_n, 100]
    if floret:
        arguments[11:11] = [mode, hash_count]
    kinds = types or [0] * n_real + [1] * n_labels
    inputs = rng.normal(size=(n_real + n_buckets, dim)).astype("<f4")
    n_outputs = n_labels if model == 3 else n_real
    outputs = rng.normal(size=(n_outputs, dim)).astype("<f4") * (not zero_context)
    size = len(words) if n_words is None else n_words + n_labels
    return b"".join(
        [
            struct.pack("<ii", 793712314, version),
            struct.pack(f"<{len(arguments)}id", *arguments, 1e-4),
            struct.pack("<iiiqq", size, size - n_labels, n_labels, 100, pruned),
            *(
                word + b"\0" + struct.pack("<qB", 1000 - i, kind)
                for i, (word, kind) in enumerate(zip(words, kinds, strict=True))
            ),
            bytes([quantized]),
            struct.pack("<qq", *(shape or inputs.shape)),
            inputs.tobytes(),
            b"\0",
            struct.pack("<qq", *outputs.shape),
            outputs.tobytes(),
        ]
    )


def by_message(value: object) -> str:
    """The name of a case in a report: its expected message rather than the bytes of its file."""
    return value if isinstance(value, str) else "file"


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
