"""The precision of sense-shift candidates, judged by a reader who sees neither score nor source.

    python scripts/rate_sense_shifts.py sheet VECTORS ADAPTER CORPUS FOLDER [--others FILE]
    python scripts/rate_sense_shifts.py score FOLDER

`sheet` writes FOLDER/sheet.csv: the first candidates, as many other words that are as specific, and
words of another method if given, one a line; shuffled, each with its neighbors before and after
training and some lines of the corpus. The judge writes yes or no to the question in the last
column's name: in this corpus, is the word mostly used in a sense other than the one that its
neighbors in the vectors show? FOLDER/key.json holds the sources; it stays shut until all is judged.
`score` prints how many of each source were judged yes, with a 95 % interval (Wilson 1927).
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from math import sqrt
from pathlib import Path

import numpy as np
from _bench import parser_of

from embedadapt import find_neighbors, find_sense_shifts, load_adapter, load_vectors
from embedadapt.core.corpus import Document
from embedadapt.workflows.inputs import as_corpus

N_LINES, BEFORE, AFTER = 4, 60, 50
"""Lines of the corpus for each word, and characters on either side of it."""
CANDIDATES, OTHERS, SPECIFIC = "candidates", "others", "other specific words"
QUESTION = "another sense than BEFORE shows? yes or no"
_WORD = re.compile(r"[^\W\d_]++")

parser = parser_of(__doc__)
commands = parser.add_subparsers(dest="command", required=True)
sheet_parser = commands.add_parser("sheet")
sheet_parser.add_argument("vectors", type=Path)
sheet_parser.add_argument("adapter", type=Path, help="trained for these vectors on CORPUS")
sheet_parser.add_argument("corpus", type=Path)
sheet_parser.add_argument("folder", type=Path)
sheet_parser.add_argument("--others", type=Path)
sheet_parser.add_argument("--n", type=int, default=50)
sheet_parser.add_argument("--seed", type=int, default=1)
score_parser = commands.add_parser("score")
score_parser.add_argument("folder", type=Path)


def main() -> None:
    options = parser.parse_args()
    if options.command == "score":
        print_scores(options.folder)
        return
    rng = np.random.default_rng(options.seed)
    base, adapter = load_vectors(options.vectors), load_adapter(options.adapter)
    found = find_sense_shifts(base, options.corpus, 10**6, adapter=adapter)
    words = [shift.word for shift in found]
    further = words[2 * options.n :]
    sources = {CANDIDATES: words[: options.n]}
    sources[SPECIFIC] = rng.permutation(further)[: options.n].tolist()
    if options.others:
        lines = options.others.read_text(encoding="utf-8").split("\n")
        sources[OTHERS] = [line for line in lines if line][: options.n]
    asked = sorted({word for listed in sources.values() for word in listed if word in base})
    rng.shuffle(asked)
    lines_of = some_lines(as_corpus(options.corpus), asked, rng)
    before = find_neighbors(base, asked, topn=8)
    after = find_neighbors(base, asked, topn=8, adapter=adapter, layout="add", scale=1)
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "sheet.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["word", "BEFORE", "AFTER", "lines", QUESTION])
        for word in asked:
            near = [", ".join(name for name, _ in table[word]) for table in (before, after)]
            sheet.writerow([word, *near, " // ".join(lines_of[word]), ""])
    (options.folder / "key.json").write_text(json.dumps(sources), encoding="utf-8")


def some_lines(
    corpus: Iterable[Document], words: list[str], rng: np.random.Generator
) -> dict[str, list[str]]:
    """N_LINES lines with each word, of different documents drawn at random."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    n_documents: defaultdict[str, int] = defaultdict(int)
    wanted = {form: word for word in words for form in (word, word.capitalize(), word.upper())}
    for document in corpus:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for match in _WORD.finditer(document.text):
            if match[0] in wanted:
                places[wanted[match[0]]].append(match.start())
        for word, starts in places.items():
            n_documents[word] += 1
            start = int(rng.choice(starts))
            cut = document.text[max(0, start - BEFORE) : start + len(word) + AFTER]
            slot = len(lines[word])  # reservoir sampling (Vitter 1985)
            if slot == N_LINES:
                slot = int(rng.integers(n_documents[word]))
            if slot < N_LINES:
                lines[word][slot : slot + 1] = [" ".join(cut.split())]
    return lines


def print_scores(folder: Path) -> None:
    with (folder / "sheet.csv").open(encoding="utf-8", newline="") as file:
        verdicts = {row["word"]: row[QUESTION].strip().lower() for row in csv.DictReader(file)}
    unjudged = [word for word, verdict in verdicts.items() if verdict not in ("yes", "no")]
    if unjudged:
        raise SystemExit(f"{len(unjudged)} words are not judged yes or no: {unjudged[0]}")
    sources = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    for source, words in sources.items():
        judged = [verdicts[word] == "yes" for word in words if word in verdicts]
        low, high = wilson(sum(judged), len(judged))
        print(f"{source:22} {sum(judged):3} of {len(judged)}   {low:.2f} to {high:.2f}")


def wilson(n_yes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share.

    >>> [round(end, 2) for end in wilson(42, 50)]
    [0.71, 0.92]
    """
    share, spread = n_yes / n, z * z / n
    center = share + spread / 2
    reach = z * sqrt(share * (1 - share) / n + spread / n / 4)
    return (center - reach) / (1 + spread), (center + reach) / (1 + spread)


if __name__ == "__main__":
    main()
