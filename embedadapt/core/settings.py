"""Settings: frozen values with checked fields, and values composed of others.

Each stage has its own dataclass, and the settings of several stages are composed of those. Each
field name belongs to one dataclass (`seed` to several, which then share it), so that settings can
also be given flat: on a command line, in a call, in files of earlier versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from math import isfinite
from operator import index
from typing import Any, SupportsFloat, TypeVar, get_type_hints

from embedadapt.core.errors import SettingsError
from embedadapt.core.renamed import translate, warn

T = TypeVar("T")

MOST_WHOLE = 2**31 - 1
"""The largest integer that a kernel takes."""


def require(condition: bool, name: str, expected: str, found: object) -> None:
    """Raise SettingsError for the setting `name` unless the condition holds."""
    if not condition:
        raise SettingsError(name, expected=expected, found=_shown(found))


def _shown(value: object) -> str:
    """A value as Python writes it, or of what size it is: it refuses a whole number of thousands of
    digits."""
    try:
        return repr(value)
    except ValueError:
        return f"a value of the type {type(value).__name__} that is too long to show"


def require_whole(name: str, value: object, least: int, most: int = MOST_WHOLE) -> None:
    """Raise SettingsError unless `value` is a whole number within the bounds."""
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    is_whole = not isinstance(value, bool) and least <= number <= most
    bounds = f"from {least} to {most:,}" if number > most else f"from {least} up"
    require(is_whole, name, f"a whole number {bounds}", value)


def require_number(
    name: str,
    value: object,
    expected: str,
    *,
    least: float = -float("inf"),
    most: float = float("inf"),
    above: float = -float("inf"),
    below: float = float("inf"),
) -> None:
    """Raise SettingsError unless `value` is a finite number within the bounds."""
    fits = False
    if isinstance(value, SupportsFloat) and not isinstance(value, (bool, str, Sized)):
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = float("inf")
        fits = isfinite(number) and least <= number <= most and above < number < below
    require(fits, name, expected, value)


def require_flag(name: str, value: object) -> None:
    """Raise SettingsError unless `value` is True or False."""
    require(isinstance(value, bool), name, "true or false", value)


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise SettingsError unless `value` is one of the choices."""
    require(value in choices, name, " or ".join(choices), value)


def compose(start: T, values: Mapping[str, Any], say: Callable[[str], None] = warn) -> T:
    """Return `start` with some values changed, given nested, flat, or mixed.

    say: called with one line for each setting that has a name of release 0.1.

    Raises SettingsError for an unknown setting or a value out of range.
    """
    values = translate(values, _names(type(start)), say)
    unknown = sorted(set(values) - set(_names(type(start))))
    if unknown:
        near = get_close_matches(unknown[0], _names(type(start)), n=1)
        raise SettingsError(
            unknown[0],
            expected="the name of a setting",
            found="an unknown name",
            hint=f"Did you mean {near[0]}?" if near else "",
        )
    hints = get_type_hints(type(start))
    changes: dict[str, Any] = {}
    for field in fields(start):  # type: ignore[arg-type]
        name, kind, given = field.name, hints[field.name], values.get(field.name)
        if not is_dataclass(kind):
            if name in values:
                changes[name] = given
            continue
        if isinstance(given, kind):  # type: ignore[arg-type]
            changes[name] = given
            continue
        require(given is None or isinstance(given, Mapping), name, "a group of settings", given)
        inner = {key: values[key] for key in _names(kind) if key in values} | dict(given or {})
        changes[name] = compose(getattr(start, name), inner, say)
    return replace(start, **changes)  # type: ignore[type-var]


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without nesting, each under the path of its name.

    >>> flat({"epochs": 5, "model": {"window": 4}})
    {'epochs': 5, 'model.window': 4}
    """
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            values |= {f"{name}.{inner}": each for inner, each in flat(value).items()}
        else:
            values[name] = value
    return values


def _names(kind: Any) -> dict[str, None]:
    """Names of all fields of a dataclass, and of those composed into it."""
    hints = get_type_hints(kind)
    names: dict[str, None] = {}
    for field in fields(kind):
        names[field.name] = None
        if is_dataclass(hints[field.name]):
            names |= _names(hints[field.name])
    return names
