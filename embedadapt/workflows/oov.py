from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import SettingsError
from embedadapt.core.vectors import VectorsOutline
from embedadapt.formats import scan_vectors
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import OOVReport
from embedadapt.text.normalize import normalization_of
from embedadapt.workflows.inputs import AnyCorpus, AnyVectors, as_corpus, as_vectors, check_roles


def analyze_oov(vectors: AnyVectors, corpus: AnyCorpus, *, engine: Engine = HERE) -> OOVReport:
    """Find the words of a corpus that have no vector, why, and what would fix it.

    Parameters
    ----------
    vectors : vectors or path
        Anything that `as_vectors` takes. Of a file only the words are read, where its format allows
        it.
    corpus : text or paths
        Anything that `as_corpus` takes.
    engine : Engine
        What reads and counts the corpus, as `dask_engine` makes it; the report is the same.
        Default: this process.

    Returns
    -------
    OOVReport
        Rates before and after normalization, causes with their fixes, and the unknown words.

    Raises
    ------
    FormatError
        The vectors cannot be read.
    CorpusError
        The text cannot be read, or there is none.

    Examples
    --------
    >>> texts = ["The LICENSOR grants a license.", "Licensor pays."]
    >>> report = embedadapt.analyze_oov(vectors, texts)
    >>> report.raw.unknown_tokens, report.normalized.unknown_tokens
    (5, 2)
    >>> [(word.word, word.count) for word in report.words]
    [('licensor', 2)]
    """
    return compare_oov([vectors], corpus, engine=engine).best


def compare_oov(
    tables: Sequence[AnyVectors], corpus: AnyCorpus, *, engine: Engine = HERE
) -> OOVComparison:
    """Compare several vectors by the words of one corpus that they lack.

    Parameters
    ----------
    tables : sequence of vectors or path
        The vectors to compare; `as_vectors` describes what each may be.
    corpus : text or paths
        The text: anything that `as_corpus` takes. It is read only once.
    engine : Engine
        What reads and counts the corpus, as `dask_engine` makes it. Default: this process.

    Returns
    -------
    OOVComparison
        One report for each, and which vectors to take.

    Raises
    ------
    SettingsError
        There are no vectors.
    FormatError, CorpusError
        Vectors or text cannot be read.

    Examples
    --------
    >>> path = "corpora/pretrained/glove.6B.50d.60k.safetensors"
    >>> compared = embedadapt.compare_oov([vectors, path], ["A defeasible, indefeasible title."])
    >>> [report.normalized.unknown_tokens for report in compared.reports]
    [2, 2]
    """
    if not tables:
        raise SettingsError("tables", expected="one or more", found="none")
    check_roles({"vectors": tables, "corpus": corpus})
    outlines = [_outline(vectors) for vectors in tables]
    asked = [(table, normalization_of(table)) for table in outlines]
    return OOVComparison(analyze_tables(as_corpus(corpus), asked, engine=engine))


def _outline(vectors: AnyVectors) -> VectorsOutline:
    return (
        scan_vectors(vectors) if isinstance(vectors, (str, Path)) else as_vectors(vectors).outline
    )
