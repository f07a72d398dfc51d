"""gensim's native files (`KeyedVectors.save` and others): pickles, with large arrays beside them.

Unpickling can run any code. A file is therefore read only if its user trusts it, and even then none
of its code is run: each name that it may refer to (numpy's arrays, gensim's data classes and the
classes in their state) is replaced by a plain record of what was stored, and any other name ends
the reading. Arrays are rebuilt here from their bytes, without numpy's or gensim's code for it.

Source: gensim 4.4 `utils.SaveLoad`, `keyedvectors.py`, and files of gensim 0.12 to 4.4; numpy
`multiarray` pickles (`_reconstruct`, state version 1).
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.errors import FormatError
from embedadapt.core.subwords import SubwordTable
from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.core.vectors import Provenance, WordVectors
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.formats.fasttext import compose
from embedadapt.formats.reading.array_file import as_table, map_array
from embedadapt.formats.reading.raw_table import RawTable
from embedadapt.formats.reading.table_checks import (
    check_distinct,
    check_finite,
    check_some_rows,
    notes,
)


class Record:
    """The stored attributes of an object; never the object itself."""

    def __new__(cls, *_: object) -> Record:
        return super().__new__(cls)

    def __init__(self, *args: object) -> None:
        self.__dict__["args"] = args

    def __setstate__(self, state: object) -> None:
        if isinstance(state, dict):
            self.__dict__.update((str(name), value) for name, value in state.items())
        else:
            self.__dict__["state"] = state

    def __call__(self, *args: object) -> Record:
        return Record(*args)


class PlainDict(dict[object, object]):
    """The content of a defaultdict, without its factory."""

    def __init__(self, *_: object) -> None:
        super().__init__()


def _latin1(text: object, encoding: object = "latin1") -> bytes:
    """Bytes as Python 3 stores them in an old pickle protocol."""
    if encoding != "latin1" or not isinstance(text, str):
        raise pickle.UnpicklingError(f"bytes in the encoding {encoding!r}")
    return text.encode("latin1")


_KEYED = ("KeyedVectors", "Word2VecKeyedVectors", "EuclideanKeyedVectors", "Vocab", "CompatVocab",
          "FastTextKeyedVectors", "WordEmbeddingsKeyedVectors", "BaseKeyedVectors")  # fmt: skip
_WORD2VEC = ("Word2Vec", "Word2VecVocab", "Word2VecTrainables", "Vocab")
_FASTTEXT = ("FastText", "FastTextKeyedVectors", "FastTextVocab", "FastTextTrainables")
ADMITTED: dict[str, tuple[str, ...]] = {
    "gensim.models.keyedvectors": _KEYED,
    "gensim.models.word2vec": _WORD2VEC,
    "gensim.models.fasttext": _FASTTEXT,
    "gensim.models.wrappers.fasttext": _FASTTEXT,
    "gensim.utils": ("call_on_class_only",),
    "numpy": ("ndarray", "dtype"),
    "numpy.core.multiarray": ("_reconstruct", "scalar"),
    "numpy._core.multiarray": ("_reconstruct", "scalar"),
    "numpy.core.numeric": ("_frombuffer",),
    "numpy._core.numeric": ("_frombuffer",),
    "numpy.random": ("__RandomState_ctor",),
    "numpy.random._pickle": ("__randomstate_ctor", "__bit_generator_ctor"),
    "numpy.random._mt19937": ("MT19937",),
    "collections": ("defaultdict",),
    "_codecs": ("encode",),
    "builtins": ("int", "hash", "set", "frozenset"),
    "__builtin__": ("int", "long", "hash", "set", "frozenset"),
}
"""Names that a file may refer to. None of them is imported: `_STAND_INS` or a Record replaces
them."""
_STAND_INS: dict[str, Callable[..., object]] = {"defaultdict": PlainDict, "encode": _latin1}
TOGETHER = "Keep the files of a model together, under their names."
_REFUSED_CODES = (pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.PERSID, pickle.BINPERSID,
                  pickle.NEXT_BUFFER, pickle.READONLY_BUFFER)  # fmt: skip


class RecordUnpickler(pickle._Unpickler):
    """Python's unpickler, not C's: no length in a file makes it allocate before it reads."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {
        code: load
        for code, load in pickle._Unpickler.dispatch.items()
        if bytes([code]) not in _REFUSED_CODES
    }

    def _load_bytearray(self: Any) -> None:
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(bytearray(self.read(size)))

    dispatch[pickle.BYTEARRAY8[0]] = _load_bytearray  # the original makes room before it reads

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        if name not in ADMITTED.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name}, which is none of gensim's data")
        return _STAND_INS.get(name, Record)


class BoundedReader:
    """A file that refuses to read past its end, rather than allocate memory for missing data."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._size = stream, size

    def read(self, count: int) -> bytes:
        if count > self._size - self._stream.tell():
            raise EOFError("the end of the file")
        return self._stream.read(count)

    def readline(self) -> bytes:
        return self._stream.readline(1000)


def read(path: str | Path, *, trust_pickle: bool = False) -> WordVectors:
    """Read a native file; arrays in files beside it are mapped.

    Raises FormatError for a pickle that is not trusted, refers to more than data, or has no word
    vectors.
    """
    _check_trusted(path, trust_pickle)
    return _checked(_read_model(Path(path)), str(path), Provenance("gensim", str(path)))


def from_model(model: Any) -> WordVectors:
    """The vectors of gensim's `KeyedVectors`, or of a model that has one, as `read` reads them.

    float32 arrays are shared, not copied, except for the words' vectors of a FastText, which are
    composed anew. Raises FormatError as `read`.
    """
    where = f"the {type(model).__name__} of gensim"
    return _checked(_model_of(model, where), where, Provenance("gensim"))


def _checked(model: _Model, where: str, provenance: Provenance) -> WordVectors:
    check_distinct(model.words, where)
    for what, rows in model.parts.tables.items():
        check_finite(rows, model.words if what == "vector" else (), where, what)
    return WordVectors(
        Vocabulary(model.words, model.counts),
        model.matrix,
        context=model.context,
        subwords=model.subwords,
        provenance=replace(provenance, notes=notes(model.why_no_subwords)),
    )


def read_parts(path: str | Path, *, trust_pickle: bool = False) -> RawTable:
    """The unchecked contents. Raises FormatError as `read`, except for defects of single rows."""
    _check_trusted(path, trust_pickle)
    return _read_model(Path(path)).parts


def _check_trusted(path: str | Path, trust_pickle: bool) -> None:
    if not trust_pickle:
        raise FormatError(
            str(path),
            expected="word vectors",
            found="a pickle (a gensim or torch native file), which can run code",
            hint="If it is gensim's, give --trust-pickle, or save it with save_word2vec_format.",
        )


@dataclass(frozen=True, eq=False)
class _Model:
    """A saved model. why_no_subwords: "" where there is nothing to report.

    matrix: (n_words, dim) float32. context: of the same shape, or None.
    """

    words: tuple[str, ...]
    counts: Longs1d | None
    matrix: Floats2d
    context: Floats2d | None
    subwords: SubwordTable | None
    why_no_subwords: str

    @property
    def parts(self) -> RawTable:
        tables = {"vector": self.matrix}
        if self.context is not None:
            tables["context vector"] = self.context
        if self.subwords is not None:
            tables["n-gram row"] = self.subwords.ngrams
        return RawTable(self.words, tables, "float32")


def _read_model(path: Path) -> _Model:
    """Read a model. Raises FormatError for a pickle without word vectors."""
    return _model_of(_unpickle(path), str(path))


def _model_of(saved: Any, path: str) -> _Model:
    """The parts of a model. saved: the Record of a pickled object, or the object itself."""
    holder, prefix = saved, path
    held, in_memory = getattr(saved, "wv", None), not isinstance(saved, Record)
    if isinstance(held, Record) or (held is not None and in_memory):
        holder, prefix = held, f"{path}.wv"
    words, counts = _words(holder, path)
    check_some_rows(len(words), path)
    subwords, why_none = _subwords(holder, prefix)
    matrix = _table(holder, ("vectors", "syn0"), prefix)
    if subwords is not None and subwords.words is not None and (matrix is None or in_memory):
        matrix = compose(
            words, subwords.words, subwords
        )  # a model in memory as its file, to the bit
    elif matrix is None and subwords is None and not getattr(holder, "bucket", 0):
        matrix = _table(holder, ("vectors_vocab",), prefix)  # FastText without n-grams
    if matrix is None or len(matrix) < len(words):
        found = "none" if matrix is None else f"{len(matrix):,} rows for {len(words):,} words"
        raise FormatError(path, expected="a matrix of its words' vectors", found=found)
    matrix = matrix[: len(words)]
    return _Model(words, counts, matrix, _context(saved, matrix, path), subwords, why_none)


def _unpickle(path: Path) -> Any:
    try:
        with path.open("rb") as stream:
            reader = BoundedReader(stream, path.stat().st_size)
            saved = RecordUnpickler(reader, encoding="latin1").load()
    except pickle.UnpicklingError as error:
        raise FormatError(
            str(path),
            expected="a pickle of gensim's word vectors and nothing else",
            found=str(error),
            hint="None of its code was run. In gensim, save it with save_word2vec_format.",
        ) from error
    except Exception as error:  # a damaged pickle may raise anything
        raise FormatError(
            str(path),
            expected="a whole pickle",
            found=f"{type(error).__name__}: {error}" if str(error) else type(error).__name__,
            hint="Fetch or save it again.",
        ) from error
    if not isinstance(saved, Record):
        raise FormatError(
            str(path), expected="gensim's word vectors", found=f"a pickled {type(saved).__name__}"
        )
    return saved


def _words(holder: Any, where: str) -> tuple[tuple[str, ...], Longs1d | None]:
    """The words in row order, and their counts where they are kept."""
    words = getattr(holder, "index_to_key", None) or getattr(holder, "index2word", None)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise FormatError(where, expected="gensim's word vectors", found="no list of words")
    expandos, entries = getattr(holder, "expandos", None), getattr(holder, "vocab", None)
    counts = None
    if isinstance(expandos, dict) and "count" in expandos:
        counts = _array(expandos["count"], where)
    elif isinstance(entries, dict) and all(isinstance(entries.get(w), Record) for w in words):
        counts = np.array([getattr(entries[word], "count", 0) for word in words])
    if counts is None or counts.shape != (len(words),) or counts.dtype.kind not in "iu":
        return tuple(words), None
    return tuple(words), counts.astype(np.int64)


def _subwords(holder: Any, prefix: str) -> tuple[SubwordTable | None, str]:
    """The n-grams of a FastText model; or None and the reason, "" where there are none."""
    ngrams = _table(holder, ("vectors_ngrams",), prefix)
    if ngrams is None or not len(ngrams):
        return None, ""
    min_n, max_n = getattr(holder, "min_n", None), getattr(holder, "max_n", None)
    same_hash = getattr(holder, "compatible_hash", False) is True
    if not same_hash or len(ngrams) != getattr(holder, "bucket", 0):
        return None, "its n-grams are hashed as gensim did before 3.8, and were left out"
    if not (isinstance(min_n, int) and isinstance(max_n, int) and 0 < min_n <= max_n <= 64):
        return None, "its n-grams have no length, and were left out"
    return SubwordTable(ngrams, _table(holder, ("vectors_vocab",), prefix), min_n, max_n), ""


def _context(saved: Any, matrix: Floats2d, path: str) -> Floats2d | None:
    for holder, prefix in (
        (saved, path),
        (getattr(saved, "trainables", None), f"{path}.trainables"),
    ):
        outputs = None if holder is None else _table(holder, ("syn1neg",), prefix)
        if outputs is not None and outputs.shape == matrix.shape and outputs.any():
            return outputs
    return None


def _table(holder: Any, names: tuple[str, ...], prefix: str) -> Floats2d | None:
    """The first of the attributes `names` that is a matrix, from the pickle or a file beside it."""
    aside = (vars(holder).get("__numpys") or ()) if isinstance(holder, Record) else ()
    for name in names:
        if name in aside:
            return as_table(map_array(Path(f"{prefix}.{name}.npy"), hint=TOGETHER), prefix)
        if isinstance(stored := getattr(holder, name, None), (Record, np.ndarray)):
            return as_table(_array(stored, prefix), prefix)
    return None


def _array(stored: Any, where: str) -> NDArray[Any]:
    """A pickled array, rebuilt from its bytes. Raises FormatError for one that is not plain."""
    if isinstance(stored, np.ndarray):
        return stored
    try:
        if hasattr(stored, "state"):
            _, shape, dtype, is_fortran, data = stored.state
        else:  # pickle protocol 5: `_frombuffer(data, dtype, shape, order)`
            data, dtype, shape, order = stored.args
            is_fortran = order == "F"
        kind, order = dtype.args[0], dtype.state[1]
        if isinstance(data, str):  # as Python 2 pickled bytes
            data = data.encode("latin1")
        if not isinstance(data, bytes | bytearray) or kind not in (
            "f2",
            "f4",
            "f8",
            "i4",
            "i8",
            "u4",
            "u8",
        ):
            raise ValueError(f"elements of type {kind}")
        flat = np.frombuffer(data, np.dtype(kind).newbyteorder(order))
        array: NDArray[Any] = flat.reshape(shape, order="F" if is_fortran else "C")
        return array
    except (AttributeError, TypeError, ValueError, IndexError) as error:
        raise FormatError(
            where, expected="plain arrays of numbers", found=str(error).replace("\n", " ")
        ) from error
