from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from embedadapt.core.aligning import align
from embedadapt.core.files import check_not_input
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.rewritten import Combined
from embedadapt.core.settings import require_whole
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.piece_folder import write_piece_folder
from embedadapt.formats import load_vectors, save_vectors
from embedadapt.formats.pieces import load_pieces
from embedadapt.text.new_words import learnable
from embedadapt.workflows.fertility import are_tokenizers
from embedadapt.workflows.inputs import check_roles
from embedadapt.workflows.pieces import whole_words


def combine_vectors(
    first: str | Path,
    second: str | Path,
    path: str | Path,
    *,
    most_words: int | None = None,
    format: str | None = None,
    overwrite: bool = False,
) -> Combined:
    """Add words from a second file of vectors to a first one, and write the result.

    The second vectors are aligned to the first by an orthogonal map, which is fitted to the words
    that both have. The first vectors do not change.

    Parameters
    ----------
    first, second : path
        Word vectors that `load_vectors` reads, or vectors of pieces. If the first are vectors of
        pieces, words that are cut into several pieces become added tokens. If the second are
        vectors of pieces, only words that are one piece are added.
    path : path
        File to write, or a folder if the first are vectors of pieces.
    most_words : int, optional
        Largest number of words to add, in the order of the second vectors. Default: all.
    format : str, optional
        A format of `save_vectors`, for word vectors. Default: by the suffix of `path`.
    overwrite : bool
        Whether to replace a folder with other content; it is kept as NAME.backup.

    Returns
    -------
    Combined
        The number of added words, and the quality of the alignment.

    Raises
    ------
    FormatError
        Vectors cannot be read, or share too few words.
    OutputError
        The file or folder cannot be written.

    Examples
    --------
    >>> words = [*vectors.vocabulary.words[:2_000]]
    >>> embedadapt.save_vectors(vectors, "first.safetensors")
    >>> other = embedadapt.as_vectors((["zzword", *words], -vectors.matrix[:2_001]))
    >>> embedadapt.save_vectors(other, "second.safetensors")
    >>> paths = ("first.safetensors", "second.safetensors", "both.safetensors")
    >>> combined = embedadapt.combine_vectors(*paths)
    >>> combined.n_added, "zzword" in embedadapt.load_vectors("both.safetensors")
    (1, True)
    """
    check_not_input(path, [first, second])
    check_roles({"vectors": [first, second]})
    if most_words is not None:
        require_whole("most_words", most_words, 1)
    if are_tokenizers([first]):
        return _into_pieces(load_pieces(first), second, path, most_words, overwrite=overwrite)
    base = load_vectors(first)
    other = _words_of(second)
    alignment = align(other, base, where=str(second))
    new = _only_in_second(base, other, most_words)
    added = alignment.apply(other.matrix[other.vocabulary.lookup(new)])
    subwords = base.subwords
    both = replace(
        base,
        vocabulary=Vocabulary((*base.vocabulary.words, *new)),
        matrix=np.concatenate([base.matrix, added]),
        context=None,
        subwords=None if subwords is None else replace(subwords, words=None),
    )
    save_vectors(both, path, format=format)
    return Combined(len(base), len(new), base.dim, alignment.n_shared, alignment.cosine, str(path))


def _words_of(path: str | Path) -> WordVectors:
    """Word vectors; of vectors of pieces, the words that are one piece."""
    if not are_tokenizers([path]):
        return load_vectors(path)
    pieces = load_pieces(path)
    return pieces.words(whole_words(pieces.tokenizer))


def _only_in_second(
    base: WordVectors, other: WordVectors, most_words: int | None
) -> tuple[str, ...]:
    return tuple(word for word in other.vocabulary if word not in base)[:most_words]


def _into_pieces(
    pieces: PieceVectors,
    second: str | Path,
    path: str | Path,
    most_words: int | None,
    *,
    overwrite: bool,
) -> Combined:
    other = _words_of(second)
    words = [word for word in other.vocabulary if learnable(word)]
    lengths = list(map(len, pieces.tokenizer.cut_words(words)))
    whole = [word for word, length in zip(words, lengths, strict=True) if length == 1]
    alignment = align(other, pieces.words(whole), where=str(second))
    new = [word for word, length in zip(words, lengths, strict=True) if length > 1][:most_words]
    rows = alignment.apply(other.matrix[other.vocabulary.lookup(new)])
    added = write_piece_folder(
        pieces, WordVectors(Vocabulary(new), rows), path, overwrite=overwrite
    )
    n_tokens = len(pieces.tokenizer.tokens)
    return Combined(
        n_tokens, len(added), pieces.dim, alignment.n_shared, alignment.cosine, str(path)
    )
