"""The values that results consist of: what attributes of a result are, down to the last figure.

The results themselves, such as `OOVReport`, are names of the package.

>>> import embedadapt
>>> report = embedadapt.analyze_oov({"a": [1.0]}, ["a cat"])
>>> isinstance(report.raw, embedadapt.results.Reading)
True
"""

from __future__ import annotations

from embedadapt.adaptation.config import ReadingSettings
from embedadapt.adaptation.trainer import AdaptationResult
from embedadapt.core.adapter import NgramDelta
from embedadapt.core.corpus import Context, UnreadFiles
from embedadapt.core.vectors import Provenance
from embedadapt.evaluation.adapters import SharedWord, WordMove
from embedadapt.evaluation.judge import Judge
from embedadapt.evaluation.result import (
    Estimate,
    HeldOutLoss,
    HeldOutText,
    MovedWord,
    Neighbor,
    NewWord,
    Score,
    Scores,
    VectorsEvaluation,
)
from embedadapt.export.drop_in import DropIn, ScoreChange
from embedadapt.formats.inspection.defects import Defect, Place
from embedadapt.formats.inspection.summary import NormSummary
from embedadapt.oov.result import (
    Band,
    Cause,
    Composed,
    DocumentCounts,
    Example,
    Languages,
    Learnable,
    Loss,
    NgramCounts,
    Reading,
    SentenceCounts,
    UnknownWord,
    VectorsSummary,
)
from embedadapt.oov.shattering import (
    DocumentFertility,
    FertilityBand,
    FertilityReport,
    PieceCounts,
    Saving,
    ShatteredWord,
    TokenizerSummary,
    Uncovered,
)
from embedadapt.text.keys import KeyStyle
from embedadapt.text.lookup import Lookup, WordNeighbors
from embedadapt.text.segment import Spaceless
from embedadapt.training.loop import TrainingLog
from embedadapt.training.settings import ModelSettings, RunSettings, TrainingSettings

__all__ = [
    "AdaptationResult",
    "Band",
    "Cause",
    "Composed",
    "Context",
    "Defect",
    "DocumentCounts",
    "DocumentFertility",
    "DropIn",
    "Estimate",
    "Example",
    "FertilityBand",
    "FertilityReport",
    "HeldOutLoss",
    "HeldOutText",
    "Judge",
    "KeyStyle",
    "Languages",
    "Learnable",
    "Lookup",
    "Loss",
    "ModelSettings",
    "MovedWord",
    "Neighbor",
    "NewWord",
    "NgramCounts",
    "NgramDelta",
    "NormSummary",
    "PieceCounts",
    "Place",
    "Provenance",
    "Reading",
    "ReadingSettings",
    "RunSettings",
    "Saving",
    "Score",
    "ScoreChange",
    "Scores",
    "SentenceCounts",
    "SharedWord",
    "ShatteredWord",
    "Spaceless",
    "TokenizerSummary",
    "TrainingLog",
    "TrainingSettings",
    "Uncovered",
    "UnknownWord",
    "UnreadFiles",
    "VectorsEvaluation",
    "VectorsSummary",
    "WordMove",
    "WordNeighbors",
]
