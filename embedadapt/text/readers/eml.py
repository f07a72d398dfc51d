"""E-mail messages: subject and body."""

from __future__ import annotations

from email import message_from_bytes, policy

from embedadapt.text.readers.html import html_text


def eml_text(data: bytes, where: str) -> str:
    """The subject, an empty line, and the body: as plain text, else the text of its HTML.
    Attachments are left alone."""
    message = message_from_bytes(data, policy=policy.default)
    body = message.get_body(("plain", "html"))
    content = body.get_content() if body else ""
    if body and body.get_content_subtype() == "html":
        content = html_text(content.encode(), where)
    return f"{message['subject'] or ''}\n\n{content}"
