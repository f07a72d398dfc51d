"""Names of release 0.1 and the names that replaced them.

The old names work until the next release, with a warning; then this module and its imports are
deleted. docs/from-0.1.md lists the names for users.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

from embedadapt.core.errors import SettingsError

T = TypeVar("T")

NAMES = {
    "column_epochs": "dimension_epochs",
    "column_mode": "dimension_mode",
    "columns": "dimensions",
    "columns_log": "dimensions_log",
    "columns_losses": "dimensions_losses",
    "cure": "fix",
    "cured": "fixed",
    "cured_tokens": "fixed_tokens",
    "difference": "delta",
    "difference_log": "delta_log",
    "difference_losses": "delta_losses",
    "exchanges": "sync_rounds",
    "expected": "confidence",
    "forms": "surface_forms",
    "is_peer": "is_baseline",
    "judged": "evaluate",
    "keep_neighbors": "budget",
    "kept": "neighbor_overlap",
    "labelled": "labeled",
    "ladder": "readings",
    "mendable": "repairable",
    "mended": "repaired",
    "n_columns": "n_dimensions",
    "n_forms": "n_surface_forms",
    "neighbors_kept": "neighbor_overlap",
    "order_told_by": "order_evidence",
    "peers": "baselines",
    "slips": "misspellings",
    "strength": "scale",
    "strengths": "scales",
    "strongest": "largest_scale",
    "table": "vectors",
    "tables": "vectors",
}
"""Arguments, fields and settings. An old name is translated only where the new one is valid."""

LAYOUTS = {"extend": "concat", "blend": "add"}
VALUES: Mapping[str, Mapping[str, str]] = {"layout": LAYOUTS, "tokenizer": {"table": "vectors"}}
"""Values, by the argument or option that takes them."""

FUNCTIONS = {
    "AdaptationResult": "Adaptation",
    "export_table": "export_vectors",
    "find_strength": "find_scale",
    "find_suspects": "find_sense_shifts",
    "join_adapters": "merge_adapters",
}
"""Functions and classes of the package itself."""

OPTIONS = {
    "--column-epochs": "--dimension-epochs",
    "--column-mode": "--dimension-mode",
    "--columns": "--dimensions",
    "--exchanges": "--sync-rounds",
    "--keep-neighbors": "--budget",
    "--labelled": "--labeled",
    "--peer": "--baseline",
    "--strength": "--scale",
    "--suspects": "--sense-shifts",
}
"""Options of the command line. No old one has another meaning in any command."""


def warn(line: str) -> None:
    """Issue a DeprecationWarning at the first line of code outside the package."""
    frame, level = sys._getframe(), 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "embedadapt":
        frame, level = frame.f_back, level + 1
    warnings.warn(line, DeprecationWarning, stacklevel=level)


def silent(line: str) -> None:
    """Ignore a message about a name that release 0.1 stored, which no user can change now."""


def translate(
    values: Mapping[str, Any], names: Mapping[str, Any], say: Callable[[str], None] = warn
) -> dict[str, Any]:
    """Return arguments or settings by their present names.

    names: the names that are valid there. An old name among them is not translated.

    Raises SettingsError where a value is given under both names.
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        new = NAMES.get(name, name)
        if name in names or new not in names:
            new = name
        if new != name:
            say(f"{name} is now called {new}")
            if new in values:
                raise SettingsError(name, expected=f"one of {name} and {new}", found="both")
        found[new] = _value(new, value, say)
    return found


def _value(name: str, value: Any, say: Callable[[str], None]) -> Any:
    if name == "scales" and isinstance(value, Mapping):
        return {_value("layout", layout, say): scales for layout, scales in value.items()}
    new = VALUES.get(name, {}).get(value, value) if isinstance(value, str) else value
    if new is not value:
        say(f"the {name} {value} is now called {new}")
    return new


def rename_stored(made: Mapping[str, Any]) -> dict[str, Any]:
    """Settings and scores that an adapter of release 0.1 holds, by their present names.

    Those of the adapters that it was merged from are renamed too.
    """
    settings = _by_new_names(made["settings"])
    scores = _by_new_names(made["scores"])
    if isinstance(verdict := scores.get("verdict"), Mapping):
        verdict = _by_new_names(verdict)
        layout, space, scale = str(verdict.get("vectors", "")).partition(" ")
        scores["verdict"] = verdict | {"vectors": LAYOUTS.get(layout, layout) + space + scale}
    origin = dict(made.get("provenance", {}))
    if "merged" in origin:
        origin["merged"] = [rename_stored(part) for part in origin["merged"]]
    groups = {
        name: _by_new_names(group) if isinstance(group, Mapping) else group
        for name, group in settings.items()
    }
    return {**made, "settings": groups, "scores": scores, "provenance": origin}


def _by_new_names(values: Mapping[str, Any]) -> dict[str, Any]:
    return {NAMES.get(name, name): value for name, value in values.items()}


def accepts_old_names(made: T) -> T:
    """Make a function, or a dataclass, accept old names of its arguments and fields.

    >>> @accepts_old_names
    ... def apply(*, scale=1.0):
    ...     return scale
    >>> apply(strength=0.5)
    0.5
    """
    if not isinstance(made, type):
        function: T = _taking_old_names(made)
        return function
    kind: Any = made
    kind.__init__ = _taking_old_names(kind.__init__)

    def old_attribute(self: Any, name: str) -> Any:
        new = NAMES.get(name)
        if new is None or (not hasattr(type(self), new) and new not in type(self).__annotations__):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        warn(f"{name} is now called {new}")
        return getattr(self, new)

    kind.__getattr__ = old_attribute
    return made


def _taking_old_names(function: Any) -> Any:
    names = signature(function).parameters

    @wraps(function)
    def translating(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **translate(kwargs, names))

    return translating


def translate_options(arguments: list[str], say: Callable[[str], None]) -> list[str]:
    """A command line with present options and values; what follows `--` is not changed."""
    found: list[str] = []
    for i, argument in enumerate(arguments):
        if argument == "--":
            return found + arguments[i:]
        option, equals, value = argument.partition("=")
        if option in OPTIONS:
            say(f"{option} is now called {OPTIONS[option]}")
            option = OPTIONS[option]
        if equals and option.startswith("--"):
            value = _value(option[2:], value, say)
        elif i and arguments[i - 1].startswith("--"):
            option = _value(arguments[i - 1][2:], option, say)
        found.append(f"{option}{equals}{value}")
    return found
