from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedadapt.cli import app
from tests.text.readers.make import docx, pdf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "table.txt").write_text("the 1 0\nlessor 0 1\n")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.pdf").write_bytes(pdf(["the lessor"]))
    (tmp_path / "corpus/b.docx").write_bytes(docx("<w:r><w:t>the lessee</w:t></w:r>")[:200])
    return tmp_path


def run(folder: Path, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(
        app, ["oov", str(folder / "table.txt"), str(folder / "corpus"), "--json", *options]
    )
    return result.exit_code, result.stdout, result.stderr


def test_a_broken_document_stops_the_run_or_is_named_once_and_skipped(folder: Path) -> None:
    status, out, err = run(folder)
    assert (status, out) == (1, "")
    assert "b.docx" in err
    status, out, err = run(folder, "--on-error", "skip")
    assert status == 0
    assert '"n_documents": 1' in out
    assert err.count("b.docx") == err.count("\n") == 1


def test_tables_in_folders_are_read_where_a_column_is_named(folder: Path) -> None:
    (folder / "corpus/b.docx").unlink()
    (folder / "corpus/c.csv").write_text("id,clause\n1,the rent\n")
    assert '"n_documents": 1' in run(folder)[1]
    assert '"n_documents": 2' in run(folder, "--column", "clause")[1]
