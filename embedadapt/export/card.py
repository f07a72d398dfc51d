"""The model card: what an export contains, what it was made from, and how to load it.

Source: Hugging Face, "Model Cards" (huggingface.co/docs/hub/model-cards): a README.md whose first
lines are metadata in YAML.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedadapt.core.adapter import Adapter
from embedadapt.core.errors import printable
from embedadapt.core.settings import flat
from embedadapt.core.vectors import WordVectors
from embedadapt.export.card_scores import model_index, score_sentences
from embedadapt.export.licenses import base_license, text_licenses
from embedadapt.export.targets import TARGETS, TRAINING_BLOCK, UNKNOWN_LICENSE
from embedadapt.text.keyness import new_words_by_keyness

NEW_WORDS_SHOWN = 12
MARKUP = re.compile(r"[\\`*\[\]<>!&|~]")
"""Characters that Markdown reads as more than themselves inside a line."""


@dataclass(frozen=True, eq=False)
class Card:
    """The content of a model card. It has no times and no paths: the same export has the same card.

    name: name of the file, folder or package.
    target: a key of TARGETS.
    base: the vectors before adapting. table: the vectors that are written.
    license: an identifier that Hugging Face knows.
    lang: language code; "" if it is not known.
    """

    name: str
    target: str
    base: WordVectors
    table: WordVectors
    adapters: Sequence[Adapter] = ()
    license: str = UNKNOWN_LICENSE
    lang: str = ""

    @property
    def license_stated(self) -> str:
        """The given license; if none was given, that of a base which no adapter changed."""
        if self.license != UNKNOWN_LICENSE or self.adapters:
            return self.license
        return base_license(self.base.provenance.path) or UNKNOWN_LICENSE

    def render(self) -> str:
        """Markdown, after its metadata."""
        parts = [
            _metadata(self),
            f"# {_escaped(self.name)}",
            f"These word vectors were written by embedadapt: {len(self.table):,} words with "
            f"{self.table.dim} dimensions.",
            "## Made of",
            _facts(_origin(self)),
        ]
        for adapter in self.adapters:
            parts += ["## Adapted to", _facts(_adaptation(adapter))]
            sentences = score_sentences(adapter, self.table.provenance.notes)
            parts += ["### Scores", "\n".join(f"- {each}" for each in sentences)]
        parts += ["## How to load it", _loading(self), "## License", _license(self)]
        text = "\n\n".join(parts) + "\n"
        return text.encode("utf-8", "backslashreplace").decode()  # names need not be UTF-8


def _metadata(card: Card) -> str:
    entries = {
        **({"language": card.lang} if card.lang else {}),
        "license": card.license_stated,
        "library_name": TARGETS[card.target].library,
        "tags": ["word-embeddings", "embedadapt"],
        **model_index(card.name, card.adapters, card.table.provenance.notes),
    }
    lines = (f"{name}: {json.dumps(value)}" for name, value in entries.items())  # JSON is YAML
    return "\n".join(["---", *lines, "---"])


def _origin(card: Card) -> Iterator[tuple[str, str]]:
    base = card.base
    name = _escaped(Path(base.provenance.path).name)
    yield "base", f"{name or 'vectors'} ({base.provenance.format})"
    yield "its size", f"{len(base):,} words x {base.dim}"
    yield "its hash", f"`{base.fingerprint}`"
    yield from (("note", _escaped(note)) for note in card.table.provenance.notes)


def _adaptation(adapter: Adapter) -> Iterator[tuple[str, str]]:
    n_new = len(adapter.new_words)
    yield "words", f"{len(adapter.vocabulary) - n_new:,} of the base, {n_new:,} new"
    if n_new:
        shown = _escaped(", ".join(new_words_by_keyness(adapter)[:NEW_WORDS_SHOWN]))
        yield "new words, by keyness", shown + ", …" * (n_new > NEW_WORDS_SHOWN)
    yield "corpus hash", f"`{corpus_hash(adapter)}` (of its words and their counts)"
    yield "settings", _listed(flat(adapter.settings))


def corpus_hash(adapter: Adapter) -> str:
    """32 hexadecimal digits of an adapter's words and their counts."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update("\0".join(adapter.vocabulary.words).encode("utf-8", "surrogateescape"))
    if adapter.vocabulary.counts is not None:
        digest.update(adapter.vocabulary.counts.tobytes())
    return digest.hexdigest()


def _loading(card: Card) -> str:
    path = json.dumps(card.name, ensure_ascii=False)[1:-1]  # in quotation marks, as Python has them
    code = TARGETS[card.target].load.format(path=path)
    told = [f"```python\n{code}\n```"]
    if card.target == "spacy" and card.table.subwords is not None:
        block = TRAINING_BLOCK.format(path=path)
        told += [
            "embedadapt must be installed where the pipeline is loaded. To train a pipeline with "
            "these vectors, add this to the config of `spacy train`:",
            f"```ini\n{block}```",
        ]
    return "\n\n".join(told)


def _license(card: Card) -> str:
    """The license of the export, then those of what it was made of."""
    if card.license_stated == UNKNOWN_LICENSE:
        said = "No license was given for this export."
    elif card.license == UNKNOWN_LICENSE:
        said = f"The license is {card.license_stated}, that of the unchanged base."
    else:
        said = f"The license is {card.license}, as stated by the maker of this export."
    sources = [("base", base_license(card.base.provenance.path))]
    texts = [name for adapter in card.adapters for name in text_licenses(adapter)]
    sources += [(f"text{f' {n}' * (len(texts) > 1)}", name) for n, name in enumerate(texts, 1)]
    return f"{said} The sources are:\n\n" + _facts(
        (
            f"license of the {source}",
            _escaped(name) or "not stated; check it before you publish this export",
        )
        for source, name in sources
    )


def _escaped(text: str) -> str:
    """A name or a word in Markdown, in one line: nothing of it is a link, an image or HTML.

    >>> print(_escaped("[a](javascript:b)<img>"))
    \\[a\\](javascript:b)\\<img\\>
    """
    return MARKUP.sub(r"\\\g<0>", printable(text))


def _facts(facts: Iterator[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts)


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_short(value)}" for name, value in sorted(values.items()))


def _short(value: Any) -> str:
    """JSON with four digits per number.

    >>> _short([2.169844, None, 3_451_461, "exact"])
    '[2.17, null, 3451461, "exact"]'
    """
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_short, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else json.dumps(value)
