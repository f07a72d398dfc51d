"""What tests take from gensim, their oracle. A test that uses it is skipped where gensim is not
installed: it has no wheel for Python 3.14 and later."""

from importlib.util import find_spec
from typing import Any, NoReturn

import pytest

needs_gensim = pytest.mark.skipif(find_spec("gensim") is None, reason="gensim is not installed")


class Absent:
    """Skips the test that calls it or looks into it."""

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        pytest.skip("gensim is not installed", allow_module_level=True)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # how pytest looks at what a module holds
            raise AttributeError(name)
        self()


try:
    from gensim.models import FastText, KeyedVectors, Phrases, Word2Vec
    from gensim.models.fasttext import (
        load_facebook_model,
        load_facebook_vectors,
        save_facebook_model,
    )
    from gensim.test.utils import common_texts, datapath
except ModuleNotFoundError:
    FastText = KeyedVectors = Phrases = Word2Vec = Absent()
    load_facebook_model = load_facebook_vectors = save_facebook_model = Absent()
    common_texts = datapath = Absent()

__all__ = [
    "FastText",
    "KeyedVectors",
    "Phrases",
    "Word2Vec",
    "common_texts",
    "datapath",
    "load_facebook_model",
    "load_facebook_vectors",
    "needs_gensim",
    "save_facebook_model",
]
