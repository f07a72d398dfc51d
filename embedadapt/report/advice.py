"""The findings of an OOV report as sentences. Terminal and page share them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from embedadapt.oov.baseline import new_words
from embedadapt.oov.comparison import OOVComparison
from embedadapt.oov.result import Band, Cause, Composed, Example, OOVReport, UnknownWord
from embedadapt.report.figures import count, percent, printable
from embedadapt.text.identify import language_name
from embedadapt.text.segment import SEGMENTER_OF

if TYPE_CHECKING:
    from embedadapt.adaptation.sense_shifts import SenseShift


def summary(report: OOVReport) -> str:
    """The finding in one line."""
    raw, normalized = report.raw, report.normalized
    return (
        f"{percent(raw.unknown_tokens, raw.n_tokens)} of the tokens have no vector as written, "
        f"{percent(normalized.unknown_tokens, normalized.n_tokens)} after normalization by the "
        "conventions of the vectors."
    )


def corpus_line(report: OOVReport) -> str:
    """What was read."""
    return f"{count(report.raw.n_documents, 'document')}, {count(report.raw.n_tokens, 'token')}"


def table_line(report: OOVReport) -> str:
    """Which vectors were asked about."""
    table = report.vectors
    size = f"{count(table.n_words, 'word')}, {count(table.dim, 'dimension')}"
    return f"{printable(table.path) or 'vectors'} ({size})"


NEW_WORDS_NAMED = 10
"""Most words that a failed gate lists."""
DOUBTFUL_NAMED = 5
"""Most words that are listed as composed mainly of n-grams that were never trained."""

MOSTLY_UNKNOWN = 0.3
"""Share of unknown words from which vectors in another language than the text are of no use."""

ADAPT = "embedadapt adapt VECTORS CORPUS -o domain.adapter"
SEGMENT = "embedadapt oov VECTORS CORPUS --segmenter words"


def next_step(report: OOVReport) -> tuple[str, str]:
    """What to do next: a sentence or two, and a command or ""."""
    left = report.normalized.unknown_tokens
    if report.spaceless:
        return segmentation(report), SEGMENT
    if not report.raw.unknown_tokens:
        return "Every token of this text has a vector as written.", ""
    if not left:
        return (
            f"Every word has a vector if you {conventions(report)}. Adapt the vectors only if "
            "known words have other senses in your domain.",
            "",
        )
    if report.languages.differ and report.normalized.token_rate >= MOSTLY_UNKNOWN:
        return f"{languages(report)} Use vectors in the language of the text.", ""
    if report.normalized.unknown_tokens == report.normalized.n_tokens:
        return (
            "The vectors have no word of this text, so `adapt` has nothing to start from. Look at "
            "the words of the vectors:",
            "embedadapt inspect VECTORS",
        )
    share = percent(report.fixed_tokens, report.raw.unknown_tokens)
    recovered = f"To recover {share} of the unknown tokens, {conventions(report)}. "
    sentence = recovered if report.fixed_tokens else ""
    seen = f"that occur at least {report.learnable.least} times in the text that it trains on"
    if not report.learnable.types:
        return f"{sentence}`adapt` learns words {seen}; none of the remaining words does so.", ""
    learned = f"{count(report.learnable.types)} of the {count(report.normalized.unknown_types)}"
    return (
        f"{sentence}`adapt` learns words {seen}: {learned} that remain. Next, train an adapter on "
        "this text:",
        ADAPT,
    )


def segmentation(report: OOVReport) -> str:
    """That a text has no spaces between the words of the vectors, and what cuts it; else ""."""
    if report.spaceless is None:
        return ""
    library = SEGMENTER_OF.get(report.languages.corpus or "")
    named = f" (--segmenter {library} for {language_name(report.languages.corpus)})"
    return (
        "The text has no spaces between words: an unknown token contains "
        f"{report.spaceless.words_inside:.1f} words of the vectors on average. Split the text "
        f"first, by the segmenter of the vectors{named if library else ''} or by the words of the "
        "vectors. Without splitting, the figures of this report mean little."
    )


def languages(report: OOVReport) -> str:
    """What the text and the vectors are written in, where the user should know; else ""."""
    found = report.languages
    if found.differ:
        corpus, vectors = map(language_name, (found.corpus, found.vectors))
        return f"The text is in {corpus}, the vectors are in {vectors}."
    if found.corpus is None and report.normalized.unknown_tokens:
        return (
            "The language of the text is not recognized, so its words are analyzed without the "
            "rules of a language."
        )
    return ""


def conventions(report: OOVReport) -> str:
    """The fixes as an instruction: `tokenize the text, with case=lower`."""
    given = (c.setting for c in report.causes if c.fixed and c.setting and c.tokens)
    settings = ", ".join(dict.fromkeys(given))  # two causes may have one setting
    return f"tokenize the text, with {settings}" if settings else "tokenize the text"


def frequency(report: OOVReport) -> str:
    """Whether the words that are missing are frequent enough to learn."""
    least = report.learnable.least
    often = sum(band.unknown_tokens for band in report.bands if band.least >= least)
    once = sum(band.unknown_types for band in report.bands if band.most == 1)
    return (
        f"{percent(often, report.normalized.unknown_tokens)} of the unknown tokens are words that "
        f"occur at least {least} times, which `adapt` requires. {count(once)} of the "
        f"{count(report.normalized.unknown_types)} distinct unknown words occur once."
    )


TOO_FEW = "The corpus has too few known words that are frequent enough to find sense shifts."


def sense_shift_remark(sense_shifts: Sequence[SenseShift]) -> str:
    """What sense-shift candidates rest on where the vectors do not tell general frequencies, or
    ""."""
    if not sense_shifts or sense_shifts[0].specificity is not None:
        return ""
    return (
        "The vectors are not in order of frequency and have no counts, so candidates are ranked "
        "only by how far they moved, and common words are among them."
    )


def times(band: Band) -> str:
    """How often the corpus has the words of a band: `once`, `2 to 4`, `1,000 and more`."""
    if band.most is None:
        return f"{count(band.least)} and more"
    return "once" if band.most == 1 else f"{count(band.least)} to {count(band.most)}"


def shown(example: Example, cause: Cause) -> str:
    """An example as written, with what is meant where no convention tells it."""
    mended = cause.recovered_tokens and not cause.fixed
    return f"{example.text} → {' '.join(example.words)}" if mended else example.text


def note(word: UnknownWord) -> str:
    """What is behind an unknown word: `→ agreement`, `= Non-Disclosure Agreement`; or ""."""
    if word.expansion:
        return f"= {word.expansion}"
    return f"→ {' '.join(word.meant)}" if word.meant else ""


def doubt(word: UnknownWord) -> str:
    """What is to be said against the vector that is composed for a word, or ""."""
    if word.ngrams is None or not _doubtful(word):
        return ""
    return (
        f"{count(word.ngrams.untrained)} of {count(word.ngrams.n_ngrams, 'n-gram')} never trained"
    )


def losses(report: OOVReport) -> list[tuple[str, str]]:
    """Shares that are lost after normalization, and what they are shares of."""
    loss, sentences = report.loss, report.loss.sentences
    return [
        (percent(loss.unknown_content, loss.content_tokens), "of the content words"),
        (percent(round(loss.unknown_bits), round(loss.bits)), "of the information"),
        (percent(sentences.affected, sentences.n_sentences), "of the sentences lose a word"),
        (
            percent(sentences.losing_several, sentences.n_sentences),
            "lose two or more content words",
        ),
    ]


def remarks(report: OOVReport) -> list[str]:
    """What a reader must know to take the figures for what they are."""
    table, left = report.vectors, report.normalized
    lines = [told for told in (segmentation(report), languages(report)) if told]
    if report.keys:
        lines.append(
            f"The keys of the vectors {report.keys.text}. Look-ups ignore this part of the keys."
        )
    if report.keys and report.keys.n_doubled:
        lines.append(
            f"If a word has several keys ({count(report.keys.n_doubled, 'more key')} in all), the "
            "most frequent key is used: by the counts of the vectors, or else the first one."
        )
    if table.n_shared_keys:
        lines.append(
            f"{count(table.n_shared_keys, 'key')} of these pruned vectors share the row of another "
            "word. Such keys count as unknown, since the vector is not their own."
        )
    if table.composes:
        lines.append(
            f"Of the {count(left.unknown_tokens, 'unknown token')} after normalization, "
            f"{count(left.composed_tokens)} get a vector that is composed of "
            f"n-grams, and {count(left.no_vector_tokens)} get none."
        )
    if report.composed:
        lines.append(_training(report.composed, report.words))
    return lines


def _training(composed: Composed, words: Sequence[UnknownWord]) -> str:
    """How much of what composes unknown words was ever trained."""
    ngrams = composed.tokens
    finding = (
        f"{percent(ngrams.untrained, ngrams.n_ngrams)} of their n-grams were never trained, since "
        "they occur in no known word. An untrained n-gram adds noise to a vector, or the row of "
        "another n-gram."
    )
    doubtful = sorted((word for word in words if _doubtful(word)), key=lambda word: -word.count)
    if not doubtful:
        return finding
    named = ", ".join(printable(word.word) for word in doubtful[:DOUBTFUL_NAMED])
    more = ", …" if len(doubtful) > DOUBTFUL_NAMED else ""
    return (
        f"{finding} Half or more of the n-grams are untrained for "
        f"{count(composed.half_types, 'word')} ({count(composed.half_tokens, 'token')}): "
        f"{named}{more}."
    )


def _doubtful(word: UnknownWord) -> bool:
    return word.ngrams is not None and 2 * word.ngrams.untrained >= word.ngrams.n_ngrams


def fixes(report: OOVReport) -> list[Cause]:
    """The causes that a convention fixes, in the order they were tried."""
    return [cause for cause in report.causes if cause.fixed]


def residue(report: OOVReport) -> list[Cause]:
    """The causes of the words that no convention fixes, those with the most tokens first."""
    return sorted(
        (cause for cause in report.causes if cause.left_tokens),
        key=lambda cause: -cause.left_tokens,
    )


def unlisted(report: OOVReport) -> str:
    """What is unknown and not listed word by word: `37 numbers and symbols aside`; "" for none."""
    n_unlisted = report.normalized.unknown_types - len(report.words)
    numbers = count(n_unlisted, "number or symbol", "numbers and symbols")
    return f"{numbers} aside" if n_unlisted else ""


def recommendation(comparison: OOVComparison) -> str:
    """Which vectors to use, and why, in one sentence."""
    names = table_names(comparison)
    name = {id(one): each for one, each in zip(comparison.reports, names, strict=True)}
    best = comparison.best
    advised = f"Recommended: {name[id(best)]}. It lacks {left(best)} of the tokens of this text"
    alike = [one for one in comparison.alike if one is not best]
    if alike:
        others = _listed([f"{name[id(one)]} ({left(one)})" for one in alike])
        wider = all(best.vectors.dim > one.vectors.dim for one in alike)
        why = f"it has more dimensions, {best.vectors.dim}" if wider else "no other is ahead"
        return f"{advised}, about as many as {others}, and {why}."
    others = _listed(
        [f"{name[id(one)]} {left(one)}" for one in comparison.reports if one is not best]
    )
    return f"{advised}, {others}."


def left(report: OOVReport) -> str:
    """The share of the words that is unknown after normalization."""
    return percent(report.normalized.unknown_tokens, report.normalized.n_tokens)


def table_names(comparison: OOVComparison) -> list[str]:
    """Short names of the vectors: the last part of their paths, or as many as it takes."""
    paths = [report.vectors.path.rstrip("/") or "vectors" for report in comparison.reports]
    for depth in range(1, 1 + max(path.count("/") for path in paths)):
        names = ["/".join(path.split("/")[-depth:]) for path in paths]
        if len(set(names)) == len(paths):
            return [printable(name) for name in names]
    return [printable(path) for path in paths]


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def gate_failure(report: OOVReport, allowed: float | None, baseline: Collection[str] | None) -> str:
    """Why the report fails a gate; "" if it passes.

    allowed: the share of the tokens that may be unknown; with a baseline, the share that may be
    unknown and not in it, where None is 0.
    """
    n_tokens = report.normalized.n_tokens
    if baseline is not None:
        new = new_words(report, baseline)
        n_new = sum(word.count for word in new)
        if n_new <= (allowed or 0) * n_tokens:
            return ""
        named = ", ".join(word.word for word in new[:NEW_WORDS_NAMED])
        more = ", …" if len(new) > NEW_WORDS_NAMED else ""
        return (
            f"{count(len(new), 'unknown word')} {'is' if len(new) == 1 else 'are'} not in the "
            f"baseline, {percent(n_new, n_tokens)} of the tokens: {printable(named)}{more}"
        )
    if allowed is None or report.normalized.token_rate <= allowed:
        return ""
    return (
        f"{report.normalized.token_rate:.4%} of the tokens have no vector, "
        f"more than the {allowed:.4%} allowed."
    )
