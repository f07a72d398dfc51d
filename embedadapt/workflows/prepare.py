from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

from embedadapt.core.files import check_not_input, replacing_file
from embedadapt.core.progress import OnProgress, Progress, ignore_progress
from embedadapt.text.prepare import Preparation, PreparedCorpus, PrepareSettings
from embedadapt.workflows.inputs import AnyCorpus, as_corpus, paths_among


def prepare(
    corpus: AnyCorpus,
    output: str | Path | None = None,
    settings: PrepareSettings | None = None,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Preparation:
    """Makes a corpus ready to train on and tells what each step did.

    output: JSON lines of `name` and `text`, a sentence a line in it, for documents with any text
    left. Without it nothing is written; `adapt` and `analyze_oov` read a PreparedCorpus as it is.
    """
    prepared = PreparedCorpus(as_corpus(corpus), settings)
    if output is not None:
        check_not_input(output, paths_among(corpus))
    with nullcontext() if output is None else replacing_file(output) as stream:
        for number, document in enumerate(prepared, start=1):
            on_progress(Progress("preparing", number, 0))
            if stream and document.text:
                record = {"name": document.name, "text": document.text}
                stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    assert prepared.preparation is not None
    return prepared.preparation
