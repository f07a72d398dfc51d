"""A pipeline that `spacy.load` opens, holding a table's vectors: a folder or a package.

spaCy looks a token up by its exact form (ORTH), so one row needs many keys: the word itself, its
case forms (`LESSOR`, `Lessor`), both apostrophes, and the tokens that spaCy keeps whole where the
table has the word alone (`Inc.`, `J.`). Vectors of the default mode lose any other attribute when
they are saved, so look-up by LOWER does not survive `spacy train` or `nlp.pipe(n_process=2)`, and a
vectors class of our own needs embedadapt wherever the pipeline is loaded. A key with its text takes
some 25 bytes on disk: two more keys a word are 8 % of a table of 50 dimensions.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, get_args

from embedadapt.core.corpus import Corpus
from embedadapt.core.errors import MissingExtraError, OutputError, SettingsError
from embedadapt.core.folders import check_folder, replacing_folder
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors
from embedadapt.export.forms import CaseForms, is_text, spellings_of
from embedadapt.export.spacy_keys import Keys, find_keys, spellings_among, with_spellings
from embedadapt.export.spacy_tokens import (
    count_tokens,
    cut_marks,
    is_phrase,
    keep_whole,
    phrase_forms,
    same_rules,
    special_cases,
    words_cut_apart,
)
from embedadapt.export.spacy_vectors import (
    compose_floret,
    composing_vectors,
    floret_hashing,
    look_up,
    registered_vectors,
)
from embedadapt.text.normalize import normalization_of

if TYPE_CHECKING:
    from spacy.language import Language

CHECKED_KEYS = 2_000
"""At most so many keys, evenly spread, are compared after reloading."""

MOST_WHOLE = 1_000
"""Phrases, and as many words else, that the tokenizer keeps in one token: each has some four rules,
and spaCy takes .2 ms to load a rule."""

MISSING_SHOWN = 6
"""The most frequent tokens of the corpus without a vector."""

Tokenizing = Literal["vectors", "spacy"]
"""Whose conventions a pipeline's tokenizer follows."""


@accepts_old_names
@dataclass(frozen=True)
class PipelineExport:
    """What went into a pipeline folder.

    n_words: words of the table that have a key of their own.
    n_surface_forms: further keys, borrowing a word's row: other cases and apostrophes, tokens of
        spaCy, and keys that borrowed it in a pruned base.
    n_zero: words left out because their row is all zeros; spaCy says `has_vector` False of them.
    n_unwritable: words and forms left out because they are not valid Unicode text.
    composes: whether every other token has a vector too, of its n-grams.
    package: the name that spaCy loads it by once pip has installed it; "" for a plain folder.
    n_phrases, n_unreachable: words of the table joined by `_` that the pipeline's tokenizer keeps
        in one token, and those that it never makes.
    n_tokens, n_missing: tokens of the corpus with a letter or a digit, as spaCy cuts it, and those
        of them that are no word of the table: they have no vector, or one of their n-grams where
        the pipeline composes. 0 and 0 without a corpus.
    missing: the most frequent of those.
    """

    n_words: int
    n_surface_forms: int
    n_zero: int
    n_unwritable: int
    composes: bool = False
    package: str = ""
    n_phrases: int = 0
    n_unreachable: int = 0
    n_tokens: int = 0
    n_missing: int = 0
    missing: tuple[str, ...] = ()

    @property
    def missing_rate(self) -> float:
        """Share of the corpus's tokens that are no word of the table; 0 without a corpus."""
        return self.n_missing / self.n_tokens if self.n_tokens else 0.0

    @property
    def n_keys(self) -> int:
        return self.n_words + self.n_surface_forms


def write_pipeline(
    vectors: WordVectors,
    path: str | Path,
    *,
    lang: str,
    forms: Mapping[str, str],
    name: str,
    case_forms: CaseForms = "all",
    corpus: Corpus | None = None,
    phrases: Sequence[str] = (),
    tokenizer: Tokenizing = "vectors",
    package: bool = False,
    version: str = "0.0.0",
    card: str = "",
    overwrite: bool = False,
) -> PipelineExport:
    """Write a blank `lang` pipeline with these vectors as the folder `path`.

    lang: spaCy's code of the language, "en", "fr", or "xx" for several.
    forms: other ways of writing a word, as seen in the corpus, to the word of the table they stand
        for: {"LESSOR": "lessor"}. A form that is a word of the table keeps its own row; a form of a
        word that is not in the table is ignored.
    name: the pipeline's name in its meta.json. spaCy puts the language before it, so "en_legal"
        becomes "legal".
    case_forms: "all" gives every word its case forms too, as the table's conventions look them up,
        and the tokens that spaCy keeps whole (`Inc.`, `J.`) theirs: about three keys a word.
        "corpus" adds the given forms and the corpus's tokens only.
    corpus: text whose tokens, as spaCy cuts it, are looked up by the table's conventions; those of
        one known word get its vector, and the others are counted.
    phrases: words of the table, joined by `_`, that the tokenizer is to keep in one token, the most
        important first; MOST_WHOLE of them at most.
    tokenizer: "vectors" adds rules to spaCy's tokenizer, so that it cuts text as the table's words
        are: see `spacy_tokens`. "spacy" leaves it as it is; then no phrase is made.
    package: writes the project of a Python package around the pipeline, by spaCy's own command;
        pip installs it, and spaCy loads it by its name.
    version: of the pipeline, in its meta.json, and of the package: "1.0.0" (PEP 440).
    card: the README.md, in Markdown.
    overwrite: keeps a folder that is not as we wrote it under another name (`core.folders`) instead
        of refusing it.

    Vectors with n-grams become `SubwordVectors`: forms need no keys of their own, and every other
    token has a vector too. Loading them takes embedadapt. Without n-grams spaCy alone will do.

    Keys are 64-bit hashes: where two texts share one (a chance of one in ten million for a million
    keys) the first in row order has it. Memory: the vectors once more while the folder is checked.

    The folder is built beside `path`, opened with spacy.load and compared with `vectors`; only then
    does it take its place. Raises OutputError when that fails or when `path` is a folder that is
    not as we wrote it, SettingsError for an unknown language, MissingExtraError when the language
    needs a package that is not installed.
    """
    if case_forms not in get_args(CaseForms):
        raise SettingsError("case_forms", expected="all or corpus", found=repr(case_forms))
    if tokenizer not in get_args(Tokenizing):
        raise SettingsError("tokenizer", expected="vectors or spacy", found=repr(tokenizer))
    check_folder(path, overwrite=overwrite)
    name = name.removeprefix(f"{lang}_")
    if package and not f"{lang}_{name}".isidentifier():
        raise SettingsError("name", expected="a name that Python can import", found=repr(name))
    _check_version(version)
    nlp = _blank_pipeline(lang, registered_vectors(vectors))
    hashing = floret_hashing(vectors)
    rows: Mapping[str, int] = {}
    if vectors.subwords is not None and hashing is not None:
        compose_floret(nlp, vectors.subwords.ngrams, hashing)
        export = PipelineExport(0, 0, 0, 0)
    else:
        keys = find_keys(vectors, nlp, forms, case_forms)
        whole = _set_tokenizer(nlp, lang, vectors, keys, phrases) if tokenizer == "vectors" else {}
        counts = Counter() if corpus is None else _tokens_of(corpus, nlp, lang)
        spellings = chain(whole.items(), spellings_among(vectors, sorted(counts)))
        keys = with_spellings(keys, vectors, spellings)
        rows, export = _filled(nlp, vectors, keys)
        export = _with_phrases(_with_missing(export, counts, keys), vectors, whole)
    nlp.vocab.vectors.name = f"{lang}_{name}"
    nlp.meta["name"] = name
    nlp.meta["version"] = version
    nlp.meta["description"] = _describe(vectors, export)
    if export.composes:  # spaCy finds out by itself only where embedadapt is no editable install
        nlp.meta["requirements"] = [_our_requirement()]
    with replacing_folder(path, overwrite=overwrite) as building:
        nlp.to_disk(building)
        (building / "README.md").write_text(card, "utf-8")
        _check(building, nlp, rows, where=str(path))
        if package:
            _package(building)
    return replace(export, package=f"{lang}_{name}" if package else "")


def _check_version(version: str) -> None:
    from packaging.version import InvalidVersion, Version

    try:
        Version(version)
    except InvalidVersion as error:
        raise SettingsError(
            "version",
            expected="a version that pip understands",
            found=repr(version),
            hint="For example: 1.0.0",
        ) from error


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


def _set_tokenizer(
    nlp: Language, lang: str, vectors: WordVectors, keys: Keys, phrases: Sequence[str]
) -> dict[str, str]:
    """Gives the tokenizer the table's conventions; returns each text of a phrase, to the phrase."""
    cut_marks(nlp, normalization_of(vectors))
    kept = {
        text: phrase
        for phrase in [one for one in phrases if one in keys.rows][:MOST_WHOLE]
        for text in phrase_forms(phrase)
    }
    keep_whole(nlp, kept)
    own, scratch = _scratch_pipeline(lang), same_rules(_scratch_pipeline(lang), nlp)
    cut_apart = words_cut_apart(scratch, own, islice(keys.rows, keys.n_words), keys.rows)
    for word in islice(cut_apart, MOST_WHOLE):
        keep_whole(nlp, [form for form in spellings_of(word) if keys.is_of(form, word)])
    return {text: phrase for text, phrase in kept.items() if text in special_cases(nlp)}


def _tokens_of(corpus: Corpus, nlp: Language, lang: str) -> Counter[str]:
    """The corpus's tokens with a letter or a digit, cut by a pipeline of their own: texts without a
    vector, names among them, leave no trace in `nlp`."""
    return count_tokens(same_rules(_scratch_pipeline(lang), nlp), corpus)


def _scratch_pipeline(lang: str) -> Language:
    return _blank_pipeline(lang, "spacy.Vectors.v1")


def _with_phrases(
    export: PipelineExport, vectors: WordVectors, kept: Mapping[str, str]
) -> PipelineExport:
    """Counts the phrases that the tokenizer makes, and those of the table that it does not."""
    if not normalization_of(vectors).phrases:
        return export
    n_kept = len(set(kept.values()))
    n_joined = sum(map(is_phrase, vectors.vocabulary.words))
    return replace(export, n_phrases=n_kept, n_unreachable=n_joined - n_kept)


def _with_missing(export: PipelineExport, counts: Counter[str], keys: Keys) -> PipelineExport:
    """Counts the tokens of the corpus, and those without a key."""
    missing = Counter({text: n for text, n in counts.items() if text not in keys.rows})
    ranked = sorted(sorted(missing), key=missing.__getitem__, reverse=True)
    return replace(
        export,
        n_tokens=counts.total(),
        n_missing=missing.total(),
        missing=tuple(ranked[:MISSING_SHOWN]),
    )


def _filled(
    nlp: Language, vectors: WordVectors, keys: Keys
) -> tuple[Mapping[str, int], PipelineExport]:
    """Gives a pipeline its vectors; returns texts that have one, to their rows, and counts."""
    if vectors.subwords is None:
        counts = keys.n_words, keys.n_surface_forms, keys.n_zero, keys.n_unwritable
        return look_up(nlp, vectors, keys), PipelineExport(*counts)
    nlp.vocab.vectors = composing_vectors(vectors, keys, nlp.vocab.strings)
    n_unwritable = sum(not is_text(word) for word in vectors.vocabulary.words)
    export = PipelineExport(keys.n_words, 0, keys.n_zero, n_unwritable, composes=True)
    return nlp.vocab.vectors.table.vocabulary.index, export


def _our_requirement() -> str:
    """What pip installs with a pipeline that embedadapt composes the vectors of."""
    from spacy.util import get_minor_version_range

    return f"embedadapt{get_minor_version_range(metadata.version('embedadapt'))}"


def _describe(vectors: WordVectors, export: PipelineExport) -> str:
    notes = [note for note in vectors.provenance.notes if note.startswith("adapted")]
    described = (
        f"{export.n_words:,} words x {vectors.dim} and {export.n_surface_forms:,} further forms"
    )
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
