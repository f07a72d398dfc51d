"""What `adapt` says of texts that it should doubt: the table of verdicts in the README.

    python scripts/verdicts.py

On the shipped vectors and texts: the licences as they are, shuffled word by word, cut to their
first 2,000 words, and French agreements in their place. Each line gives the verdict, and what the
layout add at scale 1 does to the held-out loss, which falls for text that teaches nothing too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import numpy as np

import embedadapt
from embedadapt.report.verdict import told

ROOT = Path(__file__).parent.parent
VECTORS = ROOT / "corpora/pretrained/glove.6B.50d.60k.safetensors"
FEW = 2_000

Documents = list[tuple[str, str]]


def texts() -> Iterator[tuple[str, Documents | Path]]:
    """Each text with what it is called."""
    paths = sorted((ROOT / "corpora/en/licences").glob("*.txt"))
    licences = [(path.name, path.read_text("utf-8").split()) for path in paths]
    rng = np.random.default_rng(1)
    before = [0, *accumulate(len(words) for _, words in licences)]
    yield "as they are", paths[0].parent
    yield "shuffled", [(name, " ".join(rng.permutation(words))) for name, words in licences]
    yield (
        "2,000 words",
        [
            (name, " ".join(words[: FEW - start]))
            for (name, words), start in zip(licences, before, strict=False)
            if start < FEW
        ],
    )
    yield "French instead", ROOT / "corpora/fr/conventions_collectives"


def main() -> None:
    vectors = embedadapt.load_vectors(VECTORS)
    for name, text in texts():
        result = embedadapt.adapt(vectors, text)
        assert result.evaluation is not None and result.verdict is not None
        whole = result.evaluation["add 1"].held_out
        change = f"{whole.change.value:+.3f}" if whole else "n/a"
        print(f"{name:<16} {told(result.verdict, result.evaluation)} (add 1: {change})")


if __name__ == "__main__":
    main()
