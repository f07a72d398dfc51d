"""Rich Text Format."""

from __future__ import annotations

from embedadapt.text.readers.decoding import extra


def rtf_text(data: bytes, where: str) -> str:
    """The text without its formatting; letters beyond ASCII by the code page the file names."""
    text: str = extra("striprtf.striprtf", where).rtf_to_text(data.decode("latin-1"))
    return text
