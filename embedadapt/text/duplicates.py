"""Which documents, and which sentences, are nearly the same as others.

Legal text repeats itself: licences come in versions, contracts from templates. What is alike must
fall on one side of a split, or the text that judges was learned by heart.
"""

from __future__ import annotations

import numpy as np

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.types import Longs1d

SHINGLE = 5
"""Words in a row that documents are compared by."""
ALIKE = 0.3
"""Jaccard similarity of their shingles from which documents are near-duplicates. On the shipped
licences, the share of sentences that also stand in a document outside the group: .04 from .1 on,
.10 from .3 or .4 on, .19 from .5 on, .30 (containment) at .9; among CUAD's contracts .12 whatever
the bound, all of it short lines. Of 98 licences, .3 makes 33 groups of at most 18."""
PLACES, BAND = 128, 2
"""Of a signature. The error of a similarity is .04; at ALIKE, one pair in 400 is never compared."""


def group_near_duplicates(corpus: EncodedCorpus) -> Longs1d:
    """(n_documents,) int64: the number of the first document of each one's group.

    Documents are in one group when they are alike, directly or by others between them. Words
    outside the vocabulary are not compared, so that names in a template's blanks do not tell
    documents apart. The same documents in the same order give the same groups.
    """
    from embedadapt.kernels.shingles import group_alike, minhash

    offsets = corpus.sentence_offsets[corpus.document_offsets]
    groups = np.arange(corpus.n_documents)
    signatures = minhash(corpus.token_ids, offsets, SHINGLE, PLACES)
    group_alike(signatures, BAND, round(ALIKE * PLACES), groups)
    return groups
