"""Errors with four parts: where, what was expected, what was found, what to try.

Every error that a user can cause is an `EmbedAdaptError`, and its text is one line. The command
line prints that line and exits with status 1; code reads the parts as attributes. Python's own
class for the same fault is a second base: `except ValueError` and `except FileNotFoundError` catch
what they would of any library.
"""

from __future__ import annotations

from collections.abc import Callable


class EmbedAdaptError(Exception):
    """An error in the input: the place, what was expected, what was found, what to try.

    Parameters
    ----------
    where : str
        The file and line, the argument or the option.
    expected : str
        What was expected; "" if `found` is enough.
    found : str
        What was found instead.
    hint : str
        What to try, as a sentence.

    Examples
    --------
    >>> print(FormatError("glove.txt, line 2", expected="50 values after 'b'", found="49"))
    glove.txt, line 2: expected 50 values after 'b', found 49.
    >>> print(CorpusError("empty.txt", found="no text", hint="Give a file with words in it."))
    empty.txt: found no text. Give a file with words in it.
    """

    def __init__(self, where: str, *, expected: str = "", found: str = "", hint: str = "") -> None:
        self.where = where
        self.expected = expected
        self.found = found
        self.hint = hint
        super().__init__(where, expected, found, hint)

    def __reduce__(self) -> tuple[Callable[..., EmbedAdaptError], tuple[object, ...]]:
        """Support pickling: a worker's error is raised again in the process that waits for it."""
        return _again, (type(self), self.where, self.expected, self.found, self.hint)

    def __str__(self) -> str:
        claims = [
            f"{verb} {text}"
            for verb, text in (("expected", self.expected), ("found", self.found))
            if text
        ]
        line = f"{self.where}: {', '.join(claims)}." if claims else f"{self.where}."
        return printable(f"{line} {self.hint}".rstrip())


def printable(text: str) -> str:
    """A text in one line that a terminal only shows: line feeds as spaces, what else is no visible
    character as its escape. File names and words of a file may hold any.

    >>> print(printable("red\\x1b[31m.vec"))
    red\\x1b[31m.vec
    """
    if text.isprintable():
        return text
    shown = (c if c.isprintable() else repr(c)[1:-1] for c in text.replace("\n", " "))
    return "".join(shown)


def _again(
    kind: type[EmbedAdaptError], where: str, expected: str, found: str, hint: str
) -> EmbedAdaptError:
    return kind(where, expected=expected, found=found, hint=hint)


class FormatError(EmbedAdaptError, ValueError):
    """A file that is damaged, or of a format that is not read."""


class CorpusError(EmbedAdaptError, ValueError):
    """Text that cannot be read, or is too little to work with."""


class AdapterError(EmbedAdaptError, ValueError):
    """An adapter that does not fit the vectors it is applied to."""


class SettingsError(EmbedAdaptError, ValueError):
    """A setting outside its range, or settings that contradict each other."""


class MissingFileError(FormatError, FileNotFoundError):
    """A missing file of vectors, of an adapter or of settings."""


class MissingTextError(CorpusError, FileNotFoundError):
    """A missing document or folder, or a pattern that matches no document."""


class OutputError(EmbedAdaptError):
    """A target that cannot be written. What was there before is unchanged."""


class MissingExtraError(EmbedAdaptError, ImportError):
    """A feature whose optional dependency is not installed; the hint names the extra."""
