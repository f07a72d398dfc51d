"""Held-out loss after continued training, sentences in the corpus's order and in random order.

    python scripts/bench_shuffling.py [--vectors FILE] [--corpus FOLDER] [--seeds 5]

Prints the mean over the training seeds with a 95 % interval (Student's t).
"""

from __future__ import annotations

import argparse

import numpy as np
from embedadapt.workflows.split_text import read_text
from scipy import stats

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.trainer import initial_rows
from embedadapt.adaptation.words import restrict_to_seen
from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.progress import ignore_progress
from embedadapt.core.types import Floats2d, Ints1d
from embedadapt.text.normalize import normalization_of
from embedadapt.text.split import with_words
from embedadapt.training.likelihood import held_out_loss
from embedadapt.training.train import fit_outputs, train
from embedadapt.workflows.inputs import as_corpus, as_vectors

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
parser.add_argument("--vectors", default="corpora/pretrained/glove.6B.50d.60k.safetensors")
parser.add_argument("--corpus", default="corpora/en/licences")
parser.add_argument("--seeds", type=int, default=5)


def loss_after(
    corpus: EncodedCorpus, held_out: EncodedCorpus, rows: Floats2d, config: AdaptationConfig
) -> float:
    """Loss on held-out documents after the difference was trained on `corpus`, nats per pair."""
    inputs = rows.copy()
    outputs = fit_outputs(inputs, corpus, config.but(epochs=config.context_epochs))
    train(inputs, outputs, corpus, config)
    return held_out_loss(inputs, outputs, held_out, config)


def told(losses: list[float]) -> str:
    half = stats.t.ppf(0.975, len(losses) - 1) * stats.sem(losses)
    return f"{np.mean(losses):.4f} ± {half:.4f}"


def main() -> None:
    arguments = parser.parse_args()
    base, config = as_vectors(arguments.vectors), AdaptationConfig()
    text = read_text(
        base, as_corpus(arguments.corpus), normalization_of(base), config, ignore_progress
    )
    kept, vocabulary = restrict_to_seen(text.training, base.vocabulary, config.min_count)
    training = with_words(text.training, kept, vocabulary)
    held_out = with_words(text.held_out, kept, vocabulary)
    known: Ints1d = base.vocabulary.lookup(vocabulary.words)
    rng = np.random.default_rng(config.seed)
    rows, _ = initial_rows(base, training, known, config, rng)
    in_order, shuffled = [], []
    for seed in range(1, arguments.seeds + 1):
        seeded = config.but(seed=seed)
        in_order.append(loss_after(training, held_out, rows, seeded))
        mixed = training.shuffled(np.random.default_rng(seed))
        shuffled.append(loss_after(mixed, held_out, rows, seeded))
    print(f"{training.n_tokens:,} training tokens, {held_out.n_tokens:,} held out")
    print(f"held-out loss, in order: {told(in_order)}")
    print(f"held-out loss, shuffled: {told(shuffled)}")


if __name__ == "__main__":
    main()
