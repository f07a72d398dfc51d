"""What a trainer is made of."""

from __future__ import annotations

from typing import NamedTuple

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d
from embedadapt.training.row_groups import RowGroups
from embedadapt.training.settings import TrainingSettings


class Job(NamedTuple):
    """Two matrices and the text that they are to be trained on.

    inputs, outputs: rows in vocabulary order, see `train`. A trainer copies them, and leaves these
        alone.
    freeze_inputs: train `outputs` alone.
    row_groups: which rows of `inputs` each word is the mean of; its row of the same number if None.
    """

    inputs: Floats2d
    outputs: Floats2d
    corpus: EncodedCorpus
    settings: TrainingSettings
    freeze_inputs: bool = False
    row_groups: RowGroups | None = None
