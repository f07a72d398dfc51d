"""What the OOV report says of text in several languages, and whether `adapt` does what it advises.

    python scripts/language_rates.py FOLDER

FOLDER holds a folder for each language with `vectors.vec.gz` and `text.txt.gz`; a file
`segmented.txt.gz` there, for a language without spaces, is read as well. A line each: share of the
pieces between white space that the vectors lack as written (raw) and of those with a word that they
lack when it is read by their conventions (read), which must not be more; share of the unknown
words, each counted once, that are called foreign; the words that the report advises to learn, and
the new words of the text that `adapt` trains, both with the default settings; and the causes, by
their shares of the unknown words.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from embedadapt.adaptation.config import ReadingSettings
from embedadapt.adaptation.reading import read_for_training
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.formats import load_vectors
from embedadapt.oov.result import rate
from embedadapt.text.readers import open_corpus
from embedadapt.workflows.oov import analyze_oov

CAUSES_SHOWN = 5

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("folder", type=Path)


def main() -> None:
    print("text             raw    read  foreign  advised  learned  causes of unknown words")
    for folder in sorted(path for path in parser.parse_args().folder.iterdir() if path.is_dir()):
        for text in ("text.txt.gz", "segmented.txt.gz"):
            if (folder / text).exists():
                tell(
                    f"{folder.name} {text.split('.')[0]}", folder / "vectors.vec.gz", folder / text
                )


def tell(name: str, vectors: Path, text: Path) -> None:
    report = analyze_oov(vectors, text)
    pieces = report.raw.n_tokens
    left = sum(cause.tokens for cause in report.causes if not cause.fixed)
    causes = Counter({cause.title: cause.left_types for cause in report.causes if cause.left_types})
    foreign = next((cause.left_types for cause in report.causes if cause.key == "foreign"), 0)
    shown = ", ".join(
        f"{title} {rate(n, causes.total()):.0%}" for title, n in causes.most_common(CAUSES_SHOWN)
    )
    print(
        f"{name:13} {report.raw.token_rate:6.1%}  {rate(left, pieces):6.1%}  "
        f"{rate(foreign, causes.total()):7.1%}  {report.learnable.types:7,}  "
        f"{n_learned(vectors, text):7,}  {shown}",
        flush=True,
    )


def n_learned(vectors: Path, text: Path) -> int:
    """How many new words `adapt` trains on a text by default."""
    base = load_vectors(vectors)
    try:
        training = read_for_training(base, open_corpus([text]), ReadingSettings(), phrases=None)
    except EmbedAdaptError:
        return 0
    return sum(word not in base.vocabulary for word in training.vocabulary)


if __name__ == "__main__":
    main()
