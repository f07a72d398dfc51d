"""The conventions a vector table was made with, as settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from embedadapt.core.errors import SettingsError

Case = Literal["keep", "lower", "upper", "fallback"]
Digits = Literal["keep", "zero", "hash"]
Splitting = Literal["keep", "split"]
Apostrophe = Literal["keep", "straight", "typographic"]


@dataclass(frozen=True)
class Normalization:
    """How text must be written so that a table finds its words.

    Inferred from a table's own vocabulary (`text/normalize.py`), saved with it, and applied alike
    by the analyzer, the trainer and the exporter. The defaults change nothing.

    case:
        "keep"; "lower": the table knows lower-case words only (GloVe 6B); "upper": it knows
        words in capitals only; "fallback": the table is
        cased, and an unknown `Lessor` or `LESSOR` is looked up as `lessor` too.
    digits:
        "keep"; "zero": every digit written 0; "hash": digits of numbers written `#`
        (Google News: `###,###`; a single digit is kept).
    apostrophe:
        Which of ' and ’ the table writes: "keep" leaves both as they are.
    elision:
        "split" where the table holds `l'` and `acheteur`, or `'s` and `n't`, apart (spaCy, GloVe);
        "keep" where it holds `l'acheteur` or `don't` whole.
    hyphen:
        "split": a hyphenated compound that is unknown is looked up by its parts.
        A known compound always stays whole.
    phrases:
        True where the table joins phrases by `_` (`force_majeure`): adjacent words are joined when
        the joined form is known.
    unicode:
        "NFC" composes accents before look-up, and undoes ligatures, forms and widths of letters
        that the table does not have (`text/letters.py`); "keep" leaves the code points alone.
    prefix, suffix, tags:
        What the keys of the table have around their words: `/c/en/` or `▁` before them, `</w>`
        behind, or what separates a tag (`_` of `coffee_NOUN`); "" for nothing.
    turkish_i:
        True where the table writes ı: then it is the small letter of I, and i that of İ.
    """

    case: Case = "keep"
    digits: Digits = "keep"
    apostrophe: Apostrophe = "keep"
    elision: Splitting = "keep"
    hyphen: Splitting = "keep"
    phrases: bool = False
    unicode: Literal["keep", "NFC"] = "keep"
    turkish_i: bool = False
    prefix: str = ""
    suffix: str = ""
    tags: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready mapping, read back by `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> Normalization:
        """Raises SettingsError for a setting this version does not know."""
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
