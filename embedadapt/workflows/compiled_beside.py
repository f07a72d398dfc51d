"""Kernels of a command that processes beside it compile, where they are not compiled yet.

Compiling takes longer than all else of the first run. While the command compiles what it needs
first, its helpers compile what it needs later, and put it into numba's cache on disk (see
`kernels.beside`). They end with the command, and the command does without one that fails. The
kernels that Python can do without come last: the next run goes on with those that are left.
`rehearsals` has what helpers compile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from embedadapt.kernels import announcing_compilation

Job = Literal["adapt", "oov"]

MOST_HELPERS = 2


@contextmanager
def compiling_beside(job: Job, settings: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Start helpers for the block if a kernel that takes long was never compiled.

    There is one on two processors, two on more, and none on one. For `adapt`, whose settings are
    those of `AdaptationConfig`, they start at once; for `oov`, which does without kernels on little
    text, when the first kernel is compiled.
    """
    n_helpers = min(MOST_HELPERS, _n_processors() - 1)
    with ExitStack() as stack:
        begin = partial(_start_helpers, stack, n_helpers, job, json.dumps(settings))
        if n_helpers > 0 and job == "oov":
            stack.enter_context(announcing_compilation(begin))
        elif n_helpers > 0 and not _are_compiled():
            begin()
        yield


def _n_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _are_compiled() -> bool:
    """Whether the kernels of `adapt` are compiled that take long."""
    from embedadapt.kernels import block, lines, sentences, tokens, words
    from embedadapt.kernels.beside import is_compiled

    kernels = (
        block.train_block,
        lines.continued_lines,
        lines.unwrap,
        sentences.describe_chunks,
        tokens.cut_strings,
        words.find_words,
    )
    return all(map(is_compiled, kernels))


def _start_helpers(stack: ExitStack, n_helpers: int, job: Job, settings: str) -> None:
    """Start helpers that end with the stack."""
    from embedadapt.kernels.beside import sharing

    helpers: list[subprocess.Popen[bytes]] = []

    def are_alive() -> bool:
        return any(helper.poll() is None for helper in helpers)

    with suppress(OSError):
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="embedadapt-"))
        stack.callback(_end, helpers)
        stack.enter_context(sharing(Path(folder), are_alive))
        command = [sys.executable, "-P", "-m", __name__, folder, job, settings, str(n_helpers)]
        for number in range(n_helpers):
            helper = subprocess.Popen(
                [*command, str(number)],
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


def help_compiling(folder: Path, job: Job, settings: str, n_helpers: int, number: int) -> None:
    """Compile a helper's share of the kernels."""
    from embedadapt.adaptation.config import AdaptationConfig
    from embedadapt.kernels.beside import sharing
    from embedadapt.workflows.rehearsals import SHARES

    config = AdaptationConfig.from_dict(json.loads(settings) or {})
    with sharing(folder):
        for rehearse in SHARES[job][n_helpers][number]:
            with suppress(Exception):  # the command meets the same error, and reports it
                rehearse(config)


def _end_with_command() -> None:
    """End this process when the command that started it has ended, however it did."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_command, daemon=True).start()
    _folder, _job, _settings, _n_helpers, _number = sys.argv[1:]
    _of_whom: Job = "oov" if _job == "oov" else "adapt"
    help_compiling(Path(_folder), _of_whom, _settings, int(_n_helpers), int(_number))
