"""Chemical formulas: `H2O`, `CaCO3`, `C6H12O6`, `NaCl`.

A formula parses by symbols of elements, each with the number of its atoms, which is never 1 nor
begins with 0. Much else does: `B2B`, `SHP2`, `CYP2C19`, `H1N1`. What is a formula by its look alone
has the order of one, ends in what compounds end in, and has letters that codes do not have; what
merely parses is one where the text has other formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SYMBOL = re.compile(r"[A-Z][a-z]?")
ELEMENTS = frozenset(
    _SYMBOL.findall(
        "HHeLiBeBCNOFNeNaMgAlSiPSClArKCaScTiVCrMnFeCoNiCuZnGaGeAsSeBrKrRbSrYZrNbMoRuRhPdAgCdInSnSb"
        "TeIXeCsBaLaCePrNdSmEuGdTbDyHoErTmYbLuHfTaWReOsIrPtAuHgTlPbBiThU"
    )
)
"""Symbols, without those of elements that have no stable or long-lived isotope: `PaO2` is a
pressure."""
NONMETALS = frozenset(_SYMBOL.findall("HBCNOFSiPSClAsSeBrTeI"))
"""What compounds end in."""
ACIDS = frozenset(("F", "Cl", "Br", "O"))
"""What a formula without a number ends in, to be one by its look: `HCl`, `NaOH`."""
MOLECULES = frozenset(("H2", "N2", "O2", "O3", "F2", "Cl2", "Br2", "I2", "S8", "P4"))
MOST_OXYGEN = 4
"""Atoms, where nothing but oxygen at its end speaks for a formula: `NO3`, but not `SO16`."""
MANY_ATOMS = 10
"""Atoms of an element from which a formula is one of a hydrocarbon or of an oxide: `PC20` is a
concentration."""
NEVER_FIRST = ("F", "O")
"""What takes the electrons of all others comes after them: `FIO2` is a fraction of oxygen."""
SHORTEST, LONGEST = 2, 24
"""Characters of a formula."""

_SHAPE = re.compile(r"[0-9]{0,2}+((?>(?:[A-Z][a-z]?(?>[2-9][0-9]?|1[0-9]|))+))")
_PARTS = re.compile(r"([A-Z][a-z]?)([0-9]*)")
_PLURAL = re.compile(r"[A-Z]{2,}+s")
"""`CFOs` parses, by osmium."""
_SMALL = re.compile(r"(?=[a-z0-9]{2,12}$)(?>(?:[a-z]{1,5}[0-9]++)+)(?>[a-z]{0,5})")
"""What is short enough to be read in every way: `lipoprotein3` parses too."""
_COUNT = re.compile(r"(?>[2-9][0-9]?|1[0-9]|)")


@dataclass(frozen=True)
class Formula:
    """A formula by its parts: symbols of elements, and how many atoms of each, 1 where no number
    stands."""

    parts: tuple[tuple[str, int], ...]

    @property
    def is_certain(self) -> bool:
        """Whether it is a formula by its look alone."""
        symbols = [symbol for symbol, _ in self.parts]
        n_counted = sum(count > 1 for _, count in self.parts)
        last, n_last = self.parts[-1]
        if len(set(symbols)) < 2:
            return False
        if not n_counted:
            return last in ACIDS or (symbols[-2:] == ["O", "H"] and len(symbols) > 2)
        if any(len(symbol) == 2 for symbol in symbols):
            return True
        if n_counted > 1:
            return "O" in symbols or symbols[:2] == ["C", "H"]
        if last == "O":
            return n_last <= MOST_OXYGEN
        if symbols in (["C", "H"], ["N", "H"]):
            return n_last > 1  # C3H is a strain of mice
        return self.parts == (("H", 2), ("S", 1))


def formula_of(form: str) -> Formula | None:
    """The formula that a word is as written; None for others.

    >>> formula_of("CaCO3").parts, formula_of("2SO4").parts
    ((('Ca', 1), ('C', 1), ('O', 3)), (('S', 1), ('O', 4)))
    >>> [formula_of(word) for word in ("H1N1", "CFOs", "C27H4003", "NATO", "SpinCo", "B")]
    [None, None, None, None, None, None]
    >>> [formula_of(word) for word in ("PC20", "FIO2", "WHV7")], formula_of("Y3Al5O12") is None
    ([None, None, None], False)
    >>> words = ("H2O", "C6H12O6", "NaCl", "B2B", "SHP2", "CYP2C19", "PCs", "CoV2")
    >>> [bool(found and found.is_certain) for found in map(formula_of, words)]
    [True, True, True, False, False, False, False, False]
    """
    shape = _SHAPE.fullmatch(form) if SHORTEST <= len(form) <= LONGEST else None
    if shape is None or _PLURAL.fullmatch(form):
        return None
    parts = tuple((symbol, int(count or 1)) for symbol, count in _PARTS.findall(shape[1]))
    symbols = [symbol for symbol, _ in parts]
    is_shouted = shape[1].isalpha() and form.isupper()
    if is_shouted or not ELEMENTS.issuperset(symbols) or symbols == ["H", "N"]:
        return None
    if len(set(symbols)) < 2:
        return Formula(parts) if shape[1] in MOLECULES and len(parts) == 1 else None
    return Formula(parts) if _is_in_order(parts) else None


def _is_in_order(parts: Sequence[tuple[str, int]]) -> bool:
    """Whether symbols stand as in a compound, and many atoms where it can have them."""
    symbols = [symbol for symbol, _ in parts]
    if symbols[0] in NEVER_FIRST or symbols[-1] not in NONMETALS:
        return False
    has_many = max(count for _, count in parts) >= MANY_ATOMS
    return not has_many or symbols[-1] == "O" or symbols[:2] == ["C", "H"]


def is_certain(form: str) -> bool:
    """Whether a word is a formula by its look alone; in small letters, if it has a number.

    >>> [is_certain(word) for word in ("CO2", "co2", "caco3", "nacl", "b2b", "24b", "sp11")]
    [True, True, True, False, False, False, False]
    """
    if form != form.lower():
        found = formula_of(form)
        return found is not None and found.is_certain
    return bool(_SMALL.fullmatch(form)) and any(map(is_certain, _readings(form)))


def _readings(word: str, start: int = 0) -> Iterator[str]:
    """A word in small letters, with the capitals of every way in which symbols make it up."""
    if start == len(word):
        yield ""
    for length in (1, 2):
        symbol = word[start : start + length].capitalize()
        if len(symbol) == length and symbol in ELEMENTS:
            count = _COUNT.match(word, start + length)
            assert count is not None
            for rest in _readings(word, count.end()):
                yield symbol + count[0] + rest
