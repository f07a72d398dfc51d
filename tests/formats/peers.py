"""Who writes and who reads each format: the data behind the README's table of formats.

A writer puts a table into an empty folder and returns what to load and what should come of it. A
reader opens a file of ours and returns its words and their vectors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import spacy
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file
from spacy.training.initialize import convert_vectors
from spacy.vectors import Vectors

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_pipeline import write_pipeline
from embedadapt.formats import safetensors, save_vectors
from tests.formats.make import ODD_WORDS, PLAIN_WORDS
from tests.oracles import FastText, KeyedVectors, load_facebook_model, save_facebook_model

Written: TypeAlias = tuple[Path, WordVectors]
Writer: TypeAlias = Callable[[WordVectors, Path], Written]
Reader: TypeAlias = Callable[[Path], Mapping[str, Any]]

LONG = "é" * 10_000
LINE_WORDS = st.one_of(
    st.sampled_from([*ODD_WORDS, "New York", " ", " a", LONG]),
    st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), min_size=1),
)
"""Words that stand on a line of their own."""
ANY_WORDS = st.one_of(st.just(""), LINE_WORDS, st.text(st.characters(exclude_categories=["Cs"])))
TAME_WORDS = st.one_of(
    st.sampled_from(["the", "naïve", "e\u0301", "👩🏽‍⚖️", "2003", "<unk>", LONG]),
    st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=9),
)
"""Words that any peer reads as they are written: no white space of any kind, no controls."""


@dataclass(frozen=True)
class Format:
    """A row of the README's table.

    words: that the format can hold, as it is written. peer_words: those that every peer keeps.
    writers, readers: by the name of the program; "embedadapt" among the writers means that we
    write it, and then the readers open our file.
    in_part: whether some words alone, and the words without their vectors, can be read.
    tolerance: of vectors that are composed of other rows.
    """

    name: str
    writers: Mapping[str, Writer]
    readers: Mapping[str, Reader] = field(default_factory=dict)
    in_part: bool = False
    words: st.SearchStrategy[str] = TAME_WORDS
    peer_words: st.SearchStrategy[str] = TAME_WORDS
    tolerance: float = 0


def ours(file: str, format: str) -> Writer:
    def write(vectors: WordVectors, folder: Path) -> Written:
        save_vectors(vectors, folder / file, format=format)
        return folder / file, vectors

    return write


# gensim


def keyed(vectors: WordVectors) -> KeyedVectors:
    table = KeyedVectors(vectors.dim)
    table.add_vectors(list(vectors.vocabulary.words), vectors.matrix)
    return table


def by_gensim(**options: Any) -> Writer:
    def write(vectors: WordVectors, folder: Path) -> Written:
        keyed(vectors).save_word2vec_format(str(folder / "t"), sort_attr="unsorted", **options)
        return folder / "t", vectors

    return write


def native(vectors: WordVectors, folder: Path) -> Written:
    keyed(vectors).save(str(folder / "t.kv"))
    return folder / "t.kv", vectors


def gensim_fasttext(vectors: WordVectors, folder: Path) -> Written:
    words = list(vectors.vocabulary.words)
    model = FastText([words], vector_size=4, min_count=1, bucket=50, epochs=1, workers=1)
    save_facebook_model(model, str(folder / "m.bin"))
    rows = np.stack([model.wv[word] for word in model.wv.index_to_key])
    return folder / "m.bin", WordVectors(Vocabulary(model.wv.index_to_key), rows)


def in_gensim(**options: Any) -> Reader:
    def read(path: Path) -> Mapping[str, Any]:
        table = KeyedVectors.load_word2vec_format(str(path), **options)
        return {word: table[word] for word in table.index_to_key}

    return read


def fasttext_in_gensim(path: Path) -> Mapping[str, Any]:
    table = load_facebook_model(str(path)).wv
    return {word: table[word] for word in table.index_to_key}


# spaCy


def pipeline(dtype: str = "f4") -> Writer:
    def write(vectors: WordVectors, folder: Path) -> Written:
        nlp, rows = spacy.blank("xx"), vectors.matrix.astype(dtype)
        keys = [nlp.vocab.strings.add(word) for word in vectors.vocabulary.words]
        nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=rows, keys=keys)
        nlp.to_disk(folder / "p")
        return folder / "p", WordVectors(vectors.vocabulary, rows.astype(np.float32))

    return write


def exported(vectors: WordVectors, folder: Path) -> Written:
    write_pipeline(vectors, folder / "p", lang="xx", forms={}, name="p", case_forms="corpus")
    return folder / "p", vectors


def pipeline_in_spacy(path: Path) -> Mapping[str, Any]:
    vocab = spacy.load(path).vocab
    return {vocab.strings[key]: vocab.vectors[key] for key in vocab.vectors}


def text_in_spacy(path: Path) -> Mapping[str, Any]:
    nlp = spacy.blank("xx")
    convert_vectors(nlp, path, truncate=0, prune=-1)
    return {nlp.vocab.strings[key]: nlp.vocab.vectors[key] for key in nlp.vocab.vectors}


# fastText and floret


def text_of(vectors: WordVectors, folder: Path) -> Path:
    lines = (f"__label__a {word}\n" * 3 for word in vectors.vocabulary.words)
    (folder / "text").write_text("".join(lines), encoding="utf-8")
    return folder / "text"


def by_fasttext(*, supervised: bool = False, quantized: bool = False) -> Writer:
    def write(vectors: WordVectors, folder: Path) -> Written:
        import fasttext

        text = str(text_of(vectors, folder))
        settings: dict[str, Any] = {"dim": 4, "bucket": 300, "epoch": 1, "thread": 1, "minCount": 1}
        train = fasttext.train_supervised if supervised else fasttext.train_unsupervised
        model = train(text, minn=2, maxn=3, verbose=0, **settings)
        if quantized:
            model.quantize(input=text)
        model.save_model(str(folder / "m"))
        rows = [_mean_of_rows(model, word) for word in model.get_words()]
        return folder / "m", WordVectors(Vocabulary(model.get_words()), np.stack(rows))

    return write


def _mean_of_rows(model: Any, word: str) -> Any:
    """The word's vector: some builds of the library answer with unit vectors instead."""
    rows = [model.get_input_vector(int(row)) for row in model.get_subwords(word)[1]]
    return np.mean(rows, axis=0, dtype=np.float32)


def model_in_fasttext(path: Path) -> Mapping[str, Any]:
    import fasttext

    model = fasttext.load_model(str(path))
    return {word: _mean_of_rows(model, word) for word in model.get_words()}


DATA = Path(__file__).parent / "data" / "floret"


def floret_model(_: WordVectors, __: Path) -> Written:
    """What floret itself made (tests/formats/data/make_floret.py), whatever table is given."""
    with np.load(DATA / "expected.npz") as expected:
        words, rows = expected["floret-2.words"].tolist(), expected["floret-2.rows"]
    n_known = len(words) - 3
    return DATA / "floret-2.bin", WordVectors(Vocabulary(words[:n_known]), rows[:n_known])


def floret_table(_: WordVectors, __: Path) -> Written:
    """As above. What the model alone has, a row for its first word and for `</s>`, is left out."""
    with np.load(DATA / "expected.npz") as expected:
        words, rows = expected["floret-2.words"].tolist(), expected["floret-2.rows"]
    first = 1 + words.index("</s>")
    return DATA / "floret-2.floret", WordVectors(Vocabulary(words[first:]), rows[first:])


# Arrays


def by_numpy(dtype: str, *, archive: bool) -> Writer:
    def write(vectors: WordVectors, folder: Path) -> Written:
        words, rows = vectors.vocabulary.words, vectors.matrix.astype(dtype)
        if archive:
            np.savez(folder / "t.npz", words=np.array(words), vectors=rows)
        else:
            np.save(folder / "t.npy", rows)
            content = "".join(f"{word}\n" for word in words)
            (folder / "t.words.txt").write_bytes(content.encode())
        path = folder / ("t.npz" if archive else "t.npy")
        return path, WordVectors(vectors.vocabulary, rows.astype(np.float32))

    return write


def array_in_numpy(path: Path) -> Mapping[str, Any]:
    words = path.with_name("t.words.txt").read_text(encoding="utf-8").split("\n")[:-1]
    return dict(zip(words, np.load(path), strict=True))


def half(vectors: WordVectors, folder: Path) -> Written:
    safetensors.write(vectors, folder / "t.safetensors", half=True)
    rows = vectors.matrix.astype(np.float16).astype(np.float32)
    return folder / "t.safetensors", WordVectors(vectors.vocabulary, rows)


def tensors_in_safetensors(path: Path) -> Mapping[str, Any]:
    arrays = load_file(path)
    packed, offsets = arrays["words.bytes"].tobytes(), arrays["words.offsets"]
    words = [packed[a:b].decode() for a, b in pairwise(offsets)]
    return dict(zip(words, arrays["matrix"], strict=True))


def by_model2vec(dtype: str) -> Writer:
    """A folder as model2vec 0.10 saves one."""

    def write(vectors: WordVectors, folder: Path) -> Written:
        tokens = {word: row for row, word in enumerate(vectors.vocabulary.words)}
        model = {"model": {"type": "WordLevel", "vocab": tokens}}
        (folder / "tokenizer.json").write_text(json.dumps(model))
        rows = vectors.matrix.astype(dtype)
        save_file({"embeddings": rows}, folder / "model.safetensors")
        return folder, WordVectors(vectors.vocabulary, rows.astype(np.float32))

    return write


FORMATS = (
    Format(
        "word2vec text, fastText .vec",
        {"embedadapt": ours("t.vec", "word2vec-text"), "gensim": by_gensim()},
        {"gensim": in_gensim(), "spaCy": text_in_spacy},
        in_part=True,
        words=PLAIN_WORDS,
    ),
    Format(
        "GloVe text",
        {"embedadapt": ours("t.txt", "glove"), "gensim": by_gensim(write_header=False)},
        {"gensim": in_gensim(no_header=True)},  # spaCy takes "2003 1 …" for a header
        in_part=True,
        words=PLAIN_WORDS,
    ),
    Format(
        "word2vec binary",
        {"embedadapt": ours("t.bin", "word2vec-binary"), "gensim": by_gensim(binary=True)},
        {"gensim": in_gensim(binary=True)},
        in_part=True,
        words=PLAIN_WORDS,
    ),
    Format(
        "fastText .bin, with n-grams and context matrix",
        {
            "embedadapt": ours("t.bin", "fasttext-bin"),
            "fastText": by_fasttext(),
            "gensim": gensim_fasttext,
        },
        {"fastText": model_in_fasttext, "gensim": fasttext_in_gensim},
        in_part=True,
        tolerance=1e-6,
    ),
    Format(
        "fastText .bin, supervised",
        {"fastText": by_fasttext(supervised=True)},
        in_part=True,
        tolerance=1e-6,
    ),
    Format(
        "fastText .ftz, quantized and pruned",
        {"fastText": by_fasttext(supervised=True, quantized=True)},
        in_part=True,
        tolerance=1e-6,
    ),
    Format("floret .bin", {"floret": floret_model}, in_part=True, tolerance=1e-6),
    Format("floret table, without words", {"floret": floret_table}, tolerance=1e-6),
    Format(
        "spaCy pipeline, folder or installed package; floret mode too",
        {"embedadapt": exported, "spaCy": pipeline(), "spaCy, float16": pipeline("f2")},
        {"spaCy": pipeline_in_spacy},
    ),
    Format(
        "safetensors, embedadapt's own, memory-mapped",
        {"embedadapt": ours("t.safetensors", "safetensors"), "embedadapt, float16": half},
        {"safetensors": tensors_in_safetensors},
        in_part=True,
        words=ANY_WORDS,
        peer_words=ANY_WORDS,
    ),
    Format(
        ".npy with a word list",
        {
            "embedadapt": ours("t.npy", "numpy"),
            "numpy": by_numpy("f4", archive=False),
            "numpy, float16": by_numpy("f2", archive=False),
            "numpy, float64": by_numpy("f8", archive=False),
        },
        {"numpy": array_in_numpy},
        words=LINE_WORDS,
        peer_words=LINE_WORDS.filter(lambda word: not word.startswith("\ufeff")),
    ),
    Format(".npz with a word list", {"numpy": by_numpy("f4", archive=True)}),
    Format(
        "model2vec and sentence-transformers static embeddings",
        {"model2vec": by_model2vec("f4"), "model2vec, float16": by_model2vec("f2")},
        words=ANY_WORDS,
    ),
    Format(
        "gensim native, with `--trust-pickle` and even then running nothing of it",
        {"gensim": native},
        words=ANY_WORDS,
    ),
)


def readme_table() -> str:
    """The table of formats as the README has it."""
    rows = [
        "| | read, as written by | only some words, or the words alone | our file opens in |",
        "|---|---|---|---|",
    ]
    for row in FORMATS:
        writers = ", ".join(name for name in row.writers if "float" not in name)
        in_part = "yes" if row.in_part else ""
        readers = ", ".join(["embedadapt", *row.readers]) if "embedadapt" in row.writers else ""
        rows.append(f"| {row.name} | {writers} | {in_part} | {readers} |".replace("  ", " "))
    return "\n".join(rows)
