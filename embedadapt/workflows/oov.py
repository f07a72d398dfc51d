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
from embedadapt.text.segment import SegmentedCorpus, Segmenter, cutter
from embedadapt.workflows.inputs import AnyCorpus, AnyVectors, as_corpus, as_vectors, check_roles


def analyze_oov(
    vectors: AnyVectors,
    corpus: AnyCorpus,
    *,
    segmenter: Segmenter | None = None,
    engine: Engine = HERE,
) -> OOVReport:
    """Which words of `corpus` have no vector, why, and what would fix them.

    Of a file only the words are read where its format allows it (`scan_vectors`).

    segmenter: what cuts text that is written without spaces: "words" for the words of the vectors,
        "jieba", "fugashi" or "pythainlp" for the library. None reads it as it is.

    engine: what reads and counts the corpus (`dask_engine`); the report is the same.
    """
    return compare_oov([vectors], corpus, segmenter=segmenter, engine=engine).best


def compare_oov(
    tables: Sequence[AnyVectors],
    corpus: AnyCorpus,
    *,
    segmenter: Segmenter | None = None,
    engine: Engine = HERE,
) -> OOVComparison:
    """What each of some tables lacks of one corpus, which is read once for all of them.

    segmenter: see `analyze_oov`; "words" are those of the first table.

    Raises SettingsError where there is no table.
    """
    if not tables:
        raise SettingsError("tables", expected="one or more", found="none")
    check_roles({"vectors": tables, "corpus": corpus})
    outlines = [_outline(vectors) for vectors in tables]
    asked = [(table, normalization_of(table)) for table in outlines]
    text = as_corpus(corpus)
    if segmenter:
        text = SegmentedCorpus(text, cutter(segmenter, outlines[0].vocabulary.index))
    return OOVComparison(analyze_tables(text, asked, engine=engine))


def _outline(vectors: AnyVectors) -> VectorsOutline:
    return (
        scan_vectors(vectors) if isinstance(vectors, (str, Path)) else as_vectors(vectors).outline
    )
