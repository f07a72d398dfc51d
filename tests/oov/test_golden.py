"""Causes of words judged by hand: 200 of English contracts against GloVe, 200 of French law against
fr_core_news_md, drawn by scripts/golden_oov.py (seed 20271) from words that nothing was tuned on
and judged without the cause in sight. English 177 (88.5 %, 95 % interval 83.3 to 92.2) and French
184 (92.0 %, 87.4 to 95.0) were right then. Two of the English misses have been mended since, by a
rule set on other words, and say so in their notes; only the first figure is of unseen words.

What is told wrongly stays in the files: above all errors of typing that the text speaks too little
of (`plag` for plug), told as terms, and terms in headings, told as names.

Medicine in English: 200 words of abstracts (Ohsumed, of which the tests hold words and three words
of context on either side) against GloVe, judged in the same way with the same seed: 181 (90.5 %,
85.6 to 93.8) were right. Eight misses have been mended since, and one in French, by rules set on
the other half of the words: a word behind a lone letter is torn only where both are a known word,
and `N-ethylmaleimide` is no name. Then 189 (94.5 %, 90.4 to 96.9) are right, and 185 in French.

The other languages are judged by the tags of treebanks (scripts/golden_treebank.py, seed 20271):
Universal Dependencies' PUD, CC BY-SA 3.0, and for Greek GUD, CC BY-SA 4.0, of which the tests hold
words, counts and three words of context on either side. Right of 200, with 95 % intervals: German
188 (94.0 %, 89.8 to 96.5), Spanish 191, Greek 194, Turkish 181, Russian 185, Arabic 184 (92.0 %,
87.4 to 95.0), Hindi 177 (88.5 %, 83.3 to 92.2), Korean 182 (91.0 %, 86.2 to 94.2). In German,
Arabic, Hindi and Korean names are told by letters and neighbors (oov.name_evidence), tuned on other
texts and on the other half of the words; without that, 167, 163, 167 and 166 were right. In Hindi
14 of the 23 misses are English words in Hindi letters that are called names. The Arabic words were
drawn anew, since some of the first are known now. Two Russian misses have been mended since: words
in Cyrillic beside an English phrase, by a rule set on Georgian.
"""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from embedadapt.oov.evidence import Evidence, Origin, Seen
from embedadapt.oov.residuals import ResidualCauses
from embedadapt.oov.sightings import Sighting
from embedadapt.text.misspellings import Place

GOLDEN = Path(__file__).parent / "golden"


def causes_from(features) -> ResidualCauses:
    pairs = {(one, other): n for one, other, n in features["pairs"]}
    lengths = [1_000_000_000] * features["n_documents"]
    for number, length in features["lengths"].items():
        lengths[int(number)] = length
    sightings = {word: sighting(**seen) for word, seen in features["sightings"].items()}
    commonness = defaultdict(float, features["commonness"])
    return ResidualCauses(
        Seen(sightings, features["places"], commonness.__getitem__),
        Evidence(
            counts=features["counts"],
            known=frozenset(features["known"]),
            pairs=lambda one, other: pairs.get((one, other), 0),
            lengths=lengths,
            origin=Origin(
                features["language"], features["vectors"], frozenset(features["scripts"])
            ),
        ),
    )


def sighting(forms, places, languages, expansions, **shapes) -> Sighting:
    return Sighting(
        forms=Counter(forms),
        places=[Place(tuple(before), tuple(behind)) for before, behind in places],
        languages=Counter(languages),
        expansions=Counter(expansions),
        **shapes,
    )


RIGHT = {
    "en": 179,
    "fr": 185,
    "medicine": 189,
    "de": 188,
    "el": 194,
    "es": 191,
    "ru": 187,
    "tr": 181,
    "ar": 184,
    "hi": 177,
    "ko": 182,
}


@pytest.mark.parametrize(("language", "n_right"), RIGHT.items())
def test_causes_are_what_a_reader_judged(language, n_right):
    features = json.loads((GOLDEN / f"{language}.json").read_text("utf-8"))
    with (GOLDEN / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    causes = causes_from(features)
    told = {row["word"]: causes.of(row["word"]) for row in rows}
    assert len(rows) == 200
    assert told == {row["word"]: row["cause"] for row in rows}
    assert sum(told[row["word"]] in row["judged"].split("|") for row in rows) == n_right
