"""The bar of `progress=True`."""

import inspect
import re

import pytest

import embedadapt
from embedadapt.core.progress import Progress, ignore_progress
from embedadapt.core.progress_bar import ProgressBar, listener


def test_a_bar_shows_stage_share_rate_and_loss(capsys):
    bar = ProgressBar()
    for message in (
        Progress("counting words", 0, 0),
        Progress("training the delta", 500, 1000, 90.0, 0.25),
        Progress("training the delta", 1000, 1000, 90.0, 0.2),
    ):
        bar(message)
    drawn = re.split(r"[\r\n]+", capsys.readouterr().err)
    assert any(line.startswith("counting words 0 [00:") for line in drawn)
    assert any(line.startswith("training the delta:  50%") for line in drawn)
    assert bar._bar is None  # the stage is done


def test_stages_follow_each_other_and_one_that_begins_anew_has_a_bar_of_its_own(capsys):
    bar, bars = ProgressBar(), []
    for done, total in ((10, 20), (15, 20), (1, 20), (3, 30)):
        bar(Progress("pass", done, total))
        bars.append(bar._bar)
    first, same, anew, longer = bars
    assert first is same and len({id(one) for one in bars}) == 3
    assert (first.n, anew.n, longer.total) == (15, 1, 30)
    capsys.readouterr()


def test_a_listener_is_the_callers_own_a_bar_or_both(capsys):
    told = []
    assert listener(told.append, False) == told.append
    assert isinstance(listener(ignore_progress, True), ProgressBar)
    listener(told.append, True)(Progress("counting", 1, 2))
    assert [message.done for message in told] == [1]
    assert "counting" in capsys.readouterr().err


LONG = ("adapt", "analyze_oov", "certify", "compare_oov", "compare_tokenizers", "evaluate",
        "find_scale", "find_sense_shifts", "map_adaptation", "prepare")  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_every_function_with_a_listener_has_a_bar(name):
    assert {"on_progress", "progress"} <= set(
        inspect.signature(getattr(embedadapt, name)).parameters
    )


def test_a_bar_in_use(capsys):
    embedadapt.prepare(["The lessor pays.", "The lessee pays."], progress=True)
    assert "preparing" in capsys.readouterr().err
    embedadapt.prepare(["The lessor pays.", "The lessee pays."])
    assert capsys.readouterr().err == ""
