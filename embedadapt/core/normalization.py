"""The conventions under which vectors were made, as settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

from embedadapt.core.errors import SettingsError
from embedadapt.core.settings import require, require_choice

Case = Literal["keep", "lower", "upper", "fallback"]
Digits = Literal["keep", "zero", "hash", "letter"]
Splitting = Literal["keep", "split"]
Apostrophe = Literal["keep", "straight", "typographic"]
Chinese = Literal["keep", "simplified", "traditional"]


@dataclass(frozen=True)
class Normalization:
    """How text must be written so that vectors are found for its words.

    The conventions are inferred from the vocabulary of the vectors (`text/normalize.py`) and saved
    with them. Analysis, training and export apply the same ones. The defaults change nothing.

    Parameters
    ----------
    case : {"keep", "lower", "upper", "fallback"}
        "lower" if the vectors have only lower-case words (GloVe 6B), "upper" if they have only
        words in capitals. "fallback" if the vectors are cased: an unknown `Lessor` or `LESSOR` is
        then also looked up as `lessor`.
    digits : {"keep", "zero", "hash", "letter"}
        "zero" writes every digit as 0, "letter" as D. "hash" writes the digits of a number as `#`
        and keeps a single digit (Google News: `###,###`).
    apostrophe : {"keep", "straight", "typographic"}
        Which of ' and ’ the vectors use. "keep" leaves both as they are.
    elision : {"keep", "split"}
        "split" if the vectors have separate entries for `l'` and `acheteur`, or for `'s` and `n't`
        (spaCy, GloVe); "keep" if they have `l'acheteur` or `don't` as one word.
    hyphen : {"keep", "split"}
        "split" looks an unknown hyphenated compound, a hashtag or an identifier of code
        (`getUserName`) up by its parts. What is known always stays whole.
    phrases : bool
        Whether the vectors join phrases by `_` (`force_majeure`). If so, adjacent words are joined
        if the joined word is known.
    unicode : {"keep", "NFC"}
        "NFC" composes accents before look-up, and undoes ligatures, forms and widths of letters
        that the vectors do not have (`text/letters.py`). "keep" leaves the code points as they are.
    turkish_i : bool
        Whether the vectors have the letter ı. If so, ı is the lower case of I, and i that of İ.
    chinese : {"keep", "simplified", "traditional"}
        The form of Chinese that the vectors are written in. Words in the other form are then looked
        up in this one, if the extra chinese is installed. "keep" for other vectors.
    placeholders : bool
        Whether the vectors have placeholders, such as `<num>`, `_URL_`, `@USER` or `-LRB-`. If so,
        these stand for unknown numbers, addresses, users and brackets, and `<hashtag>` for the mark
        of a hashtag.
    prefix, suffix : str
        What the keys of the vectors have before and after their words, such as `/c/en/`, `▁` and
        `</w>`; "" for nothing.
    tags : str
        Separator between the word of a key and its tag, such as `_` in `coffee_NOUN`, or several
        of one character each; "" for no tags.

    Examples
    --------
    >>> lower = Normalization(case="lower", elision="split")
    >>> Normalization.from_dict(lower.to_dict()) == lower
    True
    """

    case: Case = "keep"
    digits: Digits = "keep"
    apostrophe: Apostrophe = "keep"
    elision: Splitting = "keep"
    hyphen: Splitting = "keep"
    phrases: bool = False
    unicode: Literal["keep", "NFC"] = "keep"
    turkish_i: bool = False
    chinese: Chinese = "keep"
    placeholders: bool = False
    prefix: str = ""
    suffix: str = ""
    tags: str = ""

    def __post_init__(self) -> None:
        for name, hint in _types().items():
            value = getattr(self, name)
            if choices := get_args(hint):
                require_choice(name, value, choices)
            else:
                require(isinstance(value, hint), name, f"a value of type {hint.__name__}", value)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as a mapping that `from_dict` reads.

        Returns
        -------
        dict of str to str or bool
            JSON-ready, one entry per field.
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> Normalization:
        """Make the conventions from a mapping.

        Parameters
        ----------
        settings : mapping
            Fields by name, as `to_dict` returns them. A missing field gets its default.

        Returns
        -------
        Normalization
            The conventions.

        Raises
        ------
        SettingsError
            This version does not know one of the settings, or its value.
        """
        known = {field.name for field in fields(cls)}
        for name in settings:
            if name not in known:
                raise SettingsError(
                    "normalization",
                    expected=f"settings among {', '.join(sorted(known))}",
                    found=repr(name),
                    hint="It was probably saved by a newer embedadapt: upgrade to read it.",
                )
        return cls(**settings)


@cache
def _types() -> Mapping[str, Any]:
    """The type of each convention, by name."""
    return get_type_hints(Normalization)
