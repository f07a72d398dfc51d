"""Packed files and archives: the table inside is the same table, and no archive is trusted."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embedadapt.core.errors import FormatError, MissingExtraError
from embedadapt.core.vectors import WordVectors
from embedadapt.core.zstd import zstd_module
from embedadapt.formats import load_vectors, save_vectors, sniff_format
from embedadapt.formats.reading import containers
from embedadapt.formats.reading.opening import opening
from tests.formats.make import assert_same_table, make_vectors, written

zstd = zstd_module("tests")
GLOVE = b"the 0.5 1\nlessee 2 -3\n"


def zipped(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


def tarred(*members: tuple[str, bytes], mode: str = "w:gz") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return content.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "zip": lambda data: zipped(("README.txt", b"read me"), ("folder/v.vec", data)),
    "tar": lambda data: tarred(("LICENSE", b"free"), ("v.bin", data), mode="w"),
    "tar.gz": lambda data: tarred(("a/v.txt", data)),
    "tar.xz": lambda data: tarred(("v.txt", data), mode="w:xz"),
}


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("format", ["word2vec-text", "word2vec-binary"])
def test_a_packed_table_is_the_same_table(tmp_path: Path, kind: str, format: str) -> None:
    vectors = make_vectors()
    save_vectors(vectors, tmp_path / "plain", format=format)
    path = written(tmp_path / "packed", PACKED[kind]((tmp_path / "plain").read_bytes()))
    assert sniff_format(path) == format
    assert_same_table(load_vectors(path), vectors)


@pytest.mark.parametrize("kind", ["bzip2", "xz", "zstd"])
def test_streams_after_one_another_are_one_content(tmp_path: Path, kind: str) -> None:
    pack = PACKED[kind]
    path = written(tmp_path / "v", pack(GLOVE) + pack(b"lessor 4 5\n"))
    assert load_vectors(path).vocabulary.words == ("the", "lessee", "lessor")


@pytest.mark.parametrize("kind", PACKED)
def test_a_cut_container_never_loads(tmp_path: Path, kind: str) -> None:
    content = PACKED[kind](b"2 300\n" + b"".join(b"w%d " % i + b"0.25 " * 300 for i in range(99)))
    end, step = (len(content) - 1024, 2999) if kind == "tar" else (len(content) - 1, 37)
    for size in range(6, end, step):
        with pytest.raises(FormatError) as caught:
            load_vectors(written(tmp_path / "v", content[:size]))
        assert "\n" not in str(caught.value)


def test_one_of_several_members_is_named(tmp_path: Path) -> None:
    members = ("glove.50d.txt", GLOVE), ("sub/glove.3d.txt", b"the 1 2 3\n")
    for content in (zipped(*members), tarred(*members)):
        path = written(tmp_path / "glove.zip", content)
        with pytest.raises(FormatError, match=r"one vector file inside.*Name one.*/glove\.50d"):
            load_vectors(path)
        assert load_vectors(path / "sub/glove.3d.txt").dim == 3
        with pytest.raises(FormatError, match=r"expected a member other\.txt"):
            load_vectors(path / "other.txt")


def test_a_member_of_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "v.txt", GLOVE)
    with pytest.raises(FormatError, match=r"expected an archive that holds the/member"):
        load_vectors(path / "the/member")


def test_no_path_of_an_archive_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    written(tmp_path / "v.txt", b"outside 1 2\n")
    for content in (zipped(("../v.txt", GLOVE)), tarred(("../v.txt", GLOVE))):
        assert load_vectors(written(folder / "a", content)).vocabulary.words == ("the", "lessee")
    link = tarfile.TarInfo("v.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "../v.txt"
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.addfile(link)
    with pytest.raises(FormatError, match="found no file"):
        load_vectors(written(folder / "a", content.getvalue()))
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "inside", "v.txt"]


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd", "zip", "tar.gz"])
def test_a_bomb_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "ALWAYS_ALLOWED", 2**20)
    path = written(tmp_path / "v", PACKED[kind](b"a 1 2\n" * 2**19))
    with pytest.raises(FormatError, match="expected a file that unpacks to at most 100 times"):
        load_vectors(path)


def test_a_tar_that_announces_more_than_it_can_hold_is_not_stepped_through(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("v.txt")
    entry.size = 10**15
    with pytest.raises(FormatError, match="at most 100 times its size"):
        load_vectors(written(tmp_path / "v.tar", entry.tobuf() + GLOVE))


def test_an_entry_without_a_name_is_no_crash(tmp_path: Path) -> None:
    content = zipped(("v.txt", GLOVE))
    at = content.index(b"PK\1\2")
    nameless = content[: at + 28] + b"\0\0" + content[at + 30 :]
    with pytest.raises(FormatError, match=r"v\.zip"):
        load_vectors(written(tmp_path / "v.zip", nameless))


def test_damaged_bzip2_is_asked_once(tmp_path: Path) -> None:
    content = bytearray(bz2.compress(np.random.default_rng(0).bytes(300_000), 1))
    content[len(content) // 2] ^= 255
    buffer = np.empty(500_000, dtype=np.uint8)
    with opening(written(tmp_path / "v", bytes(content))) as source:
        assert 0 < source.fill(buffer) < 300_000
        for _ in range(2):  # asked once more, the decompressor would raise something else
            with pytest.raises(FormatError, match="a whole bzip2 file"):
                source.fill(buffer)


def test_an_xz_file_cannot_ask_for_any_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "XZ_MEMORY", 2**20)
    with pytest.raises(FormatError, match=r"[Mm]emory"):
        load_vectors(written(tmp_path / "v", lzma.compress(GLOVE, preset=9)))


def test_zstd_without_its_module_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "v.zst", zstd.compress(GLOVE))
    monkeypatch.setitem(sys.modules, zstd.__name__, None)
    with pytest.raises(MissingExtraError, match=r"v\.zst: .*('\.\[zstd\]'|zstd -d)"):
        load_vectors(path)


def test_a_locked_zip_is_said(tmp_path: Path) -> None:
    content = bytearray(zipped(("v.txt", GLOVE)))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(FormatError, match="without a password"):
        load_vectors(written(tmp_path / "v.zip", bytes(content)))


def test_packed_vectors_are_vectors(tmp_path: Path) -> None:
    assert isinstance(load_vectors(written(tmp_path / "v", bz2.compress(GLOVE))), WordVectors)
