"""Web pages: all of their visible text, a line a block."""

from __future__ import annotations

from embedadapt.text.readers.decoding import decoded, extra


def html_text(data: bytes, where: str) -> str:
    """The text of a page in whatever encoding; boilerplate is kept: of a filing, all is content."""
    html2text = extra("resiliparse.extract.html2text", where)
    text: str = html2text.extract_plain_text(
        decoded(data, where), preserve_formatting=True, list_bullets=False
    )
    return text
