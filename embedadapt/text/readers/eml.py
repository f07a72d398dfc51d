"""E-mail messages: subject and body."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, cast

from embedadapt.text.readers.html import html_text

LONGEST_SUBJECT, LONGEST_HEADER = 4_096, 1_024
"""Characters of a header that are parsed. Python's parser takes time and memory with the square of
a header's length: 2.7 GB for 280 kB."""


class _ShortHeaders(EmailPolicy):
    """The default policy; what is beyond the first characters of a header is left out."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        longest = LONGEST_SUBJECT if name.lower() == "subject" else LONGEST_HEADER
        return super().header_fetch_parse(name, value[:longest])


def eml_text(data: bytes, where: str) -> str:
    """The subject, an empty line, and the body: as plain text, else the text of its HTML.
    Attachments are left alone."""
    message = cast(EmailMessage, message_from_bytes(data, policy=_ShortHeaders()))
    body = message.get_body(("plain", "html"))
    content = "" if body is None else body.get_content()
    if body is not None and body.get_content_subtype() == "html":
        content = html_text(content.encode(), where)
    return f"{message['subject'] or ''}\n\n{content}"
