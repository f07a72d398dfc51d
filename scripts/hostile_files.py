"""What embedadapt, gensim, spaCy and fastText make of hostile vector files, side by side.

    python scripts/hostile_files.py FOLDER

FOLDER holds cases.json, a list of cases {"file", "kind", "expect", "why", "rows"}, and the files,
in FOLDER or FOLDER/files. kind: how a user would open it ("w2v-text", "glove-text", "w2v-bin",
"fasttext-bin", "pickle", "npy"). expect: "load" (the table is `rows`), "error", or "policy" (a
documented decision, never silently wrong). A file opened as a kind it is not may also be told
apart: then its true kind is named. Every call has a process, 10 s and 2 GB of its own, and an empty
current folder: what a file writes there when it is loaded, it executed.

Exit status 1 where embedadapt does not do what is expected.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from _bench import print_table
from bounded import run_bounded

SECONDS, HARD_LIMIT = 60, 2 * 2**30
MUCH_MEMORY = 2**30
Rows = Mapping[str, Any]
FORMATS = {
    "w2v-text": "word2vec-text",
    "glove-text": "glove",
    "w2v-bin": "word2vec-binary",
    "fasttext-bin": "fasttext-bin",
}
BAD = ("LOADED", "WRONG", "HANG", "KILLED", "RAN CODE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tool", choices=list(TOOLS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    cases = json.loads((folder / "cases.json").read_text())
    if arguments.tool:
        print(json.dumps(run_tool(arguments.tool, folder, cases)))
        return
    outcomes = {tool: run_self(folder, tool) for tool in TOOLS}
    rows = [
        [case["file"], case["expect"], *(outcomes[tool][at] for tool in TOOLS)]
        for at, case in enumerate(cases)
    ]
    print_table(["file", "expected", *TOOLS], rows)
    print()
    for tool in TOOLS:
        print(f"{tool}: {summary(outcomes[tool])}")
    wrong = [
        case["file"]
        for case, outcome in zip(cases, outcomes["embedadapt"], strict=True)
        if not is_right(case["expect"], outcome)
    ]
    print(f"\nnot as expected: {', '.join(wrong) or 'none'}")
    sys.exit(bool(wrong))


def is_right(expect: str, outcome: str) -> bool:
    """Whether an outcome is one that `expect` allows."""
    if outcome.startswith(BAD) or "exception" in outcome:
        return False
    if expect == "load":
        return outcome.startswith(("same table", "loaded"))
    return expect == "policy" or outcome.startswith(("refused", "told apart"))


def summary(outcomes: list[str]) -> str:
    """How often each outcome came, what a tool does not open left out."""
    counts = Counter(outcome.partition(":")[0].partition(" (")[0] for outcome in outcomes)
    del counts["-"]
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def run_self(folder: Path, tool: str) -> list[str]:
    """One tool in a process of its own, so that imports stay apart."""
    command = [sys.executable, __file__, str(folder), "--tool", tool]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return list(json.loads(done.stdout.splitlines()[-1]))


def run_tool(tool: str, folder: Path, cases: list[dict[str, Any]]) -> list[str]:
    warnings.simplefilter("ignore")
    TOOLS[tool][1]()
    files = folder / "files" if (folder / "files").is_dir() else folder
    return [outcome_of(tool, files / case["file"], case) for case in cases]


def outcome_of(tool: str, path: Path, case: dict[str, Any]) -> str:
    """What came of a case, in a few words; those in BAD shout."""
    with tempfile.TemporaryDirectory() as here:

        def call() -> dict[str, Any] | None:
            os.chdir(here)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            found = TOOLS[tool][0](path, case["kind"])
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            kind = true_kind(path, case["kind"]) if tool == "embedadapt" else ""
            if found is None:
                return None
            return {**compare(found, case), "grown": grown * 1024, "kind": kind}

        told = run_bounded(call, seconds=SECONDS, n_bytes=HARD_LIMIT)
        if os.listdir(here):
            return "RAN CODE"
    return describe(told, case["expect"])


def compare(found: Rows, case: dict[str, Any]) -> dict[str, Any]:
    """How many words came, and whether they are those expected, with the same float32 values."""
    rows = case["rows"]
    same = None
    if rows is not None:
        same = list(found) == list(rows) and all(
            np.array_equal(np.asarray(found[word], np.float32), np.asarray(row, np.float32))
            for word, row in rows.items()
        )
    finite = all(np.isfinite(vector).all() for vector in found.values())
    return {"n_words": len(found), "same": same, "finite": finite}


def describe(told: dict[str, Any], expect: str) -> str:
    if "end" in told:
        return "HANG" if told["end"] == "hang" else f"KILLED: {told['end']}"
    if "error" in told:
        known = told["error"] in ("FormatError", "MissingExtraError")
        return "refused" if known else f"exception: {told['error']}"
    value = told["value"]
    if value is None:
        return "-"
    much = f" ({value['grown'] / 1e9:.1f} GB)" if value["grown"] > MUCH_MEMORY else ""
    if value["same"]:
        return f"same table{much}"
    if value["same"] is False:
        return f"WRONG: {value['n_words']} words{much}"
    if value["kind"]:
        return f"told apart: {value['kind']}"
    lie = expect == "error" or not value["finite"]
    return f"{'LOADED' if lie else 'loaded'}: {value['n_words']} words{much}"


# The tools. Each returns the words' rows, or None for a kind it does not open.


def open_embedadapt(path: Path, _: str) -> Rows:
    from embedadapt.formats import load_vectors

    vectors = load_vectors(path)
    return dict(zip(vectors.vocabulary.words, np.asarray(vectors.matrix), strict=True))


def true_kind(path: Path, kind: str) -> str:
    """The format a file was told to be by its content, "" where that is the kind it goes by."""
    from embedadapt.formats import sniff_format

    found, named = sniff_format(path), FORMATS.get(kind, "")
    return "" if found == named else found


def open_gensim(path: Path, kind: str) -> Rows | None:
    from gensim.models import KeyedVectors
    from gensim.models.fasttext import load_facebook_vectors

    openers: dict[str, Callable[[str], Any]] = {
        "w2v-text": KeyedVectors.load_word2vec_format,
        "glove-text": lambda name: KeyedVectors.load_word2vec_format(name, no_header=True),
        "w2v-bin": lambda name: KeyedVectors.load_word2vec_format(name, binary=True),
        "fasttext-bin": load_facebook_vectors,
        "pickle": KeyedVectors.load,
    }
    if kind not in openers:
        return None
    vectors = openers[kind](str(path))
    return {str(word): vectors.vectors[row] for row, word in enumerate(vectors.index_to_key)}


def open_spacy(path: Path, kind: str) -> Rows | None:
    import spacy
    from spacy.training.initialize import convert_vectors

    if kind not in ("w2v-text", "glove-text"):
        return None
    nlp = spacy.blank("xx")
    convert_vectors(nlp, path, truncate=0, prune=-1)
    rows = {nlp.vocab.strings[key]: row for key, row in nlp.vocab.vectors.key2row.items()}
    return {word: nlp.vocab.vectors.data[row] for word, row in sorted(rows.items(), key=row_of)}


def row_of(item: tuple[str, int]) -> int:
    return item[1]


def open_fasttext(path: Path, kind: str) -> Rows | None:
    import fasttext

    if kind != "fasttext-bin":
        return None
    model = fasttext.load_model(str(path))
    matrix = model.get_input_matrix()
    words = model.get_words(on_unicode_error="replace")
    return {word: matrix[row] for row, word in enumerate(words)}


def prepare_embedadapt() -> None:
    """Compiles the kernels before the clock runs."""
    import embedadapt.kernels.parse
    import embedadapt.kernels.subword  # noqa: F401
    from embedadapt.core.vectors import WordVectors
    from embedadapt.core.vocabulary import Vocabulary
    from embedadapt.formats import load_vectors, save_vectors

    with tempfile.TemporaryDirectory() as folder:
        for name in ("t.vec", "t.bin"):
            save_vectors(
                WordVectors(Vocabulary(["a"]), np.ones((1, 2), np.float32)), f"{folder}/{name}"
            )
            load_vectors(f"{folder}/{name}")


def prepare_gensim() -> None:
    import gensim.models.fasttext  # noqa: F401


def prepare_spacy() -> None:
    import spacy

    spacy.blank("xx")


def prepare_fasttext() -> None:
    import fasttext  # noqa: F401


TOOLS: dict[str, tuple[Callable[..., Any], Callable[[], None]]] = {
    "embedadapt": (open_embedadapt, prepare_embedadapt),
    "gensim": (open_gensim, prepare_gensim),
    "spaCy": (open_spacy, prepare_spacy),
    "fastText": (open_fasttext, prepare_fasttext),
}

if __name__ == "__main__":
    main()
