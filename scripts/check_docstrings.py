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
        for name, needs_example in public_names(embedadapt)
        for code, problem in problems_of(name, needs_example)
    ]
    print("\n".join(problems) or "All public docstrings are complete.")
    sys.exit(bool(problems))


def public_names(module: ModuleType) -> Iterator[tuple[str, bool]]:
    """Names of a module and of what its classes define, and whether each needs an example: the
    example of a class serves its methods, and EmbedAdaptError the kinds of errors, whose
    parameters are its own."""
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.ismodule(value):
            yield from public_names(value)
        elif not name.startswith("__") and (not is_error(value) or name == "EmbedAdaptError"):
            path = f"{module.__name__}.{name}"
            yield path, True
            if inspect.isclass(value):
                yield from ((f"{path}.{one}", False) for one in methods_of(value))


def methods_of(kind: type) -> Iterator[str]:
    for name, value in vars(kind).items():
        described = isinstance(value, (property, cached_property, classmethod, staticmethod))
        if not name.startswith("_") and (described or inspect.isfunction(value)):
            yield name


def is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def problems_of(name: str, needs_example: bool) -> list[tuple[str, str]]:
    wanted = CODES if needs_example else CODES - {EXAMPLE}
    return [error for error in validate(name)["errors"] if error[0] in wanted]


if __name__ == "__main__":
    main()
