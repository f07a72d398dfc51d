from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.core.errors import FormatError
from embedadapt.formats.settings_file import load_settings, settings_as_toml

values = st.booleans() | st.integers(-(2**62), 2**62) | st.text()
values |= st.floats(allow_nan=False, allow_infinity=False)
names = st.from_regex(r"[a-z_]+", fullmatch=True)


@given(st.dictionaries(names, values | st.dictionaries(names, values, min_size=1)))
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    path.write_text(settings_as_toml(settings), "utf-8")
    assert load_settings(path) == settings


def test_the_settings_of_an_adaptation_read_back(tmp_path: Path) -> None:
    config = AdaptationConfig.of(window=9, threads=2, prepare="pages", dimension_epochs=3)
    (tmp_path / "s.toml").write_text(settings_as_toml(config.to_dict()))
    assert AdaptationConfig.from_dict(load_settings(tmp_path / "s.toml")) == config


def test_a_byte_order_mark_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(b"\xef\xbb\xbfepochs = 3\n")
    assert load_settings(tmp_path / "s.toml") == {"epochs": 3}


@pytest.mark.parametrize(
    "content", [b"epochs: 5", b"\xff\xfe", b"epochs = ", b"a = [" * 9_000, b"a = " + b"9" * 5_000]
)
def test_a_damaged_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.toml").write_bytes(content)
    with pytest.raises(FormatError, match=r"s\.toml: expected settings as TOML") as error:
        load_settings(tmp_path / "s.toml")
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="nowhere"):
        load_settings(tmp_path / "nowhere")
