"""A tokenizer that cuts words into pieces, as a Hugging Face `tokenizer.json` describes it.

The `tokenizers` library cuts text into pieces, here without truncation, padding and special tokens.
Nothing of a folder but this JSON is read, and nothing in it is executed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from embedadapt.core.errors import FormatError, MissingExtraError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Kind: TypeAlias = Literal["WordPiece", "Unigram", "BPE", "WordLevel"]

FETCH_AGAIN = "Fetch the file again."
PANIC = "PanicException"
"""What the library raises where its Rust code gives up; it is no `Exception`."""
WORD_MARKS = "▁Ġ"
"""Marks that stand for the space before a word: SentencePiece's and byte-level BPE's."""
MOST_TOKENS = 2**31
MOST_GROWTH = 1_000
"""Characters that the rules of a tokenizer may make of one before they cut. Those of models write
one or two: a space as "▁"."""
LONGEST_WORD, LONGEST_MARK = 1_000, 100
"""Characters of the longest word that WordPiece tries to cut, in time that grows with its square or
more, and of the mark of a piece. Models have 100 or 200, and two."""


@dataclass(frozen=True, eq=False)
class PieceTokenizer:
    """Cuts words and texts into numbered pieces.

    Parameters
    ----------
    content : str
        The JSON of the tokenizer.
    path : str
        The file it came from, for messages.

    Raises
    ------
    FormatError
        When first used, where the JSON is no tokenizer.
    MissingExtraError
        When first used to cut, where the package `tokenizers` is not installed.

    Examples
    --------
    >>> vocabulary = {"[UNK]": 0, "licensor": 1, "##s": 2}
    >>> model = {"type": "WordPiece", "vocab": vocabulary, "unk_token": "[UNK]",
    ...          "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}
    >>> tokenizer = PieceTokenizer(json.dumps({"version": "1.0", "model": model}))
    >>> tokenizer.kind, tokenizer.unknown, tokenizer.cut(["licensors", "lessee"])
    ('WordPiece', 0, [[1, 2], [0]])
    >>> tokenizer.spell([1, 2])
    'licensor ##s'
    """

    content: str
    path: str = ""

    @cached_property
    def kind(self) -> Kind:
        """Which of the library's models cuts."""
        kinds: dict[str, Kind] = {one: one for one in get_args(Kind)}
        with self._reading():
            model = self._described["model"]
            if "type" in model:
                return kinds[model["type"]]
            if not isinstance(model["vocab"], Mapping):  # before 2021 the type was not written
                return "Unigram"
            return "BPE" if "merges" in model else "WordPiece"

    @cached_property
    def tokens(self) -> Mapping[int, str]:
        """The pieces by their numbers, added tokens among them."""
        with self._reading():
            vocabulary = self._described["model"]["vocab"]
            if isinstance(vocabulary, dict):
                tokens = {int(number): str(token) for token, number in vocabulary.items()}
            else:  # Unigram: a list of token and score
                tokens = {number: str(token) for number, (token, _) in enumerate(vocabulary)}
            for added in self._described.get("added_tokens") or ():
                tokens[int(added["id"])] = str(added["content"])
            if any(not 0 <= number < MOST_TOKENS for number in tokens):
                raise ValueError("a token's number below 0 or beyond 2**31")
            return tokens

    @cached_property
    def unknown(self) -> int | None:
        """The number of the token for what no piece covers; None if the model has none."""
        with self._reading():
            model = self._described["model"]
            if self.kind == "Unigram":
                number = model.get("unk_id")
                return None if number is None else int(number)
            number = model["vocab"].get(model.get("unk_token"))
            return None if number is None else int(number)

    @cached_property
    def byte_tokens(self) -> frozenset[int]:
        """The pieces that are one byte of a character that the vocabulary lacks: `<0xC2>`, or in a
        byte-level BPE the mark of a byte from 128 up."""
        with self._reading():
            if self.is_byte_level:
                marks = _byte_level_marks()
                return frozenset(n for n, token in self.tokens.items() if token in marks)
            if not self._described["model"].get("byte_fallback"):
                return frozenset()
            names = {f"<0x{byte:02X}>" for byte in range(256)}
            return frozenset(n for n, token in self.tokens.items() if token in names)

    @cached_property
    def letter_tokens(self) -> frozenset[int]:
        """The pieces that are one letter, whatever marks where they stand in a word."""
        bare = {number: self.bare(number) for number in self.tokens}
        return frozenset(n for n, text in bare.items() if len(text) == 1 and text.isalpha())

    @property
    def composes(self) -> bool:
        """Whether words are cut into pieces: not so where every token is a word."""
        return self.kind != "WordLevel"

    def bare(self, number: int) -> str:
        """A piece without the marks of its place in a word: `s` for `##s`."""
        model, token = self._described["model"], self.tokens[number]
        if prefix := model.get("continuing_subword_prefix"):
            token = token.removeprefix(prefix)
        if suffix := model.get("end_of_word_suffix"):
            token = token.removesuffix(suffix)
        return token.lstrip(WORD_MARKS)

    def spell(self, numbers: Sequence[int]) -> str:
        """Pieces as the tokenizer spells them, a space between."""
        return " ".join(self.tokens.get(number, "?") for number in numbers)

    def cut(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of the pieces of each text, which is taken to stand alone."""
        with self._cutting():
            encodings = self._library.encode_batch_fast(
                list(map(_without_surrogates, texts)), add_special_tokens=False
            )
            return [encoding.ids for encoding in encodings]

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many pieces each text is cut into."""
        with self._cutting():
            encodings = self._library.encode_batch_fast(
                list(map(_without_surrogates, texts)), add_special_tokens=False
            )
            return list(map(len, encodings))

    def cut_words(self, words: Sequence[str]) -> list[list[int]]:
        """Return the pieces of each word as in running text, after a space."""
        return self.cut([" " + word for word in words] if self._needs_space else words)

    @cached_property
    def _needs_space(self) -> bool:
        """Whether a word after a space has other pieces than a word without one."""
        together, alone, spaced = self.cut(["x y", "y", " y"])
        return alone != spaced and together[-len(spaced) :] == spaced

    @property
    def is_byte_level(self) -> bool:
        """Whether pieces are made of bytes, each of which has a character (GPT-2's)."""
        return '"ByteLevel"' in self.content and not self._described["model"].get("byte_fallback")

    @cached_property
    def _described(self) -> dict[str, Any]:
        with self._reading():
            described = json.loads(self.content)
            if not isinstance(described["model"]["vocab"], (dict, list)):
                raise TypeError("a vocabulary that is no list")
            for name in ("continuing_subword_prefix", "end_of_word_suffix"):
                if not isinstance(described["model"].get(name), str | None):
                    raise TypeError(f"a {name} that is no string")
            return dict(described)

    @cached_property
    def _library(self) -> Tokenizer:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingExtraError(
                self.path or "tokenizer",
                expected="the package tokenizers",
                found="none",
                hint="In a clone of embedadapt: pip install '.[pieces]'",
            ) from error
        with self._reading():
            _check_cost(self._described)
            tokenizer = Tokenizer.from_str(self.content)
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return tokenizer

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turns what a damaged tokenizer raises into one FormatError."""
        with self._one_line("a tokenizer with its vocabulary (a Hugging Face tokenizer.json)"):
            yield

    @contextmanager
    def _cutting(self) -> Iterator[None]:
        with self._one_line("a tokenizer that cuts any text"):
            yield

    @contextmanager
    def _one_line(self, expected: str) -> Iterator[None]:
        try:
            yield
        except (FormatError, MissingExtraError):
            raise
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != PANIC:
                raise
            raise FormatError(
                self.path or "tokenizer",
                expected=expected,
                found=f"{type(error).__name__}: {error}"[:200].rstrip("."),
                hint=FETCH_AGAIN,
            ) from error

    def __repr__(self) -> str:
        return f"PieceTokenizer({self.kind}, {len(self.tokens):,} pieces)"


def _check_cost(described: Mapping[str, Any]) -> None:
    """Raises ValueError for a tokenizer that takes more time or memory than a text is long."""
    model = described["model"]
    if _growth([described.get("normalizer"), described.get("pre_tokenizer")]) > MOST_GROWTH:
        raise ValueError(f"rules that make more than {MOST_GROWTH:,} characters of one")
    longest = model.get("max_input_chars_per_word") or 0
    if model.get("type") == "WordPiece" and longest > LONGEST_WORD:
        raise ValueError(f"max_input_chars_per_word of more than {LONGEST_WORD:,}")
    for name in ("continuing_subword_prefix", "end_of_word_suffix"):
        if len(model.get(name) or "") > LONGEST_MARK:
            raise ValueError(f"a {name} of more than {LONGEST_MARK} characters")


def _growth(rule: object) -> int:
    """At most so many characters are made of one by a rule and those in it, one after another."""
    if isinstance(rule, Mapping):
        added = (rule.get(name) for name in ("content", "prepend"))
        own = [len(text) + (name == 1) for name, text in enumerate(added) if isinstance(text, str)]
        return prod(max(1, n) for n in own) * _growth(list(rule.values()))
    return min(prod(map(_growth, rule)), 2**63) if isinstance(rule, list) else 1


def _without_surrogates(text: str) -> str:
    """Text that the library takes: a lone surrogate, which no UTF-8 has, becomes `?`."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _byte_level_marks() -> frozenset[str]:
    """The characters by which a byte-level BPE spells the bytes from 128 up.

    Source: GPT-2 `encoder.py`, `bytes_to_unicode`: bytes that are no printable Latin-1 character
    take those from 256 up, in order.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    names = {byte: chr(byte) for byte in printable}
    names |= {byte: chr(256 + place) for place, byte in enumerate(others)}
    return frozenset(names[byte] for byte in range(128, 256))
