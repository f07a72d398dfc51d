"""The same vectors through other libraries and through embedadapt: known words and unseen ones.

    python scripts/differences.py                  10,000 words and 1,000 unseen ones
    python scripts/differences.py --words 500 --unseen 50

Words are drawn at random: two thirds from the shipped vectors, the others any letters of Unicode.
Each library writes or trains on them what embedadapt then reads, or reads what embedadapt wrote;
and each word's vectors are compared. A word that one side has no vector for, and the other has,
counts as a difference. Libraries that are not installed are named and left out: gensim, fastText
(of its builds the one that is installed: fasttext, fasttext-community, fasttext-wheel, ...),
fasttext-new, floret, spaCy and model2vec. Exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from _bench import VECTORS, print_table

from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_pipeline import write_pipeline
from embedadapt.export.static_folder import write_static_folder
from embedadapt.formats import load_vectors, save_vectors, scan_vocabulary

DIM = 16
ROUNDED = 1e-6
"""Of vectors that are sums in another order, relative to their largest number."""
TYPED = 1e-4
"""Of a table in text with six decimals, read by both."""
LETTERS = [
    letter
    for first, last in ((0x61, 0x7A), (0xE0, 0xF6), (0x391, 0x3C9), (0x430, 0x44F), (0x5D0, 0x5EA))
    for letter in map(chr, range(first, last + 1))
    if letter.isalpha()
]
SHARED = {"dim": DIM, "bucket": 50_000, "epoch": 1, "thread": 1, "minCount": 1, "verbose": 0}
LookUp: TypeAlias = Callable[[str], Any]
"""The vector of a word; None or zeros where there is none."""


@dataclass(frozen=True)
class Words:
    """Distinct words, of which a model is made, and others."""

    known: list[str]
    unseen: list[str]

    def table(self) -> WordVectors:
        rows = np.random.default_rng(0).normal(size=(len(self.known), DIM)).astype(np.float32)
        return WordVectors(Vocabulary(self.known), rows)

    def text(self, folder: Path) -> str:
        """A file with each word twice, ten words a line."""
        twice = self.known * 2
        lines = [" ".join(twice[start : start + 10]) + "\n" for start in range(0, len(twice), 10)]
        (folder / "text").write_text("".join(lines), encoding="utf-8")
        return str(folder / "text")


@dataclass(frozen=True)
class Comparison:
    """name: who wrote what, and who read it. tolerance: relative; 0 for the same bits."""

    name: str
    theirs: LookUp
    ours: LookUp
    tolerance: float = 0


def draw_words(n_known: int, n_unseen: int, seed: int) -> Words:
    rng = random.Random(seed)
    listed = [word for word in scan_vocabulary(VECTORS).words if word.isalpha() and word.islower()]
    known = dict.fromkeys(rng.sample(listed, 2 * n_known // 3))
    while len(known) < n_known + n_unseen:
        known.setdefault("".join(rng.choices(LETTERS, k=rng.randrange(3, 12))))
    words = list(known)
    return Words(words[:n_known], words[n_known:])


def ours(vectors: WordVectors) -> LookUp:
    return lambda word: vectors[word] if word in vectors or vectors.subwords is not None else None


# The libraries


def by_gensim(words: Words, folder: Path) -> Iterator[Comparison]:
    from gensim.models import KeyedVectors

    table = words.table()
    keyed = KeyedVectors(DIM)
    keyed.add_vectors(words.known, table.matrix)
    for kind, options in (("text", {}), ("binary", {"binary": True})):
        path = folder / f"gensim-{kind}"
        keyed.save_word2vec_format(str(path), sort_attr="unsorted", **options)
        yield Comparison(f"gensim wrote word2vec {kind}", found(keyed), ours(load_vectors(path)))
        save_vectors(table, folder / f"ours-{kind}", format=f"word2vec-{kind}")
        again = KeyedVectors.load_word2vec_format(str(folder / f"ours-{kind}"), **options)
        yield Comparison(f"gensim read our word2vec {kind}", found(again), ours(table))


def by_fasttext(words: Words, folder: Path, module: str = "fasttext") -> Iterator[Comparison]:
    fasttext = import_module(module)
    text = words.text(folder)
    for kind in ("skipgram", "cbow"):
        model = fasttext.train_unsupervised(text, model=kind, minn=2, maxn=5, **SHARED)
        path = folder / f"{kind}.bin"
        model.save_model(str(path))
        vectors = load_vectors(path)
        yield Comparison(f"{module} trained {kind}", rows_of(model), ours(vectors), ROUNDED)
        save_vectors(vectors, folder / "again.bin", format="fasttext-bin")
        again = fasttext.load_model(str(folder / "again.bin"))
        yield Comparison(f"{module} read our {kind}", rows_of(again), ours(vectors), ROUNDED)
        if find_spec("gensim"):
            from gensim.models.fasttext import load_facebook_vectors

            gensim = load_facebook_vectors(str(path))
            yield Comparison(f"gensim read its {kind}", found(gensim), ours(vectors), ROUNDED)


def by_floret(words: Words, folder: Path) -> Iterator[Comparison]:
    floret = import_module("floret")
    text = words.text(folder)
    for hashes in (1, 2, 4):
        settings = {**SHARED, "mode": "floret", "hashCount": hashes, "minn": 2, "maxn": 4}
        model = floret.train_unsupervised(text, **settings)
        model.save_model(str(folder / f"{hashes}.bin"))
        vectors = load_vectors(folder / f"{hashes}.bin")
        yield Comparison(
            f"floret trained, {hashes} hashes", model.get_word_vector, ours(vectors), ROUNDED
        )
        model.save_floret_vectors(str(folder / f"{hashes}.floret"))
        if find_spec("spacy"):
            import spacy
            from spacy.training.initialize import convert_vectors

            nlp = spacy.blank("xx")
            convert_vectors(nlp, folder / f"{hashes}.floret", truncate=0, prune=-1, mode="floret")
            table = ours(load_vectors(folder / f"{hashes}.floret"))
            yield Comparison(
                f"spaCy read the table, {hashes} hashes",
                lambda w, nlp=nlp: nlp.vocab[w].vector,  # type: ignore[misc]
                table,
                TYPED,
            )


def by_spacy(words: Words, folder: Path) -> Iterator[Comparison]:
    import spacy
    from spacy.training.initialize import convert_vectors

    table = words.table()
    write_pipeline(table, folder / "pipeline", lang="xx", forms={}, name="p", case_forms="corpus")
    exported = spacy.load(folder / "pipeline").vocab
    yield Comparison("spaCy read our pipeline", lambda w: exported[w].vector, ours(table))
    save_vectors(table, folder / "for-spacy.txt", format="word2vec-text")
    nlp = spacy.blank("xx")
    convert_vectors(nlp, folder / "for-spacy.txt", truncate=0, prune=-1)
    yield Comparison("spaCy read our word2vec text", lambda w: nlp.vocab[w].vector, ours(table))
    nlp.to_disk(folder / "theirs")
    again = load_vectors(folder / "theirs")
    yield Comparison("spaCy wrote a pipeline", lambda w: nlp.vocab[w].vector, ours(again))


def by_model2vec(words: Words, folder: Path) -> Iterator[Comparison]:
    from model2vec import StaticModel

    table = words.table()
    write_static_folder(table, folder / "static")
    model = StaticModel.from_pretrained(folder / "static")
    yield Comparison("model2vec read our folder", lambda w: model.encode([w])[0], ours(table))
    model.save_pretrained(folder / "again")
    again = load_vectors(folder / "again")
    yield Comparison("model2vec wrote a folder", lambda w: model.encode([w])[0], ours(again))


LIBRARIES: dict[str, Callable[[Words, Path], Iterator[Comparison]]] = {
    "gensim": by_gensim,
    "fasttext": by_fasttext,
    "fasttext_new": partial(by_fasttext, module="fasttext_new"),
    "floret": by_floret,
    "spacy": by_spacy,
    "model2vec": by_model2vec,
}


def found(keyed: Any) -> LookUp:
    def look_up(word: str) -> Any:
        try:
            return keyed[word]
        except KeyError:
            return None

    return look_up


def rows_of(model: Any) -> LookUp:
    """The mean of a word's rows: some builds of fastText answer with unit vectors instead."""

    def look_up(word: str) -> Any:
        rows = [model.get_input_vector(int(row)) for row in model.get_subwords(word)[1]]
        return np.mean(rows, axis=0, dtype=np.float32) if rows else None

    return look_up


def largest_difference(comparison: Comparison, words: list[str]) -> tuple[int, float]:
    """How many words differ, and by how much at most, relative to the largest number of each."""
    n_different, largest = 0, 0.0
    for word in words:
        pair = [comparison.theirs(word), comparison.ours(word)]
        one, other = (np.zeros(DIM) if v is None else np.asarray(v, np.float64) for v in pair)
        gap = float(np.abs(one - other).max() / max(np.abs(other).max(), 1e-30))
        n_different += gap > comparison.tolerance
        largest = max(largest, gap)
    return n_different, largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--unseen", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--library", choices=LIBRARIES, help="only this one")
    arguments = parser.parse_args()
    words = draw_words(arguments.words, arguments.unseen, arguments.seed)
    chosen = [arguments.library] if arguments.library else list(LIBRARIES)
    left_out = [name for name in chosen if not find_spec(name)]
    rows, n_different = [], 0
    for name in chosen:
        if name in left_out:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for comparison in LIBRARIES[name](words, Path(folder)):
                row = [comparison.name]
                for some in (words.known, words.unseen):
                    n, largest = largest_difference(comparison, some)
                    row += [f"{n:,} of {len(some):,}", f"{largest:.1e}"]
                    n_different += n
                rows.append(row)
    print_table(["", "known differ", "by at most", "unseen differ", "by at most"], rows)
    print(f"\nnot installed: {', '.join(left_out) or 'none'}; {n_different:,} differences")
    sys.exit(bool(n_different))


if __name__ == "__main__":
    main()
