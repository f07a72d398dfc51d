"""A folder for sentence-transformers and model2vec, from which torch and Keras layers can be made.

`model.safetensors` holds the vectors as "embeddings": row 0, zeros, is [PAD]; row 1, zeros, is
[UNK]; the words follow. `tokenizer.json` (Hugging Face tokenizers) cuts text as we do and numbers
the words.

A tokenizer of whole words cannot do everything that `text.normalize` does: look `Lessor` up as
`lessor` in cased vectors (give the corpus's spellings rows of their own, `forms.with_forms`), split
unknown compounds, keep known contractions whole where others are split, join phrases, and write
numbers with `#`. On the shipped texts it finds 99 % and 98 % of the words that we find.

Source: tokenizers 0.23 (`tokenizer.json`); model2vec 0.10 `persistence.py`; sentence-transformers 5
`StaticEmbedding`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embedadapt.core.errors import OutputError
from embedadapt.core.folders import check_folder, replacing_folder
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import is_text
from embedadapt.formats.reading.tensor_file import write_tensors
from embedadapt.text.normalize import CLITICS, ELISIONS, normalization_of
from embedadapt.text.tokenize import (
    APOSTROPHES,
    HYPHENS,
    INVISIBLE,
    LONGEST_RUN,
    RULES,
    token_pattern,
)

PAD, UNKNOWN = "[PAD]", "[UNK]"

MODULE = "sentence_transformers.models.StaticEmbedding"
MODULES = [{"idx": 0, "name": "0", "path": ".", "type": MODULE}]
"""Without this file sentence-transformers expects a transformer in the folder."""
CONFIG = {"model_type": "model2vec", "normalize": False, "max_length": None}
"""There is no maximum length here: model2vec cuts texts at 512 tokens by default."""


def write_static_folder(
    vectors: WordVectors, path: str | Path, card: str = "", *, overwrite: bool = False
) -> None:
    """Write the folder whole or not at all; `card` is its README.md.

    Raises OutputError for a word that it cannot hold, and for a folder that is not an unchanged
    export; `overwrite` keeps that folder under another name (`core.folders`).
    """
    check_folder(path, overwrite=overwrite)
    words = vectors.vocabulary.words
    _check_words(words, str(path))
    matrix = np.zeros((2 + len(words), vectors.dim), dtype=np.float32)
    matrix[2:] = vectors.matrix
    numbers = {token: number for number, token in enumerate((PAD, UNKNOWN, *words))}
    files = {
        "tokenizer.json": _tokenizer(numbers, normalization_of(vectors)),
        "config.json": CONFIG,
        "modules.json": MODULES,
    }
    with replacing_folder(path, overwrite=overwrite) as building:
        write_tensors(building / "model.safetensors", {"embeddings": matrix}, {})
        for name, content in files.items():
            (building / name).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        (building / "README.md").write_text(card, "utf-8", newline="\n")


def _check_words(words: Sequence[str], where: str) -> None:
    for word in words:
        if word in (PAD, UNKNOWN) or not is_text(word):
            raise OutputError(
                where,
                expected=f"words in Unicode, none of them {PAD} or {UNKNOWN}",
                found=repr(word),
                hint="Rename or drop the word.",
            )


def _tokenizer(numbers: Mapping[str, int], conventions: Normalization) -> dict[str, Any]:
    """The content of tokenizer.json."""
    splits = [_split(token_pattern().pattern, behavior="Removed", invert=True)]
    if conventions.elision == "split":
        splits.append(_split(_elisions(), behavior="Isolated", invert=False))
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": list(_normalizers(conventions))},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": splits},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": numbers, "unk_token": UNKNOWN},
    }


def _normalizers(conventions: Normalization) -> Iterator[dict[str, Any]]:
    yield _replace(f"[{''.join(map(chr, INVISIBLE))}]", "")
    marks = map(re.escape, RULES)
    yield _replace("|".join(f"(?<={mark}{{{LONGEST_RUN}}}){mark}+" for mark in marks), "")
    if conventions.unicode == "NFC":
        yield {"type": "NFC"}
    if conventions.apostrophe != "keep":
        yield _replace(f"[{APOSTROPHES}]", "'" if conventions.apostrophe == "straight" else "’")
    if conventions.hyphen == "split":
        yield _replace(f"[{HYPHENS}]", "-")
    if conventions.case == "lower":
        yield {"type": "Lowercase"}
    if conventions.digits == "zero":
        yield _replace("[0-9]", "0")


def _elisions() -> str:
    """Patterns of what `Normalizer` splits off: `l'` before a letter, `'s` and `n't` after one."""
    before, after = ("|".join(map(re.escape, sorted(pieces))) for pieces in (ELISIONS, CLITICS))
    pattern = f"(?i:^(?:{before})(?=.)|(?<=.)(?:n't|{after}|')$)"
    return pattern.replace("'", f"[{APOSTROPHES}]")


def _replace(pattern: str, content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def _split(pattern: str, *, behavior: str, invert: bool) -> dict[str, Any]:
    return {
        "type": "Split",
        "pattern": {"Regex": pattern},
        "behavior": behavior,
        "invert": invert,
    }
