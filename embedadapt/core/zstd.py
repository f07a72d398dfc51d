"""The zstd module: the standard library's from Python 3.14 on, an extra before."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from embedadapt.core.errors import MissingExtraError

IN_STANDARD_LIBRARY = (3, 14)


def zstd_module(where: str) -> Any:
    """`compression.zstd`, or `backports.zstd`, which is the same for older Pythons.

    where: the file that needs it, for the message. Raises MissingExtraError.
    """
    built_in = sys.version_info >= IN_STANDARD_LIBRARY
    try:
        return import_module("compression.zstd" if built_in else "backports.zstd")
    except ImportError as error:
        raise MissingExtraError(
            where,
            expected="a Python with zstd" if built_in else "the package backports.zstd",
            found="one built without it" if built_in else "none",
            hint="Unpack the file with zstd -d."
            if built_in
            else "In a clone of embedadapt: pip install '.[zstd]'",
        ) from error
