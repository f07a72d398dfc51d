"""The golden samples of causes: words drawn from a real corpus, judged by hand, measured again.

    python scripts/golden_oov.py draw VECTORS CORPUS... --to tests/oov/golden/en --seed 5
    python scripts/golden_oov.py measure VECTORS CORPUS... --to tests/oov/golden/en

`draw` writes en.tsv, a row a word, its `judged` column to be filled in by a reader, and en.json,
what the causes of these words are told from, so that the tests measure the sample without the
corpus. Words are drawn from each cause in proportion to the square root of its words, so that rare
causes are seen too. `measure` tells the precision on the corpus as it is: of each cause, over the
sample, and over the causes weighted by their words.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import Any

from embedadapt.core.corpus import Corpus
from embedadapt.core.vectors import VectorsOutline
from embedadapt.formats import scan_vectors
from embedadapt.oov.analyze import analyze_corpus
from embedadapt.oov.causes import ResidualCauses
from embedadapt.oov.census import Census, take_censuses
from embedadapt.oov.result import UnknownWord
from embedadapt.oov.sightings import Pairs
from embedadapt.text.normalize import normalization_of
from embedadapt.text.readers import open_corpus

COLUMNS = ("word", "cause", "meant", "judged", "note", "context")
BY_LOOK = ("address", "code")
"""Told by their characters alone: drawn like the others, but few."""
FEWEST, MOST_BY_LOOK = 5, 5

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("what", choices=("draw", "measure"))
parser.add_argument("vectors")
parser.add_argument("corpus", nargs="+")
parser.add_argument("--to", type=Path, required=True, help="the files' common name, no suffix")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--words", type=int, default=200)
parser.add_argument("--look", action="store_true", help="print the sample and write nothing")


def main() -> None:
    options = parser.parse_args()
    table, corpus = scan_vectors(options.vectors), open_corpus(options.corpus)
    rows_at, features_at = (options.to.with_suffix(suffix) for suffix in (".tsv", ".json"))
    if options.what == "measure":
        measure(read_rows(rows_at), table, corpus)
        return
    report = analyze_corpus(corpus, table, normalization_of(table), top_words=1_000_000)
    words = draw(report.words, options.words, random.Random(options.seed))
    rows = [row_of(word) for word in words]
    if options.look:
        for row in rows:
            print(*row.values(), sep="\t")
        return
    options.to.parent.mkdir(parents=True, exist_ok=True)
    with rows_at.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    census = take_censuses(corpus, [(table, normalization_of(table))])[0]
    features = features_of([word.word for word in words], census)
    features_at.write_text(json.dumps(features, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def draw(words: tuple[UnknownWord, ...], n: int, rng: random.Random) -> list[UnknownWord]:
    """Words by cause, as many as the square root of the cause's number bears to the others'."""
    by_cause: defaultdict[str, list[UnknownWord]] = defaultdict(list)
    for word in sorted(words, key=lambda word: word.word):
        by_cause[word.cause].append(word)
    looks = {cause: MOST_BY_LOOK for cause in BY_LOOK if cause in by_cause}
    weights = {cause: sqrt(len(own)) for cause, own in by_cause.items() if cause not in looks}
    left = n - sum(looks.values())
    share = {cause: weight / sum(weights.values()) for cause, weight in weights.items()}
    sizes = looks | {
        cause: min(len(by_cause[cause]), max(FEWEST, round(left * part)))
        for cause, part in share.items()
    }
    largest = max(share, key=lambda cause: len(by_cause[cause]))
    sizes[largest] += n - sum(sizes.values())
    return [word for cause in sorted(sizes) for word in rng.sample(by_cause[cause], sizes[cause])]


def row_of(word: UnknownWord) -> dict[str, str]:
    before, written, behind = word.context.parts if word.context else ("", word.word, "")
    context = f"{before[-60:]}[{written}]{behind[:60]}".replace("\t", " ")
    meant = word.expansion or " ".join(word.meant)
    return dict(zip(COLUMNS, (word.word, word.cause, meant, "", "", context), strict=True))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def measure(rows: list[dict[str, str]], table: VectorsOutline, corpus: Corpus) -> None:
    report = analyze_corpus(corpus, table, normalization_of(table), top_words=0)
    causes = {word.word: word.cause for word in report.words}
    n_words = Counter(causes.values())
    right: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for row in rows:
        cause = causes.get(row["word"], "known")
        drawn[cause] += 1
        right[cause] += cause in row["judged"].split("|")
    for cause, n in sorted(drawn.items()):
        print(f"{cause:12} {right[cause]:3} of {n:3}  {right[cause] / n:5.0%}  {n_words[cause]:6,}")
    weighted = sum(right[cause] / n * n_words[cause] for cause, n in drawn.items())
    total = sum(n_words[cause] for cause in drawn)
    print(
        f"all          {right.total():3} of {drawn.total():3}  {right.total() / drawn.total():5.1%}"
    )
    print(f"weighted by the words of each cause  {weighted / total:.1%}")


class Asked(Container[str]):
    """Remembers which words a table was asked for and had."""

    def __init__(self, known: Container[str]) -> None:
        self.had: set[str] = set()
        self._known = known

    def __contains__(self, word: object) -> bool:
        if word in self._known:
            self.had.add(str(word))
            return True
        return False


def features_of(words: list[str], census: Census) -> dict[str, Any]:
    """What the causes of some words are told from: a corner of the census around them."""
    table, found, sightings = census.table, census.found, census.sightings()
    lengths = [document.n_tokens for document in found.documents]
    known, pairs = Asked(table.vocabulary.index), PairsAsked(found.pairs)
    causes = ResidualCauses(sightings, found.words.counts, known, pairs, found.places, lengths)
    causes.of(words[0])  # builds what it looks words up in
    known.had.clear()
    told = {word: causes.of(word) for word in words}
    garbled = {number for word in words if told[word] == "debris" for number in found.places[word]}
    beside = [
        w
        for w, seen in sightings.items()
        if garbled.issuperset(found.places[w]) and seen.n_documents == 1
    ]
    counts = found.words.counts
    near = (
        set(words)
        | set(beside)
        | known.had
        | set(chain.from_iterable(map(causes.meant, words)))
        | set(pairs.words)
        | set(around([*words, *beside], counts))
    )
    kept = {word: counts[word] for word in near if word in counts}
    kept |= {word: n for word, n in counts.items() if n >= 0.002 * counts.total()}
    kept["(others)"] = counts.total() - sum(kept.values())
    numbers = {number for word in (*words, *beside) for number in found.places[word]}
    return {
        "counts": kept,
        "known": sorted(word for word in near | set(kept) if word in table.vocabulary),
        "pairs": [[*pair, n] for pair, n in sorted(pairs.found.items())],
        "sightings": {word: vars(sightings[word]) for word in {*words, *beside}},
        "places": {word: found.places[word] for word in {*words, *beside}},
        "lengths": {number: lengths[number] for number in numbers},
        "n_documents": len(found.documents),
    }


class PairsAsked:
    """Remembers which pairs were asked for and there."""

    def __init__(self, pairs: Pairs) -> None:
        self.found: dict[tuple[str, str], int] = {}
        self._pairs = pairs

    def __call__(self, one: str, other: str) -> int:
        n = self._pairs.count(one, other)
        if n:
            self.found[one, other] = n
        return n

    @property
    def words(self) -> Iterator[str]:
        return (word for pair in self.found for word in pair)


def around(words: list[str], counts: Mapping[str, int]) -> Iterator[str]:
    """Words of the corpus that begin as one of `words`, or are as long and begin and end so."""
    begins = {word[:5] for word in words if len(word) >= 5}
    shapes = {(word[:1], word[-2:], len(word) + n) for word in words for n in (-1, 0, 1)}
    shapes |= {(word[:1], word[-3:-1], len(word) + n) for word in words for n in (-1, 0, 1)}
    for word in counts:
        if word[:5] in begins or (word[:1], word[-2:], len(word)) in shapes:
            yield word


if __name__ == "__main__":
    main()
