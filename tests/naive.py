"""Slow, obvious twins of the fast functions: read them to know what the fast ones must give."""

import math
import re
from collections.abc import Iterable
from functools import cache

import numpy as np

from embedadapt.core.adapter import Adapter
from embedadapt.core.specificity import BySpecificity
from embedadapt.core.vectors import SubwordTable, WordVectors


def mean_contexts(
    sentences: list[list[int]], rows: np.ndarray, usable: np.ndarray, window: int
) -> np.ndarray:
    """Weighted means of neighbours, word by word: SIF weights a / (a + share), a = 1e-3."""
    tokens = [i for sentence in sentences for i in sentence]
    means = np.zeros(rows.shape)
    for word in range(len(rows)):
        total = 0.0
        for sentence in sentences:
            for position, target in enumerate(sentence):
                for other, neighbour in enumerate(sentence):
                    near = other != position and abs(other - position) <= window
                    if target == word and near and usable[neighbour]:
                        weight = 1e-3 / (1e-3 + tokens.count(neighbour) / len(tokens))
                        means[word] += weight * rows[neighbour]
                        total += weight
        if total:
            means[word] /= total
    return means


def cosines(rows: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Cosine of each row with `query`; -inf for a zero row, 0 for a zero query."""
    result = np.full(len(rows), -np.inf)
    for i, row in enumerate(rows):
        if row.any():
            length = np.linalg.norm(row) * np.linalg.norm(query)
            result[i] = row @ query / length if length else 0.0
    return result


def kept_shares(before: list[list[int]], after: list[list[int]]) -> list[float]:
    """Share of each list's neighbours before (-1 is none) that stand among those after."""
    shares = []
    for old, new in zip(before, after, strict=True):
        present = [row for row in old if row >= 0]
        kept = [row for row in present if row in new]
        shares.append(len(kept) / len(present) if present else 1.0)
    return shares


def fresh_sentences(
    documents: list[list[list[int]]], training: list[list[list[int]]]
) -> list[list[list[int]]]:
    """The documents' sentences that have words and do not stand in the training documents."""
    known = [sentence for document in training for sentence in document]
    return [[s for s in document if s and s not in known] for document in documents]


def pair_losses(row: np.ndarray, outputs: np.ndarray, pairs) -> float:
    """Mean loss of one word's pairs: log 2-like terms for the neighbor and for each noise word."""
    losses = []
    for neighbor, noise in zip(pairs.neighbors, pairs.noise, strict=True):
        loss = np.log1p(np.exp(-float(row @ outputs[neighbor])))
        loss += sum(
            np.log1p(np.exp(float(row @ outputs[other]))) for other in noise if other != neighbor
        )
        losses.append(loss)
    return float(np.mean(losses))


def new_word_pairs(
    sentences: list[list[str]], new: str, known: set[str], window: int
) -> dict[int, int]:
    """How often a known word is at each distance from a new one."""
    counts: dict[int, int] = {}
    for sentence in sentences:
        for place, word in enumerate(sentence):
            for other, neighbor in enumerate(sentence):
                distance = abs(other - place)
                if word == new and neighbor in known and 0 < distance <= window:
                    counts[distance] = counts.get(distance, 0) + 1
    return counts


def counted(documents: list[list[list[str]]]) -> list[tuple[str, int, int]]:
    """Each word of some documents of sentences with its count and how many documents hold it, most
    frequent first, ties by word."""
    every = [word for document in documents for sentence in document for word in sentence]
    rows = [
        (word, every.count(word), sum(any(word in s for s in d) for d in documents))
        for word in set(every)
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def kept_sentences(documents: list[list[list[str]]], kept: list[str]) -> list[list[list[int]]]:
    """The documents as rows of `kept`, without other words and without sentences left empty."""
    return [
        [rows for s in document if (rows := [kept.index(word) for word in s if word in kept])]
        for document in documents
    ]


def parse_text_lines(
    text: bytes, dim: int
) -> list[tuple[int, bool, bytes, list[np.float32] | None]]:
    """(start, whether it is odd, word, values) of each line that is not blank."""
    result: list[tuple[int, bool, bytes, list[np.float32] | None]] = []
    start = 0
    for line in text.split(b"\n")[:-1]:
        content = line.removesuffix(b"\r").rstrip(b" ")
        if line not in (b"", b"\r"):
            word, *fields = content.split(b" ")
            plain = all(re.fullmatch(rb"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", f) for f in fields)
            odd = not (word and plain and len(fields) == dim)
            values = None if odd else [np.float32(float(field)) for field in fields]
            result.append((start, odd, word, values))
        start += len(line) + 1
    return result


def compose_word(own: np.ndarray, ngrams: np.ndarray) -> np.ndarray:
    """fastText's `getWordVector`: rows added one by one in float32, then scaled."""
    total = own.astype(np.float32)
    for row in ngrams:
        total = total + row
    return total * np.float32(1.0 / (1 + len(ngrams)))


def oov_causes(texts: list[str], known: set[str], readings: list) -> dict[str | None, int]:
    """Unknown white-space pieces by the first reading that knows all their words; None for none.

    readings: (cause, piece -> words), from the plainest to the fullest.
    """
    causes: dict[str | None, int] = {}
    for text in texts:
        for piece in text.split():
            if piece in known:
                continue
            fixed_by = None
            for cause, read in reversed(readings):
                if all(word in known for word in read(piece)):
                    fixed_by = cause
            causes[fixed_by] = causes.get(fixed_by, 0) + 1
    return causes


def compose_ngrams(words: list[str], ngrams: np.ndarray, lengths: tuple[int, int]) -> np.ndarray:
    """Sum of a word's n-gram rows over the square root of their number."""
    table = SubwordTable(ngrams, None, *lengths)
    composed = np.zeros((len(words), ngrams.shape[1]))
    for i, word in enumerate(words):
        buckets = table.buckets(word)
        for bucket in buckets:
            composed[i] += ngrams[bucket] / np.sqrt(len(buckets))
    return composed


def fit_ngrams(words, order, vectors, lengths, rates, ngrams) -> np.ndarray:
    """n-gram rows after one pass of stochastic gradient descent, word by word."""
    ngrams = ngrams.astype(np.float64)
    table = SubwordTable(ngrams, None, *lengths)
    for i in order:
        error = vectors[i] - compose_ngrams([words[i]], ngrams, lengths)[0]
        buckets = table.buckets(words[i])
        for bucket in buckets:
            ngrams[bucket] += rates[i] * error / np.sqrt(len(buckets))
    return ngrams


class SplitMix64:
    """The generator of kernels.rng, in whole numbers of any size."""

    def __init__(self, seed: int, *place: int) -> None:
        self.state = mix64(seed + GOLDEN) if place else seed
        for number in place:
            self.state = mix64(self.state + number)

    def bits(self) -> int:
        self.state = (self.state + GOLDEN) % 2**64
        return mix64(self.state)

    def unit(self) -> float:
        return (self.bits() >> 40) / 2**24

    def below(self, n: int) -> int:
        return (self.bits() >> 32) * n >> 32

    def noises(self, threshold: np.ndarray, alias: np.ndarray, n: int) -> list[int]:
        return [self.noise(threshold, alias) for _ in range(n)]

    def noise(self, threshold: np.ndarray, alias: np.ndarray) -> int:
        bits = self.bits()
        column = (bits >> 32) * len(threshold) >> 32
        unit = (bits % 2**24) / 2**24
        return column if unit < threshold[column] else int(alias[column])


GOLDEN = 0x9E3779B97F4A7C15


def mix64(z: int) -> int:
    z %= 2**64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    return z ^ z >> 31


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def pair_loss(x: np.ndarray, ys: np.ndarray, targets: list[int]) -> float:
    """-log sigma(x y_centre) - sum of log sigma(-x y_noise), noise equal to the centre left out."""
    loss = -np.log(sigmoid(x @ ys[0]))
    for t in range(1, len(targets)):
        if targets[t] != targets[0]:
            loss -= np.log(sigmoid(-x @ ys[t]))
    return float(loss)


def update_window(
    inputs: np.ndarray, outputs: np.ndarray, context: list[int], targets: list[int], rate: float
) -> None:
    """Errors of all pairs first; then each context row, then each target's row."""
    ys = outputs[targets]
    errors = np.zeros((len(context), len(targets)))
    for c, word in enumerate(context):
        for t, target in enumerate(targets):
            if t == 0 or target != targets[0]:
                errors[c, t] = (t == 0) - sigmoid(inputs[word] @ ys[t])
    steps = np.zeros_like(ys)
    for c, word in enumerate(context):
        for t in range(len(targets)):
            steps[t] += rate * errors[c, t] * inputs[word]
        for t in range(len(targets)):
            inputs[word] += rate * errors[c, t] * ys[t]
    for t, target in enumerate(targets):
        outputs[target] += steps[t]


def train_block(
    inputs: np.ndarray,
    outputs: np.ndarray,
    sentences: list[list[int]],
    keep: np.ndarray,
    noise: tuple[np.ndarray, np.ndarray],
    rng: SplitMix64,
    noise_rng: SplitMix64,
    *,
    window: int,
    negative: int,
    together: int,
    reuse: int,
    rate: float,
) -> list[float]:
    """Skip-gram over some sentences, drawing as the kernel does; the loss of every pair."""
    losses = []
    for sentence in sentences:
        words = [word for word in sentence if rng.unit() < keep[word]]
        current = coming = noise_rng.noises(*noise, negative)
        used = reuse
        for i, centre in enumerate(words):
            context = drawn_window(words, i, rng, window)
            for first in range(0, len(context), together):
                some = context[first : first + together]
                if used == reuse:
                    current, coming = coming, noise_rng.noises(*noise, negative)
                    used = 0
                used += 1
                targets = [centre, *current]
                losses += [pair_loss(inputs[word], outputs[targets], targets) for word in some]
                update_window(inputs, outputs, some, targets, rate)
    return losses


def drawn_window(words: list[int], i: int, rng: SplitMix64, window: int) -> list[int]:
    reach = 1 + rng.below(window)
    return words[max(0, i - reach) : i] + words[i + 1 : i + 1 + reach]


def train_pairs(
    inputs: np.ndarray,
    outputs: np.ndarray,
    sentences: list[list[int]],
    keep: np.ndarray,
    noise: tuple[np.ndarray, np.ndarray],
    rng: SplitMix64,
    noise_rng: SplitMix64,
    *,
    window: int,
    negative: int,
    rate: float,
) -> list[float]:
    """Skip-gram pair by pair; the loss of every pair. Pairs are listed, window by window, until
    there are 128, and one of each quarter of the list is trained at a time."""
    losses = []
    for sentence in sentences:
        words = [word for word in sentence if rng.unit() < keep[word]]
        pairs = []
        for i, center in enumerate(words):
            pairs += [(word, center) for word in drawn_window(words, i, rng, window)]
            if len(pairs) < 128 and i < len(words) - 1:
                continue
            listed = [
                (word, [center, *noise_rng.noises(*noise, negative)]) for word, center in pairs
            ]
            quarter = -(-len(listed) // 4)
            for first in range(quarter):
                group = listed[first::quarter]
                losses += [pair_loss(inputs[word], outputs[ids], ids) for word, ids in group]
                update_pairs(inputs, outputs, group, rate)
            pairs = []
    return losses


def update_pairs(
    inputs: np.ndarray,
    outputs: np.ndarray,
    group: list[tuple[int, list[int]]],
    rate: float,
    *,
    freeze_inputs: bool = False,
) -> None:
    """Errors of all pairs of a context word and targets first; then one pair moves after the
    other, its context word and its targets by each other as they were."""
    steps = [rate * pair_errors(inputs, outputs, *pair) for pair in group]
    for (word, targets), step in zip(group, steps, strict=True):
        gain, gains = step @ outputs[targets], np.outer(step, inputs[word])
        inputs[word] += 0 if freeze_inputs else gain
        np.add.at(outputs, targets, gains)


def pair_errors(
    inputs: np.ndarray, outputs: np.ndarray, word: int, targets: list[int]
) -> np.ndarray:
    """Label - sigmoid of each target, 0 for noise words that are the center."""
    labels = np.arange(len(targets)) == 0
    errors = labels - sigmoid(outputs[targets] @ inputs[word])
    errors[1:][np.array(targets[1:]) == targets[0]] = 0
    return errors


def train_bags(
    inputs: np.ndarray,
    outputs: np.ndarray,
    sentences: list[list[int]],
    keep: np.ndarray,
    noise: tuple[np.ndarray, np.ndarray],
    rng: SplitMix64,
    noise_rng: SplitMix64,
    *,
    pieces: list[list[int]],
    of_context: bool,
    window: int,
    negative: int,
    reuse: int,
    rate: float,
) -> list[float]:
    """CBOW (of_context) or skip-gram over some sentences, of words that are means of input rows."""
    losses = []
    for sentence in sentences:
        words = [word for word in sentence if rng.unit() < keep[word]]
        current = coming = noise_rng.noises(*noise, negative)
        used = reuse
        for i, centre in enumerate(words):
            context = drawn_window(words, i, rng, window)
            if not context:
                continue
            sources, goals = (context, [centre]) if of_context else ([centre], context)
            bag = [row for word in sources for row in pieces[word]]
            before = inputs[bag].mean(axis=0)
            hidden = before[None].copy()
            for goal in goals:
                if used == reuse:
                    current, coming = coming, noise_rng.noises(*noise, negative)
                    used = 0
                used += 1
                targets = [goal, *current]
                losses.append(pair_loss(hidden[0], outputs[targets], targets))
                update_window(hidden, outputs, [0], targets, rate)
            for row in bag:
                inputs[row] += hidden[0] - before
    return losses


def train_windows_of_bags(
    inputs: np.ndarray,
    outputs: np.ndarray,
    sentences: list[list[int]],
    keep: np.ndarray,
    noise: tuple[np.ndarray, np.ndarray],
    rng: SplitMix64,
    noise_rng: SplitMix64,
    *,
    pieces: list[list[int]],
    window: int,
    negative: int,
    together: int,
    reuse: int,
    rate: float,
    freeze_inputs: bool = False,
) -> list[float]:
    """Skip-gram over some sentences, of words that are means of input rows: a mean is trained with
    up to `together` words around it at a time; parts of a window are as long as each other."""
    losses = []
    for sentence in sentences:
        words = [word for word in sentence if rng.unit() < keep[word]]
        current = coming = noise_rng.noises(*noise, negative)
        used = reuse
        for i, center in enumerate(words):
            if used == reuse:
                current, coming = coming, noise_rng.noises(*noise, negative)
                used = 0
            used += 1
            context = drawn_window(words, i, rng, window)
            if not context:
                continue
            before = inputs[pieces[center]].mean(axis=0)
            hidden = before.copy()
            n_parts = -(-len(context) // together)
            for part in range(n_parts):
                ends = part * len(context) // n_parts, (part + 1) * len(context) // n_parts
                some = context[slice(*ends)]
                pairs = [[goal, *current] for goal in some]
                losses += [pair_loss(hidden, outputs[ids], ids) for ids in pairs]
                errors = [pair_errors(hidden[None], outputs, 0, ids) for ids in pairs]
                steps = [*np.sum(errors, axis=0)[1:], *(error[0] for error in errors)]
                moved = hidden.copy()
                for target, step in zip([*current, *some], steps, strict=True):
                    moved += 0 if freeze_inputs else rate * step * outputs[target]
                    outputs[target] += rate * step * hidden
                hidden = moved
            for row in pieces[center]:
                inputs[row] += hidden - before
    return losses


def murmur3_x64_128(data: bytes, seed: int) -> tuple[int, int]:
    """MurmurHash3 x64, line by line after Appleby's C."""
    mask, c1, c2 = 2**64 - 1, 0x87C37B91114253D5, 0x4CF5AD432745937F

    def rotated(value: int, bits: int) -> int:
        return (value << bits | value >> (64 - bits)) & mask

    def mixed(value: int) -> int:
        value = (value ^ value >> 33) * 0xFF51AFD7ED558CCD & mask
        value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53 & mask
        return value ^ value >> 33

    h1 = h2 = seed
    whole = len(data) // 16 * 16
    for start in range(0, whole, 16):
        k1 = int.from_bytes(data[start : start + 8], "little")
        k2 = int.from_bytes(data[start + 8 : start + 16], "little")
        h1 ^= rotated(k1 * c1 & mask, 31) * c2 & mask
        h1 = ((rotated(h1, 27) + h2) * 5 + 0x52DCE729) & mask
        h2 ^= rotated(k2 * c2 & mask, 33) * c1 & mask
        h2 = ((rotated(h2, 31) + h1) * 5 + 0x38495AB5) & mask
    tail = data[whole:]
    h2 ^= rotated(int.from_bytes(tail[8:], "little") * c2 & mask, 33) * c1 & mask
    h1 ^= rotated(int.from_bytes(tail[:8], "little") * c1 & mask, 31) * c2 & mask
    h1, h2 = h1 ^ len(data), h2 ^ len(data)
    h1 = (h1 + h2) & mask
    h2 = (h2 + h1) & mask
    h1, h2 = mixed(h1), mixed(h2)
    h1 = (h1 + h2) & mask
    return h1, (h2 + h1) & mask


def floret_vector(
    word: str,
    table: np.ndarray,
    min_n: int,
    max_n: int,
    hash_count: int,
    own: list[np.ndarray],
) -> np.ndarray:
    """The mean of its own rows, and the rows of the marked word and of its n-grams."""
    marked = f"<{word}>"
    pieces = [marked]
    for start in range(len(marked)):
        for n in range(min_n, max_n + 1):
            stop = start + n
            if stop <= len(marked) and not (n == 1 and (start == 0 or stop == len(marked))):
                pieces.append(marked[start:stop])
    rows = [*own]
    for piece in pieces:
        low, high = murmur3_x64_128(piece.encode(), 2166136261)
        parts = (low & 0xFFFFFFFF, low >> 32, high & 0xFFFFFFFF, high >> 32)
        rows += [table[part % len(table)] for part in parts[:hash_count]]
    return np.mean(rows, axis=0)


def shingle_similarity(one: list[int], other: list[int], width: int) -> float:
    """Jaccard similarity of the sets of `width` words in a row; of a shorter text, of all."""

    def shingles(ids: list[int]) -> set[tuple[int, ...]]:
        return {tuple(ids[i : i + width]) for i in range(max(1, len(ids) - width + 1))}

    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def train_stretch(
    inputs: np.ndarray,
    outputs: np.ndarray,
    words: list[int],
    starts: set[int],
    pieces: list[list[int]],
    noise: tuple[np.ndarray, np.ndarray],
    key: int,
    rates: tuple[float, float],
    *,
    window: int,
    negative: int,
    together: int,
    of_context: bool,
) -> None:
    """train.cu with one writer, on text that has no piece twice in a window and the word after it.

    starts: positions of the first words of sentences. pieces: the input rows of each word.
    """

    def drawn(update: int, lane: int) -> SplitMix64:
        return SplitMix64(key + (32 * update + lane) * GOLDEN)

    batches = 1 if of_context else -(-2 * window // together)
    for centre, word in enumerate(words):
        rate = rates[0] + (rates[1] - rates[0]) * centre / len(words)
        reach = 1 + drawn(centre * batches, 31).below(window)
        left = [p for p in range(centre - reach, centre) if p >= 0]
        left = [p for p in left if not starts & set(range(p + 1, centre + 1))]
        right = [p for p in range(centre + 1, centre + reach + 1) if p < len(words)]
        right = [p for p in right if not starts & set(range(centre + 1, p + 1))]
        bags = [pieces[words[p]] for p in left + right]
        if of_context:
            bags = [[row for bag in bags for row in bag]] if bags else []
        for batch, first in enumerate(range(0, len(bags), together)):
            some = bags[first : first + together]
            update = centre * batches + batch
            coming = [drawn(update, 1 + k).noise(*noise) for k in range(negative)]
            means = np.array([inputs[bag].mean(axis=0) for bag in some])
            trained = means.copy()
            update_window(trained, outputs, list(range(len(some))), [word, *coming], rate)
            for bag, before, after in zip(some, means, trained, strict=True):
                for row in bag:
                    inputs[row] += after - before


def chunk_list(text: str) -> list[str]:
    """What stands between white space, one character at a time."""
    chunks = [""]
    for character in text:
        if character.isspace():
            chunks.append("")
        else:
            chunks[-1] += character
    return [chunk for chunk in chunks if chunk]


def merged_replicas(merged: np.ndarray, replicas: list[np.ndarray], n_hot: int) -> np.ndarray:
    """What replicas gained on `merged`, added up; in the first rows, less what they share."""
    result = merged.astype(np.float64)
    for row, seen in enumerate(merged):
        total = np.zeros(len(seen))
        for replica in replicas:
            gain = replica[row].astype(np.float64) - seen
            common = max(0.0, total @ gain)
            if row < n_hot and common > 0:
                of_total, of_gain = common / 2 / (total @ total), common / 2 / (gain @ gain)
                total, gain = total * (1 - of_total), gain * (1 - of_gain)
            total = total + gain
        result[row] += total
    return result


def one_edit_apart(one: str, other: str) -> bool:
    """One letter wrong, missing, too many, or two neighbours swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) < len(other):
        return any(one == other[:i] + other[i + 1 :] for i in range(len(other)))
    swapped = any(
        one == other[:i] + other[i + 1] + other[i] + other[i + 2 :] for i in range(len(other) - 1)
    )
    return swapped or sum(a != b for a, b in zip(one, other, strict=True)) == 1


def merged_gains(changes: list[np.ndarray], agreed: np.ndarray) -> np.ndarray:
    """What several replicas gained, merged row by row: the sum, or `agreed` times the sum of their
    squared lengths over its own of it, where that is less."""
    merged = sum(change.astype(float) for change in changes)
    for row, total in enumerate(merged):
        squares = sum(float(change[row] @ change[row]) for change in changes)
        if total @ total > agreed[row] * squares:
            merged[row] = total * agreed[row] * squares / (total @ total)
    return merged


def rounded_to_levels(change: np.ndarray, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Each row as whole numbers from -levels to levels, times the scale of the row."""
    scales = np.abs(change.astype(float)).max(axis=1, initial=0) / levels
    return np.rint(change / scales[:, None]).astype(np.int8), scales


def neighbor_fit(before: np.ndarray, after: np.ndarray, word: int, n_neighbors: int) -> float:
    """How near to `word` the words are after a move that were nearest before, in standard
    deviations of its cosines with all words; with itself counted as 0."""
    near = np.argsort(-(before @ before[word]) / np.linalg.norm(before, axis=1))
    near = near[near != word][:n_neighbors]
    cosines = after @ after[word] / np.linalg.norm(after, axis=1) / np.linalg.norm(after[word])
    cosines[word] = 0
    return float((cosines[near].mean() - cosines.mean()) / cosines.std())


@cache
def edits(one: str, other: str) -> int:
    """Optimal string alignment by its recursion: insert, drop, replace, swap neighbours."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        edits(one[:-1], other) + 1,
        edits(one, other[:-1]) + 1,
        edits(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[:-3:-1]:
        least = min(least, edits(one[:-2], other[:-2]) + 1)
    return least


def moved_by_specificity(base: WordVectors, adapter: Adapter, scale: BySpecificity) -> np.ndarray:
    """What `apply_adapter` makes of a base in the layout add, a word at a time."""
    rows = [list(map(float, row)) for row in base.matrix]
    starts = iter(adapter.starts)
    for i, row in enumerate(adapter.base_rows):
        delta = list(map(float, adapter.delta[i]))
        if row < 0:
            rows.append([s + 0.25 * d for s, d in zip(next(starts), delta, strict=True)])
            continue
        length, goal = math.hypot(*delta), 0.9 * math.hypot(*rows[row])
        specificity = float(adapter.specificity[i])  # type: ignore[index]
        part = scale.share / (1 + math.exp(-4 * (specificity - scale.threshold)))
        part *= min(goal / length, 3) if length else 0
        rows[row] = [x + part * d for x, d in zip(rows[row], delta, strict=True)]
    return np.array(rows, dtype=np.float32)


def fertility(content: str, texts: list[str], *, spaced: bool = False) -> dict[str, object]:
    """How a tokenizer (its JSON) cuts texts, word by word: pieces of all words, words of one piece,
    tokens of the texts, and of each word used five times and more what it would save as one piece.

    spaced: whether the tokenizer needs to be shown the space before a word."""
    from tokenizers import Tokenizer

    from embedadapt.text.tokenize import tokenize

    tokenizer = Tokenizer.from_str(content)
    counts: dict[str, int] = {}
    for text in texts:
        for token in tokenize(text):
            if any(character.isalpha() for character in token):
                counts[token] = counts.get(token, 0) + 1
    pieces = {
        word: tuple(tokenizer.encode(" " * spaced + word, add_special_tokens=False).ids)
        for word in counts
    }
    alike: dict[tuple[int, ...], int] = {}
    for word, n in counts.items():
        is_plain = not any(character.isdigit() or character in "@/\\:<>" for character in word)
        if is_plain and len(word) <= 40 and len(pieces[word]) > 1:
            alike[pieces[word]] = alike.get(pieces[word], 0) + n
    saved = [n * (len(ids) - 1) for ids, n in alike.items() if n >= 5]
    return {
        "n_words": sum(counts.values()),
        "n_pieces": sum(n * len(pieces[word]) for word, n in counts.items()),
        "n_single": sum(n for word, n in counts.items() if len(pieces[word]) == 1),
        "n_tokens": sum(len(tokenizer.encode(t, add_special_tokens=False).ids) for t in texts),
        "saved": sum(saved),
    }


def phrases(
    runs: list[list[str]], connectors: set[str], min_count: int, min_score: float
) -> dict[str, tuple[int, float]]:
    """Count and score of each phrase of two passes, joined by `_`: pairs, then pairs of joined.

    Words are tuples of what they were joined of.
    """
    found = {}
    sentences = [[(word,) for word in run] for run in runs]
    for _ in range(2):
        words = [word for sentence in sentences for word in sentence]
        pairs = [pair for sentence in sentences for pair in word_pairs(sentence, connectors)]
        good = {}
        for pair in set(pairs):
            p_a, p_b = (words.count(pair[i]) / len(words) for i in (0, -1))
            p_ab = pairs.count(pair) / len(words)
            score = math.log(p_ab / (p_a * p_b)) / -math.log(p_ab)
            if pairs.count(pair) >= min_count and score > min_score:
                good[pair] = score
                found["_".join(sum(pair, ()))] = (pairs.count(pair), score)
        sentences = [joined(sentence, good, connectors) for sentence in sentences]
    return found


def word_pairs(sentence: list[tuple], connectors: set[str]) -> list[tuple]:
    """Each slice that begins and ends with a word and has connectors only between."""
    slices = [sentence[a:b] for a in range(len(sentence)) for b in range(a + 2, len(sentence) + 1)]
    is_word = [[word[0] not in connectors or len(word) > 1 for word in one] for one in slices]
    return [
        tuple(one)
        for one, flags in zip(slices, is_word, strict=True)
        if flags[0] and flags[-1] and not any(flags[1:-1])
    ]


def joined(sentence: list[tuple], good: dict[tuple, float], connectors: set[str]) -> list[tuple]:
    """The sentence with each good pair made one word, from the left."""
    for a in range(len(sentence)):
        for b in range(a + 2, len(sentence) + 1):
            pair = tuple(sentence[a:b])
            if pair in good:
                rest = joined(sentence[b:], good, connectors)
                return [*sentence[:a], sum(pair, ()), *rest]
    return sentence


def commonness(word: str, names: list[str], others: list[str]) -> float:
    """As text.names.NameLooks.commonness, learned from names and other words."""

    def ngrams(word: str) -> set[str]:
        marked = f"<{word}>"
        starts = ((i, n) for n in (2, 3, 4) for i in range(len(marked) - n + 1))
        return {marked[i : i + n] for i, n in starts}

    def share(ngram: str, words: list[str]) -> float:
        return (sum(ngram in ngrams(word) for word in words) + 0.5) / (len(words) + 1)

    found = ngrams(word)
    ratios = [math.log(share(ngram, others) / share(ngram, names)) for ngram in found]
    return math.fsum(ratios) / len(ratios)


def groups_alike(signatures: list[list[int]], n_agreeing: int, band: int) -> list[int]:
    """As kernels.shingles.group_alike, by looking at all pairs until no group changes."""

    def are_alike(one: list[int], other: list[int]) -> bool:
        equal = [a == b for a, b in zip(one, other, strict=True)]
        bands = (equal[first : first + band] for first in range(0, len(equal) - band + 1, band))
        return any(map(all, bands)) and sum(equal) >= n_agreeing

    groups = list(range(len(signatures)))
    for _ in signatures:
        for a, one in enumerate(signatures):
            for b, other in enumerate(signatures):
                if are_alike(one, other):
                    groups[a] = groups[b] = min(groups[a], groups[b])
    return groups


def first_whole_words(text: str, forms: Iterable[str]) -> dict[str, int]:
    """Where each form first stands without a word character beside it, of those that do."""
    found = {form: re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in forms}
    return {form: match.start() for form, match in found.items() if match}


def written_words(text: str, words: set[str]) -> set[str]:
    """Those of some words that a text has in small letters, beside no others, no digit or
    underscore before and no backslash."""
    return words & {*re.findall(r"(?<!\\)\b[^\W\d_]+", text.lower())}
