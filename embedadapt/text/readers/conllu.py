"""CoNLL-U, and older tables of a word a line: the words of each sentence on a line.

Source: https://universaldependencies.org/format.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from embedadapt.text.readers.decoding import decoded

N_FIELDS = 10
"""Fields of a word in CoNLL-U, the form being the second; in other tables it is the first."""
TEXT = "# text ="
LONGEST_NUMBER = 10
"""Digits of a word's number and more."""


def conllu_text(data: bytes, where: str) -> str:
    """A line for each sentence: its text where a comment has it, else its words.

    Words written as one (`1-2 zum`) are read as that, and `SpaceAfter=No` joins.

    >>> conllu_text(b"# text = It rains.\\n1\\tIt\\n\\nEU\\tB-ORG\\nrejects\\tO\\n\\n", "a.conllu")
    'It rains.\\nEU rejects'
    """
    sentences = map(_sentence, _blocks(decoded(data, where)))
    return "\n".join(filter(None, sentences))


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _sentence(lines: list[str]) -> str:
    text = next((line for line in lines if line.startswith(TEXT)), None)
    if text is not None:
        return text.removeprefix(TEXT).strip()
    words, inside = "", 0
    for line in lines:
        fields = line.split("\t") if "\t" in line else line.split()
        if (line.startswith("#") and not words) or fields[0] == "-DOCSTART-":
            continue
        if len(fields) < N_FIELDS:
            words += f"{fields[0]} "
            continue
        number, form, misc = fields[0], fields[1], fields[-1]
        first, _, last = number.partition("-")
        if "." in number or (_is_number(first) and int(first) <= inside):
            continue
        inside = int(last) if _is_number(last) else inside
        words += form + ("" if "SpaceAfter=No" in misc.split("|") else " ")
    return words.strip()


def _is_number(text: str) -> bool:
    """Whether `int` takes it: not for `²`, nor for thousands of digits."""
    return text.isdecimal() and len(text) < LONGEST_NUMBER
