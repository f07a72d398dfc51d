"""Names of release 0.1, which work for one release. Goes with core/renamed.py."""

import json
import warnings
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

import embedadapt
from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.errors import SettingsError
from embedadapt.core.renamed import NAMES, OPTIONS, VALUES, silent, translate, translate_options
from embedadapt.evaluation.verdict import Verdict
from embedadapt.formats.adapter_file import OLD_ARRAYS, load_adapter, save_adapter
from embedadapt.formats.reading.tensor_file import read_tensors, write_tensors
from tests.core.make import ADAPTER, BASE

ROOT = Path(__file__).parent.parent.parent


def test_arguments_and_layouts_of_old_are_taken_with_a_warning() -> None:
    ours = embedadapt.apply_adapter(BASE, ADAPTER, layout="add", scale=0.25)
    with pytest.warns(DeprecationWarning) as warned:
        theirs = embedadapt.apply_adapter(BASE, ADAPTER, layout="blend", strength=0.25)  # type: ignore[arg-type, call-arg]
    assert {str(one.message) for one in warned} == {
        "the layout blend is now called add",
        "strength is now called scale",
    }
    assert all(one.filename == __file__ for one in warned)
    np.testing.assert_array_equal(ours.matrix, theirs.matrix)
    with pytest.raises(SettingsError, match="strength: expected one of strength and scale"):
        embedadapt.apply_adapter(BASE, ADAPTER, strength=1, scale=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="strenght"):
        embedadapt.apply_adapter(BASE, ADAPTER, strenght=1)  # type: ignore[call-arg]


def test_scales_of_layouts_are_told_by_old_names_too() -> None:
    names = {"scales", "baselines"}
    given = {"strengths": {"extend": [0.5]}, "peers": ["a.vec"]}
    found = translate(given, names, silent)
    assert found == {"scales": {"concat": [0.5]}, "baselines": ["a.vec"]}
    assert translate({"peers": 1}, {"peers"}, silent) == {"peers": 1}


def test_settings_of_old_warn_unless_they_were_stored() -> None:
    expected = AdaptationConfig.of(dimensions=7, dimension_epochs=3, sync_rounds=9)
    old = {"columns": 7, "column_epochs": 3, "run": {"exchanges": 9}}
    with pytest.warns(DeprecationWarning, match="exchanges is now called sync_rounds"):
        assert AdaptationConfig.of(**old) == expected
    with pytest.warns(DeprecationWarning, match="columns is now called dimensions"):
        assert AdaptationConfig(columns=7).columns == 7  # type: ignore[call-arg, attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert AdaptationConfig.from_dict(old) == expected


def test_attributes_and_functions_of_old_are_found() -> None:
    with pytest.warns(DeprecationWarning, match="difference is now called delta"):
        assert ADAPTER.difference is ADAPTER.delta  # type: ignore[attr-defined]
    with pytest.warns(DeprecationWarning, match="n_columns is now called n_dimensions"):
        assert ADAPTER.n_columns == ADAPTER.n_dimensions  # type: ignore[attr-defined]
    with pytest.warns(DeprecationWarning, match="find_strength is now called find_scale"):
        assert embedadapt.find_strength is embedadapt.find_scale
    with pytest.warns(DeprecationWarning, match="table is now called vectors"):
        assert Verdict("leave", "no gain", "base").table == "base"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="'Adapter' object has no attribute 'strength'"):
        ADAPTER.strength  # type: ignore[attr-defined]  # noqa: B018


def test_command_lines_of_old_are_read() -> None:
    said: list[str] = []
    given = ["export", "v", "--strength=.5", "--layout", "extend", "--column", "x", "--", "--peer"]
    found = translate_options(given, said.append)
    assert found == [
        "export",
        "v",
        "--scale=.5",
        "--layout",
        "concat",
        "--column",
        "x",
        "--",
        "--peer",
    ]
    assert said == ["--strength is now called --scale", "the layout extend is now called concat"]
    assert translate_options(["--layout=blend"], said.append) == ["--layout=add"]
    assert translate_options(["--tokenizer", "table"], said.append) == ["--tokenizer", "vectors"]
    assert translate_options(["neighbors", "v", "extend"], silent) == ["neighbors", "v", "extend"]


def test_an_adapter_file_of_release_0_1_reads_as_one_of_today(tmp_path: Path) -> None:
    confidence = np.full(ADAPTER.n_new, 0.5, np.float32)
    verdict = {"decision": "adapt", "reason": "gain", "vectors": "concat 0.25"}
    adapter = replace(
        ADAPTER,
        confidence=confidence,
        settings=AdaptationConfig().to_dict(),
        scores={"misspellings": {"expected": "the"}, "delta_losses": [1.5], "verdict": verdict},
    )
    save_adapter(adapter, tmp_path / "new")
    as_0_1(tmp_path / "new", tmp_path / "old")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = load_adapter(tmp_path / "old")
    for field in fields(adapter):
        one, other = getattr(found, field.name), getattr(adapter, field.name)
        if isinstance(other, np.ndarray):
            np.testing.assert_array_equal(one, other)
        elif field.name != "vocabulary":
            assert one == other, field.name
    save_adapter(found, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "new").read_bytes()


def as_0_1(new: Path, old: Path) -> None:
    """Writes an adapter file as release 0.1 did."""
    names = {new: old for old, new in OLD_ARRAYS.items()}
    file = read_tensors(new)
    arrays = {
        names.get(name, name): file.array(name, kind, len(shape))
        for name, (kind, shape, _) in file._places.items()
    }
    text = json.dumps({**file.metadata, "format": 1})
    for old_name, new_name in (
        ("columns", "dimensions"),
        ("column_epochs", "dimension_epochs"),
        ("column_mode", "dimension_mode"),
        ("exchanges", "sync_rounds"),
        ("slips", "misspellings"),
        ("difference_losses", "delta_losses"),
        ("table", "vectors"),
    ):
        text = text.replace(f'"{new_name}"', f'"{old_name}"')
    write_tensors(old, arrays, json.loads(text.replace("concat 0.25", "extend 0.25")))


def test_the_page_for_users_of_0_1_lists_every_name() -> None:
    page = (ROOT / "docs" / "from-0.1.md").read_text("utf-8")
    values = {old: new for each in VALUES.values() for old, new in each.items()}
    for old, new in {**NAMES, **OPTIONS, **values}.items():
        assert any(f"`{old}`" in line and f"`{new}`" in line for line in page.splitlines()), (
            f"{old} -> {new}"
        )
