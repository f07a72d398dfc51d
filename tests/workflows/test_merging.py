"""One door to several adapters made one: values or paths in, a file out if wanted."""

import pytest
from numpy.testing import assert_array_equal

import embedadapt
from embedadapt.core import merging
from embedadapt.core.errors import OutputError, SettingsError
from tests.core.make import ADAPTER, OTHER


def test_adapters_are_merged_from_values_and_paths(tmp_path):
    embedadapt.save_adapter(OTHER, tmp_path / "other")
    expected = merging.merge_adapters([ADAPTER, OTHER], [0.5, 2])
    merged = embedadapt.merge_adapters([ADAPTER, tmp_path / "other"], [0.5, 2])
    assert_array_equal(merged.delta, expected.delta)
    embedadapt.merge_adapters([ADAPTER, OTHER], [0.5, 2], output=tmp_path / "both")
    assert_array_equal(embedadapt.load_adapter(tmp_path / "both").delta, expected.delta)
    with pytest.raises(OutputError):
        embedadapt.merge_adapters([tmp_path / "other"], output=tmp_path / "other")


def test_the_old_verb_is_the_same_and_its_file_goes_by_name(tmp_path):
    with pytest.warns(DeprecationWarning, match="merge_adapters"):
        old = embedadapt.join_adapters
    assert old is embedadapt.merge_adapters
    with pytest.raises(SettingsError, match="output="):
        old([ADAPTER, OTHER], tmp_path / "both")
