"""Recognizes a format by content, not by suffix: `.bin`, `.vec` and `.txt` each have several."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np

from embedadapt.core.errors import FormatError, MissingFileError
from embedadapt.formats.delimited import sniff_layout
from embedadapt.formats.json_lines import is_row
from embedadapt.formats.json_table import is_json_table
from embedadapt.formats.reading.opening import opening
from embedadapt.formats.spacy import find_pipeline, likely_package
from embedadapt.formats.static_model import find_static_model

PROBE = 65_536
"""Bytes that are read: the first lines of any known vectors."""

FASTTEXT_MAGIC = (793_712_314).to_bytes(4, "little")
PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")  # by protocol
NUMPY_MAGIC = b"\x93NUMPY"
PARQUET_MAGIC = b"PAR1"
HEADER = re.compile(rb"[0-9]{1,40}+ [0-9]{1,40}+ ?\r?(\n|\Z)")
"""Of word2vec. `int` refuses numbers of thousands of digits."""
FLORET_HEADER = re.compile(rb"(?:[0-9]{1,18}+ ){4}[1-4] [0-9]{1,18}+ [^ \n]++ [^ \n]++\n0 ")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

UNPACK = "Unpack it and name what is inside."
REFUSED = (
    (b"\x80", "a packed pickle or one of a newer Python", "In gensim, save it with "
     "save_word2vec_format."),
    (b"PK\x03\x04", "a zip archive (or a torch file)", "Unpack it and name the file inside."),
    (b"\x89HDF", "an HDF5 file", "Export it as word2vec text."),
    (b"\x1f\x8b", "a gzip file inside a packed one", UNPACK),
    (b"BZh", "a bzip2 file inside a packed one", UNPACK),
    (b"\xfd7zXZ\0", "an xz file inside a packed one", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd file inside a packed one", UNPACK),
    (b"]\0\0", "an lzma file", UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", UNPACK),
    (b"Rar!", "a rar archive", UNPACK),
    (b"SQLite format 3", "an SQLite file (a magnitude?)", "Export it as word2vec text."),
    (b"GGUF", "a language model", "Its token vectors are not read."),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8."),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8."),
    (b"version https://git-lfs", "a git-lfs pointer, not the file itself", "Run git lfs pull."),
    (b"<", "a web page", "The download link answered with a page: fetch the file itself."),
)  # fmt: skip


def sniff_format(path: str | Path) -> str:
    """The format of a file or folder.

    One of "word2vec-text" (fastText's .vec too), "word2vec-binary", "glove", "fasttext-bin",
    "floret" (a table without words), "spacy" (a pipeline's folder, or the name of an installed
    one), "static-embedding" (a folder), "safetensors", "numpy", "parquet", "delimited" (.csv and
    .tsv), "json-lines", "json" (one value) and "gensim" (any pickle: only reading it shows whose it
    is).

    Raises FormatError for a path that is missing, empty, or none of these.
    """
    if find_static_model(path) is not None:
        return "static-embedding"
    if find_pipeline(path) is not None:
        return "spacy"
    if not Path(path).exists() and (hint := likely_package(str(path))):
        raise MissingFileError(
            str(path),
            expected="a file, a folder or an installed package",
            found="none of that name",
            hint=hint,
        )
    with opening(path) as source:
        buffer = np.empty(PROBE, dtype=np.uint8)
        head = buffer[: source.fill(buffer)].tobytes()
        size = source.size
        if b"\n" not in head:
            source.fill(buffer)  # of a packed file cut in its first line, this tells the reason
    if not head.strip(b"\0\t\r\n "):
        raise FormatError(
            str(path), expected="word vectors", found="an empty file" if not head else "blanks only"
        )
    # First: it begins with its header's length, and 0x80 of a length is no pickle.
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 100_000_000:
        _refuse_packed(path, size, "safetensors file")
        return "safetensors"
    if head.startswith(NUMPY_MAGIC) or _holds_arrays(path, head):
        _refuse_packed(path, size, "numpy array")
        return "numpy"
    if head.startswith(PICKLES) and size is not None:
        return "gensim"
    if head.startswith(PARQUET_MAGIC):
        _refuse_packed(path, size, "Parquet file")
        return "parquet"
    _refuse_known_strangers(path, head)
    if head.startswith(FASTTEXT_MAGIC):
        return "fasttext-bin"
    return _sniff_text(path, head)


def _refuse_packed(path: str | Path, size: int | None, what: str) -> None:
    if size is None:
        raise FormatError(
            str(path), found=f"a packed {what}", hint="Unpack it: this format is memory-mapped."
        )


def _holds_arrays(path: str | Path, head: bytes) -> bool:
    """Whether it is a zip of arrays only, which is an .npz."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return all(name.endswith(".npy") for name in archive.namelist())
    except Exception:  # zipfile raises anything for what is damaged
        return False


def _refuse_known_strangers(path: str | Path, head: bytes) -> None:
    for magic, name, hint in REFUSED:
        # A GloVe file may well begin with the word "<unk>" or "<".
        if head.startswith(magic) and not (magic == b"<" and not _is_page(head)):
            raise FormatError(str(path), expected="word vectors", found=name, hint=hint)


def _is_page(head: bytes) -> bool:
    return head[:100].lower().startswith((b"<!doctype", b"<html", b"<?xml"))


def _sniff_text(path: str | Path, head: bytes) -> str:
    text = head.removeprefix(BYTE_ORDER_MARK)
    header = HEADER.match(text)
    if is_row(text.partition(b"\n")[0]):
        return "json-lines"
    if is_json_table(text):
        return "json"
    if not header and sniff_layout(head) is not None:
        return "delimited"
    if FLORET_HEADER.match(text):
        return "floret"
    line = text[header.end() :] if header else text
    line = line[: line.find(b"\n")] if b"\n" in line else line
    numbers = line.partition(b" ")[2]
    looks_like_text = mostly_digits(numbers)
    if header:
        return "word2vec-text" if looks_like_text or not numbers else "word2vec-binary"
    if b"\r" in text and b"\n" not in text and b"\0" not in text:
        raise FormatError(
            f"{path}, line 1",
            expected="lines that end in a line feed",
            found="carriage returns alone",
            hint="Convert the line ends (old Macintosh) first.",
        )
    if looks_like_text:
        return "glove"
    raise FormatError(
        f"{path}, line 1",
        expected="a vector file (word2vec, GloVe, fastText, spaCy folder or safetensors)",
        found=f"bytes that begin {head[:20]!r}",
        hint="A text file of vectors has a word and its numbers on each line, separated by spaces.",
    )


def mostly_digits(numbers: bytes) -> bool:
    """Whether what follows a word looks like numbers, well written or not.

    One byte in a dozen of binary float32 values is such a character by chance.
    """
    others = numbers.translate(None, b"0123456789+-.,eE \t\r")
    return 2 * len(others) < len(numbers)
