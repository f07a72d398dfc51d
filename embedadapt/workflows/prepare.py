from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

from embedadapt.core.files import check_not_input, check_writable, replacing_file
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
    """Makes a corpus ready to train on and tells what each step did.

    output: JSON lines of `name` and `text`, a sentence a line in it, for documents with any text
    left. Without it nothing is written; `adapt` and `analyze_oov` read a PreparedCorpus as it is.
    phrases: a list to write of the phrases that the prepared text shows, for `adapt`. The text
    itself keeps its words apart: so it serves tables that know the phrases and others.
    on_progress, progress: a function that takes each `Progress`; True for a bar, in a terminal or a
    notebook.
    """
    on_progress = listener(on_progress, progress)
    prepared = PreparedCorpus(as_corpus(corpus), settings)
    for target in (output, phrases):
        if target is not None:
            check_not_input(target, paths_among(corpus))
            check_writable(target)
    with nullcontext() if output is None else replacing_file(output) as stream:
        for number, document in enumerate(prepared, start=1):
            on_progress(Progress("preparing", number, 0))
            if stream and document.text:
                record = {"name": document.name, "text": document.text}
                stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    done = prepared.preparation
    assert done is not None
    if phrases is not None:
        on_progress(Progress("learning phrases", 0, 0))
        done.phrases = learn_phrases(prepared)
        save_phrases(done.phrases, phrases)
    return done
