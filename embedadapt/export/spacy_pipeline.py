"""A pipeline folder that `spacy.load` opens, holding a table's vectors.

spaCy looks a token up by its exact form (ORTH), so one row needs many keys: the word itself, every
way the corpus writes it (`LESSOR`, `Lessor`), and both apostrophes. (Vectors of the default mode
lose any other attribute on disk, so look-up by LOWER is not to be had.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from embedadapt.core.errors import MissingExtraError, OutputError, SettingsError
from embedadapt.core.files import replacing_folder
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import is_text

if TYPE_CHECKING:
    from spacy.language import Language

CaseForms = Literal["corpus", "all"]

CHECKED_KEYS = 2_000
"""At most so many keys, evenly spread, are compared after reloading."""

META_KEY = "embedadapt"
"""Stands in the meta.json of the folders we write: only those are replaced."""

STRAIGHT, TYPOGRAPHIC = "'", "’"


@dataclass(frozen=True)
class PipelineExport:
    """What went into a pipeline folder.

    n_words: words of the table that have a key of their own.
    n_forms: further keys, borrowing a word's row: other cases and apostrophes.
    n_zero: words left out because their row is all zeros; spaCy says `has_vector` False of them.
    n_unwritable: words and forms left out because they are not valid Unicode text.
    """

    n_words: int
    n_forms: int
    n_zero: int
    n_unwritable: int

    @property
    def n_keys(self) -> int:
        return self.n_words + self.n_forms


def write_pipeline(
    vectors: WordVectors,
    path: str | Path,
    *,
    lang: str,
    forms: Mapping[str, str],
    name: str,
    case_forms: CaseForms = "corpus",
) -> PipelineExport:
    """Write a blank `lang` pipeline with these vectors as the folder `path`.

    lang: spaCy's code of the language, "en", "fr", or "xx" for several.
    forms: other ways of writing a word, as seen in the corpus, to the word of the table they stand
        for: {"LESSOR": "lessor"}. A form that is a word of the table keeps its own row; a form of a
        word that is not in the table is ignored.
    name: the pipeline's name in its meta.json. spaCy puts the language before it, so "en_legal"
        becomes "legal".
    case_forms: "corpus" adds the given forms; "all" adds capitalised and upper-case forms of every
        lower-case word too (about three times the keys).

    Keys are 64-bit hashes: where two texts share one (a chance of one in ten million for a million
    keys) the first in row order has it. Memory: the vectors once more while the folder is checked.

    The folder is built beside `path`, opened with spacy.load and compared with `vectors`; only then
    does it take its place. Raises OutputError when that fails or when `path` is a folder of someone
    else, SettingsError for an unknown language, MissingExtraError when the language needs a package
    that is not installed.
    """
    if case_forms not in get_args(CaseForms):
        raise SettingsError("case_forms", expected="corpus or all", found=repr(case_forms))
    _refuse_foreign_pipeline(Path(path))
    nlp = _blank_pipeline(lang)
    keys, export = _keys(vectors, forms, case_forms)
    name = name.removeprefix(f"{lang}_")
    nlp.meta["name"] = name
    nlp.meta["description"] = _describe(vectors, export)
    nlp.meta[META_KEY] = {"format": 1}
    with replacing_folder(path, marker="meta.json") as building:
        _set_vectors(nlp, vectors, keys, name)
        nlp.to_disk(building)
        _check(building, vectors, keys, where=str(path))
    return export


def _refuse_foreign_pipeline(target: Path) -> None:
    """A pipeline that someone trained holds a meta.json too, and is not ours to replace."""
    try:
        meta = json.loads((target / "meta.json").read_text("utf-8"))
    except (OSError, ValueError):
        return  # no pipeline: replacing_folder judges what else may stand there
    if META_KEY not in meta:
        raise OutputError(
            str(target),
            expected="a new folder, or a pipeline that embedadapt wrote",
            found="another spaCy pipeline",
            hint="Choose another target or remove it first.",
        )


def _blank_pipeline(lang: str) -> Language:
    import spacy
    from spacy.util import get_lang_class

    try:
        get_lang_class(lang)
    except ImportError as error:
        raise SettingsError(
            "lang",
            expected="a language code that spaCy knows",
            found=repr(lang),
            hint="Give two or three letters, such as en, fr or de; xx fits any language.",
        ) from error
    try:
        return spacy.blank(lang)
    except ImportError as error:
        raise MissingExtraError(
            "lang",
            expected=f"the packages spaCy needs for {lang!r}",
            found=_first_sentence(error),
            hint=f"pip install 'spacy[{lang}]', or give xx.",
        ) from error


def _keys(
    vectors: WordVectors, forms: Mapping[str, str], case_forms: CaseForms
) -> tuple[dict[str, int], PipelineExport]:
    """Every text that has a vector, to its row; words first, so that no form takes a word's key."""
    words = vectors.vocabulary.words
    filled = vectors.norms > 0
    keys = {word: row for row, word in enumerate(words) if filled[row] and is_text(word)}
    n_words = len(keys)
    unwritable = {word for word in words if not is_text(word)}
    own = vectors.vocabulary.index
    for form, word in _all_forms(forms, tuple(keys), case_forms):
        if not is_text(form):
            unwritable.add(form)
        elif form not in own and word in keys:
            keys.setdefault(form, keys[word])
    export = PipelineExport(
        n_words=n_words,
        n_forms=len(keys) - n_words,
        n_zero=int((~filled).sum()),
        n_unwritable=len(unwritable),
    )
    return keys, export


def _all_forms(
    forms: Mapping[str, str], words: tuple[str, ...], case_forms: CaseForms
) -> Iterator[tuple[str, str]]:
    """(form, word), the surest first: seen in the corpus, then apostrophes, then cases."""
    yield from sorted(forms.items())
    for word in words:
        if STRAIGHT in word or TYPOGRAPHIC in word:
            yield from ((form, word) for form in _apostrophe_forms(word))
    if case_forms == "all":
        for word in words:
            if word == word.lower():
                yield from ((form, word) for form in (_capitalized(word), word.upper()))


def _apostrophe_forms(word: str) -> Iterator[str]:
    """Both apostrophes, small and capital.

    spaCy cuts `L’acheteur` into `L’` and `acheteur`, pieces that the corpus's own words need not
    hold, since the elided article is split off from words we keep together.
    """
    for variant in (word.replace(TYPOGRAPHIC, STRAIGHT), word.replace(STRAIGHT, TYPOGRAPHIC)):
        yield variant
        yield _capitalized(variant)
        yield variant.upper()


def _capitalized(word: str) -> str:
    """First letter capital, the rest as it is.

    >>> _capitalized("l'acheteur"), _capitalized("non-exclusive")
    ("L'acheteur", 'Non-exclusive')
    """
    return word[:1].upper() + word[1:]


def _describe(vectors: WordVectors, export: PipelineExport) -> str:
    notes = [note for note in vectors.provenance.notes if note.startswith("adapted")]
    described = f"{export.n_words:,} words x {vectors.dim} and {export.n_forms:,} further forms"
    return f"Word vectors written by embedadapt: {'; '.join([described, *notes])}."


def _set_vectors(nlp: Language, vectors: WordVectors, keys: Mapping[str, int], name: str) -> None:
    """The matrix itself becomes the pipeline's table; nothing is copied."""
    table = nlp.vocab.vectors
    table.name = f"{nlp.lang}_{name}"
    table.data = np.asarray(vectors.matrix)
    for text, row in keys.items():
        key = nlp.vocab.strings.add(text)
        if key not in table:
            table.add(key, row=row)


def _check(folder: Path, vectors: WordVectors, keys: Mapping[str, int], *, where: str) -> None:
    """Open the folder as its users will and compare a spread of keys, bit for bit."""
    import spacy

    reloaded = spacy.load(folder).vocab
    if reloaded.vectors.shape != vectors.matrix.shape:
        raise _failed(where, f"a table of shape {reloaded.vectors.shape}")
    for text in list(keys)[:: len(keys) // CHECKED_KEYS + 1]:
        found = reloaded.get_vector(text)
        if not reloaded.has_vector(text) or found.tobytes() != vectors.matrix[keys[text]].tobytes():
            raise _failed(where, f"another vector for {text!r}")


def _failed(where: str, found: str) -> OutputError:
    return OutputError(
        where,
        expected="the written pipeline to hold the table's vectors",
        found=found,
        hint="Nothing was replaced; please report this with the version of spaCy.",
    )


def _first_sentence(error: Exception) -> str:
    return str(error).strip().split(". ")[0] or type(error).__name__
