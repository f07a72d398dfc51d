"""The golden samples of causes: words drawn from a real corpus, judged by hand, measured again.

    python scripts/golden_oov.py draw VECTORS CORPUS... --to tests/oov/golden/en --seed 5
    python scripts/golden_oov.py measure VECTORS CORPUS... --to tests/oov/golden/en
    python scripts/golden_oov.py figures VECTORS CORPUS...

`draw` writes en.tsv, a row a word, its `judged` column to be filled in by a reader, and en.json,
what the causes of these words are told from, so that the tests measure the sample without the
corpus. Words are drawn from each cause in proportion to the square root of its words, so that rare
causes are seen too. They come from one half of the words, without those of the sample that stands
there already; with `--look` from the other half, which may be tuned on. `measure` tells the
precision on the corpus as it is with its 95 % interval: of each cause and over the sample
(Wilson), and over the causes weighted by their words, which is that of the corpus's unknown words.
`figures` tells what the docstrings quote: how many of the names and of the other words that the
table knows look common by their letters (`NameLooks`, learnt from three quarters of them, told of
the last), how full the cells of `Pairs` are, and what `familiarity` goes by.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import chain
from math import log, sqrt
from pathlib import Path
from statistics import fmean
from typing import Any
from zlib import crc32

import numpy as np

from embedadapt.core.corpus import Corpus
from embedadapt.core.vectors import VectorsOutline
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.familiarity import familiarity
from embedadapt.formats import scan_vectors
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.census import Census, take_censuses
from embedadapt.oov.evidence import Evidence, Seen
from embedadapt.oov.residuals import COMMON_LOOKS, ResidualCauses
from embedadapt.oov.result import UnknownWord
from embedadapt.oov.sightings import CELLS, Pairs, Sighting
from embedadapt.text.keyness import FIRST_WORDS
from embedadapt.text.misspellings import PairCount
from embedadapt.text.names import NameLooks, known_by_capitals
from embedadapt.text.normalize import normalization_of
from embedadapt.text.readers import open_corpus

COLUMNS = ("word", "cause", "meant", "judged", "note", "context")
BY_LOOK = ("address", "code")
"""Told by their characters alone: drawn like the others, but few."""
FEWEST, MOST_BY_LOOK = 5, 5
Z = 1.96

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("what", choices=("draw", "measure", "figures"))
parser.add_argument("vectors")
parser.add_argument("corpus", nargs="+")
parser.add_argument("--to", type=Path, help="the files' common name, no suffix")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--words", type=int, default=200)
parser.add_argument("--look", action="store_true", help="print one to tune on, write nothing")


def main() -> None:
    options = parser.parse_args()
    table, corpus = scan_vectors(options.vectors), open_corpus(options.corpus)
    if options.what == "figures":
        census = take_censuses(corpus, [(table, normalization_of(table))])[0]
        tell_names(census)
        tell_room(census)
        tell_familiarity(census)
    elif options.what == "measure":
        measure(read_rows(options.to.with_suffix(".tsv")), table, corpus)
    else:
        draw_sample(options, table, corpus)


def draw_sample(options: argparse.Namespace, table: VectorsOutline, corpus: Corpus) -> None:
    rows_at, features_at = (options.to.with_suffix(suffix) for suffix in (".tsv", ".json"))
    judged = {row["word"] for row in read_rows(rows_at)} if rows_at.exists() else set()
    tables = [(table, normalization_of(table))]
    report = analyze_tables(corpus, tables, top_words=1_000_000)[0]
    open_to = [w for w in report.words if in_first_half(w.word) == options.look]
    left = tuple(w for w in open_to if w.word not in judged)
    words = draw(left, options.words, random.Random(options.seed))
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
    census = take_censuses(corpus, tables)[0]
    features = features_of([word.word for word in words], census)
    features_at.write_text(json.dumps(features, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")


def in_first_half(word: str) -> bool:
    """Words that the causes may be tuned on; none of them comes into a golden sample."""
    return crc32(word.encode()) % 2 == 0


def draw(words: tuple[UnknownWord, ...], n: int, rng: random.Random) -> list[UnknownWord]:
    """Words by cause, as many as the square root of the cause's number bears to the others'."""
    by_cause: defaultdict[str, list[UnknownWord]] = defaultdict(list)
    for word in sorted(words, key=lambda word: word.word):
        by_cause[word.cause].append(word)
    looks = {
        cause: min(MOST_BY_LOOK, len(by_cause[cause])) for cause in BY_LOOK if cause in by_cause
    }
    weights = {cause: sqrt(len(own)) for cause, own in by_cause.items() if cause not in looks}
    left = n - sum(looks.values())
    share = {cause: weight / sum(weights.values()) for cause, weight in weights.items()}
    sizes = looks | {
        cause: min(len(by_cause[cause]), max(FEWEST, round(left * part)))
        for cause, part in share.items()
    }
    largest = max(share, key=lambda cause: len(by_cause[cause]))
    sizes[largest] = min(len(by_cause[largest]), sizes[largest] + n - sum(sizes.values()))
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
    report = analyze_tables(corpus, [(table, normalization_of(table))], top_words=0)[0]
    causes = {word.word: word.cause for word in report.words}
    n_words = Counter(causes.values())
    right: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for row in rows:
        cause = causes.get(row["word"], "known")
        drawn[cause] += 1
        right[cause] += cause in row["judged"].split("|")
    for cause, n in sorted(drawn.items()):
        print(f"{cause:12} {precision(right[cause], n)}  {n_words[cause]:6,}")
    print(f"{'all':12} {precision(right.total(), drawn.total())}")
    total = sum(n_words[cause] for cause in drawn)
    if not total:
        raise SystemExit("None of the sample's words is unknown here: give the corpus it is from.")
    share = {cause: n_words[cause] / total for cause in drawn}
    weighted = sum(share[cause] * right[cause] / n for cause, n in drawn.items())
    variance = sum(
        share[cause] ** 2 * right[cause] * (n - right[cause]) / n**3 for cause, n in drawn.items()
    )
    print(f"weighted by the words of each cause  {weighted:.1%} ± {Z * sqrt(variance):.1%}")


def precision(right: int, n: int) -> str:
    """`right` of `n`, their share, and its 95 % interval by Wilson's score."""
    middle = (right + Z**2 / 2) / (n + Z**2)
    reach = Z / (n + Z**2) * sqrt(right * (n - right) / n + Z**2 / 4)
    return f"{right:3} of {n:3}  {right / n:6.1%}  ({middle - reach:.1%} to {middle + reach:.1%})"


def tell_names(census: Census) -> None:
    small, counts = census.found.small, census.found.known
    taught = {word: n for word, n in counts.items() if crc32(word.encode()) % 4}
    names, others = known_by_capitals(small, {w: n for w, n in counts.items() if w not in taught})
    looks = NameLooks(small, taught, [*names, *others])
    for what, words in (("names", names), ("others", others)):
        common = sum(looks.commonness(word) >= COMMON_LOOKS for word in words)
        print(f"{what:12} {precision(common, len(words))} look common")


def tell_room(census: Census) -> None:
    filled = census.found.pairs.__getstate__()[0]
    share = len(filled) / CELLS
    print(f"cells filled {share:.1%}, by some {-CELLS * log(1 - share):,.0f} different pairs")


def tell_familiarity(census: Census) -> None:
    counts, table = census.found.words.counts.most_common(), census.table.vocabulary
    text = Vocabulary([word for word, _ in counts], np.array([n for _, n in counts]))
    first, rest = table.words[:FIRST_WORDS], table.words[FIRST_WORDS:]
    shorter = mean_length(first) / mean_length(rest)
    share = familiarity(table, text)
    told = "unknown" if share is None else f"{share:.2f}"
    print(f"familiarity {told}; the first words are {shorter:.2f} as long as the rest")


def mean_length(words: Sequence[str]) -> float:
    return fmean(len(word) for word in words if any(map(str.isalpha, word)))


class Asked(Collection[str]):
    """Remembers which words a table was asked for and had."""

    def __init__(self, known: Collection[str]) -> None:
        self.had: set[str] = set()
        self._known = known

    def __contains__(self, word: object) -> bool:
        if word in self._known:
            self.had.add(str(word))
            return True
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def features_of(words: list[str], census: Census) -> dict[str, Any]:
    """What the causes of some words are told from: a corner of the census around them."""
    table, found, sightings = census.table, census.found, census.sightings()
    commonness = cache(census.names().commonness)
    whole = causes_of(sightings, census, table.vocabulary.index, found.pairs.count, commonness)
    beside = {  # words that had a say in whether a document is garbled or loses its spaces
        other
        for cause in ("debris", "joined")
        for told in [{found.places[word][0] for word in words if whole.of(word) == cause}]
        for other in sightings
        if found.places[other][0] in told and (cause == "debris" or whole.of(other) == "joined")
    }
    seen = {word: sightings[word] for word in {*words, *beside}}
    known, pairs = Asked(table.vocabulary.index), PairsAsked(found.pairs)
    causes = causes_of(seen, census, known, pairs, commonness)
    known.had.clear()
    for word in words:
        if causes.of(word) != whole.of(word):
            raise SystemExit(f"{word}: {causes.of(word)} from its corner, {whole.of(word)} before")
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
    numbers = {number for word in seen for number in found.places[word]}
    return {
        "counts": kept,
        "known": sorted(word for word in near | set(kept) if word in table.vocabulary),
        "pairs": [[*pair, n] for pair, n in sorted(pairs.found.items())],
        "sightings": {word: as_seen(sighting) for word, sighting in seen.items()},
        "commonness": {word: commonness(word) for word in words},
        "places": {word: found.places[word] for word in seen},
        "lengths": {number: found.documents[number].n_tokens for number in numbers},
        "n_documents": len(found.documents),
        "language": census.origin.language,
        "vectors": census.origin.vectors,
        "scripts": sorted(census.origin.scripts),
    }


def as_seen(sighting: Sighting) -> dict[str, Any]:
    return {field.name: getattr(sighting, field.name) for field in fields(sighting)}


def causes_of(
    sightings: Mapping[str, Sighting],
    census: Census,
    known: Collection[str],
    pairs: PairCount,
    commonness: Callable[[str], float],
) -> ResidualCauses:
    found = census.found
    return ResidualCauses(
        Seen(sightings, found.places, commonness),
        Evidence(
            counts=found.words.counts,
            known=known,
            pairs=pairs,
            lengths=[document.n_tokens for document in found.documents],
            origin=census.origin,
        ),
    )


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
    """Words of the corpus that begin as one of `words`, or are as long and begin and end so, or end
    in one behind a letter or two."""
    begins, ends = {word[:5] for word in words if len(word) >= 5}, {*words}
    shapes = {(word[:1], word[-2:], len(word) + n) for word in words for n in (-1, 0, 1)}
    shapes |= {(word[:1], word[-3:-1], len(word) + n) for word in words for n in (-1, 0, 1)}
    for word in counts:
        is_whole = word[1:] in ends or word[2:] in ends
        if is_whole or word[:5] in begins or (word[:1], word[-2:], len(word)) in shapes:
            yield word


if __name__ == "__main__":
    main()
