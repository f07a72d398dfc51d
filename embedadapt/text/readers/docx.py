"""Word documents: paragraphs and tables, tracked changes as if accepted."""

from __future__ import annotations

import io

from embedadapt.text.readers.decoding import extra


def docx_text(data: bytes, where: str) -> str:
    """The body of a .docx, a blank line after each paragraph; no headers, footers or comments."""
    text: str = extra("mammoth", where).extract_raw_text(io.BytesIO(data)).value
    return text
