"""Kernels of `adapt` that processes beside it compile, where they are not compiled yet.

Compiling takes longer than all else of the first run. While the command compiles what it needs
first, its helpers compile what it needs later, and put it into numba's cache on disk (see
`kernels.beside`). They end with the command, and the command does without one that fails. The
kernels that Python can do without come last: the next run goes on with those that are left.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread

import numpy as np

from embedadapt.adaptation.config import AdaptationConfig
from embedadapt.adaptation.form import spelled_vectors
from embedadapt.adaptation.hidden import context_weights, mean_contexts
from embedadapt.adaptation.trend import FrequencyTrend
from embedadapt.core.corpus import Document, EncodedCorpus
from embedadapt.core.normalization import Normalization
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.kernels.beside import is_compiled, sharing
from embedadapt.text.batch import Batch
from embedadapt.text.chunks import Chunks, Lexicon
from embedadapt.text.growing import Strings, joined
from embedadapt.text.normalize import Normalizer
from embedadapt.text.sentence_ends import SentenceEnds
from embedadapt.training.train import train


@contextmanager
def compiling_beside(config: AdaptationConfig) -> Iterator[None]:
    """Start helpers for the block if a kernel that takes long was never compiled.

    There is one on two processors, two on more, and none on one.
    """
    n_helpers = min(max(SHARES), _n_processors() - 1)
    with ExitStack() as stack:
        if n_helpers > 0 and not _are_compiled():
            _start_helpers(stack, n_helpers, config)
        yield


def _n_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _are_compiled() -> bool:
    """Whether the kernels are compiled that take long."""
    from embedadapt.kernels import block, lines, sentences, tokens, words

    kernels = (
        block.train_block,
        lines.continued_lines,
        lines.unwrap,
        sentences.describe_chunks,
        tokens.cut_strings,
        words.find_words,
    )
    return all(map(is_compiled, kernels))


def _start_helpers(stack: ExitStack, n_helpers: int, config: AdaptationConfig) -> None:
    """Start helpers that end with the stack."""
    helpers: list[subprocess.Popen[bytes]] = []

    def are_alive() -> bool:
        return any(helper.poll() is None for helper in helpers)

    with suppress(OSError):
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="embedadapt-"))
        stack.callback(_end, helpers)
        stack.enter_context(sharing(Path(folder), are_alive))
        command = [sys.executable, "-P", "-m", __name__, folder, json.dumps(config.to_dict())]
        for number in range(n_helpers):
            helper = subprocess.Popen(
                [*command, str(n_helpers), str(number)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            helpers.append(helper)


def _end(helpers: Sequence[subprocess.Popen[bytes]]) -> None:
    for helper in helpers:
        helper.kill()
    for helper in helpers:
        helper.communicate()


def help_compiling(folder: Path, config: AdaptationConfig, n_helpers: int, number: int) -> None:
    """Compile a helper's share of the kernels."""
    with sharing(folder):
        for rehearse in SHARES[n_helpers][number]:
            with suppress(Exception):  # the command meets the same error, and reports it
                rehearse(config)


TOY = EncodedCorpus(
    vocabulary=Vocabulary(["a", "ab"], np.array([2, 1])),
    token_ids=np.array([0, 1, 0], np.int32),
    sentence_offsets=np.array([0, 3]),
    document_offsets=np.array([0, 1]),
    document_names=("toy",),
)
"""A text of the words of which the kernels are called, so that they are compiled."""


def read_text(_: AdaptationConfig) -> None:
    """Compile what joins the words that lines break, and what cuts text and looks its words up."""
    wrapped = Document("toy", "a wrapped text whose words are bro-\n" * 9)
    batch = Batch.of([wrapped])
    lexicon = Lexicon(Normalizer(Normalization(), Vocabulary(["a"])))
    chunks = Chunks(lexicon)
    found = chunks.find(*batch.read, distinct=False)
    SentenceEnds().find(*batch.read, found, chunks.strings, batch.is_joined)
    chunks.learn()
    lexicon.are_known()


def end_sentences(_: AdaptationConfig) -> None:
    """Compile what ends sentences."""
    from embedadapt.kernels.count import Found

    found = Found(np.empty(0, np.int32), np.zeros(1, np.int64))
    SentenceEnds().find(*joined([b""]), found, Strings(), np.zeros(1, np.bool_))


def train_words(config: AdaptationConfig) -> None:
    """Compile what trains words that are not made of n-grams."""
    for settings in (config.delta_training, config.dimension_training):
        here = settings.but(epochs=1, threads=1, deterministic=False, shards=0, device="cpu")
        inputs, outputs = np.zeros((2, len(TOY.vocabulary), 2), np.float32)
        train(inputs, outputs, TOY, here)


def induce_vectors(_: AdaptationConfig) -> None:
    """Compile what compares documents and induces vectors."""
    from embedadapt.kernels.shingles import minhash

    minhash(TOY.token_ids, TOY.sentence_offsets, 1, 1)
    rows = np.eye(2, dtype=np.float32)
    weights = context_weights(np.array([2, 1]), np.ones(2, np.bool_))
    mean_contexts(TOY, rows, weights, 2, TOY.token_ids, 2)
    base, trend = WordVectors(TOY.vocabulary, rows), FrequencyTrend.fit(rows, by_frequency=False)
    spelled_vectors(base, trend, ["b"], np.empty(0, np.int32), seed=1)


Rehearsal = Callable[[AdaptationConfig], None]

SHARES: dict[int, tuple[tuple[Rehearsal, ...], ...]] = {
    1: ((end_sentences, train_words, induce_vectors, read_text),),
    2: ((end_sentences, induce_vectors, read_text), (train_words,)),
}
"""What each of one helper or two compiles, in the order of need. The command itself begins with
what reads text."""


def _end_with_command() -> None:
    """End this process when the command that started it has ended, however it did."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_command, daemon=True).start()
    _folder, _settings, _n_helpers, _number = sys.argv[1:]
    _config = AdaptationConfig.from_dict(json.loads(_settings))
    help_compiling(Path(_folder), _config, int(_n_helpers), int(_number))
