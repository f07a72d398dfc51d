"""Check the docstrings of all public names by numpydoc's rules.

    python scripts/check_docstrings.py

Public are the names of the package and the methods of its classes. Exits with 1 and one line for
each violation; https://numpydoc.readthedocs.io/en/latest/validation.html explains the codes.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cached_property
from types import ModuleType

from numpydoc.validate import validate

import embedadapt

SECTIONS = ("GL03", "GL05", "GL06", "GL07", "GL08")
SUMMARY = ("SS01", "SS02", "SS03", "SS04", "SS05", "SS06")
PARAMETERS = ("PR01", "PR02", "PR03", "PR04", "PR05", "PR06", "PR07", "PR08", "PR09", "PR10")
RETURNS = ("RT01", "RT02", "RT03", "RT04", "RT05", "YD01")
EXAMPLE = "EX01"
CODES = frozenset((*SECTIONS, *SUMMARY, *PARAMETERS, *RETURNS, EXAMPLE))


def main() -> None:
    problems = [
        f"{name}: {code} {problem}"
        for name, codes in public_names(embedadapt)
        for code, problem in problems_of(name, codes)
    ]
    print("\n".join(problems) or "All public docstrings are complete.")
    sys.exit(bool(problems))


def public_names(module: ModuleType) -> Iterator[tuple[str, frozenset[str]]]:
    """Names of a module and of what its classes define, with the codes that are checked.

    A method needs no example of its own, since its class has one, nor does a value of
    embedadapt.results, or a kind of error, whose parameters are those of EmbedAdaptError. A
    protocol is not made, and has no parameters.
    """
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.ismodule(value):
            yield from public_names(value)
        elif not name.startswith("__") and (not is_error(value) or name == "EmbedAdaptError"):
            path = f"{module.__name__}.{name}"
            codes = CODES - {EXAMPLE} if module is embedadapt.results else CODES
            yield path, codes.difference(PARAMETERS if is_protocol(value) else ())
            if inspect.isclass(value):
                yield from ((f"{path}.{one}", CODES - {EXAMPLE}) for one in methods_of(value))


def methods_of(kind: type) -> Iterator[str]:
    for name, value in vars(kind).items():
        described = isinstance(value, (property, cached_property, classmethod, staticmethod))
        if not name.startswith("_") and (described or inspect.isfunction(value)):
            yield name


def is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def is_protocol(value: object) -> bool:
    return bool(getattr(value, "_is_protocol", False))


def problems_of(name: str, codes: frozenset[str]) -> list[tuple[str, str]]:
    return [error for error in validate(name)["errors"] if error[0] in codes]


if __name__ == "__main__":
    main()
