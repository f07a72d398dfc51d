"""What a report on tokenizers comes to, in sentences."""

from __future__ import annotations

from embedadapt.oov.shattering import FertilityComparison, FertilityReport, PieceCounts, Saving
from embedadapt.report.figures import common_folder, count, percent, printable


def corpus_line(report: FertilityReport) -> str:
    """What was read."""
    return f"{count(len(report.documents), 'document')}, {count(report.words.n_words, 'word')}"


def tokenizer_line(report: FertilityReport) -> str:
    """What was asked."""
    tokenizer = report.tokenizer
    size = f"{tokenizer.kind}, {count(tokenizer.n_pieces, 'piece')}"
    return f"{printable(tokenizer.path) or 'tokenizer'} ({size})"


def fertility(words: PieceCounts) -> str:
    """Pieces a word, or nothing where there is no word."""
    return f"{words.fertility:.2f}" if words.n_words else ""


def saving(report: FertilityReport, saving: Saving) -> str:
    """What adding so many words saves: `3.1 %`."""
    return percent(saving.n_tokens, report.n_tokens)


def cost_line(report: FertilityReport) -> str:
    """What the text costs, above what added words would save."""
    return f"The text has {count(report.n_tokens, 'token')}. Adding words to the tokenizer saves:"


CASES_NAMED = 5


def case_remark(report: FertilityReport) -> str:
    """What is shattered for its case alone."""
    n_words = sum(word.count for word in report.by_case)
    named = ", ".join(printable(word.word) for word in report.by_case[:CASES_NAMED])
    more = ", …" if len(report.by_case) > CASES_NAMED else ""
    return (
        f"{percent(n_words, report.words.shattered)} of the shattered words are shattered only "
        f"because of their capitals: {named}{more}"
    )


def conclusion(report: FertilityReport) -> str:
    """The finding in two sentences."""
    words = report.words
    told = (
        f"The tokenizer splits a word of this text into {words.fertility:.2f} pieces on average "
        f"and shatters {percent(words.shattered, words.n_words)} of the words."
    )
    if not report.savings:
        return told
    most = next((one for one in report.savings if one.n_words >= 1_000), report.savings[-1])
    added = count(most.n_words, "word")
    return f"{told} With {added} added, the text has {saving(report, most)} fewer tokens."


def recommendation(comparison: FertilityComparison) -> str:
    """Which tokenizer the corpus costs least, in one sentence."""
    names = tokenizer_names(comparison)
    name = {id(one): each for one, each in zip(comparison.reports, names, strict=True)}
    best, alike = comparison.best, comparison.alike
    told = f"{name[id(best)]} has the fewest tokens for this text, {count(best.n_tokens)}"
    if len(alike) > 1:
        others = ", ".join(f"{name[id(one)]} ({count(one.n_tokens)})" for one in alike[1:])
        return f"{told}. About as many: {others}."
    others = ", ".join(
        f"{name[id(one)]} {one.n_tokens / best.n_tokens:.2f} times as many"
        for one in comparison.reports
        if one is not best
    )
    return f"{told}; {others}."


def tokenizer_names(comparison: FertilityComparison) -> list[str]:
    """What tells the tokenizers apart: their paths without the folder that all are in, and without
    `tokenizer.json`."""
    paths = [report.tokenizer.path for report in comparison.reports]
    shared = len(common_folder(paths))
    short = [path[shared:].removesuffix("tokenizer.json").rstrip("/") for path in paths]
    return [printable(name or path) for name, path in zip(short, paths, strict=True)]


def gate_failure(report: FertilityReport, allowed: float | None) -> str:
    """Why a gate does not let the report pass, or "" where it does.

    allowed: the share of the running words that may be shattered.
    """
    if allowed is None or report.words.shattered_rate <= allowed:
        return ""
    return (
        f"{report.words.shattered_rate:.4%} of the words are shattered, "
        f"more than the {allowed:.4%} allowed."
    )
