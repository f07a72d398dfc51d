"""Engines that do here, in parts and by way of bytes, what several machines would do."""

import pickle
from typing import Any

from embedadapt.core.corpus import Corpus
from embedadapt.core.engine import Here
from embedadapt.text.partitions import partition_corpus


class InParts(Here):
    """This process, but a corpus is several parts, and what is shared is a copy."""

    def __init__(self, n_parts: int) -> None:
        self.n_parts = self.workers = n_parts

    def split(self, corpus: Corpus) -> list[Corpus]:
        return partition_corpus(corpus, self.n_parts)

    def share(self, value: Any) -> Any:
        return pickle.loads(pickle.dumps(value))
