from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

from embedadapt.core.files import check_distinct, check_not_input, check_writable, replacing_file
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.text.phrases import learn_phrases, save_phrases
from embedadapt.text.prepare import Preparation, PreparedCorpus, PrepareSettings
from embedadapt.workflows.inputs import AnyCorpus, as_corpus, paths_among


def prepare(
    corpus: AnyCorpus,
    output: str | Path | None = None,
    settings: PrepareSettings | None = None,
    *,
    phrases: str | Path | None = None,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> Preparation:
    """Prepare a corpus for training, and report what each step did.

    Parameters
    ----------
    corpus : text or paths
        Anything that `as_corpus` takes.
    output : path, optional
        JSON Lines file to write: one object with `name` and `text` for each document, with one
        sentence per line of the text. Documents without any text left are not written. Default:
        nothing is written.
    settings : PrepareSettings, optional
        Which steps to take. Default: all.
    phrases : path, optional
        File to write the phrases of the prepared text to, for `adapt`. The words of the text itself
        are not joined, so that it can be used with any vectors.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    Preparation
        Counts of what each step changed or removed.

    Raises
    ------
    CorpusError
        The text cannot be read, or there is none.
    OutputError
        A file cannot be written, or is one of the inputs.
    MissingExtraError
        A step needs a package that is not installed.

    Examples
    --------
    >>> settings = embedadapt.PrepareSettings.of("repeats")
    >>> done = embedadapt.prepare(text, "prepared.jsonl", settings)
    >>> done.exact_repeats > 0, done.kept_words < done.n_words
    (True, True)
    """
    on_progress = listener(on_progress, progress)
    prepared = PreparedCorpus(as_corpus(corpus), settings)
    check_distinct(filter(None, (output, phrases)))
    for target in (output, phrases):
        if target is not None:
            check_not_input(target, paths_among(corpus))
            check_writable(target)
    with nullcontext() if output is None else replacing_file(output) as stream:
        for number, document in enumerate(prepared, start=1):
            on_progress(Progress("preparing", number, 0))
            if stream and document.text:
                record = {"name": document.name, "text": document.text}
                stream.write(
                    json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
                    + b"\n"
                )
    done = prepared.preparation
    assert done is not None
    if phrases is not None:
        on_progress(Progress("learning phrases", 0, 0))
        done.phrases = learn_phrases(prepared)
        save_phrases(done.phrases, phrases)
    return done
