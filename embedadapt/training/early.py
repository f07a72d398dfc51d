"""Training that stops when the loss on held-out text no longer falls."""

from __future__ import annotations

from typing import Any

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Floats2d
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.loop import TrainingLog
from embedadapt.training.row_groups import RowGroups, mean_rows
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import Train


def validated_on(held_out: EncodedCorpus, train: Train) -> Train:
    """`train` that measures its loss on `held_out` after each epoch.

    See `TrainingSettings.patience`. `held_out` is in the vocabulary of the training text.
    """

    def validated(
        inputs: Floats2d,
        outputs: Floats2d,
        corpus: EncodedCorpus,
        settings: TrainingSettings,
        *,
        row_groups: RowGroups | None = None,
        **others: Any,
    ) -> TrainingLog:
        def validate(inputs: Floats2d, outputs: Floats2d) -> float:
            words = inputs if row_groups is None else mean_rows(inputs, row_groups)
            return held_out_loss(words, outputs, held_out, settings)

        return train(
            inputs, outputs, corpus, settings, row_groups=row_groups, validate=validate, **others
        )

    return validated
