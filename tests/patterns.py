"""Whether a regular expression takes time linear in any text, told by its form.

What is unbounded must not be given back: where something that can fail follows a repeat, the repeat
is possessive or in an atomic group, so that nested and overlapping ones have one way to match.
Possessive are single marks only: of groups, Python before 3.11.5 matches some wrongly. And
where a pattern is looked for anywhere in a text, a failing attempt must not read what the next
attempt reads again: its unbounded repeats can only begin beside a mark that they do not hold.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import embedadapt

MOST_BOUNDED = 64
"""Times up to which a repeat counts as bounded."""
MARKS = "".join(map(chr, range(0x3000)))
"""What classes are compared on."""
SCANNING = {"search", "findall", "finditer", "sub", "subn", "split"}
WHOLE = {"fullmatch"}
METHODS = {*SCANNING, *WHOLE, "match"}

Item = tuple[Any, Any]
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
LOOKS = (_constants.ASSERT, _constants.ASSERT_NOT)
SINGLE = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)


def faults(pattern: re.Pattern[Any], methods: set[str]) -> list[str]:
    """What in the form of a pattern lets its time grow faster than its text.

    methods: those of the pattern that are called: "search", "fullmatch" and so on.
    """
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    # Flags of the whole pattern decide what a class holds.
    tree = _parser.parse(source, pattern.flags & ~re.UNICODE.value)
    flags = tree.state.flags
    found = list(_given_back(list(tree), bool(methods & WHOLE)))
    if methods & SCANNING:
        found += _read_again(list(tree), flags)
    return found


def _given_back(items: Sequence[Item], fails: bool) -> Iterator[str]:
    """Unbounded repeats before what can fail. fails: whether what follows the items can."""
    for number, (kind, value) in enumerate(items):
        rest = fails or any(map(_can_fail, items[number + 1 :]))
        if kind in REPEATS:
            _, high, body = value
            unbounded = high > MOST_BOUNDED
            single = len(body) == 1 and body[0][0] in SINGLE
            if kind is _constants.POSSESSIVE_REPEAT and not single:
                yield f"a possessive group: {_shown(body)}"
            if unbounded and rest and kind is not _constants.POSSESSIVE_REPEAT:
                yield f"gives back: {_shown(body)}"
            yield from _given_back(list(body), rest and kind is not _constants.POSSESSIVE_REPEAT)
            if unbounded and any(_tries_in_vain(item) for item in body):
                yield f"tries in vain again and again: {_shown(body)}"
        elif kind is _constants.ATOMIC_GROUP:
            yield from _given_back(list(value), False)
        elif kind is _constants.SUBPATTERN:
            yield from _given_back(list(value[-1]), rest)
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from _given_back(list(branch), rest)
        elif kind in LOOKS and any(map(_is_unbounded, _inner(value[1]))):
            yield f"looks without bound: {_shown(value[1])}"


def _tries_in_vain(item: Item) -> bool:
    """Whether one branch can fail far on, so that another is taken and the way is gone again."""
    kind, value = item
    if kind is _constants.BRANCH:
        return any(
            _is_unbounded(inner) and any(map(_can_fail, list(branch)[number + 1 :]))
            for branch in value[1]
            for number, inner in enumerate(branch)
        )
    if kind is _constants.SUBPATTERN:
        return any(map(_tries_in_vain, value[-1]))
    return kind is _constants.ATOMIC_GROUP and any(map(_tries_in_vain, value))


def _read_again(items: Sequence[Item], flags: int) -> Iterator[str]:
    """Parts that every attempt in a text may read far into."""
    if len(items) == 1 and items[0][0] is _constants.BRANCH:
        for branch in items[0][1][1]:
            yield from _read_again(list(branch), flags)
        return
    first = next((n for n, item in enumerate(items) if _is_unbounded(item)), None)
    if first is None:
        return
    read = "".join(sorted({mark for item in _span(items, False) for mark in _held(item, flags)}))
    if read and not any(_guards(item, read, flags) for item in items[:first]):
        yield f"reads again: {_shown(items[first:])}"


def _span(items: Sequence[Item], fails: bool) -> Iterator[Item]:
    """The single marks that an attempt which fails, or ends before, may read any number of."""
    for number, (kind, value) in enumerate(items):
        rest = fails or any(map(_can_fail, items[number + 1 :]))
        if kind in REPEATS:
            _, high, body = value
            if high > MOST_BOUNDED and rest:
                yield from (item for item in _inner(body) if item[0] in SINGLE)
            yield from _span(list(body), rest)
        elif kind is _constants.ATOMIC_GROUP:
            yield from _span(list(value), rest)
        elif kind is _constants.SUBPATTERN:
            yield from _span(list(value[-1]), rest)
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from _span(list(branch), rest)


def _guards(item: Item, read: str, flags: int) -> bool:
    """Whether an attempt cannot get past the item within a run of what others read."""
    kind, value = item
    if kind in SINGLE:
        return not set(_held(item, flags)) & set(read)
    if kind is _constants.AT:
        return value in (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING)
    if kind in LOOKS and value[0] < 0:
        last = list(value[1])[-1]
        held = set(_held(last, flags)) if last[0] in SINGLE else set()
        return held >= set(read) if kind is _constants.ASSERT_NOT else not held & set(read)
    if kind is _constants.SUBPATTERN:
        return any(_guards(inner, read, flags) for inner in value[-1])
    if kind is _constants.BRANCH:
        return all(any(_guards(inner, read, flags) for inner in branch) for branch in value[1])
    return False


def _can_fail(item: Item) -> bool:
    kind, value = item
    if kind in REPEATS:
        return bool(value[0] > 0)
    if kind in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
        return any(map(_can_fail, value[-1] if kind is _constants.SUBPATTERN else value))
    if kind is _constants.BRANCH:
        return all(any(map(_can_fail, branch)) for branch in value[1])
    return True


def _is_unbounded(item: Item) -> bool:
    return any(
        kind in REPEATS and value[1] > MOST_BOUNDED for kind, value in (item, *_inner([item]))
    )


def _inner(items: Sequence[Item]) -> Iterator[Item]:
    """The items and all within them."""
    for kind, value in items:
        yield kind, value
        if kind in REPEATS:
            yield from _inner(list(value[2]))
        elif kind is _constants.SUBPATTERN:
            yield from _inner(list(value[-1]))
        elif kind is _constants.ATOMIC_GROUP:
            yield from _inner(list(value))
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from _inner(list(branch))


def _held(item: Item, flags: int) -> str:
    return _held_by_key(_Key(item, flags))


class _Key:
    def __init__(self, item: Item, flags: int) -> None:
        self.item, self.flags, self.shown = item, flags, f"{item} {flags}"

    def __hash__(self) -> int:
        return hash(self.shown)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.shown == other.shown


@cache
def _held_by_key(key: _Key) -> str:
    state = _parser.State()
    state.flags = state.str = 0
    tree = _parser.SubPattern(state, [key.item])
    single = _compiler.compile(tree, (key.flags & re.IGNORECASE) | re.UNICODE)
    return "".join(single.findall(MARKS))


def _shown(items: Any) -> str:
    return str(list(items))[:200]


def compiled_patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern among the globals of the package's modules, by module and name."""
    found: dict[str, re.Pattern[Any]] = {}
    for name in module_names():
        for key, value in vars(importlib.import_module(name)).items():
            for number, pattern in enumerate(_patterns_in(value)):
                found[f"{name}.{key}" + (f"[{number}]" if number else "")] = pattern
    return found


def _patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _patterns_in(part)
    elif type(value) is dict:
        yield from _patterns_in([*value.values()])


def module_names() -> list[str]:
    walked = pkgutil.walk_packages(embedadapt.__path__, "embedadapt.")
    return [module.name for module in walked if not module.name.endswith("__main__")]


@cache
def methods_called() -> dict[str, set[str]]:
    """Under the name of each pattern, the methods that are taken of it: by module if private."""
    called: dict[str, set[str]] = {}
    for module, node in _nodes():
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            name = getattr(node.value, "id", "")
            key = f"{module}.{name}" if name.startswith("_") else name
            called.setdefault(key, set()).add(node.attr)
    return called


def methods_of(name: str) -> set[str]:
    """Those called of a pattern of `compiled_patterns`, all where it is used under other names."""
    module, _, own = name.partition("[")[0].rpartition(".")
    called = methods_called()
    return called.get(f"{module}.{own}" if own.startswith("_") else own) or METHODS


def inline_calls() -> Iterator[tuple[str, ast.expr]]:
    """Calls of `re` within functions, `re.compile` aside: their method and pattern."""
    for _, node in _nodes():
        if isinstance(node, ast.Call):
            owner, _, method = ast.unparse(node.func).rpartition(".")
            if owner == "re" and method in METHODS:
                yield method, node.args[0]


def n_compiled_in_functions() -> int:
    """Calls of `re.compile` that no global of a module holds."""
    inner = {
        call
        for _, node in _nodes()
        if isinstance(node, ast.FunctionDef)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "re.compile"
    }
    return len(inner)


@cache
def _nodes() -> tuple[tuple[str, ast.AST], ...]:
    files = {name: importlib.import_module(name).__file__ for name in module_names()}
    sources = {name: Path(file).read_text(encoding="utf-8") for name, file in files.items() if file}
    return tuple(
        (name, node) for name, source in sources.items() for node in ast.walk(ast.parse(source))
    )
