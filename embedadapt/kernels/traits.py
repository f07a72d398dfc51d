"""What kernels share with what must not load numba: the traits of chunks that end sentences, what
hard-wrapped lines are, and where pairs of words are counted."""

from __future__ import annotations

(
    STARTS_SMALL,  # it begins with a small letter
    ONLY_OPENING,  # it has only marks that open a sentence
    THEN_SMALL,  # a small letter follows these
    THEN_BEGINNING,  # a word follows them that only begins a sentence
    THEN_NUMBER,  # a number follows them
    ITEM,  # it is the mark of an item: `(a)`, `-`
    SHORT_ITEM,  # it is one of few characters
    ITEM_MAY_FOLLOW,  # it ends as a line does before an item
    CONJUNCTION,  # so it does if a space is before it
    ONLY_CLOSING,  # it has only marks that close a sentence, the first a quotation mark
    FULL_STOP,  # it ends in a full stop, closing marks aside
    OTHER_STOP,  # it ends in another mark that ends a sentence
    ABBREVIATION,  # the full stop belongs to an abbreviation
    AFTER_NAME,  # it belongs to one that may also end a sentence
    BEFORE_NUMBER,  # it belongs to one before a number
    WORDLESS,  # it has no letter and no digit
    NUMBER,  # it has one number or one letter, marks aside
    NUMBER_FIRST,  # it begins with that
    DIVISION,  # it ends with the name of a division of a text, and has no other letter
    OPEN,  # its traits are left to text.sentences
) = (1 << bit for bit in range(20))
"""The traits of a chunk."""

WINDOW = 30
"""Characters of a chunk on which its traits depend."""

# fmt: off
ABBREVIATIONS = {
    "approx", "cf", "cir", "civ", "dept", "dr", "eg", "fed", "ie", "messrs", "mgr", "mlle", "mm",
    "mme", "mr", "mrs", "ms", "ph.d", "resp", "supp", "v", "viz", "vs",
    "bull", "cass", "com", "comm", "crim", "obs", "req", "soc", "trib",
}
"""Words whose full stop belongs to them, in small letters."""
AFTER_NAMES = {"al", "bros", "cie", "co", "corp", "inc", "jr", "ltd", "sr", "sté"}
"""Likewise, what a sentence can end with: it does where a word follows that only begins one."""
BEFORE_NUMBERS = {
    "alin", "app", "art", "arts", "ch", "chap", "ex", "exh", "fig", "figs", "liv", "no",
    "nos", "p", "par", "para", "paras", "pp", "reg", "sec", "secs", "st", "stat", "tel", "tit",
    "tél", "vol", "janv", "févr", "avr", "juill", "sept", "oct", "nov", "déc", "jan", "feb", "mar",
    "apr", "aug", "dec",
}
"""Likewise where a number follows."""
# fmt: on

FULL_WIDTH = 0.97
"""The quantile of line lengths taken as the full width: a URL or a table may stick out."""
RAGGED = 12
"""Columns by which a line wrapped early (a long word came next) falls short of the full width."""
CONTINUED_LINES = 0.15
FULL_LINES = 0.35
"""What makes a hard-wrapped document: the share of its lines that the next one continues with a
small letter, and the share of those that are full. Measured on 63 wrapped licences, at least .23
and .79, and on company filings wrapped at 80, 99 or 250 columns, .24 and .39; on documents with a
paragraph a line at most .10 continued lines, or at most .33 of them full (lists)."""

MIX_1, MIX_2, SHIFT = 0x9E3779B1, 0x85EBCA77, 29
"""Odd numbers, and a shift, that spread pairs of hashes over cells."""

RUN_MIX = 0xBF58476D1CE4E5B9
"""An odd number by which the characters of a run are hashed."""
