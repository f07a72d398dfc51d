"""Every error that a user can cause, by its kind.

`EmbedAdaptError` is the base of all. Python's own class for the same fault is a base too: ValueError,
FileNotFoundError, ImportError.

>>> import embedadapt
>>> try:
...     embedadapt.load_vectors("no-such-file.txt")
... except FileNotFoundError as error:
...     print(type(error).__name__, error)
MissingFileError no-such-file.txt: expected a file that can be read, found No such file or directory. Check the path.
"""  # noqa: E501

from embedadapt.core.errors import (
    AdapterError,
    CorpusError,
    EmbedAdaptError,
    FormatError,
    MissingExtraError,
    MissingFileError,
    MissingTextError,
    OutputError,
    SettingsError,
)

__all__ = [
    "AdapterError",
    "CorpusError",
    "EmbedAdaptError",
    "FormatError",
    "MissingExtraError",
    "MissingFileError",
    "MissingTextError",
    "OutputError",
    "SettingsError",
]
