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
from embedadapt.export.subwords import fit_subwords
from embedadapt.export.targets import UNKNOWN_LICENSE
from embedadapt.formats import BY_SUFFIX, save_vectors
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, normalization_of
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
"""Targets that look a text up as it is written: its spellings need rows of their own."""


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
    name: str = "embedadapt",
    license: str = UNKNOWN_LICENSE,
    overwrite: bool = False,
) -> PipelineExport:
    """Writes a spaCy pipeline whose table is the base, adapted if adapters are given.

    Every case form of a word (`LESSOR`, `Lessor`) gets that word's vector, and so does every other
    spelling seen in an adapter's corpus, and every key that borrowed its row in a pruned spaCy
    base. Phrases of the adapters and of `corpus` (`force_majeure`) become single tokens of the
    pipeline. Returns what went into it and what could not.

    layout, scale, budget: see `apply_adapter`.
    case_forms: "corpus" leaves out case forms that neither an adapter nor `corpus` saw. corpus:
    text whose tokens, as spaCy cuts it, get the vectors of the words that they are; the share of
    those without a vector is counted (`PipelineExport.missing_rate`). tokenizer: "vectors" cuts
    brackets, slashes and hyphens off words, and keeps phrases whole, by rules added to spaCy's
    tokenizer; "spacy" leaves that as it is.
    subwords: gives every other token a vector too, of the n-grams of a fastText base or of ones
    fitted here (`SubwordVectors`). package: writes a project that pip installs. license: of what is
    written, for its model card, by an identifier that Hugging Face knows. overwrite: keeps a folder
    that holds anything but an unchanged export as NAME.backup; without it, OutputError refuses it.
    """
    check_not_input(path, paths_among(vectors, adapter, corpus))
    check_folder(path, overwrite=overwrite)
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter or ())
    table, forms = adapted_vectors(base, adapters or None, layout, scale, budget)
    forms = borrowed_forms(base) | forms
    ngrams = None
    if subwords or not len(table):  # a floret table has nothing else
        ngrams = table.subwords or base.subwords or fit_subwords(table, base.dim)
    table = replace(table, subwords=ngrams)
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
        card=card.render(),
        overwrite=overwrite,
    )


def _phrases(table: WordVectors, adapters: Sequence[Adapter], corpus: Corpus | None) -> list[str]:
    """The adapters' phrases, then the table's that the corpus holds; the most frequent first."""
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
    """Writes the base, adapted if an adapter is given, for other tools; returns what was written.

    format: "gensim", "static-embedding", "floret" (see `export.targets`), or those of
    `save_vectors`, which it takes from the suffix for None. Where a tool looks words up as they are
    written, the table has a row for each spelling that the adapter's corpus showed. layout,
    scale, budget: see `apply_adapter`. license, overwrite: see `export_spacy`.

    Raises OutputError where a base that composes unseen words would become a fastText model that
    does not. The model card is the README.md of a folder, and `<name>.README.md` beside a file.
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
    """The table with the n-grams of its base, which a fastText model composes unseen words of.

    Raises OutputError where the base has some that the model cannot hold.
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
