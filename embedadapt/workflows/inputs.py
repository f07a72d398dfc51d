"""Inputs of all functions: values or paths are converted to values, and paths are checked first for
being what their argument takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from numpy.typing import ArrayLike

from embedadapt.core.adapted import Scale, apply_adapter, check_scale
from embedadapt.core.adapter import Adapter, Layout, check_fits
from embedadapt.core.corpus import Corpus, Document
from embedadapt.core.errors import (
    AdapterError,
    CorpusError,
    EmbedAdaptError,
    FormatError,
    MissingTextError,
)
from embedadapt.core.vectors import WordVectors
from embedadapt.formats import load_vectors, sniff_format
from embedadapt.formats.adapter_file import load_adapter
from embedadapt.formats.kinds import Kind, kind_of, stray_in
from embedadapt.formats.memory import LoadedModel, from_memory
from embedadapt.formats.spacy import read_borrowed
from embedadapt.text.keyness import with_specificity
from embedadapt.text.prepare import PreparedCorpus
from embedadapt.text.readers import FileCorpus, open_corpus
from embedadapt.text.readers.memory import (
    AS_TEXTS,
    Texts,
    kept,
    may_name_files,
    paths_or_texts,
    shown,
)

AnyVectors: TypeAlias = (
    WordVectors
    | str
    | Path
    | Mapping[str, ArrayLike]
    | tuple[Iterable[str], ArrayLike]
    | LoadedModel
)
"""What `as_vectors` converts: a path, or vectors from memory."""
AnyCorpus: TypeAlias = (
    str | Path | Iterable[str | Path | Document | tuple[str, str]] | Mapping[str, str]
)
"""What `as_corpus` converts: paths, or texts from memory."""
AnyAdapter: TypeAlias = Adapter | str | Path
AnyAdapters: TypeAlias = AnyAdapter | Sequence[AnyAdapter]


KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("vectors", "pipeline"), "vectors"),
    **dict.fromkeys(("adapter", "other"), "an adapter"),
    **dict.fromkeys(("corpus", "dev", "word"), "documents"),  # or a word, which is no path
}
"""What an argument takes, by its name."""
NAMED: Mapping[Kind, str] = {
    "vectors": "word vectors",
    "an adapter": "an adapter",
    "documents": "documents",
}
ERRORS: Mapping[Kind, type[EmbedAdaptError]] = {
    "vectors": FormatError,
    "an adapter": AdapterError,
    "documents": CorpusError,
}


def check_roles(given: Mapping[str, object], command: str = "") -> None:
    """Raise an error for a path given as another kind of thing, such as documents for vectors.

    given: the arguments by name, in their order; the names of options have dashes. A few kilobytes
    of
        each path among them are read (formats.kinds).
    command: `embedadapt oov`; "" for a function.
    """
    kinds = {
        name: [(str(path), kind_of(path)) for path in paths_among(value)]
        for name, value in given.items()
    }
    for name, paths in kinds.items():
        wanted = KINDS[_role(name)]
        for path, kind in paths:
            if kind not in (None, wanted):
                raise ERRORS[wanted](
                    path,
                    expected=f"{'a word' if _role(name) == 'word' else NAMED[wanted]} ({name})",
                    found=NAMED[kind],
                    hint=_right_order(kinds, name, command),
                )
            stray = stray_in(path) if _role(name) == "corpus" and kind else None
            if stray:
                raise CorpusError(
                    str(stray),
                    expected=f"documents ({name})",
                    found="word vectors",
                    hint="Move them out of the folder, or name the documents.",
                )


def _right_order(
    kinds: Mapping[str, Sequence[tuple[str, Kind | None]]], wrong: str, command: str
) -> str:
    """The command with each path in its place; or the order of arguments, if one gets no path."""
    names = [name for name in kinds if not name.startswith("-")]
    if wrong not in names:
        return f"{wrong} takes the file that `embedadapt adapt -o` wrote."
    if not command:
        return f"The arguments are, in this order: {', '.join(names)}."
    if "--adapter" in kinds and any(kind == "an adapter" for _, kind in kinds[wrong]):
        return f"An adapter goes with --adapter. Usage: {' '.join([command, *names])}"
    given = [(path, kind, name) for name in names for path, kind in kinds[name]]
    places = [[p for p, kind, own in given if _belongs(kind, own, name)] for name in names]
    wanted = {KINDS[_role(name)] for name in names}
    if all(places) and sum(map(len, places)) == len(given) and len(wanted) == len(names):
        return f"In the right order: {' '.join([command, *chain(*places)])}"
    return f"Usage: {' '.join([command, *names])}"


def _belongs(kind: Kind | None, own: str, name: str) -> bool:
    return own == name if kind is None else kind == KINDS[_role(name)]


def _role(name: str) -> str:
    return name.strip("-.").lower()


def adapted_vectors(
    base: WordVectors,
    adapter: AnyAdapters | None,
    layout: Layout,
    scale: Scale | None,
    budget: float | None,
) -> tuple[WordVectors, dict[str, str]]:
    """The vectors to look words up in, and every other spelling of their words that is known."""
    adapters = [] if adapter is None else fitting_adapters(base, adapter)
    check_scale(layout, 0.0 if scale is None else scale, max(1, len(adapters)))
    if not adapters:
        return base, {}
    from embedadapt.evaluation.scale import scale_of  # not needed without adapters

    found = scale_of(base, adapters, layout, scale, budget)
    return apply_adapter(base, adapters, layout=layout, scale=found), known_forms(adapters)


def known_forms(adapters: Sequence[Adapter]) -> dict[str, str]:
    """Every other spelling of the adapters' words, to the word; the first adapter decides."""
    return {
        form: one.vocabulary.words[row]
        for one in reversed(adapters)
        for form, row in one.surface_forms.items()
    }


def borrowed_forms(base: WordVectors) -> dict[str, str]:
    """The words of a pruned spaCy pipeline that borrow a row, each to the word that owns it."""
    origin = base.provenance
    if origin.format == "spacy" and origin.n_shared_keys and origin.path:
        return read_borrowed(origin.path)
    return dict(origin.borrowed)


def as_vectors(vectors: AnyVectors) -> WordVectors:
    """Return `WordVectors`, loaded from a path or converted from other objects in memory.

    Every function that takes vectors calls this one. To call several functions, convert the vectors
    once. float32 arrays are shared, not copied.

    Parameters
    ----------
    vectors : vectors or path
        `WordVectors`; a path that `load_vectors` reads; `KeyedVectors`, `Word2Vec` or `FastText` of
        gensim (with n-grams, and the output matrix as context); a loaded `fasttext` model; an `nlp`
        or `Vocab` of spaCy; a mapping of words to vectors; or a pair (words, array).

    Returns
    -------
    WordVectors
        The vectors.

    Raises
    ------
    FormatError
        The object is none of these, or its parts do not fit: vectors of different widths, NaN, a
        word that occurs twice.

    Examples
    --------
    >>> embedadapt.as_vectors({"cat": [1.0, 0.0], "car": [0.6, 0.8]}).similarity("cat", "car")
    0.6000000238418579
    """
    if isinstance(vectors, WordVectors):
        return vectors
    return load_vectors(vectors) if isinstance(vectors, (str, Path)) else from_memory(vectors)


class OpenedTables(Mapping[str, WordVectors]):
    """Vectors by name, each read when it is looked up, so that one at a time is in memory.

    Raises FormatError at once for a path that holds no vectors.
    """

    def __init__(self, tables: Mapping[str, AnyVectors]) -> None:
        self._tables = tables
        for table in tables.values():
            if isinstance(table, (str, Path)):
                sniff_format(table)

    def __getitem__(self, name: str) -> WordVectors:
        return as_vectors(self._tables[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def as_corpus(corpus: AnyCorpus) -> Corpus:
    """Return a corpus: of files if paths are given, of texts otherwise.

    A list or column of strings is taken as paths if each string names an existing file, folder or
    pattern. Strings are taken as texts if none of them names a file or looks like a path, and
    at least one contains white space. Use `Texts` or `open_corpus` to say which of the two is
    meant. An iterator, which can be read only once, is read here and kept, in a temporary file
    if it is long.

    Parameters
    ----------
    corpus : text or paths
        A path, several paths, or whatever `Texts` takes.

    Returns
    -------
    Corpus
        An iterable of documents that can be read several times.

    Raises
    ------
    CorpusError
        The object has neither paths nor texts, or its strings may be either.

    Examples
    --------
    >>> corpus = embedadapt.as_corpus(["The lessor leases.", "The lessee pays."])
    >>> [document.name for document in corpus]
    ['text 1', 'text 2']
    """
    if isinstance(corpus, (FileCorpus, PreparedCorpus, Texts)):
        return corpus
    if isinstance(corpus, (str, Path)):
        return open_corpus([_checked(corpus)])
    items = kept(corpus)
    if isinstance(items, Mapping):
        return Texts(items)
    if not isinstance(items, Sized) and not may_name_files(next(iter(items), None)):
        return Texts(items)
    listed = items if isinstance(items, (list, tuple)) else [*items]
    if not listed:
        raise CorpusError("corpus", expected="paths or texts", found="none")
    return open_corpus(listed) if paths_or_texts(listed) == "paths" else Texts(items)


def _checked(path: str | Path) -> str | Path:
    """The path. Raises CorpusError for a string that is a text and no path."""
    if _are_texts([path]):
        raise MissingTextError(
            "corpus", found=f"no such file or folder: {shown(path)}", hint=AS_TEXTS
        )
    return path


def fitting_adapters(base: WordVectors, adapters: AnyAdapters) -> list[Adapter]:
    """One or several adapters, loaded if need be.

    Raises AdapterError unless all were trained from `base`.
    """
    several = [adapters] if isinstance(adapters, (Adapter, str, Path)) else adapters
    return [_fitting(base, one) for one in several]


def _fitting(base: WordVectors, adapter: AnyAdapter) -> Adapter:
    loaded = as_adapter(adapter)
    check_fits(base, loaded, where="adapter" if loaded is adapter else str(adapter))
    return with_specificity(loaded, base.vocabulary)


def as_adapter(adapter: AnyAdapter) -> Adapter:
    """The adapter itself, loaded if need be."""
    return adapter if isinstance(adapter, Adapter) else load_adapter(adapter)


def paths_among(*inputs: object) -> Iterator[str | Path]:
    """The paths among some inputs, alone or in a list, and the files of a corpus of files."""
    for given in inputs:
        if isinstance(given, PreparedCorpus):
            given = given.corpus
        if isinstance(given, FileCorpus):
            yield from given.files
        if isinstance(given, (str, Path)):
            yield given
        elif isinstance(given, (list, tuple)) and not _are_texts(given):
            yield from (one for one in given if isinstance(one, (str, Path)))


def _are_texts(given: Sequence[object]) -> bool:
    if not all(isinstance(one, str) for one in given):
        return False
    try:
        return paths_or_texts(given) == "texts"
    except CorpusError:
        return False
