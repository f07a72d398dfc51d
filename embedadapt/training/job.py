"""The input of a trainer."""

from __future__ import annotations

from typing import NamedTuple

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d
from embedadapt.training.row_groups import RowGroups
from embedadapt.training.settings import TrainingSettings


class Job(NamedTuple):
    """Two matrices, and the text to train them on.

    inputs, outputs: rows in vocabulary order, see `train`. A trainer copies them and does not
        change them.
    freeze_inputs: train `outputs` only.
    row_groups: the rows of `inputs` whose mean is each word; None where word i is row i.
    """

    inputs: Floats2d
    outputs: Floats2d
    corpus: EncodedCorpus
    settings: TrainingSettings
    freeze_inputs: bool = False
    row_groups: RowGroups | None = None
