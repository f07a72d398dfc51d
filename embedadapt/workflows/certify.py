from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.core.adapted import apply_adapter, check_scale
from embedadapt.core.adapter import Adapter, Layout
from embedadapt.core.errors import CorpusError, EmbedAdaptError, FormatError, SettingsError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.core.renamed import accepts_old_names
from embedadapt.core.unpack_limit import UnpackLimit, most_unpacked
from embedadapt.core.vectors import WordVectors
from embedadapt.export.drop_in import Certificate, certify_pipeline
from embedadapt.export.subwords import with_subwords
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyVectors,
    as_vectors,
    borrowed_forms,
    check_roles,
    fitting_adapters,
    known_forms,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Corpus

SCALES = (0.25, 0.5, 1.0)
TOLERANCE = 0.01
SMALL = 64_000_000
"""Bytes that a development set of any size may expand to."""


@accepts_old_names
def certify(
    pipeline: Language | str | Path,
    adapter: AnyAdapters,
    dev: str | Path,
    *,
    vectors: AnyVectors | None = None,
    layout: Layout = "add",
    scales: Sequence[float] = SCALES,
    tolerance: float = TOLERANCE,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> Certificate:
    """Measure at which scales of an adapter a trained spaCy pipeline keeps its scores.

    Parameters
    ----------
    pipeline : Language or path
        A folder, the name of an installed package, or a loaded pipeline, which gets its own vectors
        back at the end. The pipeline may have been trained with vectors that `export_spacy` wrote,
        with or without n-grams.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of these vectors.
    dev : path
        The development set of the pipeline: a .spacy file, or a folder of them.
    vectors : vectors or path, optional
        Vectors of the same width that the adapter was trained from. Give them if the pipeline
        itself was trained with adapted vectors. Default: the pipeline's own vectors.
    layout : {"add"}
        Only "add", since "concat" changes the width that trained components require.
    scales : sequence of float
        Scales to try, each above 0 and at most 1. Default: 0.25, 0.5, 1.
    tolerance : float
        Largest allowed decrease of a score, above 0 and at most 1. Default: 0.01.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    Certificate
        The change of each score at each scale, with its 95 % interval over resampled documents.

    Raises
    ------
    SettingsError
        The layout, a scale or the tolerance is out of range.
    FormatError
        spaCy does not load the pipeline.
    CorpusError
        The development set has no documents.
    AdapterError
        The adapter was trained from other vectors.

    Examples
    --------
    >>> done = embedadapt.certify("en_core_web_md", "legal.adapter", "dev.spacy")  # doctest: +SKIP
    >>> done.largest_scale  # doctest: +SKIP
    0.5
    """
    _check_settings(layout, scales, tolerance)
    on_progress = listener(on_progress, progress)
    check_roles({"pipeline": pipeline, "adapter": adapter, "dev": dev})
    nlp = _loaded(pipeline)
    own = as_vectors(nlp)
    base = own if vectors is None else as_vectors(vectors)
    if base.dim != own.dim:
        raise SettingsError(
            "vectors",
            expected=f"{own.dim} dimensions, as the pipeline's own vectors have",
            found=str(base.dim),
        )
    adapters = fitting_adapters(base, adapter)
    return certify_pipeline(
        nlp,
        _development_set(dev),
        _adapted(base, adapters, layout, scales, composing=own.subwords is not None),
        tolerance,
        on_progress,
        borrowed_forms(base) | known_forms(adapters),
    )


def _adapted(
    base: WordVectors,
    adapters: Sequence[Adapter],
    layout: Layout,
    scales: Sequence[float],
    *,
    composing: bool,
) -> Iterator[tuple[float, WordVectors]]:
    """The vectors at each scale, with n-grams where the pipeline composes, as export makes them."""
    for scale in scales:
        table = apply_adapter(base, adapters, layout=layout, scale=scale)
        yield scale, with_subwords(table, base) if composing else table


def _check_settings(layout: Layout, scales: Sequence[float], tolerance: float) -> None:
    for scale in scales:
        check_scale(layout, scale, 1)
    if layout != "add":
        raise SettingsError(
            "layout",
            expected="add, which keeps the width that the pipeline was trained with",
            found=layout,
            hint="Wider vectors need training: export them with --layout concat, and give the "
            "folder to spacy train as --paths.vectors.",
        )
    if not 0 < tolerance <= 1:
        raise SettingsError("tolerance", expected="a number above 0, to 1", found=str(tolerance))


def _loaded(pipeline: Language | str | Path) -> Language:
    if not isinstance(pipeline, (str, Path)):
        return pipeline
    import spacy

    try:
        return spacy.load(pipeline)
    except MemoryError:
        raise
    except Exception as error:  # whatever a component needs, and whatever a damaged file raises
        raise FormatError(
            str(pipeline),
            expected="a trained pipeline that spaCy loads",
            found=str(error).strip().split("\n")[0],
        ) from error


def _number_of_documents(file: Path) -> int:
    """Of a .spacy file. Raises CorpusError for one that expands to more than a file may."""
    from spacy.tokens import DocBin

    data, most = file.read_bytes(), most_unpacked(file, SMALL)
    unpacked = zlib.decompressobj().decompress(data, most + 1)
    UnpackLimit(file, most, CorpusError).spend(len(unpacked))
    return len(DocBin().from_bytes(data))


def _development_set(dev: str | Path) -> Corpus:
    from spacy.training import Corpus

    path = Path(dev)
    files = [*path.rglob("*.spacy")] if path.is_dir() else [path]
    read = [file for file in files if file.suffix == ".spacy"]  # as spaCy does
    try:
        n_documents = sum(map(_number_of_documents, read))
        found = "none"
    except (EmbedAdaptError, MemoryError):
        raise
    except Exception as error:  # zlib's, msgpack's and spaCy's own
        n_documents, found = 0, f"{type(error).__name__}: {error}"
    if not n_documents:
        raise CorpusError(
            str(dev),
            expected="documents, in a .spacy file or a folder of them",
            found=found,
            hint="spacy convert makes such files, and DocBin.to_disk does.",
        )
    return Corpus(dev)
