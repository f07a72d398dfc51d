"""Options and arguments that several commands share, and the titles of their groups in help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from embedadapt.cli.help import completed_paths

READING = "Reading"
ADAPTED = "Adapted vectors"
OUTPUT = "Output"
GATE = "Gate"
PARALLEL = "Parallel work"

EXTRA_TO_DISTRIBUTE = "dask needs the extra distributed: pip install '.[distributed]' in a clone."
EXTRA_FOR_FREQUENCIES = "It needs the extra frequencies: pip install '.[frequencies]' in a clone."
EXTRA_FOR_GPU = "cuda needs the extra cuda: pip install '.[cuda]' in a clone."


class LayoutChoice(StrEnum):
    """The layouts of `apply_adapter`, as an option."""

    concat = "concat"
    add = "add"


class EngineChoice(StrEnum):
    """Where the parts of a job are done."""

    here = "here"
    dask = "dask"


class SegmenterChoice(StrEnum):
    """What splits text that is written without spaces."""

    words = "words"
    jieba = "jieba"
    fugashi = "fugashi"
    pythainlp = "pythainlp"


class OnErrorChoice(StrEnum):
    """What a document that cannot be read does to a run."""

    stop = "stop"
    skip = "skip"


VectorsArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="VECTORS",
        autocompletion=completed_paths,
        help="Pretrained word vectors: a file (word2vec, GloVe, fastText, floret, numpy, "
        "safetensors, gensim, csv, tsv, JSON lines or Parquet; also compressed or in an archive), "
        "a spaCy or model2vec folder, or the name of an installed spaCy package.",
    ),
]
CorpusArgument: TypeAlias = Annotated[
    list[Path],
    typer.Argument(
        metavar="CORPUS...",
        help="Text of the domain: files (txt, md, html, docx, pdf, rtf, eml, xml, srt, conllu, "
        "json, jsonl, csv, tsv, xlsx, parquet or SQLite; also .gz or .zst), folders or patterns. "
        "Use - to read standard input.",
    ),
]
FieldOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--field",
        metavar="NAME",
        help="Field that holds the text in .json and .jsonl files; user.text for a field within "
        "another.",
        rich_help_panel=READING,
    ),
]
ColumnOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--column",
        metavar="NAME",
        help="Column that holds the text in .csv, .tsv, .parquet, .xlsx and SQLite files: its "
        "name, or its number from 1, also in files without a header. Default: the "
        "only column. A file with several columns is an error if you name it, and is skipped in a "
        "folder.",
        rich_help_panel=READING,
    ),
]
TableOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--table",
        metavar="NAME",
        help="Table of SQLite files (.sqlite, .sqlite3, .db) or sheet of .xlsx files that holds "
        "the text. Default: the only table, or the first sheet.",
        rich_help_panel=READING,
    ),
]
SegmenterOption: TypeAlias = Annotated[
    SegmenterChoice | None,
    typer.Option(
        help="Tool that splits text without spaces between words (Chinese, Japanese, Thai, Lao, "
        "Khmer, Burmese). With words, the text is split by the words of the vectors; jieba, "
        "fugashi and pythainlp are libraries that need the extra segmenters: "
        "pip install '.[segmenters]' in a clone.",
        show_default="none",
        rich_help_panel=READING,
    ),
]
OnErrorOption: TypeAlias = Annotated[
    OnErrorChoice,
    typer.Option(
        help="What to do if a document cannot be read. With stop, the command ends with status 1; "
        "with skip, it reports the document on stderr and continues.",
        rich_help_panel=READING,
    ),
]
STEPS = (
    "Steps that clean the text, separated by commas: repair (broken characters), pages (headers, "
    "footers, page numbers), rejoin (words broken at line ends), foreign (passages in another "
    "language), repeats (repeated clauses); or all, or none."
)
StepsOption: TypeAlias = Annotated[
    str, typer.Option(metavar="STEPS", help=STEPS, rich_help_panel=READING)
]
JsonOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print the result as JSON. The JSON schema is a file in embedadapt/cli/schemas.",
        rich_help_panel=OUTPUT,
    ),
]
QuietOption: TypeAlias = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Show no progress on stderr.", rich_help_panel=OUTPUT),
]
AdaptersOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--adapter",
        metavar="ADAPTER",
        help="Adapter file that `embedadapt adapt` wrote for these vectors. Repeat the option to "
        "apply several. Default: none; the vectors are used unchanged.",
        rich_help_panel=ADAPTED,
    ),
]
LayoutOption: TypeAlias = Annotated[
    LayoutChoice,
    typer.Option(
        help="How the adapter changes the vectors. With add, their values change but not their "
        "width, so that models trained on the base still accept them; with concat, domain "
        "dimensions are appended, which makes the vectors wider.",
        rich_help_panel=ADAPTED,
    ),
]
BudgetOption: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        help="Share of the ten nearest neighbors that general words keep, from 0 to 1. The "
        "command uses the largest scale that keeps this share; domain words move far, and "
        "general words move little.",
        show_default="0.92",
        rich_help_panel=ADAPTED,
    ),
]
ScaleOption: TypeAlias = Annotated[
    list[float] | None,
    typer.Option(
        metavar="SCALE",
        help="Scale for all words, from 0 (the base) to 1 (plain continued training). --scale "
        "takes the place of --budget. Repeat the option to give each adapter its own scale. "
        "Default: the scale that --budget allows.",
        rich_help_panel=ADAPTED,
    ),
]
EngineOption: TypeAlias = Annotated[
    EngineChoice,
    typer.Option(
        help="Run the work in this process (here) or spread it over processes or machines (dask). "
        + EXTRA_TO_DISTRIBUTE,
        rich_help_panel=PARALLEL,
    ),
]
SchedulerOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Address of a running Dask scheduler, such as tcp://host:8786. Default: none; "
        "`--engine dask` then starts a local cluster.",
        rich_help_panel=PARALLEL,
    ),
]
WorkersOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Number of Dask workers to use. Default: all that the scheduler has, or one per core "
        "in a local cluster.",
        rich_help_panel=PARALLEL,
    ),
]
TrustPickleOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--trust-pickle",
        help="Also read gensim's native files, which are pickles. No code in the file is run.",
        rich_help_panel=READING,
    ),
]
