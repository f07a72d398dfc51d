"""A pipeline that `spacy.load` opens, with word vectors: a folder or a package.

spaCy looks a token up by its exact text (ORTH), so that one row needs many keys: the word itself,
its case forms (`LESSOR`, `Lessor`), both apostrophes, and tokens that spaCy does not split where
the vectors have the word alone (`Inc.`, `J.`). Vectors of the default mode lose any other attribute
when they are saved: look-up by LOWER does not survive `spacy train` or `nlp.pipe(n_process=2)`. A
vectors class of our own needs embedadapt wherever the pipeline is loaded. A key with its text takes
some 25 bytes on disk: two more keys per word are 8 % of vectors of 50 dimensions.
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
    cut_by,
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
"""Number of keys, evenly spread, that are compared at most after reloading."""

MOST_WHOLE = 1_000
"""Phrases, and as many other words, that the tokenizer keeps in one token: each takes some four
rules, and spaCy needs .2 ms to load a rule."""

MISSING_SHOWN = 6
"""Tokens of the corpus without a vector that are named, most frequent first."""

Tokenizing = Literal["vectors", "spacy"]
"""Whose conventions the tokenizer of a pipeline follows."""


@accepts_old_names
@dataclass(frozen=True)
class PipelineExport:
    """Counts of what was written to a pipeline folder.

    Parameters
    ----------
    n_words : int
        Words that have a key of their own.
    n_surface_forms : int
        Further keys that share a word's row: other cases and apostrophes, tokens of spaCy, and keys
        that borrow the row in a pruned base.
    n_zero : int
        Words left out because their vector is zero; spaCy reports `has_vector` False for them.
    n_unwritable : int
        Words and forms left out because they are not valid Unicode.
    composes : bool
        Whether every other token has a vector too, from its n-grams.
    package : str
        Name by which spaCy loads the installed package; "" for a plain folder.
    n_phrases, n_unreachable : int
        Phrases (words joined by `_`) that the tokenizer keeps in one token, and phrases that it
        splits.
    n_tokens, n_missing : int
        Tokens with a letter or a digit that spaCy finds in the corpus, and the tokens among these
        that are no word of the vectors: they have no vector, or one from n-grams if the pipeline
        composes. 0 without a corpus.
    missing : tuple of str
        The most frequent missing tokens.

    Examples
    --------
    >>> export = PipelineExport(n_words=2, n_surface_forms=6, n_zero=0, n_unwritable=0)
    >>> export.n_keys, export.missing_rate
    (8, 0.0)
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
        """Share of the corpus's tokens that are missing; 0 without a corpus."""
        return self.n_missing / self.n_tokens if self.n_tokens else 0.0

    @property
    def n_keys(self) -> int:
        """Number of keys: words and further surface forms."""
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

    lang: spaCy's code of the language, "en", "fr", or "xx" for several. forms: other spellings in
    the corpus, to their words: {"LESSOR": "lessor"}. A form that is a word
        itself keeps its own row; a form of a missing word is ignored.
    name: name of the pipeline in its meta.json. spaCy puts the language before it, so that
        "en_legal" becomes "legal".
    case_forms: "all" gives keys to the case forms of every word, as the conventions look them up,
        and to tokens that spaCy does not split (`Inc.`, `J.`): about three keys per word. "corpus"
        adds the given forms and the corpus's tokens only.
    corpus: text whose tokens, as spaCy cuts it, are looked up under the conventions; those that are
        one known word get its vector, and the others are counted.
    phrases: words joined by `_` that the tokenizer is to keep in one token, most important first,
        at most MOST_WHOLE.
    tokenizer: "vectors" adds rules to spaCy's tokenizer, so that it cuts text into words of the
        vectors; see `spacy_tokens`. "spacy" adds none; then there are no phrases.
    package: write the project of a Python package around the pipeline, by spaCy's own command; pip
        installs it, and spaCy loads it by its name.
    version: version of the pipeline, in its meta.json, and of the package: "1.0.0" (PEP 440).
    card: the README.md, in Markdown. overwrite: keep a folder that is not an unchanged export under
    another name (`core.folders`) instead
        of refusing it.

    Vectors with n-grams become `SubwordVectors`: forms need no keys of their own, every other token
    has a vector too, and embedadapt is needed to load them. Without n-grams it is not needed.

    Keys are 64-bit hashes: where two texts share one (one chance in ten million for a million keys)
    the first in row order has it. Memory: the vectors once more while the folder is checked.

    The folder is built beside `path`, opened with spacy.load and compared with `vectors`; only then
    does it replace anything. Raises OutputError when that fails or when `path` is a folder that is
    not an unchanged export, SettingsError for an unknown language, MissingExtraError when the
    language needs a package that is not installed.
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
        (building / "README.md").write_text(card, "utf-8", newline="\n")
        _check(building, nlp, rows, where=str(path))
        if package:
            _package(building)
    return replace(export, package=f"{lang}_{name}" if package else "")


def _check_version(version: str) -> None:
    from packaging.version import Version

    try:
        Version(version)
    except ValueError as error:  # of the version, or of a number of thousands of digits in it
        raise SettingsError(
            "version",
            expected="a version that pip understands",
            found=repr(version),
            hint="For example: 1.0.0",
        ) from error


def _package(folder: Path) -> None:
    """Replace the pipeline in `folder` by the project of a package."""
    from spacy.cli.package import package

    with TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as made:
        package(folder, Path(made), create_sdist=False, require_parent=True)
        [project] = Path(made).iterdir()
        for part in folder.iterdir():
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        for part in project.iterdir():
            part.replace(folder / part.name)


def _blank_pipeline(lang: str, vectors: str) -> Language:
    """A blank pipeline. vectors: the registered name of their kind."""
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
        return spacy.blank(lang, config={"nlp": {"vectors": {"@vectors": vectors}, **cut_by(lang)}})
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
    """Give the tokenizer the conventions of the vectors; return texts of phrases, to the phrase."""
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
    """Tokens of the corpus with a letter or a digit, cut by a pipeline of their own.

    Texts without a vector, names among them, therefore leave no trace in `nlp`.
    """
    return count_tokens(same_rules(_scratch_pipeline(lang), nlp), corpus)


def _scratch_pipeline(lang: str) -> Language:
    return _blank_pipeline(lang, "spacy.Vectors.v1")


def _with_phrases(
    export: PipelineExport, vectors: WordVectors, kept: Mapping[str, str]
) -> PipelineExport:
    """Count the phrases that the tokenizer makes, and those that it does not."""
    if not normalization_of(vectors).phrases:
        return export
    n_kept = len(set(kept.values()))
    n_joined = sum(map(is_phrase, vectors.vocabulary.words))
    return replace(export, n_phrases=n_kept, n_unreachable=n_joined - n_kept)


def _with_missing(export: PipelineExport, counts: Counter[str], keys: Keys) -> PipelineExport:
    """Count the tokens of the corpus, and those without a key."""
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
    """What pip installs with a pipeline whose vectors embedadapt composes."""
    from spacy.util import get_minor_version_range

    return f"embedadapt{get_minor_version_range(metadata.version('embedadapt'))}"


def _describe(vectors: WordVectors, export: PipelineExport) -> str:
    notes = [note for note in vectors.provenance.notes if note.startswith("adapted")]
    described = (
        f"{export.n_words:,} words x {vectors.dim} and {export.n_surface_forms:,} further forms"
    )
    return f"Word vectors written by embedadapt: {'; '.join([described, *notes])}."


def _check(folder: Path, nlp: Language, keys: Mapping[str, int], *, where: str) -> None:
    """Open the folder as its users will, and compare evenly spread keys bit for bit."""
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
        expected="the written pipeline to hold the exported vectors",
        found=found,
        hint="Nothing was replaced; please report this with the version of spaCy.",
    )


def _first_sentence(error: Exception) -> str:
    return str(error).strip().split(". ")[0] or type(error).__name__
