"""Every reader of a file that a user may give, fed with inputs that nobody wrote.

    python scripts/fuzz_readers.py                     2,000 inputs of each reader
    python scripts/fuzz_readers.py --cases 100000 --reader "phrase list"
    python scripts/fuzz_readers.py --by hypothesis

The inputs are sound files cut, repeated, spliced and filled with the tokens and the numbers that
readers trip over, or JSON of any shape. By default, random numbers make them, in microseconds each;
Hypothesis takes twenty times as long, and looks for small inputs where something fails. What is
read is used or refused by one EmbedAdaptError of one line; any other exception fails, and so do
more than 10 s, and more memory than four times the input and 200 MB. scripts/fuzz_guided.py steers
by coverage; scripts/fuzz_formats.py breaks the headers and ends of every binary form of vectors.
Exit status 1 on any failure; the input is printed, and belongs into a test.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_formats import FLORET, memory, restart_peak
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st

from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import EmbedAdaptError
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.evaluation.analogies import read_analogies
from embedadapt.evaluation.word_pairs import read_word_pairs
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.adapter_file import load_adapter, save_adapter
from embedadapt.formats.inspection.summary import inspect_vectors
from embedadapt.formats.kinds import kind_of
from embedadapt.formats.pieces import read_tokenizer
from embedadapt.formats.reading.tensor_file import write_tensors
from embedadapt.formats.settings_file import load_settings
from embedadapt.oov.baseline import read_baseline
from embedadapt.text.glossary import read_glossary
from embedadapt.text.labeled import read_labeled
from embedadapt.text.phrases import load_phrases
from embedadapt.text.readers import open_corpus
from embedadapt.text.readers.limits import MOST_SECONDS
from embedadapt.training.checkpoint import _load as load_checkpoint

SECONDS = 10
RATIO, ALLOWANCE = 4, 200_000_000
MAKERS = ("random", "hypothesis")
TOGETHER = 50
"""Inputs whose time and memory are measured together."""
TIMES = (*[1] * 16, 2, 3, 50, 1000)
"""So often a piece comes in."""
TOKENS = [
    *(b"", b"\0", b"\n", b"\r\n", b" ", b"\t", b'"', b",", b"'", b"\\", b"{", b"}", b"[", b"]"),
    *(b"-1", b"0", b"1e999", b"nan", b"-inf", b"9" * 30, b"2147483648", b"18446744073709551616"),
    *(b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b[31m", "\u0130ẞ".encode()),
    *(
        b"<!--",
        b"</p>",
        b"<![CDATA[",
        b"=?utf-8?q?a?=",
        b"(",
        b"Content-Type: ",
        b"{\\rtf1",
        b"\\u",
    ),
    *(b"word", b"text", b"label", b"format", b"null", b"true", b"__metadata__", b"[[[[[[[["),
]


@dataclass(frozen=True)
class Reader:
    """name: of the file that it is given. seeds: sound files. read: raises or returns."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]


def words_of(path: Path) -> int:
    return sum(len(document.text) for document in open_corpus([path], column="text"))


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

TOKENIZER = json.dumps(
    {
        "version": "1.0",
        "added_tokens": [{"id": 0, "content": "[UNK]", "special": True}],
        "normalizer": {"type": "BertNormalizer", "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "the": 1}},
    }
).encode()


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
    parts = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nthe\n--b--\n'
    adapter = saved(lambda path: save_adapter(ADAPTER, path))
    binary = saved(lambda path: save_vectors(VECTORS, path, format="word2vec-binary"))
    floret = (FLORET / "floret-2.floret").read_bytes()[:2_000]
    report = {"format": 1, "words": [{"word": "lessee"}]}
    return {
        "text vectors": Reader("a.vec", (TABLE, TABLE[4:], gzip.compress(TABLE)), read_vectors),
        "safetensors": Reader("a.safetensors", (safetensors,), read_vectors),
        "npz": Reader("a.npz", (npz.getvalue(),), read_vectors),
        "zip of vectors": Reader("a.zip", (zipped({"a.vec": TABLE}),), read_vectors),
        "text": Reader("a.txt", (b"the lessee\n\npays", "é\u2019".encode("cp1252")), words_of),
        "jsonl": Reader("a.jsonl", (b'{"text": "the lessee"}\n{"text": "\\ud800"}\n',), words_of),
        "csv": Reader("a.csv", (b'id,text\n1,"the\nlessee"\n2,pays\n',), words_of),
        "html": Reader("a.html", (b"<html><body><p>the</p><pre>a</pre></body></html>",), words_of),
        "docx": Reader("a.docx", (zipped(DOCX),), words_of),
        "rtf": Reader("a.rtf", (rb"{\rtf1\ansi{\fonttbl\f0 A;}\u8217?the \'e9\par}",), words_of),
        "eml": Reader("a.eml", (mail, parts), words_of),
        "parquet": Reader("a.parquet", (parquet(),), words_of),
        "pdf": Reader("a.pdf", (pdf(),), words_of),
        "word2vec binary": Reader("a.bin", (binary,), read_vectors),
        "floret table": Reader("a.floret", (floret,), read_vectors),
        "inspected vectors": Reader("a.vec", (TABLE, TABLE[4:]), inspect_vectors),
        "tokenizer": Reader("tokenizer.json", (TOKENIZER,), read_tokenizer),
        "adapter": Reader("a.adapter", (adapter, without_digest(adapter)), load_adapter),
        "checkpoint": Reader("1.safetensors", (tensors(CHECKPOINT),), read_checkpoint),
        "baseline": Reader(
            "b",
            (json.dumps(report).encode(), b"count,word\n1,lessee\n", b"lessee\n"),
            read_baseline,
        ),
        "labeled": Reader("a.csv", (b"text,label,split\nthe rent,a,test\nb,c,\n",), read_labeled),
        "word pairs": Reader("p.tsv", (b"lessee\tlessor\t7.5\nrent\tpay\t2\n",), read_word_pairs),
        "analogies": Reader("a.txt", (b": family\nman woman king queen\n",), read_analogies),
        "phrase list": Reader("p.txt", (b"force_majeure\nclose_corporation\n",), load_phrases),
        "glossary": Reader("g.txt", (b"lessee: who pays the rent\n", b"a\tb c\n"), read_glossary),
        "settings": Reader("s.toml", (b'epochs = 5\n[model]\nmode = "exact"\n',), load_settings),
    }


def inputs(reader: Reader) -> st.SearchStrategy[bytes]:
    """Sound files with pieces of them, of TOKENS and of anything put in, left out and repeated."""
    seed = st.sampled_from(reader.seeds)
    json_value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())
    piece = st.sampled_from(TOKENS) | st.binary(max_size=12) | json_value
    edit = st.tuples(
        st.floats(0, 1), st.integers(0, 40), piece, st.sampled_from([1, 1, 1, 2, 5000])
    )

    def edited(content: bytes, edits: list[tuple[float, int, bytes, int]]) -> bytes:
        for place, n_dropped, inserted, times in edits:
            at = int(place * len(content))
            content = content[:at] + inserted * times + content[at + n_dropped :]
        return content

    return st.builds(edited, seed, st.lists(edit, max_size=6)) | json_value


def random_input(reader: Reader, rng: random.Random) -> bytes:
    """As `inputs`, from random numbers; pieces come from sound files too, and bits are flipped."""
    content = rng.choice(reader.seeds)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(content) + 1)
        end = at + rng.choice((0, 0, 1, 4, rng.randrange(40), len(content)))
        kind = rng.randrange(6)
        if kind < 3:
            piece = rng.choice(TOKENS)
        elif kind == 3:
            piece = rng.randbytes(rng.randrange(12))
        elif kind == 4:
            seed = rng.choice(reader.seeds)
            start = rng.randrange(len(seed) + 1)
            piece = seed[start : start + rng.randrange(60)]
        else:
            end = at + 1
            piece = bytes(byte ^ 1 << rng.randrange(8) for byte in content[at:end])
        content = content[:at] + piece * rng.choice(TIMES) + content[end:]
    return content


def outcome_of(reader: Reader, content: bytes, folder: Path) -> str:
    """ "" for an input that is read, "refused" for one clear line, else what is wrong."""
    path = folder / reader.name
    path.write_bytes(content)
    try:
        reader.read(path)
    except EmbedAdaptError as error:
        if MOST_SECONDS in str(error):
            return str(error)
        return "refused" if str(error).isprintable() else f"not one line: {str(error)!r}"
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {place.name}:{place.lineno}: {error}"
    return ""


def fault_of(reader: Reader, content: bytes, folder: Path) -> str:
    """As `outcome_of`, with the time of the processor and the memory that it takes."""
    restart_peak()
    held, started = held_now(), time.process_time()
    outcome = outcome_of(reader, content, folder)
    if (seconds := time.process_time() - started) > SECONDS:
        return f"{seconds:.0f} s"
    if (grown := most_held() - held) > RATIO * len(content) + ALLOWANCE:
        return f"{grown / 1e6:.0f} MB"
    return outcome


def faults_of(reader: Reader, contents: list[bytes], folder: Path) -> list[str]:
    """As `fault_of`; each by itself only where all together take much: measuring takes longer than
    most inputs."""
    started = time.process_time()
    outcomes = [outcome_of(reader, content, folder) for content in contents]
    took_much = most_held() - held_now() > ALLOWANCE // 2
    if took_much or time.process_time() - started > SECONDS:
        return [fault_of(reader, content, folder) for content in contents]
    return outcomes


def held_now() -> int:
    """Bytes that this process holds."""
    statm = Path("/proc/self/statm")
    return int(statm.read_bytes().split()[1]) * resource.getpagesize() if statm.exists() else 0


def most_held() -> int:
    """The most bytes that this process held since `restart_peak`.

    ru_maxrss would begin with the peak of the process that started this one.
    """
    return memory("VmHWM")


def fuzz(
    reader: Reader, n_cases: int, seed: int, by: str = "random"
) -> tuple[Counter[str], list[str]]:
    """How often an input was read, refused and failed; the first failures. by: of MAKERS."""
    counts: Counter[str] = Counter()
    faults: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:

        def note(fault: str, content: bytes) -> None:
            counts[fault if fault in ("", "refused") else "FAILED"] += 1
            if fault not in ("", "refused"):
                faults.setdefault(fault[:40], f"{fault[:200]} from {content[:300]!r}")

        def one(content: bytes) -> None:
            note(fault_of(reader, content, Path(name)), content)

        if by == "random":
            rng = random.Random(seed)
            for start in range(0, n_cases, TOGETHER):
                n_together = min(TOGETHER, n_cases - start)
                contents = [random_input(reader, rng) for _ in range(n_together)]
                for fault, content in zip(
                    faults_of(reader, contents, Path(name)), contents, strict=True
                ):
                    note(fault, content)
        else:
            run = settings(
                max_examples=n_cases,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            with_seed(seed)(run(given(content=inputs(reader))(one)))()
    return counts, list(faults.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2_000, help="of each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", help="only this one")
    parser.add_argument("--by", choices=MAKERS, default="random")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    known = readers()
    names = [arguments.reader] if arguments.reader else list(known)
    started, n_cases, failures = time.perf_counter(), 0, []
    print(f"{'reader':18}{'read':>10}{'refused':>10}{'FAILED':>10}{'seconds':>10}")
    for name in names:
        reader, since = known[name], time.perf_counter()
        for content in reader.seeds:  # what it compiles or imports is not the input's
            with tempfile.TemporaryDirectory() as folder:
                fault_of(reader, content, Path(folder))
        counts, faults = fuzz(reader, arguments.cases, arguments.seed, arguments.by)
        figures = "".join(f"{counts[key]:>10,}" for key in ("", "refused", "FAILED"))
        print(f"{name:18}{figures}{time.perf_counter() - since:>10.0f}", flush=True)
        n_cases += counts.total()
        failures += [f"{name}: {fault}" for fault in faults]
    print(f"\n{n_cases:,} inputs in {time.perf_counter() - started:.0f} s, {len(failures)} faults")
    for failure in failures:
        print(failure)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
