"""Vectors of a tokenizer's pieces, and the words that are composed of them.

model2vec (POTION), sentence-transformers' StaticEmbedding and WordLlama give every piece a vector
and a text the mean of its pieces'. So they know every word, and no table of words: what is known of
`licensors` is the mean of `licensor` and `##s`.

Source: model2vec 0.10 `model.py`; sentence-transformers 5 `StaticEmbedding`; WordLlama 0.4
`inference.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.types import Floats1d, Floats2d
from embedadapt.core.vectors import Provenance, WordVectors, nearest_rows
from embedadapt.core.vocabulary import Vocabulary

WORDS_AT_ONCE = 4_096
"""Words composed together: their pieces' rows are copied."""
LEAST_LENGTH = 1e-32
"""What model2vec adds to a length before it divides by it."""


@dataclass(frozen=True, eq=False)
class PieceVectors:
    """The vectors of a tokenizer's pieces, from which the vector of any word is composed.

    `load_pieces` reads such vectors; `words` composes ordinary `WordVectors`.

    Parameters
    ----------
    tokenizer : PieceTokenizer
        The tokenizer of the pieces; piece i has row i.
    rows : (n_tokens, dim) float32 array
        One row for each piece of the tokenizer; there may be further rows.
    factors : (n_tokens,) float array, optional
        Factors of the rows (model2vec's "weights"), in the data type of their file.
    drops_unknown : bool
        Whether the unknown token is left out of a mean, as model2vec does; StaticEmbedding and
        WordLlama include it.
    normalize : bool
        Whether composed vectors are normalized to length 1.
    half : bool
        Whether means are rounded to float16, as in libraries that keep the rows in float16.
    provenance : Provenance
        Where the vectors came from.

    Raises
    ------
    ValueError
        The parts do not fit each other.

    Examples
    --------
    >>> import json
    >>> model = {"type": "WordPiece", "vocab": {"[UNK]": 0, "licensor": 1, "##s": 2},
    ...          "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    ...          "max_input_chars_per_word": 100}
    >>> tokenizer = PieceTokenizer(json.dumps({"version": "1.0", "model": model}))
    >>> rows = np.array([[9, 9], [2, 0], [0, 1]], dtype=np.float32)
    >>> pieces = PieceVectors(tokenizer, rows, drops_unknown=True)
    >>> pieces["licensors"]
    array([1. , 0.5], dtype=float32)
    >>> "lessee" in pieces, "licensor" in pieces
    (False, True)
    >>> pieces.words(["licensors", "lessee", "licensor"])
    WordVectors(2 words x 2, pieces)
    >>> [word for word, _ in pieces.most_similar("licensors", ["licensor", "licensors"])]
    ['licensor']
    """

    tokenizer: PieceTokenizer
    rows: Floats2d
    factors: NDArray[Any] | None = None
    drops_unknown: bool = False
    normalize: bool = False
    half: bool = False
    provenance: Provenance = field(default_factory=lambda: Provenance("pieces"))

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or self.rows.dtype != np.float32:
            raise ValueError(f"rows must be 2-d float32, not {self.rows.ndim}-d {self.rows.dtype}")
        if self.factors is not None and self.factors.shape != (len(self.rows),):
            raise ValueError(f"{len(self.rows)} rows but factors of shape {self.factors.shape}")
        if max(self.tokenizer.tokens, default=-1) >= len(self.rows):
            raise ValueError(f"{len(self.rows)} rows, and a piece {max(self.tokenizer.tokens)}")

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self.rows.shape[1])

    @property
    def matrix(self) -> Floats2d:
        """The rows of the pieces, times their factors, (n_tokens, dim) float32."""
        if self.factors is None:
            return self.rows
        return self.rows * self.factors.astype(np.float32)[:, None]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def compose(self, words: Sequence[str]) -> Floats2d:
        """Compose the vectors of words, or of any texts.

        Parameters
        ----------
        words : sequence of str
            The words. Each is encoded as a text of its own, as the libraries do.

        Returns
        -------
        (n_words, dim) float32 array
            The mean of the pieces of each word; zeros for a word without pieces.
        """
        return self._means(self.cut(words))

    def cut(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut texts into the pieces that their means are computed from.

        Parameters
        ----------
        texts : sequence of str
            The texts.

        Returns
        -------
        list of list of int
            The row of each piece of each text.
        """
        cut, unknown = self.tokenizer.cut(texts), self.tokenizer.unknown
        if not self.drops_unknown or unknown is None:
            return cut
        return [[number for number in numbers if number != unknown] for numbers in cut]

    def words(self, words: Sequence[str]) -> WordVectors:
        """Compose word vectors, for use in all other functions.

        Parameters
        ----------
        words : sequence of str
            The words, in the order of the rows: the most frequent ones in general text first, if
            this is known. Repeated words, and words without a vector, are left out.

        Returns
        -------
        WordVectors
            The composed words; `provenance.notes` says how many words were left out.
        """
        distinct = tuple(dict.fromkeys(words))
        cut = self.cut(distinct)
        kept = [place for place, numbers in enumerate(cut) if numbers]
        origin = self.provenance
        left = len(distinct) - len(kept)
        notes = (f"{left:,} words have no piece and were left out",) if left else ()
        return WordVectors(
            Vocabulary(distinct[place] for place in kept),
            self._means([cut[place] for place in kept]),
            provenance=Provenance("pieces", origin.path, notes=(*origin.notes, *notes)),
        )

    def most_similar(
        self, word: str, among: Sequence[str] | WordVectors, topn: int = 10
    ) -> list[tuple[str, float]]:
        """Find the whole words nearest to a word by cosine.

        Parameters
        ----------
        word : str
            The query: any word that pieces compose.
        among : sequence of str or WordVectors
            The words to search. For many queries, compose these words once with `words`.
        topn : int
            Number of words to return.

        Returns
        -------
        list of (str, float)
            Words and cosines, best first, without `word` itself.

        Raises
        ------
        KeyError
            The word has no vector.
        """
        table = among if isinstance(among, WordVectors) else self.words(among)
        query, own = self[word][None, :], table.vocabulary.lookup([word])
        [rows], [cosines] = nearest_rows(table, query, min(topn, len(table)), exclude=own)
        names = table.vocabulary.words
        return [(names[row], float(c)) for row, c in zip(rows, cosines, strict=True) if row >= 0]

    def __getitem__(self, word: str) -> Floats1d:
        """The composed vector of `word`, (dim,). Raises KeyError for a word without one."""
        cut = self.cut([word])
        if not cut[0]:
            raise KeyError(word)
        vector: Floats1d = self._means(cut)[0]
        return vector

    def __contains__(self, word: object) -> bool:
        """Whether a word has a vector."""
        return isinstance(word, str) and bool(self.cut([word])[0])

    def __repr__(self) -> str:
        tokenizer = self.tokenizer
        return f"PieceVectors({len(tokenizer.tokens):,} {tokenizer.kind} pieces x {self.dim})"

    def _means(self, cut: Sequence[Sequence[int]]) -> Floats2d:
        """(n, dim) float32: words of as many pieces are summed together, piece after piece."""
        means: Floats2d = np.zeros((len(cut), self.dim), dtype=np.float32)
        for start in range(0, len(cut), WORDS_AT_ONCE):
            by_length: defaultdict[int, list[int]] = defaultdict(list)
            for place in range(start, min(start + WORDS_AT_ONCE, len(cut))):
                by_length[len(cut[place])].append(place)
            by_length.pop(0, None)
            for places in by_length.values():
                means[places] = self._mean(np.array([cut[place] for place in places]))
        return self.finished(means)

    def _mean(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """(n, dim) of (n, n_pieces), in the type of the factors."""
        rows: NDArray[Any] = self.rows[numbers]
        if self.factors is not None:
            rows = rows * self.factors[numbers][:, :, None]
        mean: NDArray[Any] = rows.mean(axis=1)
        return mean.astype(np.float16) if self.half else mean

    def finished(self, means: Floats2d) -> Floats2d:
        """Normalize and round means of pieces as the library does.

        Parameters
        ----------
        means : (n, dim) float32 array
            Means of the pieces' rows.

        Returns
        -------
        (n, dim) float32 array
            The final vectors, of length 1 if the library normalizes them.
        """
        if not self.normalize:
            return means
        lengths = np.linalg.norm(means, axis=1, keepdims=True) + LEAST_LENGTH
        units: Floats2d = means / lengths
        return units.astype(np.float16).astype(np.float32) if self.half else units
