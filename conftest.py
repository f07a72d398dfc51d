"""Examples in docstrings run beside the project's data, with the names that the docstring of the
package defines."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import embedadapt

ROOT = Path(__file__).parent
SHIPPED: dict[str, Callable[[], object]] = {
    "text": lambda: "corpora/en/licences/a*.txt",
    "vectors": lambda: embedadapt.load_vectors(
        "corpora/pretrained/glove.6B.50d.60k.safetensors", limit=20_000
    ),
    "adapter": lambda: (
        embedadapt.adapt(
            shipped("vectors"),
            "corpora/en/licences/a*.txt",
            embedadapt.AdaptationConfig.of(epochs=1, dimensions=10),
            evaluate=False,
        ).adapter
    ),
}
made: dict[str, object] = {}


def shipped(name: str) -> object:
    """Made when an example first uses it, once for a process."""
    if name not in made:
        made[name] = SHIPPED[name]()
    return made[name]


@pytest.fixture(autouse=True)
def _names_of_examples(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(request.node, pytest.DoctestItem):
        return
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    monkeypatch.chdir(tmp_path)
    source = "".join(example.source for example in request.node.dtest.examples)
    names = request.node.dtest.globs
    names |= {"embedadapt": embedadapt, "np": np} | names
    names |= {name: shipped(name) for name in SHIPPED if name in source and name not in names}
