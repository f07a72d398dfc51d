"""embedadapt: adapt pretrained word vectors to the text of a domain.

Examples in this reference run from the root of a clone and begin with these lines:

>>> import numpy as np
>>> import embedadapt
>>> path = "corpora/pretrained/glove.6B.50d.60k.safetensors"
>>> vectors = embedadapt.load_vectors(path, limit=20_000)
>>> text = "corpora/en/licences/a*.txt"
>>> config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=10)
>>> adapter = embedadapt.adapt(vectors, text, config, evaluate=False).adapter

Modules are imported when one of their names is first used, so that importing the package, and
`embedadapt --help`, take no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from embedadapt import errors as errors

if TYPE_CHECKING:
    from embedadapt import results as results
    from embedadapt.adaptation.config import AdaptationConfig as AdaptationConfig
    from embedadapt.adaptation.sense_shifts import SenseShift as SenseShift
    from embedadapt.cluster.dask import dask_engine as dask_engine
    from embedadapt.core.adapter import Adapter as Adapter
    from embedadapt.core.corpus import Corpus as Corpus
    from embedadapt.core.corpus import Document as Document
    from embedadapt.core.errors import EmbedAdaptError as EmbedAdaptError
    from embedadapt.core.normalization import Normalization as Normalization
    from embedadapt.core.pieces import PieceVectors as PieceVectors
    from embedadapt.core.progress import Progress as Progress
    from embedadapt.core.rewritten import Combined as Combined
    from embedadapt.core.rewritten import Shrunk as Shrunk
    from embedadapt.core.shown import Framed as Framed
    from embedadapt.core.shown import Plotted as Plotted
    from embedadapt.core.specificity import BySpecificity as BySpecificity
    from embedadapt.core.vectors import WordVectors as WordVectors
    from embedadapt.core.vocabulary import Vocabulary as Vocabulary
    from embedadapt.evaluation.adapters import AdapterComparison as AdapterComparison
    from embedadapt.evaluation.adapters import AdapterSummary as AdapterSummary
    from embedadapt.evaluation.result import EvaluationResult as EvaluationResult
    from embedadapt.evaluation.scale import Budget as Budget
    from embedadapt.evaluation.scale import ScaleCost as ScaleCost
    from embedadapt.evaluation.space_map import SpaceMap as SpaceMap
    from embedadapt.evaluation.verdict import Verdict as Verdict
    from embedadapt.export.drop_in import Certificate as Certificate
    from embedadapt.export.spacy_pipeline import PipelineExport as PipelineExport
    from embedadapt.export.subword_vectors import SubwordVectors as SubwordVectors
    from embedadapt.formats import load_vectors as load_vectors
    from embedadapt.formats import save_vectors as save_vectors
    from embedadapt.formats import scan_vocabulary as scan_vocabulary
    from embedadapt.formats.adapter_file import load_adapter as load_adapter
    from embedadapt.formats.adapter_file import save_adapter as save_adapter
    from embedadapt.formats.inspection.summary import VectorsInspection as VectorsInspection
    from embedadapt.formats.pieces import load_pieces as load_pieces
    from embedadapt.oov.comparison import OOVComparison as OOVComparison
    from embedadapt.oov.result import OOVReport as OOVReport
    from embedadapt.oov.shattering import FertilityComparison as FertilityComparison
    from embedadapt.text.lookup import Neighbors as Neighbors
    from embedadapt.text.phrases import Phrase as Phrase
    from embedadapt.text.phrases import load_phrases as load_phrases
    from embedadapt.text.phrases import save_phrases as save_phrases
    from embedadapt.text.prepare import Preparation as Preparation
    from embedadapt.text.prepare import PreparedCorpus as PreparedCorpus
    from embedadapt.text.prepare import PrepareSettings as PrepareSettings
    from embedadapt.text.readers import open_corpus as open_corpus
    from embedadapt.text.readers.memory import Texts as Texts
    from embedadapt.text.vectorizer import EmbeddingVectorizer as EmbeddingVectorizer
    from embedadapt.workflows.adapt import Adaptation as Adaptation
    from embedadapt.workflows.adapt import adapt as adapt
    from embedadapt.workflows.adapter import diff_adapters as diff_adapters
    from embedadapt.workflows.adapter import merge_adapters as merge_adapters
    from embedadapt.workflows.adapter import show_adapter as show_adapter
    from embedadapt.workflows.apply import apply_adapter as apply_adapter
    from embedadapt.workflows.certify import certify as certify
    from embedadapt.workflows.combine import combine_vectors as combine_vectors
    from embedadapt.workflows.evaluate import evaluate as evaluate
    from embedadapt.workflows.export import export_spacy as export_spacy
    from embedadapt.workflows.export import export_vectors as export_vectors
    from embedadapt.workflows.fertility import compare_tokenizers as compare_tokenizers
    from embedadapt.workflows.inputs import as_corpus as as_corpus
    from embedadapt.workflows.inputs import as_vectors as as_vectors
    from embedadapt.workflows.inspect import inspect_vectors as inspect_vectors
    from embedadapt.workflows.map_adaptation import map_adaptation as map_adaptation
    from embedadapt.workflows.neighbors import find_neighbors as find_neighbors
    from embedadapt.workflows.oov import analyze_oov as analyze_oov
    from embedadapt.workflows.oov import compare_oov as compare_oov
    from embedadapt.workflows.phrases import learn_phrases as learn_phrases
    from embedadapt.workflows.pieces import compose_words as compose_words
    from embedadapt.workflows.pieces import export_pieces as export_pieces
    from embedadapt.workflows.prepare import prepare as prepare
    from embedadapt.workflows.scale import find_scale as find_scale
    from embedadapt.workflows.sense_shifts import find_sense_shifts as find_sense_shifts
    from embedadapt.workflows.shrink import shrink_vectors as shrink_vectors

__version__ = "0.1.0"

_HOMES = {
    "Adaptation": "workflows.adapt",
    "AdaptationConfig": "adaptation.config",
    "Adapter": "core.adapter",
    "AdapterComparison": "evaluation.adapters",
    "AdapterSummary": "evaluation.adapters",
    "Budget": "evaluation.scale",
    "BySpecificity": "core.specificity",
    "Certificate": "export.drop_in",
    "Combined": "core.rewritten",
    "Corpus": "core.corpus",
    "Document": "core.corpus",
    "EmbedAdaptError": "core.errors",
    "EmbeddingVectorizer": "text.vectorizer",
    "EvaluationResult": "evaluation.result",
    "FertilityComparison": "oov.shattering",
    "Framed": "core.shown",
    "Neighbors": "text.lookup",
    "Normalization": "core.normalization",
    "OOVComparison": "oov.comparison",
    "OOVReport": "oov.result",
    "Phrase": "text.phrases",
    "PieceVectors": "core.pieces",
    "PipelineExport": "export.spacy_pipeline",
    "Plotted": "core.shown",
    "Preparation": "text.prepare",
    "PrepareSettings": "text.prepare",
    "PreparedCorpus": "text.prepare",
    "Progress": "core.progress",
    "ScaleCost": "evaluation.scale",
    "SenseShift": "adaptation.sense_shifts",
    "Shrunk": "core.rewritten",
    "SpaceMap": "evaluation.space_map",
    "SubwordVectors": "export.subword_vectors",
    "Texts": "text.readers.memory",
    "VectorsInspection": "formats.inspection.summary",
    "Verdict": "evaluation.verdict",
    "Vocabulary": "core.vocabulary",
    "WordVectors": "core.vectors",
    "adapt": "workflows.adapt",
    "analyze_oov": "workflows.oov",
    "apply_adapter": "workflows.apply",
    "as_corpus": "workflows.inputs",
    "as_vectors": "workflows.inputs",
    "certify": "workflows.certify",
    "combine_vectors": "workflows.combine",
    "compare_oov": "workflows.oov",
    "compare_tokenizers": "workflows.fertility",
    "compose_words": "workflows.pieces",
    "dask_engine": "cluster.dask",
    "diff_adapters": "workflows.adapter",
    "evaluate": "workflows.evaluate",
    "export_pieces": "workflows.pieces",
    "export_spacy": "workflows.export",
    "export_vectors": "workflows.export",
    "find_neighbors": "workflows.neighbors",
    "find_scale": "workflows.scale",
    "find_sense_shifts": "workflows.sense_shifts",
    "inspect_vectors": "workflows.inspect",
    "learn_phrases": "workflows.phrases",
    "load_adapter": "formats.adapter_file",
    "load_phrases": "text.phrases",
    "load_pieces": "formats.pieces",
    "load_vectors": "formats",
    "map_adaptation": "workflows.map_adaptation",
    "merge_adapters": "workflows.adapter",
    "open_corpus": "text.readers",
    "prepare": "workflows.prepare",
    "save_adapter": "formats.adapter_file",
    "save_phrases": "text.phrases",
    "save_vectors": "formats",
    "scan_vocabulary": "formats",
    "show_adapter": "workflows.adapter",
    "shrink_vectors": "workflows.shrink",
}

__all__ = ["__version__", "errors", "results", *_HOMES]


def __getattr__(name: str) -> Any:
    if name == "results":
        return import_module("embedadapt.results")
    if name not in _HOMES:
        from embedadapt.core.renamed import FUNCTIONS, warn

        if name in FUNCTIONS:
            warn(f"{name} is now called {FUNCTIONS[name]}")
            return __getattr__(FUNCTIONS[name])
        raise AttributeError(f"module 'embedadapt' has no attribute {name!r}")
    return getattr(import_module(f"embedadapt.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
