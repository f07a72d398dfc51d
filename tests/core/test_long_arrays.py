import os
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core import gathering, long_arrays
from embedadapt.core.errors import OutputError
from embedadapt.core.gathering import gather
from embedadapt.core.long_arrays import (
    GrowingArray,
    count_ids,
    empty_array,
    release,
    running_totals,
    shuffled_numbers,
)


@pytest.fixture(params=[long_arrays.IN_MEMORY, 8], ids=["in memory", "on disk"])
def where(request, monkeypatch):
    monkeypatch.setattr(long_arrays, "IN_MEMORY", request.param)
    monkeypatch.setattr(long_arrays, "CHUNK", 3)


@pytest.mark.usefixtures("where")
def test_an_array_grows_and_is_released_without_loss() -> None:
    growing = GrowingArray(np.int32)
    for part in ([], [1, 2], [3], [4, 5, 6]):
        growing.extend(part)
    array = growing.array()
    release(array[2:], array)
    assert len(growing) == 6
    assert (array.dtype, array.tolist()) == (np.int32, [1, 2, 3, 4, 5, 6])


@pytest.mark.usefixtures("where")
def test_what_is_written_into_a_released_array_stays() -> None:
    array = empty_array(100, np.int64)
    array[:] = np.arange(100)
    release(array)
    array.sort()
    assert array.tolist() == list(range(100))


@pytest.mark.usefixtures("where")
@pytest.mark.parametrize("n", [0, 1, 2, 1_000])
def test_numbers_are_shuffled_as_numpy_does(n: int) -> None:
    ours, numpys = np.random.default_rng(7), np.random.default_rng(7)
    assert shuffled_numbers(n, ours).tolist() == numpys.permutation(n).tolist()
    assert ours.random() == numpys.random()


@pytest.mark.usefixtures("where")
def test_ids_are_counted() -> None:
    assert count_ids(np.array([2, 0, 2, 2, 5], np.int32), 7).tolist() == [1, 0, 3, 0, 0, 1, 0]


@given(st.lists(st.integers(0, 9), max_size=12), st.lists(st.integers(0, 12), max_size=6))
def test_running_totals_are_those_of_all_values_before(values, places) -> None:
    ascending = np.array(sorted([*(p for p in places if p < len(values)), len(values)]))
    numbers = np.array(values, np.int64)
    expected = [sum(values[:place]) for place in ascending]
    for length in (3, long_arrays.CHUNK):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(long_arrays, "CHUNK", length)
            found = running_totals(lambda part: numbers[part], ascending)
        assert found.tolist() == expected


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_files_are_where_temporary_files_go_and_have_no_name(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(long_arrays, "IN_MEMORY", 0)
    seen = []
    mapped = long_arrays._mapped

    def watched(file, dtype):
        seen.append(
            (str(Path(f"/proc/self/fd/{file.fileno()}").readlink()), os.fstat(file.fileno()))
        )
        return mapped(file, dtype)

    monkeypatch.setattr(long_arrays, "_mapped", watched)
    array = empty_array(1_000, np.int64)
    assert not list(tmp_path.iterdir())
    ((name, status),) = seen
    assert name.startswith(str(tmp_path))
    assert (status.st_nlink, status.st_mode & 0o077, len(array)) == (0, 0, 1_000)


def test_a_disk_without_room_is_one_line(monkeypatch) -> None:
    monkeypatch.setattr(long_arrays, "IN_MEMORY", 0)
    with pytest.raises(OutputError, match=r"GB for temporary files, found .* GB free. Set TMPDIR"):
        empty_array(10**14, np.int64)
    with pytest.raises(OutputError, match="temporary files"):
        long_arrays.check_room(10**15)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(0, 5), st.data())
def test_sentences_are_gathered_in_any_order(lengths, seed: int, data) -> None:
    offsets = np.cumsum([0, *lengths]).astype(np.int64)
    ids = np.arange(offsets[-1], dtype=np.int32)
    n = data.draw(st.integers(0, len(lengths)))
    order = np.random.default_rng(seed).permutation(len(lengths))[:n]
    expected = [ids[offsets[s] : offsets[s + 1]].tolist() for s in order]
    for bucket, sentences in ((1 << 20, 1 << 12), (4, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gathering, "BUCKET", bucket)
            patch.setattr(gathering, "SENTENCES", sentences)
            found, new = gather(ids, offsets, order)
        assert [found[a:b].tolist() for a, b in pairwise(new)] == expected
