import json
from pathlib import Path

from typer.testing import CliRunner

import embedadapt
from embedadapt.cli import app

CLAUSE = "The parties agree that the rent is due on the first day of each month."


def test_a_prepared_corpus_is_written_and_read_again(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/old.doc").write_bytes(b"")
    for name in ("a.txt", "b.txt"):
        (tmp_path / "corpus" / name).write_text(f"{CLAUSE} Signed in {name}.\n")
    (tmp_path / "corpus/c.txt").write_text(CLAUSE)
    out = tmp_path / "out.jsonl"
    arguments = ["prepare", str(tmp_path / "corpus"), "-o", str(out), "-q"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    assert "2 clauses (0 nearly the same)" in result.stdout
    shown = " ".join(result.stdout.split())
    assert "Corpus 3 documents" in shown
    assert "kept 2 documents, 21 words; 1 document removed: 1 with repeated clauses only" in shown
    assert shown.endswith("has 2 documents, one per line.")
    assert result.stderr == "embedadapt: 1 file was not read: 1 .doc (old.doc).\n"
    report = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert report["kept_documents"] == 2
    assert report["unread"] == [{"suffix": ".doc", "n_files": 1, "example": "old.doc"}]
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [Path(record["name"]).name for record in records] == ["a.txt", "b.txt"]
    texts = [document.text for document in embedadapt.open_corpus([out])]
    assert texts == [f"{CLAUSE}\nSigned in a.txt.", "Signed in b.txt."]


def test_a_report_alone_and_steps_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{CLAUSE}\n{CLAUSE}\n")
    for steps, expected in (("all", 1), ("repair,pages", 0), ("none", 0)):
        arguments = ["prepare", str(tmp_path / "a.txt"), "--json", "-q", "--steps", steps]
        done = json.loads(CliRunner().invoke(app, arguments).stdout)
        assert done["exact_repeats"] == expected
    assert list(tmp_path.iterdir()) == [tmp_path / "a.txt"]
    wrong = CliRunner().invoke(app, ["prepare", str(tmp_path / "a.txt"), "--steps", "polish"])
    assert wrong.exit_code == 1
    assert "polish" in wrong.stderr


def test_phrases_are_learned_shown_and_listed(tmp_path: Path) -> None:
    text = f"{CLAUSE} Nothing else binds. Force majeure is pleaded. Rates vary. " * 10
    (tmp_path / "a.txt").write_text(text)
    arguments = ["prepare", str(tmp_path / "a.txt"), "-q", "--steps", "none"]
    result = CliRunner().invoke(app, [*arguments, "--phrases", str(tmp_path / "phrases.txt")])
    assert "force_majeure 10" in result.stdout
    assert "force_majeure" in embedadapt.load_phrases(tmp_path / "phrases.txt")
    result = CliRunner().invoke(app, [*arguments, "--phrases", str(tmp_path / "a.txt")])
    assert result.exit_code == 1
    assert (tmp_path / "a.txt").read_text() == text
