"""A table's words and conventions in the shapes that kernels.words takes."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from embedadapt.core.normalization import Normalization
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels import words as kernels
from embedadapt.kernels.count import SLACK
from embedadapt.text.growing import encoded
from embedadapt.text.keys import has_keys

_KNOWN: WeakKeyDictionary[Vocabulary, kernels.Known] = WeakKeyDictionary()
_CASES = {"keep": kernels.KEPT, "lower": kernels.LOWER, "fallback": kernels.FALLBACK}


def known_words(vocabulary: Vocabulary) -> kernels.Known:
    """The words of a table in a hash table, which is made once for each."""
    if vocabulary not in _KNOWN:
        _KNOWN[vocabulary] = _known_words(vocabulary.words)
    return _KNOWN[vocabulary]


def _known_words(words: tuple[str, ...]) -> kernels.Known:
    end = bytes([kernels.END])
    text = encoded("\n".join((*words, "")))
    if text.count(b"\n") == len(words):
        text = text.replace(b"\n", end)
    else:  # some words have line feeds in them
        text = end.join([*map(encoded, words), b""])
    slots = np.zeros((max(1, 1 << (2 * len(words)).bit_length() >> 3), 8), np.int64)
    known = kernels.Known(slots, np.frombuffer(text + bytes(SLACK), np.uint8))
    kernels.fill_known(known)
    return known


def kernel_rules(rules: Normalization) -> kernels.Rules | None:
    """The conventions, None where the kernel does not have them."""
    if rules.case == "upper" or has_keys(rules):
        return None
    return kernels.Rules(
        case=_CASES[rules.case],
        zero=rules.digits == "zero",
        hash=rules.digits == "hash",
        split=rules.hyphen == "split",
        dotless=rules.turkish_i,
    )
