import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vocabulary import Vocabulary
from tests.training.make import encoded

LICENCES = Path(__file__).parents[2] / "corpora/en/licences"


@pytest.fixture(scope="session")
def sentences() -> list[list[str]]:
    """Some 70,000 words of licences, in random order."""
    texts = [path.read_text("utf-8").lower() for path in sorted(LICENCES.glob("*.txt"))[:30]]
    parts = [re.findall(r"[a-z]+", part) for text in texts for part in re.split(r"\n\n|\. ", text)]
    order = np.random.default_rng(0).permutation(len(parts))
    return [parts[i] for i in order if parts[i]]


@pytest.fixture(scope="session")
def licences(sentences: list[list[str]]) -> EncodedCorpus:
    counts = Counter(word for sentence in sentences for word in sentence)
    number = {word: i for i, (word, _) in enumerate(counts.most_common())}
    corpus = encoded([[number[word] for word in sentence] for sentence in sentences])
    return replace(corpus, vocabulary=Vocabulary(number, corpus.vocabulary.counts))
