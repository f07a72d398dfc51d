"""New words from few contexts, by people's judgments.

    python scripts/bench_few_contexts.py --vectors FILE --general FILE --crw FOLDER --wordsim FOLDER

CRW (Khodak et al. 2018): the rare words are taken out of the vectors, and learned from 1, 4, 16, 32
and 128 sentences each, as `adapt` learns new words: `start` before training, `new words` as
`apply_adapter` places them. Spearman over all pairs, mean of draws of sentences. FOLDER has
CRW-550.txt, crw_contexts.jsonl.gz and alc_6B.50d.bin, the published transform.

wordsim: seven sets of MinishLab/evaluation, in small letters. A missing word counts 0 (base), or is
made of its spelling and of what general text has of it (induced).

Which pairs a setting was chosen on: contracts' hidden words (scripts/bench_induction.py) and, for
windows, weights and steps, pairs of RW whose rare word is not in CRW; the list of things tried was
printed with CRW's figures beside, so they are not untouched.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from _bench import parser_of, print_table, told_mean
from scipy.stats import spearmanr

from embedadapt.adaptation.config import AdaptationConfig, ReadingSettings
from embedadapt.adaptation.hidden import mean_contexts
from embedadapt.adaptation.induction import induce
from embedadapt.adaptation.reading import read_general, read_text
from embedadapt.adaptation.trainer import initial_rows, train_delta
from embedadapt.core.adapted import NEW_WORD_STEP
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import ignore_progress
from embedadapt.core.types import Floats1d
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.hiding import places, without
from embedadapt.workflows.inputs import as_corpus, as_vectors

N_SENTENCES = (1, 4, 16, 32, 128)
COLUMNS = {"card_660": 0, "men": 0, "mturk_771": 1, "rel353": 1, "rw": 0, "simLex": 1}
"""Where the first word stands in a set's lines; the score is two columns on."""
Pairs = Sequence[tuple[str, str, float]]
Rows = Mapping[str, Floats1d]

parser = parser_of(__doc__, vectors=True, seeds=3)
parser.add_argument("--general", type=Path)
parser.add_argument("--crw", type=Path)
parser.add_argument("--wordsim", type=Path)


def spearman(base: WordVectors, new: Rows, pairs: Pairs) -> float:
    """Of cosines with judgments; a pair with a missing word has the cosine 0."""
    index, cosines = base.vocabulary.index, []
    nothing = np.zeros(base.dim, np.float32)
    for pair in pairs:
        one, other = (
            new[word] if word in new else base.matrix[index[word]] if word in index else nothing
            for word in pair[:2]
        )
        lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
        cosines.append(float(one @ other) / lengths if lengths else 0.0)
    return float(spearmanr(cosines, [pair[2] for pair in pairs]).statistic)


def encoded(sentences: Sequence[Sequence[str]], words: frozenset[str]) -> EncodedCorpus:
    """Sentences of some words as one document."""
    kept = [[word for word in sentence if word in words] for sentence in sentences]
    counts = Counter(word for sentence in kept for word in sentence)
    vocabulary = Vocabulary([word for word, _ in counts.most_common()])
    ids = [vocabulary.index[word] for sentence in kept for word in sentence]
    return EncodedCorpus(
        vocabulary=Vocabulary(vocabulary.words, np.array([counts[w] for w in vocabulary])),
        token_ids=np.array(ids, dtype=np.int32),
        sentence_offsets=np.cumsum([0, *map(len, kept)]).astype(np.int64),
        document_offsets=np.array([0, len(kept)]),
        document_names=("sentences",),
    )


def show_crw(full: WordVectors, general: Path | None, folder: Path, draws: int) -> None:
    """Each count of sentences: the published transform, the start, and after training."""
    with gzip.open(folder / "crw_contexts.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    contexts = {line["word"]: [text.split() for text in line["sentences"]] for line in lines}
    text = (folder / "CRW-550.txt").read_text("utf-8").strip().split("\n")
    pairs = [(a, b, float(score)) for a, b, score in (line.split("\t") for line in text)]
    base = without(full, places(np.isin(np.array(full.vocabulary.words), list(contexts))))
    words = frozenset([*base.vocabulary.words, *contexts])
    transform = np.fromfile(folder / "alc_6B.50d.bin", np.float32).reshape(base.dim, base.dim)
    read = None if general is None else read_general(base, as_corpus(general))
    found: dict[str, list[list[float]]] = {}
    for n in N_SENTENCES:
        for draw in range(1, draws + 1):
            rng = np.random.default_rng(draw)
            corpus = encoded(
                [some[i] for some in contexts.values() for i in rng.permutation(len(some))[:n]],
                words,
            )
            known = base.vocabulary.lookup(corpus.vocabulary)
            new = np.flatnonzero(known < 0)
            config = AdaptationConfig.of(seed=draw)
            starts, _ = initial_rows(base, corpus, known, np.random.default_rng(draw), read)
            delta = train_delta(base, corpus, known, starts, config, ignore_progress).words
            raw = np.where(known[:, None] >= 0, base.matrix[known], 0).astype(np.float32)
            weights = (known >= 0).astype(np.float32)
            means = mean_contexts(corpus, raw, weights, 5, corpus.token_ids, len(known))
            for name, rows in (
                ("a la carte, published transform", means @ transform.T),
                ("start", starts),
                ("new words", starts + np.float32(NEW_WORD_STEP) * delta),
            ):
                made = {corpus.vocabulary.words[i]: rows[i] for i in new}
                row = found.setdefault(name, [[] for _ in N_SENTENCES])
                row[N_SENTENCES.index(n)].append(spearman(base, made, pairs))
        print(n, {name: told_mean(row[N_SENTENCES.index(n)]) for name, row in found.items()})
    cells = [[name, *(told_mean(values) for values in row)] for name, row in found.items()]
    print_table(["CRW", *map(str, N_SENTENCES)], cells)


def show_wordsim(base: WordVectors, general: Path, folder: Path) -> None:
    """Each set, without the missing words and with them."""
    sets: dict[str, Pairs] = {}
    for path in sorted(folder.glob("*.txt")):
        rows = [line.split("\t") for line in path.read_text("utf-8").split("\n") if "\t" in line]
        if path.stem in COLUMNS:
            n = COLUMNS[path.stem]
            sets[path.stem] = [(r[n].lower(), r[n + 1].lower(), float(r[n + 2])) for r in rows]
        elif path.stem == "simverb_3500":
            sets[path.stem] = [(r[2].lower(), r[3].lower(), float(r[1])) for r in rows]
    missing = sorted({w for pairs in sets.values() for p in pairs for w in p[:2]})
    missing = [word for word in missing if word not in base.vocabulary]
    joined = [word for word in missing if "_" in word.strip("_")]
    text = read_text(
        base, as_corpus(general), ReadingSettings(), phrases=joined, learned=missing
    ).words
    counts = text.vocabulary.counts
    assert counts is not None
    absent = [word for word in missing if word not in text.vocabulary]
    words = Vocabulary(
        [*text.vocabulary.words, *absent], np.append(counts, np.zeros(len(absent), np.int64))
    )
    corpus = replace(text, vocabulary=words)
    known = base.vocabulary.lookup(words)
    vectors = induce(base, corpus, known, np.random.default_rng(1)).vectors
    made = dict(zip((words.words[i] for i in np.flatnonzero(known < 0)), vectors, strict=True))
    made = {word: made[word] for word in missing}
    seen = len(missing) - len(absent)
    print(f"{len(missing)} words missing, of which the text has {seen}")
    rows = []
    for name, new in (("base", {}), ("induced", made)):
        scores = [100 * spearman(base, new, pairs) for pairs in sets.values()]
        rows.append([name, f"{np.mean(scores):.1f}", *(f"{score:.1f}" for score in scores)])
    print_table(["wordsim", "mean", *sets], rows)


def main() -> None:
    arguments = parser.parse_args()
    full = as_vectors(arguments.vectors)
    if arguments.wordsim:
        show_wordsim(full, arguments.general, arguments.wordsim)
    if arguments.crw:
        show_crw(full, arguments.general, arguments.crw, arguments.seeds)


if __name__ == "__main__":
    main()
