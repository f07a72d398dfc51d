import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.errors import EmbedAdaptError, FormatError, OutputError, SettingsError
from embedadapt.core.progress import Progress
from embedadapt.formats.reading.tensor_file import read_tensors, write_tensors
from embedadapt.training import checkpoint
from embedadapt.training.checkpoint import Checkpoints
from embedadapt.training.settings import TrainingSettings
from embedadapt.training.train import Train, train
from tests.training.make import start

SETTINGS = TrainingSettings.of(epochs=2)
IN_SHARDS = SETTINGS.but(mode="fast", shards=2, sync_rounds=7)
RUN = {"settings": {"epochs": 3, "seed": 1}, "base": "b1", "corpus": "c1"}


class Killed(BaseException):
    """What no code that is tested here may catch."""


def opened(folder: Path, **other: object) -> Checkpoints:
    """Saves at every pause."""
    return Checkpoints(folder, {**RUN, **other}, every_seconds=0)


def both_stages(
    train: Train, corpus: EncodedCorpus, settings: TrainingSettings = SETTINGS
) -> tuple[np.ndarray, ...]:
    """Outputs fitted to frozen inputs, then both trained: as an adaptation does."""
    inputs, outputs = start(corpus)
    fitted = train(inputs, outputs, corpus, settings, freeze_inputs=True, stage="fitting")
    log = train(inputs, outputs, corpus, settings, stage="training")
    return inputs, outputs, np.array([*fitted.epoch_losses, *log.epoch_losses])


def killing(after: int, real: Callable[..., None]) -> Callable[..., None]:
    """`write_tensors`, the last time but for the rename: half a draft is left."""
    left = [after]

    def write(path: Path, *arguments: object, **named: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            (path.parent / f".{path.name}.x1y2").write_bytes(b"half")
            raise Killed
        real(path, *arguments, **named)

    return write


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "LOOK_EVERY", 2)


@pytest.mark.parametrize("settings", [SETTINGS, IN_SHARDS], ids=["alone", "shards"])
@pytest.mark.parametrize("kills", [(0,), (3,), (5, 2), (8, 0, 4), (11,), (1, 1, 1, 1)])
def test_a_run_killed_while_it_saved_ends_in_the_same_bytes(
    licences: EncodedCorpus,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: TrainingSettings,
    kills: tuple[int, ...],
) -> None:
    expected = both_stages(train, licences, settings)
    real = checkpoint.write_tensors
    for after in kills:
        monkeypatch.setattr(checkpoint, "write_tensors", killing(after, real))
        with pytest.raises(Killed):
            both_stages(opened(tmp_path / "c").train, licences, settings)
    monkeypatch.setattr(checkpoint, "write_tensors", real)
    for value, whole in zip(
        both_stages(opened(tmp_path / "c").train, licences, settings), expected, strict=True
    ):
        assert_array_equal(value, whole)


def test_ctrl_c_tells_where_to_go_on(licences: EncodedCorpus, tmp_path: Path) -> None:
    def interrupt(progress: Progress, /) -> None:
        if progress.done > 30_000:
            raise KeyboardInterrupt

    settings = TrainingSettings.of(epochs=2)
    with pytest.raises(KeyboardInterrupt, match="resumes from "):
        opened(tmp_path / "c").train(*start(licences), licences, settings, on_progress=interrupt)
    late = Checkpoints(tmp_path / "d", RUN, every_seconds=1e9)
    with pytest.raises(KeyboardInterrupt) as caught:
        late.train(*start(licences), licences, settings, on_progress=interrupt)
    assert str(caught.value) == ""


def test_a_training_that_is_done_is_not_done_again(licences: EncodedCorpus, tmp_path: Path) -> None:
    expected = both_stages(opened(tmp_path / "c").train, licences)
    heard: list[Progress] = []
    inputs, outputs = start(licences)
    again = opened(tmp_path / "c")
    settings = TrainingSettings.of(epochs=2)
    for stage, freeze_inputs in (("fitting", True), ("training", False)):
        again.train(
            *(inputs, outputs, licences, settings),
            freeze_inputs=freeze_inputs,
            stage=stage,
            on_progress=heard.append,
        )
    assert heard == []
    assert_array_equal(inputs, expected[0])
    assert_array_equal(outputs, expected[1])


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"settings": {"epochs": 7, "seed": 1}}, "found one of epochs 3"),
        ({"base": "b2"}, "found one of another base"),
        ({"corpus": "c2", "settings": {"epochs": 3, "seed": 2}}, "one of seed 1, another corpus"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused_and_kept(
    licences: EncodedCorpus, tmp_path: Path, other: dict[str, object], said: str
) -> None:
    both_stages(opened(tmp_path / "c").train, licences)
    before = {path: path.read_bytes() for path in (tmp_path / "c").iterdir()}
    with pytest.raises(SettingsError, match=said) as caught:
        both_stages(opened(tmp_path / "c", **other).train, licences)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "c" / "1.safetensors") in str(caught.value)
    assert {path: path.read_bytes() for path in (tmp_path / "c").iterdir()} == before


def test_a_checkpoint_of_other_first_vectors_is_refused(
    licences: EncodedCorpus, tmp_path: Path
) -> None:
    """As of new words that were made with another glossary."""
    both_stages(opened(tmp_path / "c").train, licences)
    inputs, outputs = start(licences)
    inputs[0, 0] += 1
    with pytest.raises(SettingsError, match="found one of another start"):
        opened(tmp_path / "c").train(inputs, outputs, licences, SETTINGS, stage="fitting")


def test_another_order_of_trainings_is_another_run(licences: EncodedCorpus, tmp_path: Path) -> None:
    both_stages(opened(tmp_path / "c").train, licences)
    with pytest.raises(SettingsError, match="another stage"):
        opened(tmp_path / "c").train(
            *start(licences), licences, TrainingSettings(), stage="columns"
        )


def test_a_checkpoint_of_another_version_is_refused(
    licences: EncodedCorpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "FORMAT", 99)
    both_stages(opened(tmp_path / "c").train, licences)
    monkeypatch.undo()
    with pytest.raises(SettingsError, match="another version"):
        both_stages(opened(tmp_path / "c").train, licences)


def test_a_damaged_checkpoint_is_one_line(licences: EncodedCorpus, tmp_path: Path) -> None:
    both_stages(opened(tmp_path / "c").train, licences)
    path = tmp_path / "c" / "2.safetensors"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(FormatError, match=r"2\.safetensors"):
        both_stages(opened(tmp_path / "c").train, licences)


def edited(path: Path, **changes: object) -> None:
    """Writes a checkpoint anew, with a digest that is right: arrays and parts of its metadata."""
    file = read_tensors(path)
    arrays = {name: np.array(file.floats(name)) for name in ("inputs", "outputs")}
    arrays |= {name: value for name, value in changes.items() if name in arrays}
    standing = {**file.metadata["standing"], **changes}
    standing = {name: standing[name] for name in file.metadata["standing"]}
    metadata = {**file.metadata, "standing": standing}
    write_tensors(path, arrays, {**metadata, **changes.get("metadata", {})}, with_digest=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inputs": np.ones((1, 1), np.float32)}, "inputs of shape"),
        ({"outputs": np.ones((1, 1), np.float32)}, "outputs of shape"),
        ({"outputs": np.full((1, 12), np.nan, np.float32)}, "of shape|NaN"),
        ({"epoch": -1, "epoch_losses": []}, "no place in a training"),
        ({"epoch": True}, "no place in a training"),
        ({"epoch": "2"}, "no place in a training"),
        ({"epoch": 10**9}, "a place in 2 epochs"),
        ({"epoch": 1, "epoch_losses": [2.0], "block": 10**9}, "found block 1,000,000,000"),
        ({"epoch": 0, "epoch_losses": [], "block": -1}, "no place in a training"),
        ({"n_words": 10**12}, "a place in 2 epochs"),
        ({"epoch_losses": [2.0]}, "a place in 2 epochs"),
        ({"epoch_losses": ["a", "b"]}, "no place in a training"),
        ({"metadata": {"seconds": float("inf")}}, "inf seconds"),
        ({"metadata": {"standing": 3}}, "metadata"),
        ({"metadata": {"run": 3}}, "metadata"),
    ],
    ids=str,
)
def test_a_checkpoint_that_no_training_writes_is_refused(
    licences: EncodedCorpus, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    settings = TrainingSettings.of(epochs=2)
    opened(tmp_path / "c").train(*start(licences), licences, settings)
    edited(tmp_path / "c" / "1.safetensors", **changes)
    with pytest.raises(EmbedAdaptError, match=said) as caught:
        opened(tmp_path / "c").train(*start(licences), licences, settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", [0.5, 0.9, 0.999])
def test_a_changed_byte_of_a_checkpoint_is_noticed(
    licences: EncodedCorpus, tmp_path: Path, place: float
) -> None:
    settings = TrainingSettings.of(epochs=1)
    opened(tmp_path / "c").train(*start(licences), licences, settings)
    path = tmp_path / "c" / "1.safetensors"
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"1\.safetensors: expected content with the digest"):
        opened(tmp_path / "c").train(*start(licences), licences, settings)


def test_only_its_own_files_are_removed(licences: EncodedCorpus, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    checkpoints = opened(folder)
    both_stages(checkpoints.train, licences)
    (folder / ".3.safetensors.x1y2").write_bytes(b"half")
    (folder / "thesis.tex").write_text("years of work")
    checkpoints.remove()
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]
    (folder / "thesis.tex").unlink()
    checkpoints.remove()
    assert not folder.exists()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("a file")
    with pytest.raises(OutputError, match="c: expected a place that can be written"):
        opened(tmp_path / "c")


def test_time_is_counted_across_runs(licences: EncodedCorpus, tmp_path: Path) -> None:
    checkpoints = opened(tmp_path / "c")
    first = checkpoints.train(*start(licences), licences, TrainingSettings.of(epochs=1))
    again = opened(tmp_path / "c").train(*start(licences), licences, TrainingSettings.of(epochs=1))
    assert again.seconds >= first.seconds / 2
    assert again.n_words == first.n_words
    assert json.dumps(again.epoch_losses) == json.dumps(first.epoch_losses)
