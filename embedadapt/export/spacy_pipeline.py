"""A pipeline that `spacy.load` opens, holding a table's vectors: a folder or a package.

spaCy looks a token up by its exact form (ORTH), so one row needs many keys: the word itself, every
way the corpus writes it (`LESSOR`, `Lessor`), and both apostrophes. (Vectors of the default mode
lose any other attribute on disk, so look-up by LOWER is not to be had.)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, get_args

import numpy as np

from embedadapt.core.errors import MissingExtraError, OutputError, SettingsError
from embedadapt.core.files import replacing_folder
from embedadapt.core.subwords import FloretHashing
from embedadapt.core.types import Floats2d
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import CaseForms, all_forms, is_text

if TYPE_CHECKING:
    from spacy.language import Language

CHECKED_KEYS = 2_000
"""At most so many keys, evenly spread, are compared after reloading."""

META_KEY = "embedadapt"
"""Stands in the meta.json of the folders we write: only those are replaced."""


@dataclass(frozen=True)
class PipelineExport:
    """What went into a pipeline folder.

    n_words: words of the table that have a key of their own.
    n_forms: further keys, borrowing a word's row: other cases and apostrophes, and keys that
        borrowed it in a pruned base.
    n_zero: words left out because their row is all zeros; spaCy says `has_vector` False of them.
    n_unwritable: words and forms left out because they are not valid Unicode text.
    composes: whether every other token has a vector too, of its n-grams.
    package: the name that spaCy loads it by once pip has installed it; "" for a plain folder.
    """

    n_words: int
    n_forms: int
    n_zero: int
    n_unwritable: int
    composes: bool = False
    package: str = ""

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
    package: bool = False,
    card: str = "",
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
    package: writes the project of a Python package around the pipeline, by spaCy's own command;
        pip installs it, and spaCy loads it by its name.
    card: the README.md, in Markdown.

    Vectors with n-grams become `SubwordVectors`: forms need no keys of their own, and every other
    token has a vector too. Loading them takes embedadapt. Without n-grams spaCy alone will do.

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
    name = name.removeprefix(f"{lang}_")
    if package and not f"{lang}_{name}".isidentifier():
        raise SettingsError("name", expected="a name that Python can import", found=repr(name))
    if vectors.subwords is None:
        nlp, keys, export = _looking_up(lang, vectors, forms, case_forms)
    elif vectors.subwords.floret is not None and not len(vectors):
        nlp, keys, export = _of_floret(lang, vectors.subwords.ngrams, vectors.subwords.floret)
    else:
        nlp, keys, export = _composing(lang, vectors)
    nlp.vocab.vectors.name = f"{lang}_{name}"
    nlp.meta["name"] = name
    nlp.meta["description"] = _describe(vectors, export)
    nlp.meta[META_KEY] = {"format": 1}
    with replacing_folder(path, marker="meta.json") as building:
        nlp.to_disk(building)
        (building / "README.md").write_text(card, "utf-8")
        _check(building, nlp, keys, where=str(path))
        if package:
            _package(building)
    return replace(export, package=f"{lang}_{name}" if package else "")


def _package(folder: Path) -> None:
    """Puts the project of a package in the place of the pipeline in `folder`."""
    from spacy.cli.package import package

    with TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as made:
        package(folder, Path(made), create_sdist=False, require_parent=True)
        [project] = Path(made).iterdir()
        for part in folder.iterdir():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        for part in project.iterdir():
            part.replace(folder / part.name)


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


def _blank_pipeline(lang: str, vectors: str) -> Language:
    """vectors: the registered name of their kind."""
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
        return spacy.blank(lang, config={"nlp": {"vectors": {"@vectors": vectors}}})
    except ImportError as error:
        raise MissingExtraError(
            "lang",
            expected=f"the packages spaCy needs for {lang!r}",
            found=_first_sentence(error),
            hint=f"pip install 'spacy[{lang}]', or give xx.",
        ) from error


def _looking_up(
    lang: str, vectors: WordVectors, forms: Mapping[str, str], case_forms: CaseForms
) -> tuple[Language, Mapping[str, int], PipelineExport]:
    """A pipeline with spaCy's own vectors, and every text that has one to its row.

    The matrix itself becomes the pipeline's table; nothing is copied.
    """
    nlp = _blank_pipeline(lang, "spacy.Vectors.v1")
    keys, export = _keys(vectors, forms, case_forms)
    table = nlp.vocab.vectors
    table.data = np.asarray(vectors.matrix)
    for text, row in keys.items():
        key = nlp.vocab.strings.add(text)
        if key not in table:
            table.add(key, row=row)
    return nlp, keys, export


def _composing(
    lang: str, vectors: WordVectors
) -> tuple[Language, Mapping[str, int], PipelineExport]:
    """A pipeline with SubwordVectors; words of zeros are left out, and composed when met."""
    from embedadapt.export.subword_vectors import REGISTERED, SubwordVectors

    words = vectors.vocabulary.words
    filled = vectors.norms > 0
    text = np.fromiter(map(is_text, words), bool, len(words))
    rows = np.flatnonzero(filled & text).astype(np.int32)
    table = replace(
        vectors,
        vocabulary=vectors.vocabulary.select(rows),
        matrix=vectors.matrix[rows],
        context=None,
    )
    nlp = _blank_pipeline(lang, REGISTERED)
    nlp.vocab.vectors = SubwordVectors(table, strings=nlp.vocab.strings)
    n_zero, n_unwritable = int((~filled).sum()), int((~text).sum())
    export = PipelineExport(len(table), 0, n_zero, n_unwritable, composes=True)
    return nlp, table.vocabulary.index, export


def _of_floret(
    lang: str, rows: Floats2d, hashing: FloretHashing
) -> tuple[Language, Mapping[str, int], PipelineExport]:
    """A pipeline in spaCy's own floret mode: a table without words, which composes them all."""
    from spacy.vectors import Vectors

    nlp = _blank_pipeline(lang, "spacy.Vectors.v1")
    bow, eow = hashing.marks
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings,
        data=rows,
        mode="floret",
        minn=hashing.min_n,
        maxn=hashing.max_n,
        hash_count=hashing.hash_count,
        hash_seed=hashing.seed,
        bow=bow,
        eow=eow,
    )
    return nlp, {}, PipelineExport(0, 0, 0, 0)


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
    for form, word in all_forms(forms, tuple(keys), case_forms):
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


def _describe(vectors: WordVectors, export: PipelineExport) -> str:
    notes = [note for note in vectors.provenance.notes if note.startswith("adapted")]
    described = f"{export.n_words:,} words x {vectors.dim} and {export.n_forms:,} further forms"
    return f"Word vectors written by embedadapt: {'; '.join([described, *notes])}."


def _check(folder: Path, nlp: Language, keys: Mapping[str, int], *, where: str) -> None:
    """Open the folder as its users will and compare a spread of keys, bit for bit."""
    import spacy

    reloaded, table = spacy.load(folder).vocab, nlp.vocab.vectors
    if reloaded.vectors.shape != table.shape:
        raise _failed(where, f"a table of shape {reloaded.vectors.shape}")
    for text in list(keys)[:: len(keys) // CHECKED_KEYS + 1]:
        found = reloaded.get_vector(text)
        if not reloaded.has_vector(text) or found.tobytes() != table.data[keys[text]].tobytes():
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
