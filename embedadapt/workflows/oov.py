from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from embedadapt.core.corpus import texts_of
from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import SettingsError
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.vectors import VectorsOutline
from embedadapt.formats import scan_vectors
from embedadapt.oov.analyze import analyze_tables
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import OOVReport
from embedadapt.text.normalize import normalization_for
from embedadapt.text.segment import SegmentedCorpus, Segmenter, cutter
from embedadapt.workflows.inputs import AnyCorpus, AnyVectors, as_corpus, as_vectors, check_roles
from embedadapt.workflows.watched import watched

STAGES = ("counting words", "finding examples")
"""Progress of the first pass over a corpus, and of those after it."""


def analyze_oov(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    *,
    segmenter: Segmenter | None = None,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> OOVReport:
    """Find the words of a corpus that have no vector, the causes, and the fixes.

    Parameters
    ----------
    vectors : vectors or path
        Anything that `as_vectors` takes. For a file, only the words are read, if the format allows
        this.
    corpus : text or paths
        Anything that `as_corpus` takes.
    segmenter : {"words", "jieba", "fugashi", "pythainlp"}, optional
        How text without spaces between words is split: by the words of the vectors, or by a
        library. Default: it is not split.
    engine : Engine
        Where the corpus is read and counted. The report does not depend on it. `dask_engine` makes
        an engine for a cluster. Default: this process.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

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
    return compare_oov(
        [vectors],
        corpus,
        segmenter=segmenter,
        engine=engine,
        on_progress=on_progress,
        progress=progress,
    ).best


@accepts_old_names
def compare_oov(
    vectors: Sequence[AnyVectors],
    corpus: AnyCorpus,
    *,
    segmenter: Segmenter | None = None,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> OOVComparison:
    """Compare several vectors by the words that they lack for one corpus.

    Parameters
    ----------
    vectors : sequence of vectors or path
        The vectors to compare; `as_vectors` describes what each may be.
    corpus : text or paths
        The text: anything that `as_corpus` takes. The text is read once for all vectors together.
    segmenter : {"words", "jieba", "fugashi", "pythainlp"}, optional
        As for `analyze_oov`; "words" are those of the first vectors.
    engine : Engine
        Where the corpus is read and counted. `dask_engine` makes an engine for a cluster. Default:
        this process.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    OOVComparison
        One report for each of the vectors, and which vectors to use.

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
    if not vectors:
        raise SettingsError("vectors", expected="one or more", found="none")
    check_roles({"vectors": vectors, "corpus": corpus})
    on_progress = listener(on_progress, progress)
    on_progress(Progress("reading the vectors", 0, 0))
    outlines = [_outline(each) for each in vectors]
    opened = as_corpus(corpus)
    with_rules = [(outline, normalization_for(outline, texts_of(opened))) for outline in outlines]
    text = watched(opened, on_progress, STAGES, engine)
    if segmenter:
        text = SegmentedCorpus(text, cutter(segmenter, outlines[0].vocabulary.index))
    return OOVComparison(analyze_tables(text, with_rules, engine=engine))


def _outline(vectors: AnyVectors) -> VectorsOutline:
    return (
        scan_vectors(vectors) if isinstance(vectors, (str, Path)) else as_vectors(vectors).outline
    )
