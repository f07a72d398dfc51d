"""spaCy vectors under which every token has one, seen before or not.

spaCy's own vectors know exact spellings only. These look a token up by the table's conventions
(`LESSOR’S` as `lessor` and `'s`, `Inc.` as `inc`), and compose what the table lacks from its
character n-grams: those of the fastText model it came from, or n-grams fitted to its words.

spaCy finds the class by the entry point `spacy_vectors` wherever embedadapt is installed; nobody
has to import it. Source: spaCy 3.8 `vectors.pyx` (`BaseVectors`), `vocab.pyx`, `initialize.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import ORTH
from spacy.strings import StringStore, get_string_id
from spacy.vectors import BaseVectors
from thinc.backends import get_array_ops

from embedadapt.core.errors import SettingsError
from embedadapt.core.types import Floats1d
from embedadapt.core.vectors import WordVectors, nearest_rows
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.export.spacy_tokens import TokenLookup
from embedadapt.formats import safetensors
from embedadapt.text.normalize import normalization_of

if TYPE_CHECKING:
    from spacy.vocab import Vocab
    from thinc.api import Ops

FILE = "subword_vectors.safetensors"
"""In the pipeline's folder `vocab`; mapped, not read, when the pipeline is loaded."""
REGISTERED = "embedadapt.SubwordVectors.v1"
"""The name in a pipeline's config, and of the entry point in pyproject.toml."""
COMPOSED = 10_000
"""Unseen tokens whose vectors are remembered."""


def create_subword_vectors() -> Callable[[Vocab], SubwordVectors]:
    """What the config block `[nlp.vectors]` names: makes the empty vectors of a new pipeline."""
    return lambda vocab: SubwordVectors(strings=vocab.strings)


class SubwordVectors(BaseVectors):
    """A table with subwords as the vectors of a spaCy pipeline. They are fixed: `add` raises.

    table: the words, their vectors and conventions, and n-grams of the same width or a smaller one
    (zeros stand for what they lack). Without a table there are no vectors until `from_disk` or
    `from_bytes` brings one.
    """

    mode = "subword"  # not one of spaCy's own: it then asks for `get_batch`
    attr = ORTH
    is_full = True  # so that spaCy resizes nothing
    key2row: Mapping[int, int] = MappingProxyType({})  # spaCy ranks its lexemes by it

    def __init__(self, table: WordVectors | None = None, *, strings: Any = None) -> None:
        self._stores: tuple[Any, ...] = ()
        self.strings = StringStore() if strings is None else strings
        self.name: str | None = None
        self._unpacked: TemporaryDirectory[str] | None = None
        self._hold(table or WordVectors(Vocabulary(()), np.zeros((0, 0), dtype=np.float32)))

    def _hold(self, table: WordVectors) -> None:
        self.table = table
        self.data: Any = table.matrix
        self._lookup = TokenLookup(table.vocabulary, normalization_of(table))
        self._composed = lru_cache(COMPOSED)(self._compose)

    # Look-up

    def get_batch(self, keys: Iterable[int]) -> Any:
        """(n, dim) float32 on the device of `data`, for the hashes of n tokens in the store."""
        ops = get_array_ops(self.data)
        hashes = ops.to_numpy(ops.asarray(keys, dtype="uint64"))
        distinct, places = np.unique(hashes, return_inverse=True)
        texts = [self._text(int(key)) for key in distinct]
        rows = np.array([self._row(text) for text in texts], dtype=np.int32)
        vectors = self.data[ops.asarray(np.maximum(rows, 0))]
        unseen = np.flatnonzero(rows < 0)
        if len(unseen):
            composed = np.array([self._composed(texts[i]) for i in unseen])
            vectors[ops.asarray(unseen)] = ops.asarray(composed)
        return ops.as_contig(vectors[ops.asarray(places)])

    def __getitem__(self, key: int) -> Any:
        return self.get_batch([key])[0]

    def __contains__(self, key: object) -> bool:
        """True of every token, unless there is no table yet."""
        return len(self) > 0

    def most_similar(self, queries: Any, *, n: int = 1, **_: object) -> tuple[Any, Any, Any]:
        """Return the words nearest to each query by cosine, best first.

        Words that are composed are no words of these vectors: none of them is found.

        Parameters
        ----------
        queries : (n_queries, dim) array
            Vectors.
        n : int
            Words for each query. Default: 1.
        **_
            `batch_size` and `sort` of spaCy's own vectors, which change nothing here.

        Returns
        -------
        keys, rows, cosines : (n_queries, n) arrays of uint64, int32 and float32
            Hashes of the words in `strings`, their rows, and their cosines with the query.

        Examples
        --------
        >>> vectors = nlp.vocab.vectors  # doctest: +SKIP
        >>> keys, _, _ = vectors.most_similar(nlp("lessor").vector[None], n=2)  # doctest: +SKIP
        >>> [nlp.vocab.strings[key] for key in keys[0]]  # doctest: +SKIP
        ['lessor', 'lessee']
        """
        ops = get_array_ops(self.data)
        wanted = ops.to_numpy(ops.asarray2f(queries))
        rows, cosines = nearest_rows(self.table, wanted, min(n, len(self)))
        words = self.table.vocabulary.words
        keys = [[self.strings.add(words[row]) for row in of_query] for of_query in rows.tolist()]
        hashes = np.array(keys, dtype=np.uint64).reshape(rows.shape)
        return ops.asarray(hashes), ops.asarray(rows), ops.asarray(cosines)

    def _text(self, key: int) -> str:
        store = next((store for store in self._stores if key in store), self.strings)
        text: str = store.as_string(key)
        return text

    def _row(self, text: str) -> int:
        """The row of a token that is one word of the table, as written or by the conventions;
        else -1."""
        word = self._lookup.word(text)
        return -1 if word is None else self.table.vocabulary.index[word]

    def _compose(self, text: str) -> Floats1d:
        """The mean over a token's words; a word that the table lacks is made of its n-grams."""
        total = np.zeros(self.table.dim, dtype=np.float32)
        words = self._lookup.words(text)
        for word in words:
            try:
                vector = self.table[word]
                total[: len(vector)] += vector
            except KeyError:  # it is too short to have n-grams
                pass
        return total / np.float32(len(words))

    # What spaCy asks for besides

    @property
    def strings(self) -> Any:
        """The vocabulary's texts by hash."""
        return self._stores[0]

    @strings.setter
    def strings(self, store: Any) -> None:
        # Unpickling, spaCy sets the store of a new vocabulary and then gives that vocabulary the
        # store that was pickled with us: the one before is asked too.
        self._stores = (store, *self._stores[:1])

    def __len__(self) -> int:
        return len(self.table)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.table), self.table.dim

    @property
    def vectors_length(self) -> int:
        return self.table.dim

    @property
    def size(self) -> int:
        return int(self.table.matrix.size)

    @property
    def n_keys(self) -> int:
        return len(self.table)

    def keys(self) -> list[int]:
        """The hashes of the table's words."""
        return [get_string_id(word) for word in self.table.vocabulary.words]

    def add(self, key: int, **_: object) -> int:
        raise SettingsError(
            "SubwordVectors",
            expected="no vector to be set by hand",
            found=repr(self.strings[key]),
            hint="Adapt the table again, or export without subwords.",
        )

    def to_ops(self, ops: Ops) -> None:
        """Moves the table's matrix; n-grams are composed on the CPU."""
        self.data = ops.asarray(self.data)

    # Files

    def to_disk(self, path: str | Path, **_: object) -> None:
        safetensors.write(self.table, Path(path) / FILE)

    def from_disk(self, path: str | Path, **_: object) -> SubwordVectors:
        """Maps the file. Raises FormatError for one that is missing or damaged."""
        self._hold(safetensors.read(Path(path) / FILE))
        return self

    def to_bytes(self, **_: object) -> bytes:
        """The file's bytes; none without a table. The same table gives the same bytes."""
        if not len(self):
            return b""
        with TemporaryDirectory(prefix="embedadapt-") as folder:
            self.to_disk(folder)
            return (Path(folder) / FILE).read_bytes()

    def from_bytes(self, data: bytes, **_: object) -> SubwordVectors:
        """Maps a copy of the bytes on disk, which lives as long as these vectors do."""
        if data:
            self._unpacked = TemporaryDirectory(prefix="embedadapt-", ignore_cleanup_errors=True)
            (Path(self._unpacked.name) / FILE).write_bytes(data)
            self.from_disk(self._unpacked.name)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (self.to_bytes(), self.name, self.strings)


def _unpickled(data: bytes, name: str | None, strings: Any) -> SubwordVectors:
    vectors = SubwordVectors(strings=strings).from_bytes(data)
    vectors.name = name
    return vectors
