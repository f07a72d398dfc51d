"""Texts as means of their pieces: what the library encodes."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("model2vec")

import embedadapt
from embedadapt import EmbeddingVectorizer
from tests.pieces import KINDS, LICENCES, make_pieces, rows_for

TEXTS = [text for path in LICENCES[:3] for text in path.read_text("utf-8").split("\n\n")[:20]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_mean_is_what_model2vec_encodes(tmp_path: Path, kind: str) -> None:
    from model2vec import StaticModel

    rows = rows_for(kind)
    arrays = {"embeddings": rows, "weights": np.linspace(0.1, 2, len(rows))}
    folder = make_pieces(tmp_path / "model", kind, **arrays)
    (folder / "config.json").write_text('{"normalize": true}')
    means = EmbeddingVectorizer(
        embedadapt.load_pieces(folder), weighting="mean", standardize=False
    ).fit_transform(TEXTS)
    model = StaticModel.from_pretrained(folder)
    expected = model.encode(TEXTS, max_length=None, use_multiprocessing=False)
    assert np.allclose(means, expected, atol=1e-5)


def test_every_weighting_takes_pieces(tmp_path: Path) -> None:
    pieces = embedadapt.load_pieces(make_pieces(tmp_path / "model"))
    for weighting in ("mean", "tfidf", "sif"):
        vectorizer = EmbeddingVectorizer(pieces, weighting=weighting)
        features = vectorizer.fit_transform(TEXTS)
        assert features.shape == (len(TEXTS), pieces.dim)
        assert np.allclose(vectorizer.transform(TEXTS), features, atol=1e-6)
    beside = EmbeddingVectorizer(pieces, with_tfidf=True).fit(TEXTS)
    assert beside.get_feature_names_out()[pieces.dim].startswith("tfidf_")
