"""Word documents: paragraphs and tables, tracked changes as if accepted."""

from __future__ import annotations

import io
import zipfile

from embedadapt.core.unpack_limit import LARGEST_RATIO
from embedadapt.text.readers.decoding import extra, largest_document, too_long


def docx_text(data: bytes, where: str) -> str:
    """The body of a .docx, a blank line after each paragraph; no headers, footers or comments.

    Raises CorpusError where the parts, pictures aside, expand to more than a file may: each is
    parsed as a whole.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
    most = max(largest_document(len(data)), LARGEST_RATIO * len(data))  # its XML shrinks to a tenth
    if sum(part.file_size for part in parts) > most:
        raise too_long(where, most)
    text: str = extra("mammoth", where).extract_raw_text(io.BytesIO(data)).value
    return text
