"""A tokenizer with fewer tokens, which cuts a text as before.

Tokens are numbered from 0 again, in their old order. What a text needs are its pieces; in a BPE
also the pieces that merge to them. A byte token stays, and so does a special one.

Source: tokenizers 0.23 (`tokenizer.json`; `models/bpe/word.rs`, `merge_all`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

import numpy as np

from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.types import Longs1d

TEXTS_AT_ONCE = 256


def pieces_of(tokenizer: PieceTokenizer, texts: Iterable[str]) -> set[int]:
    """The tokens that texts, their lines, and their words alone and after a space are cut into."""
    used: set[int] = set()
    words: set[str] = set()
    batch: list[str] = []
    for text in texts:
        batch += [text, *text.split("\n")]
        words.update(text.split())
        if len(batch) >= TEXTS_AT_ONCE:
            used.update(*tokenizer.cut(batch))
            batch = []
    listed = sorted(words)
    used.update(*tokenizer.cut(batch))
    for cut in (tokenizer.cut(listed), tokenizer.cut_words(listed)):
        used.update(*cut)
        unknown = [
            w for w, numbers in zip(listed, cut, strict=True) if tokenizer.unknown in numbers
        ]
        used |= _within(tokenizer, unknown)
    letters = set().union(*words)
    return used | {n for n in tokenizer.letter_tokens if tokenizer.bare(n) in letters}


def _within(tokenizer: PieceTokenizer, words: Sequence[str]) -> set[int]:
    """The tokens that are part of words with unknown parts: with fewer of them others may be found,
    and the words be known."""
    text = "\n".join(words).lower() + "\n" + "\n".join(words)
    if not words:
        return set()
    return {n for n in tokenizer.tokens if (bare := tokenizer.bare(n)) and bare in text}


def with_fewer(tokenizer: PieceTokenizer, wanted: Set[int]) -> tuple[PieceTokenizer, Longs1d]:
    """The tokenizer with the wanted tokens and those that every text needs.

    Returns it, and the old number of each of its tokens, (n_tokens,) int64.
    """
    described: dict[str, Any] = json.loads(tokenizer.content)
    needed = set(wanted) | _always(tokenizer, described)
    if tokenizer.kind == "BPE":
        needed |= _merged_to(tokenizer, described["model"], needed)
    kept = [number for number in sorted(tokenizer.tokens) if number in needed]
    new = {old: number for number, old in enumerate(kept)}
    _renumber_model(described["model"], new)
    described["added_tokens"] = [
        {**added, "id": new[int(added["id"])]}
        for added in described.get("added_tokens") or ()
        if int(added["id"]) in new
    ]
    for name in ("post_processor", "padding"):
        described[name] = _renumbered(described.get(name), new)
    content = json.dumps(described, ensure_ascii=False)
    return PieceTokenizer(content, tokenizer.path), np.array(kept, dtype=np.int64)


def _always(tokenizer: PieceTokenizer, described: Mapping[str, Any]) -> set[int]:
    """Tokens that stay whatever the text is."""
    added = described.get("added_tokens") or ()
    needed = {int(one["id"]) for one in added if one.get("special")} | tokenizer.byte_tokens
    needed |= {*_named(described.get("post_processor")), *_named(described.get("padding"))}
    if tokenizer.unknown is not None:
        needed.add(tokenizer.unknown)
    if tokenizer.is_byte_level:  # every text is spelled by these 256
        needed |= {number for number, token in tokenizer.tokens.items() if len(token) == 1}
    if tokenizer.kind == "Unigram":  # the score of an unknown letter is that of the least piece
        scores = [score for _, score in described["model"]["vocab"]]
        needed.add(int(np.argmin(scores)))
    return needed & set(tokenizer.tokens)


def _merged_to(tokenizer: PieceTokenizer, model: Mapping[str, Any], wanted: Set[int]) -> set[int]:
    """The tokens of a BPE from which the wanted ones are merged."""
    ranks = {pair: rank for rank, pair in enumerate(_pairs(model))}
    numbers = {token: number for number, token in tokenizer.tokens.items()}
    suffix = model.get("end_of_word_suffix") or ""
    found: set[int] = set()
    for number in wanted:
        token = tokenizer.tokens[number]
        ends = bool(suffix) and token.endswith(suffix)
        parts = [*token.removesuffix(suffix)] if ends else [*token]
        if ends and parts:
            parts[-1] += suffix
        found.update(numbers[part] for part in _steps(parts, ranks) if part in numbers)
    return found


def _steps(parts: list[str], ranks: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Every part on the way from single letters to what they merge to, best pair first."""
    yield from parts
    while len(parts) > 1:
        pairs = [ranks.get(pair, len(ranks)) for pair in pairwise(parts)]
        place = int(np.argmin(pairs))
        if pairs[place] == len(ranks):
            return
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
        yield parts[place]


def _pairs(model: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The merges of a BPE: pairs, or texts with a space between, as they were until 2024."""
    for merge in model.get("merges") or ():
        first, second = merge.split(" ") if isinstance(merge, str) else merge
        yield first, second


def _renumber_model(model: dict[str, Any], new: Mapping[int, int]) -> None:
    """Leave out the other tokens of a model, and the merges with them."""
    if isinstance(model["vocab"], list):
        model["vocab"] = [one for old, one in enumerate(model["vocab"]) if old in new]
        if model.get("unk_id") is not None:
            model["unk_id"] = new[model["unk_id"]]
        return
    model["vocab"] = {token: new[n] for token, n in model["vocab"].items() if n in new}
    if "merges" in model:
        prefix = model.get("continuing_subword_prefix") or ""
        model["merges"] = [
            merge
            for merge, (first, second) in zip(model["merges"], _pairs(model), strict=True)
            if {first, second, first + second.removeprefix(prefix)} <= model["vocab"].keys()
        ]


def _named(part: Any) -> Iterator[int]:
    """The numbers of tokens that a post-processor or a padding names."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "ids" and isinstance(value, list):
                yield from value
            elif key == "pad_id":
                yield value
            elif key in ("sep", "cls") and isinstance(value, list):
                yield value[1]
            else:
                yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)


def _renumbered(part: Any, new: Mapping[int, int]) -> Any:
    """A post-processor or a padding with the new numbers of the tokens it names."""
    if isinstance(part, list):
        return [_renumbered(value, new) for value in part]
    if not isinstance(part, dict):
        return part
    found: dict[str, Any] = {}
    for key, value in part.items():
        if key == "ids" and isinstance(value, list):
            found[key] = [new[number] for number in value]
        elif key == "pad_id":
            found[key] = new.get(value, 0)
        elif key in ("sep", "cls") and isinstance(value, list):
            found[key] = [value[0], new[value[1]]]
        else:
            found[key] = _renumbered(value, new)
    return found
