"""The conventions under which vectors were made, as settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from embedadapt.core.errors import SettingsError

Case = Literal["keep", "lower", "upper", "fallback"]
Digits = Literal["keep", "zero", "hash", "letter"]
Splitting = Literal["keep", "split"]
Apostrophe = Literal["keep", "straight", "typographic"]


@dataclass(frozen=True)
class Normalization:
    """How text must be written so that vectors are found for its words.

    The conventions are inferred from the vocabulary of the vectors (`text/normalize.py`) and saved
    with them. Analysis, training and export apply the same ones. The defaults change nothing.

    Parameters
    ----------
    case : {"keep", "lower", "upper", "fallback"}
        "lower" where the vectors have lower-case words only (GloVe 6B), "upper" where they have
        words in capitals only. "fallback" where they are cased: an unknown `Lessor` or `LESSOR` is
        then looked up as `lessor` too.
    digits : {"keep", "zero", "hash", "letter"}
        "zero" writes every digit as 0, "letter" as D. "hash" writes the digits of a number as `#`
        and keeps a single digit (Google News: `###,###`).
    apostrophe : {"keep", "straight", "typographic"}
        Which of ' and ’ the vectors use. "keep" leaves both as they are.
    elision : {"keep", "split"}
        "split" where the vectors have `l'` and `acheteur`, or `'s` and `n't`, apart (spaCy, GloVe);
        "keep" where they have `l'acheteur` or `don't` whole.
    hyphen : {"keep", "split"}
        "split" looks an unknown hyphenated compound up by its parts. A known one always stays
        whole.
    phrases : bool
        True where the vectors join phrases by `_` (`force_majeure`): adjacent words are joined
        where the joined word is known.
    unicode : {"keep", "NFC"}
        "NFC" composes accents before look-up, and undoes ligatures, forms and widths of letters
        that the vectors do not have (`text/letters.py`). "keep" leaves the code points as they are.
    turkish_i : bool
        True where the vectors write ı: it is the small letter of I then, and i that of İ.
    placeholders : bool
        True where the vectors have placeholders, such as `<num>`, `_URL_`, `@USER` or `-LRB-`: they
        stand for unknown numbers, addresses, users and brackets, and `<hashtag>` for the mark of a
        hashtag.
    prefix, suffix : str
        What the keys of the vectors have before and behind their words, such as `/c/en/`, `▁` and
        `</w>`; "" for nothing.
    tags : str
        What separates a tag from the word of a key, such as `_` in `coffee_NOUN`; "" for no tags.

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
    placeholders: bool = False
    prefix: str = ""
    suffix: str = ""
    tags: str = ""

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
            Fields by name, as `to_dict` returns them. A field left out takes its default.

        Returns
        -------
        Normalization
            The conventions.

        Raises
        ------
        SettingsError
            This version does not know one of the settings.
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
