"""Errors that say where, what was expected, what was found and what to try.

Every error a user can cause is an `EmbedAdaptError`, and its text is one line. The command line
prints that line and exits with status 1; a library caller reads the parts as attributes. Python's
own class for the same fault is a second base: `except ValueError` and `except FileNotFoundError`
catch what they would of any library.
"""

from __future__ import annotations

from collections.abc import Callable


class EmbedAdaptError(Exception):
    """A problem with what was given, told in one line.

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
        """Copies and pickles: a worker's error is raised again by the process that waits for it."""
        return _again, (type(self), self.where, self.expected, self.found, self.hint)

    def __str__(self) -> str:
        claims = [
            f"{verb} {text}"
            for verb, text in (("expected", self.expected), ("found", self.found))
            if text
        ]
        line = f"{self.where}: {', '.join(claims)}." if claims else f"{self.where}."
        return f"{line} {self.hint}".rstrip().replace("\n", " ")


def _again(
    kind: type[EmbedAdaptError], where: str, expected: str, found: str, hint: str
) -> EmbedAdaptError:
    return kind(where, expected=expected, found=found, hint=hint)


class FormatError(EmbedAdaptError, ValueError):
    """A file that is not what it claims to be, or not a format we read."""


class CorpusError(EmbedAdaptError, ValueError):
    """Text that cannot be read, or that has nothing to work with."""


class AdapterError(EmbedAdaptError, ValueError):
    """An adapter that does not fit the table it is applied to."""


class SettingsError(EmbedAdaptError, ValueError):
    """A setting outside its range, or settings that contradict each other."""


class MissingFileError(FormatError, FileNotFoundError):
    """A file of vectors, an adapter or settings that there is not."""


class MissingTextError(CorpusError, FileNotFoundError):
    """A document, folder or pattern of documents that there is not."""


class OutputError(EmbedAdaptError):
    """A target that cannot be written. What stood there before still stands."""


class MissingExtraError(EmbedAdaptError, ImportError):
    """A feature whose optional dependency is not installed; the hint names the extra."""
