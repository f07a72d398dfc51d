from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from embedadapt.core.engine import HERE, Engine
from embedadapt.core.errors import SettingsError
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.progress import OnProgress, ignore_progress
from embedadapt.core.progress_bar import listener
from embedadapt.formats.pieces import check_pieces, find_tokenizer, read_tokenizer
from embedadapt.workflows.inputs import AnyCorpus, as_corpus, check_roles
from embedadapt.workflows.watched import watched

if TYPE_CHECKING:
    from embedadapt.oov.shattering import FertilityComparison

AnyTokenizer: TypeAlias = PieceTokenizer | PieceVectors | str | Path


def compare_tokenizers(
    tokenizers: Sequence[AnyTokenizer],
    corpus: AnyCorpus,
    *,
    engine: Engine = HERE,
    on_progress: OnProgress = ignore_progress,
    progress: bool = False,
) -> FertilityComparison:
    """Compare how tokenizers cut the words of a corpus: fertility, shattered words, cost.

    Parameters
    ----------
    tokenizers : sequence of PieceVectors or path
        One or more. A path leads to a tokenizer.json, or to a folder or matrix with one. The
        tokenizer of a transformer can be used too.
    corpus : text or paths
        The text: anything that `as_corpus` takes.
    engine : Engine
        Where the text is read and counted. `dask_engine` makes an engine for a cluster. Default:
        this process.
    on_progress : callable
        Called with each `Progress` of the run.
    progress : bool
        Whether to show a progress bar, in a terminal or a notebook.

    Returns
    -------
    FertilityComparison
        A report for each tokenizer, in their order.

    Raises
    ------
    FormatError
        A tokenizer cannot be read, or does not cut words into pieces.
    CorpusError
        The text cannot be read, or has no words.
    SettingsError
        There is no tokenizer.
    MissingExtraError
        The package `tokenizers` is not installed.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> tokens = {"[UNK]": 0, "licensor": 1, "##s": 2}
    >>> Tokenizer(models.WordPiece(tokens, unk_token="[UNK]")).save("tokenizer.json")
    >>> texts = ["licensors licensor"]
    >>> embedadapt.compare_tokenizers(["tokenizer.json"], texts).best.words.fertility
    1.5
    """
    from embedadapt.oov.fertility import analyze_tokenizers

    if not tokenizers:
        raise SettingsError("tokenizers", expected="one or more", found="none")
    check_roles({"corpus": corpus})
    opened = [_opened(one) for one in tokenizers]
    for one in opened:
        check_pieces(one)
    stages = ("counting words", "counting words again")
    text = watched(as_corpus(corpus), listener(on_progress, progress), stages, engine)
    return analyze_tokenizers(text, opened, engine=engine)


def are_tokenizers(paths: Sequence[str | Path]) -> bool:
    """Whether paths lead to tokenizers that cut words into pieces, and not to word vectors.

    Raises SettingsError where some do and others do not.
    """
    such = [_cuts(path) for path in paths]
    if any(such) and not all(such):
        words = str(paths[such.index(False)])
        raise SettingsError(
            words,
            expected="a tokenizer, like the others",
            found="another kind of vectors",
            hint="Compare tokenizers with tokenizers, and word vectors with word vectors.",
        )
    return any(such)


def _cuts(path: str | Path) -> bool:
    return find_tokenizer(path) is not None and read_tokenizer(path).composes


def _opened(tokenizer: AnyTokenizer) -> PieceTokenizer:
    if isinstance(tokenizer, PieceVectors):
        return tokenizer.tokenizer
    return tokenizer if isinstance(tokenizer, PieceTokenizer) else read_tokenizer(tokenizer)
