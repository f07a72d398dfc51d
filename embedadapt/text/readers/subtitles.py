"""Subtitles, SubRip and WebVTT: what is said, without numbers, times and marks of style."""

from __future__ import annotations

import re

from embedadapt.text.readers.cells import plain_cell
from embedadapt.text.readers.decoding import decoded

_TIME = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}[,.][0-9]{1,3}"
_CUE = re.compile(rf"\s*+{_TIME}\s*+-->\s*+{_TIME}.*+")
_STYLE = re.compile(r"\{\\[^{}]{0,200}+\}|</?(?:c|v|lang|ruby|rt)[^<>]{0,200}+>")
_HEADINGS = ("WEBVTT", "NOTE", "STYLE", "REGION")


def subtitle_text(data: bytes, where: str) -> str:
    """A line for each caption; lines that a caption breaks are joined.

    >>> subtitle_text(b"1\\n00:00:01,000 --> 00:00:02,500\\n<i>Who goes</i>\\nthere?\\n", "a.srt")
    'Who goes there?'
    """
    captions: list[str] = []
    blocks = re.split(r"\n[^\S\n]*+\n", decoded(data, where).replace("\r\n", "\n"))
    for block in blocks:
        lines = block.strip().split("\n")
        starts = [number for number, line in enumerate(lines) if _CUE.fullmatch(line)]
        if starts:
            said = " ".join(line.strip() for line in lines[starts[0] + 1 :])
            captions.append(plain_cell(_STYLE.sub("", said)))
        elif not lines[0].startswith(_HEADINGS):  # what follows an empty line within a caption
            captions += [plain_cell(_STYLE.sub("", line)) for line in lines]
    return "\n".join(filter(None, captions))
