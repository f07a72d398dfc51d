"""gensim's own form of `KeyedVectors`: a pickle, with the vectors in an .npy beside it.

The pickle is put together here, without gensim: the name of its class and the state that gensim 4
keeps of it (`keyedvectors.py`, `utils.SaveLoad._save_specials`). gensim's own file also holds the
date, the platform and the path that it was saved to; this one is the same wherever it is written.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

from embedadapt.core.errors import OutputError
from embedadapt.core.files import drafting
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.gensim import read_parts

PROTOCOL = 4
"""gensim's own protocol, which every Python for gensim 4 reads."""


def write_gensim(vectors: WordVectors, path: str | Path) -> None:
    """Write `path` and `path`.vectors.npy, which `KeyedVectors.load(path, mmap="r")` opens. Both
    are read back and compared before they replace anything.

    N-grams are not written: `KeyedVectors` cannot hold them. Raises OutputError.
    """
    with drafting(path) as draft:
        draft.write_bytes(_pickled(vectors.vocabulary, vectors.dim))
        np.save(f"{draft}.vectors.npy", vectors.matrix, allow_pickle=False)
        if not _reads_back(draft, vectors):
            raise OutputError(
                str(path),
                expected="a file that reads back as the vectors written",
                found="others",
                hint="Nothing was replaced; please report this.",
            )


def _reads_back(draft: Path, vectors: WordVectors) -> bool:
    found = read_parts(draft, trust_pickle=True)
    same = np.array_equal(found.tables["vector"], vectors.matrix)
    return same and found.words == vectors.vocabulary.words


def _pickled(vocabulary: Vocabulary, dim: int) -> bytes:
    state = {
        "vector_size": dim,
        "index_to_key": list(vocabulary.words),
        "key_to_index": dict(vocabulary.index),
        "next_index": 0,
        "norms": None,
        "expandos": {} if vocabulary.counts is None else {"count": np.array(vocabulary.counts)},
        "mapfile_path": None,
        "lifecycle_events": [],
        "__numpys": ["vectors"],
        "__scipys": [],
        "__ignoreds": [],
        "__recursive_saveloads": [],
    }
    # The state's own pickle, within one that makes an empty KeyedVectors and gives it the state.
    head = pickle.PROTO + bytes([PROTOCOL])
    inner = pickle.dumps(state, PROTOCOL).removeprefix(head).removesuffix(pickle.STOP)
    made = pickle.GLOBAL + b"gensim.models.keyedvectors\nKeyedVectors\n"
    empty = pickle.EMPTY_TUPLE + pickle.NEWOBJ
    return head + made + empty + inner + pickle.BUILD + pickle.STOP
