"""Definitions of terms, as a glossary lists them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedadapt.core.errors import FormatError
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.normalize import Normalizer


@dataclass(frozen=True)
class Glossary:
    """Definitions in the words of a corpus.

    definitions: words that have one, with the words that define them. unused: terms whose
    definition is of no use, each with the reason.
    """

    definitions: Mapping[str, Sequence[str]]
    unused: Mapping[str, str]

    @classmethod
    def of(
        cls, terms: Mapping[str, str], normalizer: Normalizer, vocabulary: Vocabulary
    ) -> Glossary:
        """terms: as they are written, with their definitions. vocabulary: of the corpus.

        The term itself defines nothing, so a definition without another word of the corpus is
        unused, as is one of a term that the corpus lacks or that is several words of it.
        """
        definitions: dict[str, Sequence[str]] = {}
        unused: dict[str, str] = {}
        for term, text in terms.items():
            words = normalizer.sentence(normalizer.tokens(term))
            word = words[0] if len(words) == 1 else "_".join(words)
            told = [
                other for other in normalizer.sentence(normalizer.tokens(text)) if other != word
            ]
            if word not in vocabulary:
                unused[term] = "not a word of the corpus"
            elif not text.strip():
                unused[term] = "empty definition"
            elif not any(other in vocabulary for other in told):
                unused[term] = "no other word of the corpus defines it"
            else:
                definitions[word] = told
        return cls(definitions, unused)


def read_glossary(path: str | Path) -> dict[str, str]:
    """Terms and their definitions: one a line, separated by a tab; in a `.csv`, by a comma.

    Lines that begin with `#` are passed over; several definitions of a term are taken together.
    Raises FormatError for a line without a definition's column.
    """
    path = Path(path)
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError(str(path), expected="UTF-8", found=error.reason) from error
    delimiter = "," if path.suffix.lower() == ".csv" else "\t"
    terms: dict[str, str] = {}
    rows = csv.reader(lines) if delimiter == "," else (line.split("\t") for line in lines)
    for number, row in enumerate(rows, start=1):
        if not any(field.strip() for field in row) or row[0].startswith("#"):
            continue
        if len(row) < 2:
            raise FormatError(
                f"{path}, line {number}",
                expected=f"a term, {'a comma' if delimiter == ',' else 'a tab'} and its definition",
                found=repr(row[0][:60]),
            )
        term = row[0].strip()
        terms[term] = f"{terms.get(term, '')} {row[1]}".strip()
    return terms
