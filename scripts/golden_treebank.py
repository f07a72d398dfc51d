"""Causes of unknown words in a language that nobody here reads, judged by a treebank's tags.

    python scripts/golden_treebank.py draw VECTORS TREEBANK.conllu... --to tests/oov/golden/tr
    python scripts/golden_treebank.py again VECTORS TREEBANK.conllu... --to tests/oov/golden/tr
    python scripts/golden_treebank.py rate VECTORS TREEBANK.conllu...

VECTORS is a file, or `wordfreq:es` for the 20,000 most frequent words of a language. `draw` takes
words as golden_oov.py does, from the half that nothing may be tuned on, and writes the sample and
what its causes are told from; `again` judges the words of a sample that stands there already,
those that are unknown still; `rate` prints how many of all such words are right, by cause.

A tag tells a name (PROPN), a foreign word (X, Foreign=Yes), a number, a symbol and any other word,
not which of the causes of the last are right: words of the domain, inflections, spellings and words
not explained count alike, a misspelling only with Typo=Yes. A form of a known name is an inflection
too. A foreign word with a capital belongs to a name or a title: both are right; and one in none of
the vectors' scripts is foreign whatever its tag. A name that is called a word of the domain or not
explained is wrong in every language, capitals or none. Words whose tokens the treebank cuts
otherwise are not drawn.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from golden_oov import (
    COLUMNS,
    draw,
    features_of,
    in_first_half,
    precision,
    read_rows,
    row_of,
)

from embedadapt.core.corpus import Document
from embedadapt.core.vectors import VectorsOutline, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats import scan_vectors
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.census import Census, take_censuses
from embedadapt.oov.result import UnknownWord
from embedadapt.text.identify import scripts_of
from embedadapt.text.normalize import normalization_of

LISTED = 20_000
WORDS_AROUND = 3
ORDINARY = ("term", "inflection", "variant", "unexplained")
MISSPELLED = ("typing", "broken", "joined", "debris")
_DIGIT = re.compile(r"\d")

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("what", choices=("draw", "again", "rate"))
parser.add_argument("vectors")
parser.add_argument("treebank", nargs="+", type=Path)
parser.add_argument("--to", type=Path, help="the files' common name, no suffix")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--words", type=int, default=200)
parser.add_argument("--look", action="store_true", help="rate the half to tune on, print misses")


@dataclass(frozen=True)
class Token:
    """A word of the text as the treebank tags it; of one written together, all its parts' tags."""

    form: str
    tags: frozenset[str]
    features: str
    lemma: str


def main() -> None:
    options = parser.parse_args()
    table = outline_of(options.vectors)
    sentences = [one for path in options.treebank for one in read_sentences(path)]
    corpus = documents_of(sentences)
    tables = [(table, normalization_of(table))]
    report = analyze_tables(corpus, tables, top_words=1_000_000)[0]
    census = take_censuses(corpus, tables)[0]
    tagged = tags_of_words([token for _, _, tokens in sentences for token in tokens], census)
    words = [w for w in report.words if w.word in tagged and in_first_half(w.word) == options.look]
    if options.what == "rate":
        rate(words, tagged, census, show=options.look)
        return
    if options.what == "again":
        standing = [row["word"] for row in read_rows(options.to.with_suffix(".tsv"))]
        by_name = {word.word: word for word in words}
        drawn = [by_name[name] for name in standing if name in by_name]
    else:
        drawn = draw(tuple(words), options.words, random.Random(options.seed))
    rows = []
    for word in drawn:
        row = row_of(word)
        judged = "|".join(right_causes(word.word, tagged[word.word], census))
        rows.append({**row, "judged": judged, "context": shortened(row["context"])})
    options.to.parent.mkdir(parents=True, exist_ok=True)
    with options.to.with_suffix(".tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    features = features_of([word.word for word in drawn], census)
    text = json.dumps(features, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    options.to.with_suffix(".json").write_text(text + "\n", "utf-8")
    n_right = sum(row["cause"] in row["judged"].split("|") for row in rows)
    print(f"{options.to.name}: {precision(n_right, len(rows))}")


def shortened(context: str) -> str:
    """A few words before and after the word in brackets."""
    before, _, rest = context.partition("[")
    written, _, behind = rest.partition("]")
    first, last = before.split()[-WORDS_AROUND:], behind.split()[:WORDS_AROUND]
    return " ".join([*first, f"[{written}]", *last])


def outline_of(name: str) -> VectorsOutline:
    if not name.startswith("wordfreq:"):
        return scan_vectors(name)
    from wordfreq import top_n_list

    words = top_n_list(name.partition(":")[2], LISTED)
    return WordVectors(Vocabulary(words), np.ones((len(words), 1), np.float32)).outline


def read_sentences(path: Path) -> Iterator[tuple[str, str, list[Token]]]:
    """Document, text and tokens of each sentence."""
    document = path.stem
    for block in path.read_text("utf-8").split("\n\n"):
        lines = block.split("\n")
        named = [line for line in lines if line.startswith("# newdoc")]
        document = named[0] if named else document
        text = next((line[8:].strip() for line in lines if line.startswith("# text =")), "")
        if text:
            yield document, text, [*tokens_of(lines)]


def tokens_of(lines: list[str]) -> Iterator[Token]:
    rows = [line.split("\t") for line in lines if line[:1].isdigit()]
    parts = {row[0]: row for row in rows}
    inside: set[str] = set()
    for row in rows:
        if "-" in row[0]:
            first, last = map(int, row[0].split("-"))
            numbers = [str(number) for number in range(first, last + 1)]
            inside.update(numbers)
            own = [parts[number] for number in numbers]
            features = "|".join(part[5] for part in own)
            yield Token(row[1], frozenset(p[3] for p in own), features, own[-1][2])
        elif row[0] not in inside and "." not in row[0]:
            yield Token(row[1], frozenset((row[3],)), row[5], row[2])


def documents_of(sentences: list[tuple[str, str, list[Token]]]) -> list[Document]:
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for document, text, _ in sentences:
        texts[document].append(text)
    return [Document(name, "\n\n".join(own)) for name, own in texts.items()]


def tags_of_words(tokens: list[Token], census: Census) -> dict[str, list[Token]]:
    tagged: defaultdict[str, list[Token]] = defaultdict(list)
    for token in tokens:
        words = census.normalizer.words(token.form)
        if len(words) == 1:
            tagged[words[0]].append(token)
    return tagged


def right_causes(word: str, tokens: list[Token], census: Census) -> list[str]:
    """The causes that the tags of a word allow, all that half of its tokens do."""
    votes = Counter(cause for token in tokens for cause in causes_of_token(word, token, census))
    return sorted(cause for cause, n in votes.items() if 2 * n >= len(tokens))


def causes_of_token(word: str, token: Token, census: Census) -> set[str]:
    if "Typo=Yes" in token.features:
        return {*MISSPELLED, *ORDINARY}
    if token.tags & {"PUNCT", "SYM"}:
        return {"symbol", "number", "code"}
    if token.tags == {"NUM"} or _DIGIT.search(word):
        return {"number", "code", "formula"} if _DIGIT.search(word) else {"number", *ORDINARY}
    causes: set[str] = set()
    scripts = census.origin.scripts
    if "Foreign=Yes" in token.features or token.tags == {"X"}:
        causes |= {"foreign"} | ({"name"} if token.form[:1].isupper() else set())
    if scripts_of(word) and not scripts_of(word) & scripts:
        causes |= {"foreign"}
    if "PROPN" in token.tags:
        causes |= {"name"}
        known = census.normalizer.words(token.lemma)
        if token.lemma != token.form and len(known) == 1 and known[0] in census.table.vocabulary:
            causes |= {"inflection"}
    if "Abbr=Yes" in token.features or token.form.isupper():
        causes |= {"acronym"}
    return causes or set(ORDINARY)


def rate(
    words: list[UnknownWord], tagged: dict[str, list[Token]], census: Census, *, show: bool
) -> None:
    right: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for word in words:
        allowed = right_causes(word.word, tagged[word.word], census)
        drawn[word.cause] += 1
        right[word.cause] += word.cause in allowed
        if show and word.cause not in allowed:
            print(word.cause, word.word, *allowed, row_of(word)["context"], sep="\t")
    for cause, n in sorted(drawn.items()):
        print(f"{cause:12} {precision(right[cause], n)}")
    print(f"{'all':12} {precision(right.total(), drawn.total())}")


if __name__ == "__main__":
    main()
