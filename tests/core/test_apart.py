"""Libraries that hang, crash or grow end in one line that names the file."""

import ctypes
import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedadapt.core import apart
from embedadapt.core.apart import read_apart
from embedadapt.core.corpus import Document
from embedadapt.core.errors import CorpusError, SettingsError
from embedadapt.text.readers import open_corpus
from tests.processes import environment
from tests.text.readers.make import docx, pdf

posix = pytest.mark.skipif(os.name != "posix", reason="limits of the system")
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits memory")


def echo(path: Path, *texts: str) -> Iterator[Document]:
    for number, text in enumerate(texts):
        yield Document(f"{path}:{number}", text)


def process(_path: Path) -> Iterator[Document]:
    sys.stdout.write("what a library prints is no document\n")
    yield Document("process", str(os.getpid()))


def works(_path: Path) -> Iterator[Document]:
    while True:
        pass


def sleeps(_path: Path) -> Iterator[Document]:
    yield Document("first", "text")
    time.sleep(1000)


def grows(_path: Path) -> Iterator[Document]:
    yield Document("large", "a" * 2**31)


def crashes(_path: Path) -> Iterator[Document]:
    ctypes.string_at(0)
    yield Document("never", "")


def refuses(path: Path) -> Iterator[Document]:
    raise CorpusError(str(path), expected="a sound file", found="another", hint="Try again.")


def test_documents_come_as_they_are(tmp_path: Path) -> None:
    texts = ("", "a\nb\x00", "œuvre \ud800", "long " * 10**6)
    assert [d.text for d in read_apart(echo, tmp_path / "a\udce9", *texts)] == list(texts)


def test_one_process_reads_file_after_file(tmp_path: Path) -> None:
    ((first,), (second,)) = (read_apart(process, tmp_path) for _ in range(2))
    assert first == second
    assert int(first.text) != os.getpid()


def test_an_error_is_the_same_and_ends_nothing(tmp_path: Path) -> None:
    ((before,),) = (read_apart(process, tmp_path) for _ in range(1))
    with pytest.raises(CorpusError) as caught:
        list(read_apart(refuses, tmp_path / "a.pdf"))
    assert str(caught.value) == (
        f"{tmp_path}/a.pdf: expected a sound file, found another. Try again."
    )
    assert list(read_apart(process, tmp_path)) == [before]


@posix
@pytest.mark.parametrize(
    ("read", "says"),
    [
        (works, "is read in 1 s, found one that takes longer"),
        (sleeps, "is read in 1 s, found one that takes longer"),
        pytest.param(grows, "of memory, found one that takes more", marks=linux),
        (crashes, r"crashes on \(SIG"),
    ],
)
def test_what_ends_a_process_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: apart.Read, says: str
) -> None:
    monkeypatch.setenv(apart.MOST_SECONDS, "1")
    monkeypatch.setattr(apart, "PATIENCE", 2 if read is sleeps else 300)
    with pytest.raises(CorpusError, match=says) as caught:
        list(read_apart(read, tmp_path / "a.pdf"))
    assert str(caught.value).startswith(f"{tmp_path}/a.pdf: expected") and "\n" not in str(
        caught.value
    )
    monkeypatch.undo()
    assert [document.text for document in read_apart(echo, tmp_path, "next")] == ["next"]


@linux
def test_three_million_empty_paragraphs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx("</w:p><w:p>" * 1_500_000))) as plain,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in plain.infolist():
            archive.writestr(part.filename, plain.read(part))
    (tmp_path / "a.docx").write_bytes(packed.getvalue())
    monkeypatch.setattr(apart, "SECONDS", 1)
    with pytest.raises(CorpusError, match=r"a\.docx: .*set EMBEDADAPT_MOST_"):
        list(open_corpus([tmp_path / "a.docx"]))


def test_limits_can_be_set_and_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(apart.MOST_SECONDS, "0")
    assert [document.text for document in read_apart(process, tmp_path)] == [str(os.getpid())]
    for variable in (apart.MOST_SECONDS, apart.MOST_MEMORY):
        monkeypatch.setenv(variable, "soon")
        with pytest.raises(SettingsError, match=variable):
            list(read_apart(process, tmp_path))
        monkeypatch.delenv(variable)


@linux
def test_memory_can_be_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY", 1 << 20)
    (tmp_path / "a.pdf").write_bytes(pdf(["The lessor pays."]))
    with pytest.raises(CorpusError, match=r"a\.pdf: .*EMBEDADAPT_MOST_MEMORY"):
        list(open_corpus([tmp_path]))
    monkeypatch.setenv(apart.MOST_MEMORY, "1000000000")
    (document,) = open_corpus([tmp_path])
    assert document.text.strip() == "The lessor pays."


def test_a_reader_that_stops_early_and_threads(tmp_path: Path) -> None:
    documents = read_apart(echo, tmp_path, *["text " * 10**6] * 5)
    next(documents)
    documents.close()  # type: ignore[attr-defined]
    found: list[list[str]] = [[] for _ in range(6)]

    def read(number: int) -> None:
        for _ in range(10):
            found[number] += [d.text for d in read_apart(echo, tmp_path, str(number))]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[str(number)] * 10 for number in range(6)]


@posix
def test_a_fork_has_its_own(tmp_path: Path) -> None:
    ((parents,),) = (read_apart(process, tmp_path) for _ in range(1))
    child = os.fork()
    if child == 0:
        (own,) = read_apart(process, tmp_path)
        os._exit(own == parents)
    assert os.waitpid(child, 0)[1] == 0
    assert list(read_apart(process, tmp_path)) == [parents]


def test_a_module_in_the_current_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("open('ran', 'w')")
    (tmp_path / "a.html").write_text("<p>The lessor pays.")
    code = "import embedadapt; print(*(d.text for d in embedadapt.open_corpus(['a.html'])))"
    shown = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(Path(__file__).parents[3])),
        capture_output=True,
        text=True,
    )
    assert shown.stdout.strip() == "The lessor pays.", shown.stderr
    assert not (tmp_path / "ran").exists()
