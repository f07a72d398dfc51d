from __future__ import annotations

from pathlib import Path

from embedadapt.core.corpus import Corpus, texts_of
from embedadapt.core.errors import OutputError, SettingsError
from embedadapt.core.files import check_not_input, check_writable
from embedadapt.core.piece_tokenizer import PieceTokenizer
from embedadapt.core.pieces import PieceVectors
from embedadapt.core.rewritten import Shrunk
from embedadapt.core.types import Longs1d
from embedadapt.core.vectors import WordVectors
from embedadapt.export.fewer_pieces import TEXTS_AT_ONCE, pieces_of, with_fewer
from embedadapt.export.piece_folder import write_fewer
from embedadapt.formats import fasttext, load_vectors, save_vectors
from embedadapt.formats.pieces import load_pieces
from embedadapt.text.encode import count_corpus
from embedadapt.text.normalize import Normalizer, normalization_for
from embedadapt.workflows.fertility import are_tokenizers
from embedadapt.workflows.inputs import AnyCorpus, as_corpus, check_roles, paths_among


def shrink_vectors(
    vectors: str | Path,
    corpus: AnyCorpus,
    path: str | Path,
    *,
    format: str | None = None,
    quantize: bool = False,
    overwrite: bool = False,
) -> Shrunk:
    """Write only the words or pieces that a corpus needs.

    The words of the corpus have the same vectors as before. Texts of the corpus are cut into the
    same pieces (with new ids) and encoded exactly as before. A fastText model keeps all its
    n-grams, so that vectors of other words can still be composed.

    Parameters
    ----------
    vectors : path
        Word vectors that `load_vectors` reads, or vectors of pieces that `load_pieces` reads.
    corpus : text or paths
        The text: anything that `as_corpus` takes.
    path : path
        File to write; for vectors of pieces, a folder.
    format : str, optional
        A format of `save_vectors`, for word vectors. Default: by the suffix of `path`. A fastText
        model in a .bin is written as a fastText model.
    quantize : bool
        Whether to compress the rows of a fastText model to an eighth, as in an .ftz. fastText can
        load the result, whose vectors are close to those of the model.
    overwrite : bool
        Whether to replace a folder with other content; it is kept as NAME.backup.

    Returns
    -------
    Shrunk
        The number of rows before and after.

    Raises
    ------
    FormatError
        The vectors cannot be read.
    CorpusError
        The text cannot be read, or has no words.
    OutputError
        The file or folder cannot be written, or the corpus uses no word of the vectors.

    Examples
    --------
    >>> glove = "corpora/pretrained/glove.6B.50d.60k.safetensors"
    >>> shrunk = embedadapt.shrink_vectors(glove, ["The lessor leases."], "small.safetensors")
    >>> shrunk.n_before, embedadapt.load_vectors("small.safetensors").vocabulary.words
    (60000, ('the', '.', 'leases'))
    """
    check_not_input(path, paths_among(vectors, corpus))
    check_roles({"vectors": vectors, "corpus": corpus})
    text = as_corpus(corpus)
    if are_tokenizers([vectors]):
        _check_quantized("pieces" if quantize else "fasttext-bin")
        return _shrink_pieces(load_pieces(vectors), text, path, overwrite=overwrite)
    base = load_vectors(vectors)
    needed = _words_of(base, text)
    if not needed:
        raise OutputError(str(path), expected="words of the vectors in the text", found="none")
    fewer = load_vectors(vectors, words=needed)
    if format is None and base.provenance.format == "fasttext-bin" and Path(path).suffix == ".bin":
        format = "fasttext-bin"
    if quantize:
        _check_quantized(base.provenance.format)
        check_writable(path)
        fasttext.write(fewer, path, quantized=True)
    else:
        save_vectors(fewer, path, format=format)
    return Shrunk("words", len(base), len(fewer), base.dim, str(path))


def _check_quantized(kind: str) -> None:
    if kind != "fasttext-bin":
        raise SettingsError(
            "quantize", expected="a fastText model (.bin or .ftz)", found=f"{kind} vectors"
        )


def _words_of(base: WordVectors, text: Corpus) -> frozenset[str]:
    """The words of the vectors that a text uses."""
    normalizer = Normalizer(normalization_for(base, texts_of(text)), base.vocabulary)
    counts = count_corpus(text, normalizer).vocabulary
    return frozenset(word for word in counts if word in base.vocabulary)


def _shrink_pieces(
    pieces: PieceVectors, text: Corpus, path: str | Path, *, overwrite: bool
) -> Shrunk:
    used = pieces_of(pieces.tokenizer, (document.text for document in text))
    tokenizer, numbers = with_fewer(pieces.tokenizer, used)
    _check_cut(pieces.tokenizer, tokenizer, numbers, text, path)
    write_fewer(pieces, tokenizer, numbers, path, overwrite=overwrite)
    return Shrunk("pieces", len(pieces.tokenizer.tokens), len(numbers), pieces.dim, str(path))


def _check_cut(
    before: PieceTokenizer,
    after: PieceTokenizer,
    numbers: Longs1d,
    text: Corpus,
    path: str | Path,
) -> None:
    """Raises OutputError where a tokenizer of fewer pieces cuts a document otherwise."""
    batch: list[str] = []

    def check() -> None:
        for one, old, new in zip(batch, before.cut(batch), after.cut(batch), strict=True):
            if old != numbers[new].tolist():
                raise OutputError(
                    str(path),
                    expected="a tokenizer that cuts the text as before",
                    found=f"one that cuts {one[:40]!r} otherwise with fewer pieces",
                )

    for document in text:
        batch.append(document.text)
        if len(batch) == TEXTS_AT_ONCE:
            check()
            batch = []
    check()
