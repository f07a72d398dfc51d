"""The readers that scripts/fuzz_readers.py feeds, and sound files of each to begin with."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_formats import FLORET

from embedadapt.core.adapter import Adapter
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.analogies import read_analogies
from embedadapt.evaluation.word_pairs import read_word_pairs
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.formats.inspection.summary import inspect_vectors
from embedadapt.formats.kinds import kind_of
from embedadapt.formats.pieces import load_pieces, read_tokenizer
from embedadapt.formats.reading.tensor_file import write_tensors
from embedadapt.formats.settings_file import load_settings
from embedadapt.oov.baseline import read_baseline
from embedadapt.text.glossary import read_glossary
from embedadapt.text.labeled import read_labeled
from embedadapt.text.phrases import load_phrases
from embedadapt.text.readers import open_corpus
from embedadapt.training.checkpoint import _load as load_checkpoint

Pack = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Reader:
    """name: of the file that it is given. seeds: sound files. read: raises or returns.

    inner: sound content that is broken before it is packed, so that a digest, a length or a
    checksum around it does not end every input. beside: other files in the same folder.
    """

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]
    inner: tuple[tuple[bytes, Pack], ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)


def words_of(path: Path, field: str = "text") -> int:
    return sum(len(d.text) for d in open_corpus([path], field=field, column="text"))


def saved(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a")
        write(path)
        return path.read_bytes()


def zipped(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


TABLE = b"3 2\nthe 0.5 1\nlessee 2 -3\nlessor 1 1\n"
VECTORS = WordVectors(Vocabulary(["the", "lessee"]), np.array([[1, 2], [3, 4]], np.float32))
ADAPTER = Adapter(
    vocabulary=Vocabulary(["lessee", "lessor"], np.array([7, 5])),
    base_rows=np.array([1, -1], np.int32),
    starts=np.ones((1, 2), np.float32),
    delta=np.ones((2, 2), np.float32),
    dimensions=np.ones((2, 1), np.float32),
    surface_forms={"Lessee": 0},
    normalization=Normalization(case="lower"),
    base_fingerprint=VECTORS.fingerprint,
)
STANDING = {
    "epoch": 1,
    "block": 0,
    "n_words": 9,
    "epoch_losses": [2.0],
    "loss": 0.0,
    "n_measured": 0,
    "validation_losses": [],
}
RUN = {"settings": {"epochs": 3}, "base": "b", "corpus": "c"}
CHECKPOINT = {"kind": "checkpoint", "format": 2, "run": RUN, "standing": STANDING, "seconds": 1.5}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>the lessee</w:t>'
    "</w:r></w:p></w:body></w:document>".encode(),
}

ADDED = {"id": 0, "content": "[UNK]", "special": True, "single_word": False, "lstrip": False}
TOKENIZER = json.dumps(
    {
        "version": "1.0",
        "added_tokens": [{**ADDED, "rstrip": False, "normalized": False}],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {"[UNK]": 0, "the": 1, "lessee": 2, "##s": 3},
        },
    }
).encode()
UNIGRAM = json.dumps(
    {
        "version": "1.0",
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"},
        "model": {
            "type": "Unigram",
            "unk_id": 0,
            "vocab": [["<unk>", 0.0], ["\u2581the", -1.5], ["s", -2.0], ["lessee", -3.0]],
        },
    }
).encode()
SHEET = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension\
 ref="A1:B2"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row><row \
r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>7.5</v></c></row></sheetData></worksheet>"""
STRINGS = b"""<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1"><si>\
<t>the lessee</t></si></sst>"""
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XLSX = {
    "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'.encode(),
    "xl/workbook.xml": f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    f'main" xmlns:r="{RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>".encode(),
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package'
    f'/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'.encode(),
    "xl/worksheets/sheet1.xml": SHEET,
    "xl/sharedStrings.xml": STRINGS,
}
SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,500\n<i>Who</i> pays\nthe lessee?\n\n2\n"
WEBVTT = b"WEBVTT\n\nNOTE a\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>{\\an8}the rent\n\n"
CONLLU = (
    b"# text = It rains.\n1\tIt\tit\tPRON\t_\t_\t2\tnsubj\t_\tSpaceAfter=No\n\n",
    b"1-2\tzum\t_\t_\t_\t_\t_\t_\t_\t_\n1\tzu\tzu\tADP\t_\t_\t0\troot\t_\t_\n2.1\ta\n\nEU\tB-ORG\n",
)
XML = (
    b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TEI [<!ENTITY a "the rent">]><TEI xmlns="x">'
    b"<teiHeader>no</teiHeader><p>the <hi>lessee</hi>&a;&nbsp;<!-- b --><w>pays</w><w>it</w></p>"
    b"<![CDATA[<]]></TEI>"
)


def in_archive(members: Mapping[str, bytes], name: str) -> tuple[bytes, Pack]:
    """One member, broken before the archive is made."""
    return members[name], lambda content: zipped({**members, name: content})


def after_length(tensors: bytes) -> tuple[bytes, Pack]:
    """The header of a file of tensors, to which its length is set again."""
    length = int.from_bytes(tensors[:8], "little")
    header, rest = tensors[8 : 8 + length], tensors[8 + length :]
    return header, lambda content: len(content).to_bytes(8, "little") + content + rest


def array(values: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.save(content, values)
    return content.getvalue()


def database() -> bytes:
    """A database of one table, in pages of 512 bytes."""

    def write(path: Path) -> None:
        with closing(sqlite3.connect(path)) as opened:
            opened.execute("PRAGMA page_size = 512")
            opened.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, text TEXT)")
            opened.executemany(
                "INSERT INTO pages (text) VALUES (?)", [("the lessee",), (None,), ("pays " * 200,)]
            )
            opened.commit()

    return saved(write)


def parquet_vectors() -> bytes:
    import pyarrow
    from pyarrow.parquet import write_table

    content = io.BytesIO()
    columns = {"word": ["the", "lessee"], "vector": [[1, 2], [3, 4]], "scale": [0.5, 0.25]}
    write_table(pyarrow.table(columns), content)
    return content.getvalue()


def pdf() -> bytes:
    """A page with one line."""
    shown = b"BT /F1 12 Tf 72 720 Td (the lessee) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer << /Size 6 /Root 1 0 R >>\n%%EOF"


def parquet() -> bytes:
    import pyarrow
    from pyarrow.parquet import write_table

    content = io.BytesIO()
    write_table(pyarrow.table({"text": ["the lessee", None, "pays"]}), content)
    return content.getvalue()


def read_checkpoint(path: Path) -> object:
    matrices = np.zeros((2, 2), np.float32), np.zeros((2, 2), np.float32)
    return load_checkpoint(path, RUN, *matrices)


def read_vectors(path: Path) -> object:
    kind_of(path)
    return load_vectors(path)


def read_pieces(path: Path) -> object:
    """The vectors of a folder, and what its tokenizer makes of words."""
    pieces = load_pieces(path.parent)
    pieces.tokenizer.cut_words(["the", "lessees", "\u0130\ud800"])
    return "lessees" in pieces and pieces["lessees"]


def tensors(metadata: Mapping[str, Any]) -> bytes:
    matrices = {"inputs": np.ones((2, 2), np.float32), "outputs": np.ones((2, 2), np.float32)}
    return saved(lambda path: write_tensors(path, matrices, metadata))


def without_digest(tensors: bytes) -> bytes:
    """As older versions wrote them: what is changed in one gets past the digest."""
    length = int.from_bytes(tensors[:8], "little")
    header = json.loads(tensors[8 : 8 + length])
    header["__metadata__"].pop("sha256", None)
    encoded = json.dumps(header).encode()
    return len(encoded).to_bytes(8, "little") + encoded + tensors[8 + length :]


def readers() -> dict[str, Reader]:
    npz = io.BytesIO()
    np.savez(npz, matrix=VECTORS.matrix, words=np.array(["the", "lessee"]))
    safetensors = saved(lambda path: save_vectors(VECTORS, path, format="safetensors"))
    mail = b"Subject: rent\nContent-Type: text/plain; charset=utf-8\n\nthe lessee pays\n"
    parts = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nthe rent\n--b--\n'
    adapter = saved(lambda path: save_adapter(ADAPTER, path))
    binary = saved(lambda path: save_vectors(VECTORS, path, format="word2vec-binary"))
    floret = (FLORET / "floret-2.floret").read_bytes()
    checkpoint = tensors(CHECKPOINT)
    rows = saved(
        lambda path: write_tensors(path, {"embeddings": np.eye(4, 2, dtype=np.float32)}, {})
    )
    small = array(np.array([[1, -2], [3, 4]], np.int8))
    archive = {"matrix.npy": array(VECTORS.matrix), "words.npy": array(np.array(["the", "rent"]))}
    delimited = (
        b"word;x;y\nthe;0,5;1\nrent;-1;2\n",
        b'the,"[0.5, 1, 2]"\nrent,"[1, 2, 3]"\n',
        b",0,1\nthe,1,2\nof,2,3\n",
    )
    report = {"format": 1, "words": [{"word": "lessee"}]}
    return {
        "text vectors": Reader("a.vec", (TABLE, TABLE[4:], gzip.compress(TABLE)), read_vectors),
        "csv vectors": Reader("a.csv", delimited, read_vectors),
        "tsv vectors": Reader("a.tsv", (b"word\tx\ty\nthe\t.5\t1\nof\t1e3\t2\n",), read_vectors),
        "jsonl vectors": Reader(
            "a.jsonl",
            (
                b'{"word": "the", "vector": [1, 2], "scale": 0.5}\n',
                b'["the", [1, 2]]\n["a", [3, 4]]',
            ),
            read_vectors,
        ),
        "json vectors": Reader(
            "a.json",
            (
                b'{"the": [1, 2], "a": [3, 4.5e0]}\n',
                b'{"dim": 2, "vectors": {"the": [1, 2], "a": [3, 4]}}',
                b'[{"word": "the", "vector": [1, 2]}, ["a", [3, 4]]]',
            ),
            read_vectors,
        ),
        "parquet vectors": Reader("a.parquet", (parquet_vectors(),), read_vectors),
        "npy": Reader(
            "a.npy", (array(VECTORS.matrix),), read_vectors, beside={"a.words.txt": b"the\nof\n"}
        ),
        "int8 and scale": Reader(
            "a.scale.txt",
            (b"0.5\n", b"0.5 0.25"),
            lambda path: read_vectors(path.with_name("a.npy")),
            beside={"a.npy": small, "a.words.txt": b"the\nof\n"},
        ),
        "words of npy": Reader(
            "a.words.txt",
            (b"the\nof\n", b"the\r\nof\r\n"),
            lambda path: read_vectors(path.with_name("a.npy")),
            beside={"a.npy": array(VECTORS.matrix)},
        ),
        "safetensors": Reader(
            "a.safetensors", (safetensors,), read_vectors, (after_length(safetensors),)
        ),
        "npz": Reader(
            "a.npz", (npz.getvalue(),), read_vectors, tuple(in_archive(archive, n) for n in archive)
        ),
        "zip of vectors": Reader(
            "a.zip",
            (zipped({"a.vec": TABLE}),),
            read_vectors,
            (in_archive({"a.vec": TABLE}, "a.vec"),),
        ),
        "pieces": Reader(
            "model.safetensors",
            (rows,),
            read_pieces,
            (after_length(rows),),
            beside={"tokenizer.json": TOKENIZER},
        ),
        "tokenizer of pieces": Reader(
            "tokenizer.json",
            (TOKENIZER, UNIGRAM),
            read_pieces,
            beside={"model.safetensors": rows},
        ),
        "text": Reader(
            "a.txt", (b"the lessee\n\npays", "L\u2019été, déjà".encode("cp1252")), words_of
        ),
        "tsv": Reader("a.tsv", (b"id\ttext\n1\tthe lessee\n2\tpays\n",), words_of),
        "json": Reader(
            "a.json",
            (
                b'[{"text": "the lessee"}, {"text": "pays"}]',
                b'{"text": {"0": "the", "1": "rent"}}',
                b'["the lessee", "pays"]',
            ),
            words_of,
        ),
        "json within": Reader(
            "a.json",
            (b'{"a": [{"text": ["the"]}, {"text": "b"}]}', b'[{"a": {"text": "the"}}]'),
            lambda path: words_of(path, field="a.text"),
        ),
        "jsonl.gz": Reader(
            "a.jsonl.gz",
            (gzip.compress(b'{"text": "the"}\n'),),
            words_of,
            ((b'{"text": "the lessee"}\n', gzip.compress),),
        ),
        "srt": Reader("a.srt", (SUBTITLES,), words_of),
        "vtt": Reader("a.vtt", (WEBVTT,), words_of),
        "conllu": Reader("a.conllu", CONLLU, words_of),
        "xml": Reader("a.xml", (XML,), words_of),
        "sqlite": Reader("a.sqlite", (database(),), words_of),
        "xlsx": Reader(
            "a.xlsx",
            (zipped(XLSX),),
            words_of,
            tuple(in_archive(XLSX, name) for name in XLSX),
        ),
        "jsonl": Reader("a.jsonl", (b'{"text": "the lessee"}\n{"text": "\\ud800"}\n',), words_of),
        "csv": Reader("a.csv", (b'id,text\n1,"the\nlessee"\n2,pays\n',), words_of),
        "html": Reader("a.html", (b"<html><body><p>the</p><pre>a</pre></body></html>",), words_of),
        "docx": Reader(
            "a.docx", (zipped(DOCX),), words_of, (in_archive(DOCX, "word/document.xml"),)
        ),
        "rtf": Reader("a.rtf", (rb"{\rtf1\ansi{\fonttbl\f0 A;}\u8217?the \'e9\par}",), words_of),
        "eml": Reader("a.eml", (mail, parts), words_of),
        "parquet": Reader("a.parquet", (parquet(),), words_of),
        "pdf": Reader("a.pdf", (pdf(),), words_of),
        "word2vec binary": Reader("a.bin", (binary,), read_vectors),
        "floret table": Reader("a.floret", (floret,), read_vectors),
        "inspected vectors": Reader("a.vec", (TABLE, TABLE[4:]), inspect_vectors),
        "tokenizer": Reader("tokenizer.json", (TOKENIZER,), read_tokenizer),
        "adapter": Reader(
            "a.adapter",
            (adapter, without_digest(adapter)),
            load_adapter,
            (after_length(without_digest(adapter)),),
        ),
        "checkpoint": Reader(
            "1.safetensors", (checkpoint,), read_checkpoint, (after_length(checkpoint),)
        ),
        "baseline": Reader(
            "b",
            (json.dumps(report).encode(), b"count,word\n1,lessee\n", b"lessee\n"),
            read_baseline,
        ),
        "labeled": Reader("a.csv", (b"text,label,split\nthe rent,a,test\nb,c,\n",), read_labeled),
        "word pairs": Reader("p.tsv", (b"lessee\tlessor\t7.5\nrent\tpay\t2\n",), read_word_pairs),
        "analogies": Reader("a.txt", (b": family\nman woman king queen\n",), read_analogies),
        "phrase list": Reader("p.txt", (b"force_majeure\nclose_corporation\n",), load_phrases),
        "glossary": Reader("g.txt", (b"lessee\twho pays the rent\n", b"a\tb c\n"), read_glossary),
        "glossary csv": Reader("g.csv", (b'lessee,"who pays, monthly"\na,b c\n',), read_glossary),
        "settings": Reader("s.toml", (b'epochs = 5\n[model]\nmode = "exact"\n',), load_settings),
    }
