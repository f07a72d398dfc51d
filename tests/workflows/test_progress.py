"""What functions report while they run."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import embedadapt
from embedadapt.core.engine import Here
from embedadapt.core.progress import Progress
from tests.core.make import ADAPTER, BASE

VECTORS = {"the": [1.0, 0.0], "pays": [0.0, 1.0]}
TEXTS = ["The lessor pays.", "The lessee pays.", "The lessor leases."]


def stages(messages: Iterable[Progress]) -> list[tuple[str, int, int]]:
    """The last message of each stage."""
    told = [[*group] for _, group in groupby(messages, key=lambda message: message.stage)]
    return [(last.stage, last.done, last.total) for *_, last in told]


def test_documents_are_counted_in_the_first_pass_and_of_how_many_in_others(tmp_path: Path) -> None:
    for number, text in enumerate(TEXTS):
        (tmp_path / f"{number}.txt").write_text(text)
    for corpus in (TEXTS, tmp_path):
        told: list[Progress] = []
        with_bar = embedadapt.compare_oov([VECTORS], corpus, on_progress=told.append)
        first, counting, finding = stages(told)
        assert first[0] == "reading the vectors"
        assert counting == ("counting words", 3, 3)
        assert finding[0] == "finding examples" and finding[2] == 3
        assert with_bar == embedadapt.compare_oov([VECTORS], corpus)


def test_what_another_engine_reads_is_one_stage() -> None:
    told: list[Progress] = []
    embedadapt.analyze_oov(VECTORS, TEXTS, engine=Here(), on_progress=told.append)
    assert stages(told) == [("reading the vectors", 0, 0), ("counting words", 0, 0)]


def test_a_scale_and_a_map_are_found_in_steps() -> None:
    told: list[Progress] = []
    embedadapt.find_scale(BASE, ADAPTER, budget=0.5, on_progress=told.append)
    embedadapt.map_adaptation(BASE, ADAPTER, on_progress=told.append)
    last = stages(told)
    assert [stage for stage, _, _ in last] == ["finding the scale", "mapping words"]
    assert all(done == total for _, done, total in last)
