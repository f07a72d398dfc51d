from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from embedadapt.adaptation.reading import joined_words
from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.corpus import Corpus
from embedadapt.core.errors import OutputError
from embedadapt.core.files import check_not_input, check_writable, drafting, replacing_file
from embedadapt.core.folders import check_folder
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import WordVectors
from embedadapt.export.card import Card
from embedadapt.export.floret_table import write_floret
from embedadapt.export.forms import CaseForms, with_forms
from embedadapt.export.gensim_vectors import write_gensim
from embedadapt.export.spacy_pipeline import PipelineExport, Tokenizing, write_pipeline
from embedadapt.export.static_folder import write_static_folder
from embedadapt.export.subwords import with_subwords
from embedadapt.export.targets import UNKNOWN_LICENSE
from embedadapt.formats import BY_SUFFIX, save_vectors
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, normalization_in, normalization_of
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyCorpus,
    AnyVectors,
    adapted_vectors,
    as_corpus,
    as_vectors,
    borrowed_forms,
    fitting_adapters,
    paths_among,
)

CASED = ("static-embedding", "floret")
"""Formats whose tools look words up as they are written: other spellings need rows of their own."""


@accepts_old_names
def export_spacy(
    vectors: AnyVectors,
    path: str | Path,
    *,
    lang: str,
    adapter: AnyAdapters | None = None,
    layout: Layout = "add",
    scale: Scale | None = None,
    budget: float | None = None,
    case_forms: CaseForms = "all",
    corpus: AnyCorpus | None = None,
    tokenizer: Tokenizing = "vectors",
    subwords: bool = False,
    package: bool = False,
    version: str = "0.0.0",
    name: str = "embedadapt",
    license: str = UNKNOWN_LICENSE,
    overwrite: bool = False,
) -> PipelineExport:
    """Write the base, adapted if adapters are given, as a spaCy pipeline.

    Every case form of a word (`LESSOR`, `Lessor`) gets the vector of the word. Other spellings in
    an adapter's corpus, and keys that borrow the word's row in a pruned spaCy base, also get the
    vector. Phrases of the adapters and of `corpus` (`force_majeure`) become single tokens.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    path : path
        Folder to write.
    lang : str
        Language code of the pipeline, such as "en".
    adapter : Adapter or path, or a sequence of them, optional
        Adapters of this base. Default: none, the base alone.
    layout : {"add", "concat"}
        How the adapters are applied; see `apply_adapter`.
    scale : float, sequence of float, or BySpecificity, optional
        How much of the adapters is applied; see `apply_adapter`.
    budget : float, optional
        Share of their neighbors that general words keep; see `apply_adapter`.
    case_forms : {"all", "corpus"}
        "corpus" leaves out case forms that neither an adapter nor `corpus` has.
    corpus : text or paths, optional
        Text that the pipeline will process. Tokens of this text get vectors if they are spellings
        of known words. The share of tokens without a vector is `PipelineExport.missing_rate`.
    tokenizer : {"vectors", "spacy"}
        "vectors" adds rules to spaCy's tokenizer that split off brackets, slashes and hyphens and
        keep phrases in one token. "spacy" adds none.
    subwords : bool
        Compose vectors for all other tokens from n-grams (`SubwordVectors`): those of a fastText
        base, or n-grams fitted here. embedadapt must then be installed wherever the pipeline is
        loaded.
    package : bool
        Whether to write a Python package for pip instead of a folder.
    version : str
        Version of the pipeline and of its package. Default: "0.0.0".
    name : str
        Name of the pipeline in its `meta.json`. Default: "embedadapt".
    license : str
        License of the export for its model card, as an identifier of Hugging Face.
    overwrite : bool
        Whether to replace a folder with other content than an unchanged export; it is kept as
        NAME.backup. Default: an error.

    Returns
    -------
    PipelineExport
        Counts of what was written and of what could not be written.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors.
    OutputError
        The folder cannot be written, or has other content.
    SettingsError
        spaCy does not know `lang`, or a setting is out of range.

    Examples
    --------
    >>> export = embedadapt.export_spacy(vectors, "en_legal", lang="en", adapter=adapter, scale=0.5)
    >>> export.n_words, export.n_surface_forms > 20_000
    (20085, True)
    >>> import spacy
    >>> spacy.load("en_legal")("LICENSOR")[0].has_vector
    True
    """
    check_not_input(path, paths_among(vectors, adapter, corpus))
    check_folder(path, overwrite=overwrite)
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter or ())
    table, forms = adapted_vectors(base, adapters or None, layout, scale, budget)
    table = replace(table, normalization=normalization_in(table, lambda: lang))
    forms = borrowed_forms(base) | forms
    if subwords or not len(table):  # a floret table has nothing else
        table = with_subwords(table, base)
    else:
        table = replace(table, subwords=None)
    card = Card(Path(path).name, "spacy", base, table, adapters, license, lang)
    text = None if corpus is None else as_corpus(corpus)
    return write_pipeline(
        table,
        path,
        lang=lang,
        forms=forms,
        name=name,
        case_forms=case_forms,
        corpus=text,
        phrases=_phrases(table, adapters, text),
        tokenizer=tokenizer,
        package=package,
        version=version,
        card=card.render(),
        overwrite=overwrite,
    )


def _phrases(table: WordVectors, adapters: Sequence[Adapter], corpus: Corpus | None) -> list[str]:
    """The adapters' phrases, then those of the vectors that the corpus has, most frequent first."""
    phrases = [phrase for one in adapters for phrase in joined_words(one)]
    normalization = normalization_of(table)
    if corpus is not None and normalization.phrases:
        counts = count_corpus(corpus, Normalizer(normalization, table.vocabulary))
        phrases += [word for word in counts.vocabulary if "_" in word and word in table]
    return list(dict.fromkeys(phrases))


@accepts_old_names
def export_vectors(
    vectors: AnyVectors,
    path: str | Path,
    *,
    format: str | None = None,
    adapter: AnyAdapters | None = None,
    layout: Layout = "add",
    scale: Scale | None = None,
    budget: float | None = None,
    license: str = UNKNOWN_LICENSE,
    overwrite: bool = False,
) -> WordVectors:
    """Write the base, adapted if adapters are given, for other tools.

    A model card is written too: README.md in a folder, `<name>.README.md` beside a file.

    Parameters
    ----------
    vectors : vectors or path
        The base: anything that `as_vectors` takes.
    path : path
        File or folder to write.
    format : str, optional
        "gensim", "static-embedding" (sentence-transformers, model2vec), "floret", or a format of
        `save_vectors`. Default: by the suffix of `path`. If the tools of a format look words up
        verbatim, each spelling in the adapter's corpus gets a row.
    adapter : Adapter or path, or a sequence of them, optional
        Adapters of this base. Default: none, the base alone.
    layout : {"add", "concat"}
        How the adapters are applied; see `apply_adapter`.
    scale : float, sequence of float, or BySpecificity, optional
        How much of the adapters is applied; see `apply_adapter`.
    budget : float, optional
        Share of their neighbors that general words keep; see `apply_adapter`.
    license : str
        License of the export for its model card, as an identifier of Hugging Face.
    overwrite : bool
        Whether to replace a folder with other content than an unchanged export; it is kept as
        NAME.backup. Default: an error.

    Returns
    -------
    WordVectors
        The vectors that were written.

    Raises
    ------
    AdapterError
        An adapter was trained from other vectors.
    OutputError
        The target cannot be written, or it is a fastText model, which cannot store the n-grams of
        this base.

    Examples
    --------
    >>> written = embedadapt.export_vectors(vectors, "legal.kv", format="gensim", adapter=adapter)
    >>> from gensim.models import KeyedVectors
    >>> len(KeyedVectors.load("legal.kv")) == len(written)
    True
    """
    check_not_input(path, paths_among(vectors, adapter))
    target = format or BY_SUFFIX.get(Path(path).suffix, "")
    if target == "static-embedding":
        check_folder(path, overwrite=overwrite)
    else:
        check_writable(path)
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter or ())
    table, forms = adapted_vectors(base, adapters or None, layout, scale, budget)
    if target in CASED:
        table = with_forms(table, forms)
    if target == "fasttext-bin":
        table = _composing_unseen(base, table, path)
    card = Card(Path(path).name, target, base, table, adapters, license)
    if target == "static-embedding":
        write_static_folder(table, path, card.render(), overwrite=overwrite)
        return table
    with drafting(path) as draft:  # all files or none
        if target == "gensim":
            write_gensim(table, draft)
        elif target == "floret":
            write_floret(table, draft)
        else:
            save_vectors(table, draft, format=format)
        with replacing_file(f"{draft}.README.md") as stream:
            stream.write(card.render().encode())
    return table


def _composing_unseen(base: WordVectors, table: WordVectors, path: str | Path) -> WordVectors:
    """The vectors with n-grams of their base, from which fastText composes unseen words.

    Raises OutputError where the base has n-grams that the model cannot hold.
    """
    ngrams = base.subwords
    if ngrams is None or (ngrams.floret is None and ngrams.kept is None and table.subwords):
        return table
    hint = "Write --to spacy with --subwords, or whole words alone: --to word2vec-binary."
    if table.dim != base.dim:
        found, hint = "the layout concat, whose wider vectors have none", "Take the layout add."
    elif ngrams.floret is not None:
        found = "floret's"
    elif ngrams.kept is not None:
        found = "pruned ones, as in an .ftz"
    else:
        return replace(table, subwords=replace(ngrams, words=None))  # the training moved none
    raise OutputError(
        str(path),
        expected="n-grams of the base for words that the model has not seen",
        found=found,
        hint=hint,
    )
