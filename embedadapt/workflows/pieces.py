from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.adapted import Scale
from embedadapt.core.adapter import Adapter
from embedadapt.core.files import check_not_input
from embedadapt.core.normalization import Normalization
from embedadapt.core.piece_tokenizer import WORD_MARKS, PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.settings import require_whole
from embedadapt.core.vectors import WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.forms import with_forms
from embedadapt.export.piece_folder import changed_pieces, with_words, write_piece_folder
from embedadapt.export.transformer_folder import is_transformer, write_transformer_folder
from embedadapt.formats.pieces import load_pieces
from embedadapt.text.encode import count_corpus
from embedadapt.text.frequency_list import commonest_words
from embedadapt.text.new_words import LEARNED_FROM, learnable
from embedadapt.text.normalize import Normalizer
from embedadapt.workflows.inputs import (
    AnyAdapters,
    AnyCorpus,
    AnyVectors,
    adapted_vectors,
    as_corpus,
    as_vectors,
    check_roles,
    fitting_adapters,
    paths_among,
)

GENERAL_WORDS = 30_000
"""Words of a frequency list that are composed beside those of the corpus."""
CONVENTIONS = Normalization(
    case="lower", apostrophe="straight", elision="split", hyphen="split", unicode="NFC"
)
"""Of composed words: pieces compose a word in any spelling, so one is enough."""


def compose_words(
    pieces: PieceVectors | str | Path,
    corpus: AnyCorpus,
    *,
    frequencies: str | None = None,
    general_words: int = GENERAL_WORDS,
    min_count: int = LEARNED_FROM,
    threads: int = 1,
) -> WordVectors:
    """Compose ordinary word vectors for the words of a corpus.

    Parameters
    ----------
    pieces : PieceVectors or path
        Vectors of a tokenizer's pieces; a path is one that `load_pieces` reads.
    corpus : text or paths
        The text of the domain: anything that `as_corpus` takes.
    frequencies : str, optional
        Language of a general frequency list (the extra `frequencies`), whose most frequent words
        are composed first. Default: the pieces that are whole words, in the order of the tokenizer.
    general_words : int
        Number of words of the list to compose.
    min_count : int
        Occurrences in the corpus that a word needs.
    threads : int
        Threads that count the corpus.

    Returns
    -------
    WordVectors
        The vectors of words in lower case: first the general words, then the other words of the
        corpus, most frequent first. Save the vectors with `save_vectors`, since an adapter fits
        only the vectors that it was trained for.

    Raises
    ------
    FormatError
        The vectors cannot be read.
    CorpusError
        The text cannot be read, or has no words.
    SettingsError
        There is no frequency list of the language.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> tokens = {"[UNK]": 0, "license": 1, "##e": 2, "##s": 3}
    >>> tokenizer = Tokenizer(models.WordPiece(tokens, unk_token="[UNK]"))
    >>> tokenizer.save("tokenizer.json")
    >>> np.save("rows.npy", np.eye(4, dtype=np.float32))
    >>> base = embedadapt.compose_words("rows.npy", ["Licensees license licensees."], min_count=1)
    >>> base.vocabulary.words, base["licensees"].round(2)
    (('license', 'licensees'), array([0.  , 0.33, 0.33, 0.33], dtype=float32))
    """
    check_roles({"corpus": corpus})
    loaded = pieces if isinstance(pieces, PieceVectors) else load_pieces(pieces)
    if frequencies is None:
        general = whole_words(loaded.tokenizer)
    else:
        listed = commonest_words(frequencies, general_words)
        general = tuple(word for word in listed if "'" not in word)
    normalizer = Normalizer(CONVENTIONS, Vocabulary(general))
    counts = count_corpus(as_corpus(corpus), normalizer, threads=threads).vocabulary
    n = counts.counts if counts.counts is not None else np.zeros(len(counts), dtype=np.int64)
    own = (w for w, count in zip(counts, n, strict=True) if count >= min_count and learnable(w))
    return replace(loaded.words([*general, *own]), normalization=CONVENTIONS)


def whole_words(tokenizer: PieceTokenizer) -> tuple[str, ...]:
    """The words of letters that a tokenizer does not cut, in lower case and its order."""
    starts = [
        token.lstrip(WORD_MARKS).lower()
        for _, token in sorted(tokenizer.tokens.items())
        if token[:1] in WORD_MARKS or tokenizer.kind == "WordPiece"
    ]
    distinct = dict.fromkeys(word for word in starts if len(word) > 1 and word.isalpha())
    lengths = tokenizer.lengths(list(distinct))
    return tuple(word for word, length in zip(distinct, lengths, strict=True) if length == 1)


def export_pieces(
    pieces: PieceVectors | str | Path,
    path: str | Path,
    *,
    vectors: AnyVectors,
    adapter: AnyAdapters | None = None,
    scale: Scale | None = None,
    budget: float | None = None,
    most_words: int | None = None,
    change_pieces: bool = False,
    only_words: bool = False,
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Write a folder of piece vectors with the adapted words as added tokens.

    Each word that training moved, and each new word, gets a token and a row. A text without such a
    word is encoded exactly as before. Without an adapter, each word of the vectors gets a token and
    a row.

    Parameters
    ----------
    pieces : PieceVectors or path
        A folder of model2vec, of StaticEmbedding or of a transformer, which is written again; or
        other piece vectors, such as WordLlama's, which become a folder of model2vec.
    path : path
        The folder to write.
    vectors : vectors or path
        The composed words that the adapter was trained for (`compose_words`).
    adapter : adapter or path, or a sequence of them, optional
        What was trained. Default: none; each word then has the mean of its pieces.
    scale : float or BySpecificity, optional
        How much of the adapter is applied, as in `apply_adapter`.
    budget : float, optional
        The budget that determines the scale, as in `apply_adapter`.
    most_words : int, optional
        Largest number of words that get a row. Words that save most tokens of the adapter's corpus
        come first. None for all.
    change_pieces : bool
        Whether words of one piece also get their adapted vectors: in a token of their own if the
        tokenizer distinguishes word and piece (`▁party`), otherwise in the row of the piece. Other
        words of `vectors` that begin with such a piece then get rows of their own with unchanged
        vectors.
    only_words : bool
        Whether tokens without a letter count as zeros in the mean of a text, so that punctuation
        and numbers do not change its direction. In model2vec they get the weight 0, otherwise a row
        of zeros.
    overwrite : bool
        Whether to replace a folder with other content; it is kept as NAME.backup.

    Returns
    -------
    tuple of str
        The words whose rows were written: first the added words, then the words of changed pieces.

    Raises
    ------
    FormatError
        A file cannot be read.
    AdapterError
        The adapter was trained for other vectors.
    OutputError
        The folder cannot be written, or the words have another width than the pieces.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from safetensors.numpy import save_file
    >>> from pathlib import Path
    >>> Path("base").mkdir()
    >>> tokens = {"[UNK]": 0, "licensor": 1, "##s": 2, "pays": 3}
    >>> Tokenizer(models.WordPiece(tokens, unk_token="[UNK]")).save("base/tokenizer.json")
    >>> save_file({"embeddings": np.eye(4, dtype=np.float32)}, "base/model.safetensors")
    >>> texts = ["licensors pays", "pays licensors licensor"] * 20
    >>> words = embedadapt.compose_words("base", texts)
    >>> config = embedadapt.AdaptationConfig.of(epochs=1, dimensions=0, held_out=0, subsample=0)
    >>> adapter = embedadapt.adapt(words, texts, config).adapter
    >>> embedadapt.export_pieces("base", "new", vectors=words, adapter=adapter, scale=1)
    ('licensors',)
    >>> embedadapt.load_pieces("new").tokenizer.cut(["licensors", "licensor"])
    [[4], [1]]
    """
    check_not_input(path, paths_among(pieces, vectors, adapter))
    if most_words is not None:
        require_whole("most_words", most_words, 1)
    loaded = pieces if isinstance(pieces, PieceVectors) else load_pieces(pieces)
    base = as_vectors(vectors)
    adapters = fitting_adapters(base, adapter or ())
    table, forms = adapted_vectors(base, adapters or None, "add", scale, budget)
    moved = _moved(base, table) if adapters else table
    if most_words is not None:
        moved = _saving_most(moved, loaded.tokenizer, adapters, most_words)
    spelled = with_forms(moved, {form: word for form, word in forms.items() if word in moved})
    if change_pieces:
        spelled = _with_neighbors_kept(spelled, table, loaded.tokenizer)
    if is_transformer(loaded.provenance.path) and not only_words:
        return write_transformer_folder(
            loaded, spelled, path, change_pieces=change_pieces, overwrite=overwrite
        )
    return write_piece_folder(
        loaded,
        spelled,
        path,
        change_pieces=change_pieces,
        only_words=only_words,
        overwrite=overwrite,
    )


def _with_neighbors_kept(
    words: WordVectors, table: WordVectors, tokenizer: PieceTokenizer
) -> WordVectors:
    """With the other words of a table that have a piece which changes for one of the words, as the
    table has them: they would change too."""
    names = words.vocabulary.words
    _, added = with_words(tokenizer, names, whole=True)
    changed = set(changed_pieces(tokenizer, names, added).values())
    cut = tokenizer.cut_words(table.vocabulary.words)
    several = np.array([len(pieces) > 1 and not changed.isdisjoint(pieces) for pieces in cut])
    kept = _selected(
        table, np.flatnonzero(several & (words.vocabulary.lookup(table.vocabulary) < 0))
    )
    return WordVectors(
        Vocabulary((*names, *kept.vocabulary.words)), np.concatenate([words.matrix, kept.matrix])
    )


def _moved(base: WordVectors, adapted: WordVectors) -> WordVectors:
    """The adapted words whose vectors are not those of the base, in their order."""
    rows = base.vocabulary.lookup(adapted.vocabulary)
    kept = (rows < 0) | (adapted.matrix != base.matrix[rows]).any(axis=1)
    return _selected(adapted, np.flatnonzero(kept))


def _saving_most(
    words: WordVectors, tokenizer: PieceTokenizer, adapters: Sequence[Adapter], n: int
) -> WordVectors:
    """The n words that save most tokens of the adapters' text, in their order; words of one piece
    save none and count last."""
    counts = np.zeros(len(words), dtype=np.int64)
    for one in adapters:
        rows = words.vocabulary.lookup(one.vocabulary)
        own = one.vocabulary.counts
        seen = np.ones(len(rows), dtype=np.int64) if own is None else own
        counts[rows[rows >= 0]] += seen[rows >= 0]
    lengths = np.array([len(cut) for cut in tokenizer.cut_words(words.vocabulary.words)])
    order = np.lexsort((-counts, -counts * (lengths - 1)))
    return _selected(words, np.sort(order[:n]))


def _selected(words: WordVectors, rows: NDArray[np.int64]) -> WordVectors:
    chosen = rows.astype(np.int32)
    return WordVectors(words.vocabulary.select(chosen), words.matrix[chosen])
