"""The words of a vocabulary as one text, which is searched many times as fast as word by word."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from embedadapt.core.vocabulary import Vocabulary

_LINES: WeakKeyDictionary[Vocabulary, bytes] = WeakKeyDictionary()


def word_lines(vocabulary: Vocabulary) -> bytes:
    """The words in UTF-8, a line feed behind each; a lone surrogate, which has none, by its code.

    >>> word_lines(Vocabulary(["the", "of"]))
    b'the\\nof\\n'
    """
    if vocabulary not in _LINES:
        text = "\n".join((*vocabulary.words, ""))
        _LINES[vocabulary] = text.encode("utf-8", "surrogatepass")
    return _LINES[vocabulary]


def keep_word_lines(vocabulary: Vocabulary, lines: bytes) -> None:
    """Take what `word_lines` is to return from a reader that has it."""
    _LINES[vocabulary] = lines
