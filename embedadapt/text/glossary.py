"""Definitions of terms: those that a glossary lists, and those that a text gives (`"X" means`)."""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedadapt.core.corpus import Corpus
from embedadapt.core.errors import FormatError
from embedadapt.core.files import read_utf8
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.normalize import Normalizer

DEFINING = (
    re.compile(
        r"[\"“]([^\"“”\n]{2,60}+)[\"”],?\s{1,3}(?:shall mean|means|has the meaning|is defined as)\s"
        r"([^.;\n]{1,400}+)"
    ),
    re.compile(
        r"[\"“«]([^\"“”«»\n]{2,60}+)[\"”»],?\s{1,3}(?:désigne|signifie|s['’]entend)\s"
        r"([^.;\n]{1,400}+)"
    ),
    re.compile(
        r"[\"„»]([^\"“”„«»\n]{2,60}+)[\"“”«],?\s{1,3}(?:bezeichnet|bedeutet)\s([^.;\n]{1,400}+)"
    ),
)
"""In English, French and German: a quoted term, the verb, and the definition up to the end of its
clause."""


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
    lines = read_utf8(path).split("\n")
    delimiter = "," if path.suffix.lower() == ".csv" else "\t"
    terms: dict[str, str] = {}
    rows = _rows(lines, path) if delimiter == "," else (line.split("\t") for line in lines)
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


def _rows(lines: Sequence[str], path: Path) -> Iterator[list[str]]:
    rows = csv.reader(lines)
    try:
        yield from rows
    except csv.Error as error:
        raise FormatError(f"{path}, line {rows.line_num}", found=str(error)) from error


def find_definitions(corpus: Corpus, documents: Container[str]) -> dict[str, str]:
    """The terms that documents of these names define, as `"Affiliate" means ...`, with their
    definitions; see DEFINING."""
    terms: dict[str, str] = {}
    for document in corpus:
        if document.name not in documents:
            continue
        for pattern in DEFINING:
            for found in pattern.finditer(document.text):
                term = found[1].strip(" \xa0\u202f,")
                terms[term] = f"{terms.get(term, '')} {found[2]}".strip()
    return terms
