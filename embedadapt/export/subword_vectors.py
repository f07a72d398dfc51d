"""spaCy vectors under which every token has one, seen before or not.

spaCy's own vectors know exact spellings only. These look a token up by the conventions of the
vectors (`LESSOR’S` as `lessor` and `'s`, `Inc.` as `inc`), and compose what is missing from
character n-grams: those of the fastText model, or n-grams fitted to the words.

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
"""A file in the folder `vocab` of the pipeline, memory-mapped when the pipeline is loaded."""
REGISTERED = "embedadapt.SubwordVectors.v1"
"""The name in a pipeline's config, and of the entry point in pyproject.toml."""
COMPOSED = 10_000
"""Number of unseen tokens whose vectors are cached."""


def create_subword_vectors() -> Callable[[Vocab], SubwordVectors]:
    """The function that the config block `[nlp.vectors]` names: it makes empty vectors."""
    return lambda vocab: SubwordVectors(strings=vocab.strings)


class SubwordVectors(BaseVectors):
    """Word vectors with subwords, as the vectors of a spaCy pipeline.

    The vectors cannot be changed: `add` raises an error. spaCy loads them with a pipeline of
    `export_spacy(..., subwords=True)` and calls their methods, which are those of
    `spacy.vectors.BaseVectors`.

    Parameters
    ----------
    table : WordVectors, optional
        Words, vectors, conventions, and n-grams. N-grams with fewer dimensions are filled up with
        zeros. Default: no vectors until `from_disk` or `from_bytes` reads some.
    strings : StringStore, optional
        The texts of the vocabulary by hash. Default: a new store.

    Examples
    --------
    >>> from spacy.strings import StringStore
    >>> strings = StringStore(["Licensor"])
    >>> table = embedadapt.apply_adapter(vectors, adapter, scale=0.5)
    >>> subword_vectors = SubwordVectors(table, strings=strings)
    >>> subword_vectors.get_batch([strings["Licensor"]]).shape
    (1, 50)
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
        """Return the vectors of tokens.

        Parameters
        ----------
        keys : iterable of int
            Hashes of n tokens that are in the string store.

        Returns
        -------
        (n, dim) float32 array
            One vector per token, on the device of `data`.
        """
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
        """True for every token, unless there are no vectors yet."""
        return len(self) > 0

    def most_similar(self, queries: Any, *, n: int = 1, **_: object) -> tuple[Any, Any, Any]:
        """Return the words nearest to each query by cosine, best first.

        Only words of these vectors are found, no composed ones.

        Parameters
        ----------
        queries : (n_queries, dim) array
            Vectors.
        n : int
            Words for each query. Default: 1.
        **_
            `batch_size` and `sort` of spaCy's own vectors; they are ignored.

        Returns
        -------
        tuple of three (n_queries, n) arrays
            Hashes of the words in `strings`, uint64; their rows, int32; and their cosines with the
            query, float32.

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
        """The row of a token that is one word, as written or by the conventions; else -1."""
        word = self._lookup.word(text)
        return -1 if word is None else self.table.vocabulary.index[word]

    def _compose(self, text: str) -> Floats1d:
        """The mean over a token's words; a missing word is composed from its n-grams."""
        total = np.zeros(self.table.dim, dtype=np.float32)
        words = self._lookup.words(text)
        for word in words:
            try:
                vector = self.table[word]
                total[: len(vector)] += vector
            except KeyError:  # it is too short to have n-grams
                pass
        return total / np.float32(len(words))

    # Other methods that spaCy calls

    @property
    def strings(self) -> Any:
        """The texts of the vocabulary by hash."""
        return self._stores[0]

    @strings.setter
    def strings(self, store: Any) -> None:
        # When it unpickles, spaCy first sets the store of a new vocabulary and then gives that
        # vocabulary the store that was pickled with us: texts may be in either.
        self._stores = (store, *self._stores[:1])

    def __len__(self) -> int:
        return len(self.table)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of words and of dimensions."""
        return len(self.table), self.table.dim

    @property
    def vectors_length(self) -> int:
        """Number of dimensions."""
        return self.table.dim

    @property
    def size(self) -> int:
        """Number of values in the matrix."""
        return int(self.table.matrix.size)

    @property
    def n_keys(self) -> int:
        """Number of words."""
        return len(self.table)

    def keys(self) -> list[int]:
        """Return the hashes of the words.

        Returns
        -------
        list of int
            In row order.
        """
        return [get_string_id(word) for word in self.table.vocabulary.words]

    def add(self, key: int, **_: object) -> int:
        """Refuse to set a vector.

        Parameters
        ----------
        key : int
            Hash of a token.
        **_
            Further arguments of spaCy; they are ignored.

        Raises
        ------
        SettingsError
            Always.
        """
        raise SettingsError(
            "SubwordVectors",
            expected="no vector to be set by hand",
            found=repr(self.strings[key]),
            hint="Adapt the vectors again, or export without subwords.",
        )

    def to_ops(self, ops: Ops) -> None:
        """Move the matrix to a device; n-grams are composed on the CPU.

        Parameters
        ----------
        ops : Ops
            Array operations of thinc, which determine the device.
        """
        self.data = ops.asarray(self.data)

    # Files

    def to_disk(self, path: str | Path, **_: object) -> None:
        """Write the vectors to a folder.

        Parameters
        ----------
        path : path
            The folder.
        **_
            Further arguments of spaCy; they are ignored.
        """
        safetensors.write(self.table, Path(path) / FILE)

    def from_disk(self, path: str | Path, **_: object) -> SubwordVectors:
        """Read the vectors of a folder, memory-mapped.

        Parameters
        ----------
        path : path
            The folder.
        **_
            Further arguments of spaCy; they are ignored.

        Returns
        -------
        SubwordVectors
            These vectors.

        Raises
        ------
        FormatError
            The file is missing or damaged.
        """
        self._hold(safetensors.read(Path(path) / FILE))
        return self

    def to_bytes(self, **_: object) -> bytes:
        """Return the vectors as bytes.

        Parameters
        ----------
        **_
            Further arguments of spaCy; they are ignored.

        Returns
        -------
        bytes
            The contents of the file that `to_disk` writes; empty if there are no vectors. The same
            vectors give the same bytes.
        """
        if not len(self):
            return b""
        with TemporaryDirectory(prefix="embedadapt-") as folder:
            self.to_disk(folder)
            return (Path(folder) / FILE).read_bytes()

    def from_bytes(self, data: bytes, **_: object) -> SubwordVectors:
        """Read vectors from bytes, through a temporary file that exists as long as the vectors do.

        Parameters
        ----------
        data : bytes
            What `to_bytes` returned.
        **_
            Further arguments of spaCy; they are ignored.

        Returns
        -------
        SubwordVectors
            These vectors.
        """
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
