"""PDF: the text of its pages."""

from __future__ import annotations

from embedadapt.core.errors import CorpusError
from embedadapt.text.readers.decoding import extra

PAGE_BREAK = "\f"
BROKEN_WORD = "\x02"
"""What PDFium writes for a hyphen at a line's end and the line break behind it."""


def pdf_text(data: bytes, where: str) -> str:
    """The pages in order, a form feed between them. Raises CorpusError for one of images only, or
    under a password."""
    pdfium = extra("pypdfium2", where)
    with pdfium.PdfDocument(data) as pdf:
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
    if not any(page.strip() for page in pages):
        raise CorpusError(
            where,
            expected="text",
            found=f"none in {len(pages)} pages",
            hint="It is probably scanned: recognise its text first, as with ocrmypdf.",
        )
    return PAGE_BREAK.join(pages).replace(BROKEN_WORD, "-\n")
