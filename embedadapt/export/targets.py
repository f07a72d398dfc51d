"""Formats that vectors are exported to, for the command line, the writers and the model card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNKNOWN_LICENSE = "unknown"
"""License of an export whose license was not given, by Hugging Face's name."""
TRAINING_BLOCK = """\
[nlp.vectors]
@vectors = "embedadapt.SubwordVectors.v1"

[initialize]
vectors = "{path}"
"""
"""What a config of `spacy train` needs to train on vectors that compose words."""
TRANSFORMER_LOAD = """\
from transformers import AutoModel, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{path}")
model = AutoModel.from_pretrained("{path}")
"""
"""Python that opens a transformer to whose tokenizer words were added."""


@dataclass(frozen=True)
class Target:
    """One format.

    what: the format, and the tools that use it.
    load: Python that opens it; `{path}` represents its path, and two blank lines separate one
        library's code from another's.
    library: the library it is for, by Hugging Face's name.
    """

    what: str
    load: str
    library: str


TARGETS: Mapping[str, Target] = {
    "spacy": Target(
        "a pipeline folder or, with --package, a package for pip",
        'import spacy\n\nnlp = spacy.load("{path}")',
        "spacy",
    ),
    "static-embedding": Target(
        "for sentence-transformers, model2vec, torch and Keras",
        """\
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("{path}")


from model2vec import StaticModel

model = StaticModel.from_pretrained("{path}")


from safetensors.numpy import load_file
from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file("{path}/tokenizer.json")
matrix = load_file("{path}/model.safetensors")["embeddings"]  # row 0 pads, row 1 is the unknown


import torch

layer = torch.nn.Embedding.from_pretrained(torch.from_numpy(matrix), padding_idx=0)


import keras

layer = keras.layers.Embedding(*matrix.shape, weights=[matrix], mask_zero=True)""",
        "sentence-transformers",
    ),
    "gensim": Target(
        "gensim's own KeyedVectors, a pickle",
        'from gensim.models import KeyedVectors\n\nvectors = KeyedVectors.load("{path}", mmap="r")',
        "gensim",
    ),
    "word2vec-binary": Target(
        "word2vec's binary form, for gensim and most tools",
        "from gensim.models import KeyedVectors\n\n"
        'vectors = KeyedVectors.load_word2vec_format("{path}", binary=True)',
        "gensim",
    ),
    "word2vec-text": Target(
        "word2vec's text form; fastText's .vec is the same",
        "from gensim.models import KeyedVectors\n\n"
        'vectors = KeyedVectors.load_word2vec_format("{path}")',
        "gensim",
    ),
    "glove": Target(
        "the same without a first line, as GloVe's",
        "from gensim.models import KeyedVectors\n\n"
        'vectors = KeyedVectors.load_word2vec_format("{path}", no_header=True)',
        "gensim",
    ),
    "fasttext-bin": Target(
        "a fastText model, with the n-grams of the base",
        'import fasttext\n\nmodel = fasttext.load_model("{path}")',
        "fasttext",
    ),
    "floret": Target(
        "a floret table, from which spaCy composes all words, approximately",
        "import subprocess\n\n"
        'command = "python -m spacy init vectors xx {path} composing --mode floret"\n'
        "subprocess.run(command.split(), check=True)\n\n"
        'import spacy\n\nnlp = spacy.load("composing")',
        "spacy",
    ),
    "numpy": Target(
        "an .npy, its words beside it",
        'import numpy as np\n\nmatrix = np.load("{path}", mmap_mode="r")',
        "numpy",
    ),
    "safetensors": Target(
        "embedadapt's own file, memory-mapped when read",
        'import embedadapt\n\nvectors = embedadapt.load_vectors("{path}")',
        "embedadapt",
    ),
}
