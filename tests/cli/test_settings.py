"""The options of `adapt` are its settings, no more and no less."""

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.cli import app
from embedadapt.core.settings import flat
from embedadapt.formats.adapter_file import load_adapter
from tests.cli.test_commands import files, run

__all__ = ["files"]

ONLY_IN_A_FILE = {"ns_exponent", "min_learning_rate", "shards"}
OTHER_NAMES = {"architecture": "model"}
TWICE = {"dimension_epochs": "as --epochs"}


def settings() -> dict[str, object]:
    """Every setting by its own name, with its default."""
    return {path.split(".")[-1]: v for path, v in flat(AdaptationConfig().to_dict()).items()}


def test_every_setting_has_an_option_that_shows_its_default() -> None:
    options = {p.name: p for p in get_command(app).commands["adapt"].params}  # type: ignore[attr-defined]
    for name, default in settings().items():
        option = options.get(OTHER_NAMES.get(name, name))
        assert (option is None) == (name in ONLY_IN_A_FILE), name
        if option is not None:
            assert option.default is None, f"{name}: a default of its own would win over --config"
            shown = TWICE.get(name, str(default))
            if not isinstance(default, bool):
                assert option.show_default == shown, name


def test_an_option_changes_the_setting_of_its_name(files: dict[str, Path], tmp_path: Path) -> None:
    given = {
        "min-count": 2, "held-out": 0.2, "prepare": "pages", "epochs": 2, "dimensions": 3,
        "dimension-epochs": 1, "dimension-mode": "exact", "context-epochs": 3, "model": "cbow",
        "mode": "fast", "window": 3, "negative": 4, "subsample": 0.01, "learning-rate": 0.05,
        "patience": 2, "threads": 2, "seed": 5, "sync-rounds": 7, "device": "cpu",
    }  # fmt: skip
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    call = ("adapt", files["table"], files["corpus"], "-o", tmp_path / "a", "--no-record")
    run(*call, *options, "--deterministic", "--no-verdict")
    found = AdaptationConfig.from_dict(load_adapter(tmp_path / "a").settings)
    values = {name.replace("-", "_"): value for name, value in given.items()}
    values["architecture"] = values.pop("model")
    assert found == AdaptationConfig.of(**values, deterministic=True, record=False)


def test_an_adapter_prints_the_file_that_makes_it_again(
    files: dict[str, Path], tmp_path: Path
) -> None:
    printed = run("adapter", "settings", files["adapter"]).stdout
    (tmp_path / "s.toml").write_text(printed)
    call = ("adapt", files["table"], files["corpus"], "--config", tmp_path / "s.toml", "-o")
    run(*call, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == files["adapter"].read_bytes()
    run(*call, tmp_path / "other", "--window", 2)
    config = AdaptationConfig.from_dict(load_adapter(tmp_path / "other").settings)
    assert config.model.window == 2 and config.dimensions == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("windwo = 5", "windwo: expected the name of a setting"),
        ("window = 2.5", "window: expected a whole number from 1 up, found 2.5"),
        ("model = 5", "model: expected a group of settings, found 5"),
        ("[model]\nepochs = 2", "epochs: expected the name of a setting"),
        ("window: 5", "expected settings as TOML"),
    ],
)
def test_a_mistaken_file_is_one_line(
    files: dict[str, Path], tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "s.toml").write_text(content)
    call = ("adapt", files["table"], files["corpus"], "-o", tmp_path / "a")
    stderr = run(*call, "--config", tmp_path / "s.toml", status=1).stderr
    assert said in stderr and "s.toml" in stderr and stderr.count("\n") == 1
    assert not (tmp_path / "a").exists()


def test_the_choices_of_an_option_are_shown() -> None:
    said = CliRunner().invoke(app, ["adapt", "v", "c", "-o", "x", "--mode", "quick"]).stderr
    assert re.search(r"'quick' is not one of 'fast', 'exact'", " ".join(said.split()))
