from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from embedadapt.core.adapted import apply_adapter, check_scale
from embedadapt.core.adapter import Layout
from embedadapt.core.errors import CorpusError, FormatError, SettingsError
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.renamed import accepts_old_names
from embedadapt.export.drop_in import Certificate, certify_pipeline
from embedadapt.workflows.inputs import (
    AnyAdapters,
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


@accepts_old_names
def certify(
    pipeline: Language | str | Path,
    adapter: AnyAdapters,
    dev: str | Path,
    *,
    layout: Layout = "add",
    scales: Sequence[float] = SCALES,
    tolerance: float = TOLERANCE,
    on_progress: OnProgress = ignore_progress,
) -> Certificate:
    """Measure which scales of an adapter a trained spaCy pipeline takes without training it again.

    Parameters
    ----------
    pipeline : Language or path
        A folder, the name of an installed package, or a loaded pipeline, which has its own vectors
        again afterwards. The adapter was trained from its vectors.
    adapter : Adapter or path, or a sequence of them
        One adapter, or several of these vectors.
    dev : path
        The development set of the pipeline: a .spacy file, or a folder of them.
    layout : {"add"}
        Trained components take vectors of the width that they know, which "concat" changes.
    scales : sequence of float
        Scales to try, each above 0 and at most 1. Default: 0.25, 0.5, 1.
    tolerance : float
        By how much a score may fall, above 0 and at most 1. Default: 0.01.
    on_progress : callable
        Called with each `Progress` of the run.

    Returns
    -------
    Certificate
        For each scale and score the change with its 95 % interval, from resampled documents.

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
    check_roles({"pipeline": pipeline, "adapter": adapter, "dev": dev})
    base = as_vectors(pipeline)
    adapters = fitting_adapters(base, adapter)
    return certify_pipeline(
        _loaded(pipeline),
        _development_set(dev),
        ((s, apply_adapter(base, adapters, layout=layout, scale=s)) for s in scales),
        tolerance,
        on_progress,
        borrowed_forms(base) | known_forms(adapters),
    )


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
    except (ImportError, KeyError, OSError, ValueError) as error:  # whatever a component needs
        raise FormatError(
            str(pipeline),
            expected="a trained pipeline that spaCy loads",
            found=str(error).strip().split("\n")[0],
        ) from error


def _development_set(dev: str | Path) -> Corpus:
    from spacy.tokens import DocBin
    from spacy.training import Corpus

    path = Path(dev)
    files = [*path.rglob("*.spacy")] if path.is_dir() else [path]
    read = [file for file in files if file.suffix == ".spacy"]  # as spaCy does
    try:
        n_documents = sum(len(DocBin().from_disk(file)) for file in read)
        found = "none"
    except (OSError, ValueError) as error:
        n_documents, found = 0, f"{type(error).__name__}: {error}"
    if not n_documents:
        raise CorpusError(
            str(dev),
            expected="documents, in a .spacy file or a folder of them",
            found=found,
            hint="spacy convert makes such files, and DocBin.to_disk does.",
        )
    return Corpus(dev)
