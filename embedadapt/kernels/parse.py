"""Parsers of vector files: text rows, word2vec binary rows, fastText dictionaries.

Each function reads a buffer that the caller refills, writes rows straight into the matrix, and
packs the words into `words` with a line feed after each, so that they can be decoded and split at
once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embedadapt.core.types import Floats2d, Longs1d
from embedadapt.kernels._bytes import byte_finder, load_word, n_ones, trailing_zeros
from embedadapt.kernels._compile import kernel, step

NEWLINE, RETURN, SPACE = np.uint8(10), np.uint8(13), np.uint8(32)
PLUS, MINUS, POINT = np.uint8(43), np.uint8(45), np.uint8(46)
ZERO, NINE = np.uint8(48), np.uint8(57)
UPPER_E, LOWER_E = np.uint8(69), np.uint8(101)

_OF_NUMBERS = b"0123456789+-.eE"
OF_NUMBERS = np.zeros(256, dtype=np.bool_)
OF_NUMBERS[np.frombuffer(_OF_NUMBERS, dtype=np.uint8)] = True
of_numbers, spaces_at = byte_finder(*_OF_NUMBERS), byte_finder(int(SPACE))

LARGEST_POWER = 290
POWERS_OF_TEN = np.array([float(f"1e{n}") for n in range(LARGEST_POWER + 1)])
"""Correctly rounded doubles; exact up to 1e22."""

ZEROS, SIXES, HIGH_HALVES = (np.uint64(0x0101010101010101 * byte) for byte in (0x30, 6, 0xF0))
"""Eight times the character 0, the number 6, and the upper four bits of a byte."""
ALTERNATE = np.uint64(0x000000FF000000FF)
HUNDREDS, ONES = np.uint64(100 + (1_000_000 << 32)), np.uint64(1 + (10_000 << 32))
"""Every second pair of four pairs of digits, and the weights of the first and third pair and of the
second and fourth, each in 32 bits."""
SHIFTS = np.array([10**n for n in range(9)], dtype=np.uint64)
"""What a number is multiplied by where so many digits follow it."""

EXACT_MANTISSA = np.uint64(2**53)
MANTISSA_DIGITS = 19  # the most that always fit 64 bits
DOUBT = 2.0**-50
"""A bound of the relative error of mantissa * 10**exponent in doubles: three roundings of 2**-53
each, and 1e-18 for digits dropped after the nineteenth."""


@kernel
def parse_text_rows(
    buffer: NDArray[np.uint8],
    start: int,
    stop: int,
    rows: Floats2d,
    words: NDArray[np.uint8],
    line_starts: Longs1d,
    line_numbers: Longs1d,
    odd: NDArray[np.bool_],
) -> tuple[int, int]:
    """Parses the lines of buffer[start:stop]; the last byte must be a line feed.

    A row is a word, a space and rows.shape[1] decimal numbers with single spaces between; spaces
    and a carriage return may follow. Blank lines are passed over. Of any other line `odd` becomes
    True and the word is left empty: the caller reads or refuses it. line_starts[i] is where row i
    begins in the buffer, and line_numbers[i] how many lines stand before it.

    Numbers come out as float32(float(text)) does, to the bit: exactly where mantissa and power of
    ten are exact doubles (Clinger 1990, "How to Read Floating Point Numbers Accurately"), otherwise
    where both ends of the interval of doubt round to the same float32; the rest is odd.

    Returns (rows found, bytes of words written).
    """
    # No index is compared with `stop` inside a line: the last byte is a line feed, and every inner
    # loop ends at one.
    dim = rows.shape[1]
    row, line, n_bytes, i = 0, 0, 0, start
    while i < stop:
        line_start, word_start = i, n_bytes
        while buffer[i] != SPACE and buffer[i] != NEWLINE:
            words[n_bytes] = buffer[i]
            n_bytes += 1
            i += 1
        length = i - line_start
        if buffer[i] == NEWLINE and (length == 0 or (length == 1 and buffer[i - 1] == RETURN)):
            n_bytes = word_start
            line += 1
            i += 1
            continue
        sound = length > 0 and buffer[i] == SPACE
        column = 0
        while sound and column < dim:
            sound = buffer[i] == SPACE
            if sound:
                i, value = _parse_number(buffer, i + 1)
                # Position 0 means no number. A number may also be too large for float32.
                sound = i > 0 and np.isfinite(value)
                rows[row, column] = value
                column += 1
        if sound:
            while buffer[i] == SPACE:
                i += 1
            if buffer[i] == RETURN:
                i += 1
            sound = buffer[i] == NEWLINE  # else there are more fields than `dim`
        if not sound:
            # The word is taken back, and the line skipped from its start: the row is odd.
            i, n_bytes = line_start, word_start
            while buffer[i] != NEWLINE:
                i += 1
        words[n_bytes] = NEWLINE
        n_bytes += 1
        i += 1
        line_starts[row], line_numbers[row], odd[row] = line_start, line, not sound
        line += 1
        row += 1
    return row, n_bytes


@kernel
def split_text_rows(
    buffer: NDArray[np.uint8],
    start: int,
    stop: int,
    dim: int,
    words: NDArray[np.uint8],
    line_starts: Longs1d,
    line_numbers: Longs1d,
    odd: NDArray[np.bool_],
) -> tuple[int, int]:
    """As `parse_text_rows`, without the numbers.

    A row is sound if `dim` fields that consist of characters of numbers follow its word.
    """
    row, line, n_bytes, i = 0, 0, 0, start
    while i < stop:
        line_start, word_start = i, n_bytes
        while buffer[i] != SPACE and buffer[i] != NEWLINE:
            words[n_bytes] = buffer[i]
            n_bytes += 1
            i += 1
        length = i - line_start
        if buffer[i] == NEWLINE and (length == 0 or (length == 1 and buffer[i - 1] == RETURN)):
            n_bytes = word_start
            line += 1
            i += 1
            continue
        end = _end_of_plain_row(buffer, i, dim) if length > 0 else 0
        i, n_fields = (end, dim) if end else _end_of_fields(buffer, i)
        sound = length > 0 and n_fields == dim and buffer[i] == NEWLINE
        if not sound:
            n_bytes = word_start
            while buffer[i] != NEWLINE:
                i += 1
        words[n_bytes] = NEWLINE
        n_bytes += 1
        i += 1
        line_starts[row], line_numbers[row], odd[row] = line_start, line, not sound
        line += 1
        row += 1
    return row, n_bytes


@step
def _end_of_plain_row(buffer: NDArray[np.uint8], start: int, dim: int) -> int:
    """The line feed right behind `dim` fields, each of which follows one space; 0 for another line.

    Looks at 64 bytes at a time. Near the end of the buffer, where there are fewer, returns 0.
    """
    n_spaces, n_fields, block, before = 0, 0, start, np.uint64(0)
    while block + 64 <= len(buffer):
        spaces, numbers = spaces_at(buffer, block), of_numbers(buffer, block)
        others = ~(spaces | numbers)
        if others:
            n = trailing_zeros(others)
            inside = (others & (~others + np.uint64(1))) - np.uint64(1)  # the bits below that one
            n_fields += n_ones(numbers & (spaces << np.uint64(1) | before) & inside)
            n_spaces += n_ones(spaces & inside)
            plain = n_spaces == dim and n_fields == dim and buffer[block + n] == NEWLINE
            return block + n if plain else 0
        n_fields += n_ones(numbers & (spaces << np.uint64(1) | before))
        n_spaces += n_ones(spaces)
        before = spaces >> np.uint64(63)  # a space there begins a field of the next block
        block += 64
    return 0


@step
def _end_of_fields(buffer: NDArray[np.uint8], i: int) -> tuple[int, int]:
    """Where the fields from `i` on end, with spaces and a carriage return behind; their number."""
    n_fields = 0
    # A space before a character of numbers begins a field; one before anything else ends the
    # numbers, as spaces at the end of a line do.
    while buffer[i] == SPACE and OF_NUMBERS[buffer[i + 1]]:
        i += 2
        while OF_NUMBERS[buffer[i]]:
            i += 1
        n_fields += 1
    while buffer[i] == SPACE:
        i += 1
    return i + int(buffer[i] == RETURN), n_fields


@kernel
def parse_chosen_rows(
    buffer: NDArray[np.uint8], line_starts: Longs1d, rows: Floats2d, odd: NDArray[np.bool_]
) -> None:
    """Parse the lines that begin at `line_starts` into `rows`; see `parse_text_rows`."""
    word, place = np.empty(0, dtype=np.uint8), np.empty(1, dtype=np.int64)
    for k in range(len(line_starts)):
        start = stop = line_starts[k]
        while buffer[stop] != NEWLINE:
            stop += 1
        if stop - start >= len(word):
            word = np.empty(2 * (stop + 1 - start), dtype=np.uint8)
        parse_text_rows(
            buffer, start, stop + 1, rows[k : k + 1], word, place, place, odd[k : k + 1]
        )


@kernel
def _parse_number(buffer: NDArray[np.uint8], i: int) -> tuple[int, np.float32]:
    """The number at buffer[i:] and the position after it.

    The position is 0 for no number, and for one that cannot be rounded here. Of most numbers the
    digits behind the point are read at once: how many they are, which differs from number to
    number, is then no branch that the processor guesses wrong (Lemire 2021, "Number Parsing at a
    Gigabyte per Second", https://doi.org/10.1002/spe.2984).
    """
    negative = buffer[i] == MINUS
    i += int(negative) + int(buffer[i] == PLUS)
    if i + 10 <= len(buffer) and buffer[i + 1] == POINT:
        whole = np.uint64(buffer[i]) - np.uint64(ZERO)
        n, fraction = _digits_of(load_word(buffer, i + 2))
        end = buffer[i + 2 + n]
        if whole <= np.uint64(9) and 0 < n < 8 and (end == SPACE or end == NEWLINE):
            short = np.float32(np.float64(whole * SHIFTS[n] + fraction) / POWERS_OF_TEN[n])
            return i + 2 + n, -short if negative else short
    first, mantissa, exponent = i, np.uint64(0), 0
    i, mantissa = _parse_digits(buffer, i, mantissa)
    n_digits = i - first
    if buffer[i] == POINT:
        point = i
        i, mantissa = _parse_digits(buffer, i + 1, mantissa)
        exponent = point + 1 - i  # minus the number of digits after the point
        n_digits -= exponent
    if n_digits == 0:  # a sign or a point alone
        return 0, np.float32(0)
    # The mantissa may have wrapped around 64 bits: the digits are read again, nineteen of them.
    if n_digits > MANTISSA_DIGITS:
        mantissa, exponent = _parse_many_digits(buffer, first, i)
    if buffer[i] == LOWER_E or buffer[i] == UPPER_E:
        i, power = _parse_exponent(buffer, i + 1)
        if i == 0:
            return 0, np.float32(0)
        exponent += power
    value, sure = _scale(mantissa, exponent)
    if not sure:
        return 0, np.float32(0)
    return i, -value if negative else value


@kernel
def _digits_of(text: np.uint64) -> tuple[int, np.uint64]:
    """How many of eight bytes are digits before the first that is none, and their value."""
    values = text ^ ZEROS
    # A byte above 9 has a high half, by itself or with 6 added; so the lowest such is found.
    n, others = 8, (values | (values + SIXES)) & HIGH_HALVES
    if others != 0:
        n = trailing_zeros(others) >> 3
        # Zeros come before the digits; of no digit, all is shifted out.
        values = (values << np.uint64(56 - 8 * n)) << np.uint64(8)
    pairs = values * np.uint64(10) + (values >> np.uint64(8))
    fours = (pairs & ALTERNATE) * HUNDREDS + ((pairs >> np.uint64(16)) & ALTERNATE) * ONES
    return n, fours >> np.uint64(32)


@kernel
def _parse_digits(buffer: NDArray[np.uint8], i: int, mantissa: np.uint64) -> tuple[int, np.uint64]:
    """Append the digits at buffer[i:] to `mantissa`, which may wrap around 64 bits."""
    # One comparison tests both bounds: characters below "0" wrap around to large numbers.
    digit = np.uint64(buffer[i]) - np.uint64(ZERO)
    while digit <= np.uint64(9):
        mantissa = mantissa * np.uint64(10) + digit
        i += 1
        digit = np.uint64(buffer[i]) - np.uint64(ZERO)
    return i, mantissa


@kernel
def _parse_many_digits(buffer: NDArray[np.uint8], start: int, stop: int) -> tuple[np.uint64, int]:
    """The first nineteen significant digits of buffer[start:stop], and their power of ten.

    The buffer holds digits and at most one point.
    """
    mantissa, n_digits, exponent, after_point = np.uint64(0), 0, 0, False
    for i in range(start, stop):
        byte = buffer[i]
        if byte == POINT:
            after_point = True
        elif n_digits < MANTISSA_DIGITS:
            mantissa = mantissa * np.uint64(10) + (np.uint64(byte) - np.uint64(ZERO))
            if mantissa > 0:  # leading zeros are no significant digits
                n_digits += 1
            if after_point:
                exponent -= 1
        elif not after_point:  # a dropped digit before the point still counts as a power of ten
            exponent += 1
    return mantissa, exponent


@kernel
def _parse_exponent(buffer: NDArray[np.uint8], i: int) -> tuple[int, int]:
    """The position after the exponent at buffer[i:] (0 if there is none), and its value."""
    down = buffer[i] == MINUS
    if down or buffer[i] == PLUS:
        i += 1
    if not ZERO <= buffer[i] <= NINE:
        return 0, 0
    power = 0
    while ZERO <= buffer[i] <= NINE:
        power = min(power * 10 + int(buffer[i] - ZERO), 100_000)  # bounded against overflow
        i += 1
    return i, -power if down else power


@kernel
def _scale(mantissa: np.uint64, exponent: int) -> tuple[np.float32, bool]:
    """mantissa * 10**exponent as float32, and whether its rounding is certain."""
    if mantissa == 0:
        return np.float32(0), True
    if not -LARGEST_POWER <= exponent <= LARGEST_POWER:
        return np.float32(0), False
    value = np.float64(mantissa)
    if exponent < 0:
        value /= POWERS_OF_TEN[-exponent]
    else:
        value *= POWERS_OF_TEN[exponent]
    # Mantissa and power are exact doubles, so that `value` has one rounding: Clinger's fast path.
    if mantissa < EXACT_MANTISSA and -22 <= exponent <= 22:
        return np.float32(value), True
    low, high = np.float32(value * (1 - DOUBT)), np.float32(value * (1 + DOUBT))
    return low, low == high


@kernel
def parse_binary_rows(
    buffer: NDArray[np.uint8],
    start: int,
    stop: int,
    rows: NDArray[np.uint8],
    words: NDArray[np.uint8],
) -> tuple[int, int, int]:
    """Parse word2vec binary rows, as many as buffer[start:stop] and `rows` hold.

    A row is a word, a space and rows.shape[1] bytes of little-endian float32. Line feeds may
    precede the word (the C tool writes one after each vector, gensim none). An empty word, or one
    with a line feed inside, stops the parsing: the numbers are then not where the header says.

    rows: (n, 4 x dim) uint8. Returns (rows found, position after them, bytes of words written).
    """
    places = np.empty(len(rows), dtype=np.int64)
    count, behind, n_bytes = split_binary_rows(buffer, start, stop, rows.shape[1], words, places)
    gather_rows(buffer, places[:count], rows)
    return count, behind, n_bytes


@kernel
def split_binary_rows(
    buffer: NDArray[np.uint8],
    start: int,
    stop: int,
    width: int,
    words: NDArray[np.uint8],
    places: Longs1d,
) -> tuple[int, int, int]:
    """As `parse_binary_rows`, but only the positions of the values are returned.

    width: bytes of a row's values. places: receives the positions. The parsing also stops where
    `places` or `words` are full.
    """
    row, n_bytes, i = 0, 0, start
    while row < len(places):
        j = i
        while j < stop and buffer[j] == NEWLINE:
            j += 1
        word_start = j
        while j < stop and buffer[j] != SPACE and buffer[j] != NEWLINE:
            j += 1
        size = j - word_start
        # The row is not whole in the buffer, or the file is out of step: the caller decides which.
        if j + 1 + width > stop or size == 0 or buffer[j] == NEWLINE:
            break
        if n_bytes + size >= len(words):  # no room for the word and its line feed
            break
        for k in range(word_start, j):
            words[n_bytes] = buffer[k]
            n_bytes += 1
        words[n_bytes] = NEWLINE
        n_bytes += 1
        places[row] = j + 1
        i = j + 1 + width
        row += 1
    return row, i, n_bytes


@kernel
def gather_rows(buffer: NDArray[np.uint8], places: Longs1d, rows: NDArray[np.uint8]) -> None:
    """Copy to each of `rows`, (n, width), the bytes of the buffer at its position."""
    for i in range(len(places)):
        source, row = buffer[places[i] : places[i] + rows.shape[1]], rows[i]
        for k in range(len(row)):
            row[k] = source[k]


@kernel
def parse_dictionary(
    buffer: NDArray[np.uint8],
    start: int,
    stop: int,
    counts: Longs1d,
    types: NDArray[np.uint8],
    words: NDArray[np.uint8],
) -> tuple[int, int, int]:
    """Parse entries of a fastText dictionary, as many as buffer[start:stop] and `counts` hold.

    An entry is a word, a zero byte, its count (int64) and its type (one byte). A word may contain
    line feeds, so that words are packed with a zero byte after each.

    Returns (entries found, position after them, bytes of words written).
    """
    entry, n_bytes, i = 0, 0, start
    while entry < len(counts):
        j = i
        while j < stop and buffer[j] != 0:
            j += 1
        if j + 10 > stop:  # the zero byte, eight bytes of count and one of type must follow
            break
        for k in range(i, j + 1):
            words[n_bytes] = buffer[k]
            n_bytes += 1
        count = np.uint64(0)
        for k in range(8):  # little-endian, at any alignment
            count |= np.uint64(buffer[j + 1 + k]) << np.uint64(8 * k)
        counts[entry] = np.int64(count)
        types[entry] = buffer[j + 9]
        i = j + 10
        entry += 1
    return entry, i, n_bytes
