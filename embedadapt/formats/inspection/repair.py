"""A repaired copy of a damaged file; `defects.REPAIRS` lists the repair of each defect.

Sound rows keep their bytes: numbers are copied, never parsed and printed again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embedadapt.core.errors import FormatError, OutputError
from embedadapt.core.files import check_not_input, check_writable, drafting
from embedadapt.core.renamed import accepts_old_names
from embedadapt.formats import load_vectors
from embedadapt.formats.inspection.defects import LEFT_OUT, Defect, DefectLog
from embedadapt.formats.inspection.survey import (
    FirstOfEach,
    Layout,
    PartsLayout,
    Survey,
    is_repairable,
    recode,
    survey_file,
    walk_rows,
)
from embedadapt.formats.inspection.text import TextLayout

FORMAT = 2


@accepts_old_names
@dataclass(frozen=True)
class Repair:
    """The result of a repair: what was written, and the defects in it.

    repaired: the defects, each with what was done about it.
    """

    path: str
    output: str
    file_format: str
    n_words: int
    dim: int
    repaired: tuple[Defect, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, with a format number."""
        return {"format": FORMAT, **asdict(self)}


def repair_vectors(path: str | Path, output: str | Path) -> Repair:
    """Write the rows of `path` that are sound or can be repaired to `output`, in the same format.

    The file is written uncompressed and atomically; it is read back and compared before it replaces
    anything. Raises FormatError for a file that cannot be repaired: one that is not surveyed, has
    no whole row, or has rows whose ends cannot be determined. Raises OutputError for the target,
    which must be another file.
    """
    check_not_input(output, [path])
    check_writable(output)
    survey = survey_file(path)
    if survey is None or not survey.repairable:
        raise _not_repairable(path, survey)
    _check_mostly_sound(path, survey)
    with drafting(output) as draft:
        _write_repaired(path, survey, draft)
        _check_reads_back(survey, draft)
    return Repair(
        str(path),
        str(output),
        survey.file_format,
        len(survey.words),
        survey.layout.dim,
        survey.defects,
    )


def _check_mostly_sound(path: str | Path, survey: Survey) -> None:
    """Raise FormatError where more rows would be left out than kept: that is another kind of file,
    or its rows are out of step."""
    n_lost = sum(defect.total for defect in survey.defects if defect.repair == LEFT_OUT)
    if n_lost > len(survey.words):
        worst = max(survey.defects, key=lambda one: one.total * (one.repair == LEFT_OUT))
        raise FormatError(
            f"{path}, {worst.places[0].where}",
            expected="a file of which most rows can be kept",
            found=f"{n_lost:,} rows to leave out and {len(survey.words):,} to keep; most often "
            f"{worst.kind}: {worst.places[0].found}",
            hint="Is it a file of word vectors? Fetch or export it again.",
        )


def _write_repaired(path: str | Path, survey: Survey, draft: Path) -> None:
    layout, log = survey.layout, DefectLog()
    first = FirstOfEach(layout)
    with draft.open("wb") as stream:
        if survey.file_format != "glove":
            stream.write(f"{len(survey.words)} {layout.dim}\n".encode())
        for rows in walk_rows(path, layout, log):
            kept = first.keep(rows, log)
            for word, content, stays in zip(rows.words, rows.contents, kept, strict=True):
                if stays and is_repairable(word, layout):
                    stream.write(_recoded(content, layout))


def _recoded(content: bytes, layout: Layout) -> bytes:
    if not isinstance(layout, TextLayout) or not layout.legacy:
        return content
    return recode(content.decode("utf-8", "surrogateescape"), layout).encode()


def _check_reads_back(survey: Survey, draft: Path) -> None:
    try:
        found = load_vectors(draft)
        problem = "" if found.vocabulary.words == survey.words else "other words"
    except FormatError as error:
        problem = f"{error.found} (expected {error.expected})"
    if problem:
        raise OutputError(
            str(draft), expected="a repaired file that reads back as its rows", found=problem
        )


def _not_repairable(path: str | Path, survey: Survey | None) -> FormatError:
    if survey is None or isinstance(survey.layout, PartsLayout):
        return FormatError(
            str(path),
            expected="vectors as text or in word2vec's binary format, which can be repaired",
            found="another format, or no header that could be true",
            hint="Fetch or export it again.",
        )
    first = next((defect for defect in survey.defects if not defect.repair), None)
    return FormatError(
        f"{path}, {first.places[0].where}" if first else str(path),
        expected="rows whose ends can be determined" if first else "at least one whole row",
        found=first.places[0].found if first else "none",
        hint="This cannot be repaired: fetch the file again.",
    )
