import re
import struct

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedadapt.kernels.parse import (
    parse_binary_rows,
    parse_chosen_rows,
    parse_dictionary,
    parse_text_rows,
    split_binary_rows,
    split_text_rows,
)
from tests.naive import parse_text_lines

PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse(text: bytes, dim: int) -> tuple[list[bytes], np.ndarray, list[bool], list[int]]:
    buffer = np.frombuffer(text, dtype=np.uint8)
    n_lines = text.count(b"\n")
    rows = np.full((n_lines, dim), np.nan, dtype=np.float32)
    packed = np.empty(len(text) + n_lines, dtype=np.uint8)
    starts, numbers = np.empty(n_lines, np.int64), np.empty(n_lines, np.int64)
    odd = np.empty(n_lines, np.bool_)
    n_rows, n_bytes = parse_text_rows(buffer, 0, len(text), rows, packed, starts, numbers, odd)
    assert numbers[:n_rows].tolist() == [text[:start].count(b"\n") for start in starts[:n_rows]]
    words = packed[:n_bytes].tobytes().split(b"\n")[:-1]
    assert len(words) == n_rows
    return words, rows[:n_rows], odd[:n_rows].tolist(), starts[:n_rows].tolist()


def number_of(text: str) -> np.float32 | None:
    """What the kernel makes of one number, None where it leaves it to the caller.

    With text behind it, short numbers are read eight bytes at a time.
    """
    _, rows, odd, _ = parse(f"w {text}\n".encode(), 1)
    _, others, odd_others, _ = parse(f"w {text}\nbehind 0.5\n".encode(), 1)
    assert odd[0] == odd_others[0] and (odd[0] or same_bits(rows[0, 0], others[0, 0]))
    return None if odd[0] else rows[0, 0]


def same_bits(one: np.float32, other: np.float32) -> bool:
    return one.tobytes() == other.tobytes()


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["r", ".9g", ".6f", "f"]))
@example(0.0, "r")
@example(-0.0, "r")
@example(1.401298464324817e-45, "r")  # the smallest float32
@example(3.4028234663852886e38, "r")  # the largest
@example(16777217.0, "r")  # half way between two float32
@example(9007199254740993.0, "r")
def test_a_number_is_rounded_as_python_and_numpy_round_it(value: float, form: str) -> None:
    text = repr(value) if form == "r" else format(value, form)
    with np.errstate(over="ignore"):
        expected = np.float32(float(text))
    found = number_of(text)
    if found is None:
        assert np.isinf(expected) or abs(value) < 1e-270
    else:
        assert same_bits(found, expected)


@given(st.from_regex(PLAIN, fullmatch=True))
@example("0.10000000149011611938476562500")  # a float32 told to the last digit
@example("1.00000005960464477539062500000000000000000001")  # just above half way
@example("1.000000059604644775390625")  # half way: no interval can decide, Python does
@example("00000000000000000000000000000000.5")
@example("123456789012345678901234567890")
@example("0.000000000000000000000000000000000000001")
@example("1e-400")
@example("0e999999999")
def test_any_plain_number_is_right_or_left_to_the_caller(text: str) -> None:
    found = number_of(text)
    if found is not None:
        assert same_bits(found, np.float32(float(text)))


def test_numbers_half_way_between_two_float32_are_right_or_left_to_the_caller() -> None:
    """There the smallest error in the double, or one digit dropped, turns the rounding over."""
    rng = np.random.default_rng(0)
    below = rng.integers(0x08000000, 0x7F000000, 300, dtype=np.uint32).view(np.float32)
    for low in below:
        middle = (float(low) + float(np.nextafter(low, np.float32(np.inf)))) / 2
        for form in ("%.14e", "%.15e", "%.16e", "%.17e", "%.18e", "%.19e", "%.25e", "%.60e"):
            text = form % middle
            found = number_of(text)
            assert found is None or same_bits(found, np.float32(float(text))), text


def test_ordinary_numbers_are_never_left_to_the_caller() -> None:
    rng = np.random.default_rng(0)
    for form in ("%.6g", "%.9g", "%r", "%.18e", "%.25f"):
        numbers = " ".join(form % value for value in rng.normal(size=2000).tolist())
        _, rows, odd, _ = parse(f"w {numbers}\n".encode(), 2000)
        assert not odd[0]
        assert np.array_equal(rows[0], np.array(numbers.split(), dtype=np.float64).astype("f4"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        ".",
        "-.",
        "e5",
        "1e",
        "1e+",
        "1_0",
        "0x10",
        "nan",
        "inf",
        "1,5",
        "٣",
        "1.2.3",
        "1f",
        "1e39",
        "-1e39",
        "--1",
        "1 2",
        "1-",
        "1\t",
    ],
)
def test_what_is_no_finite_number_is_left_to_the_caller(text: str) -> None:
    assert number_of(text) is None


LINES = st.lists(
    st.one_of(
        st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")),
        st.tuples(
            st.sampled_from([b"w", b"", b"a\xc2\xa0b", b"1", b"\r"]),
            st.lists(st.sampled_from([b"1", b"-0.5", b"2e3", b"x", b""]), max_size=4),
            st.sampled_from([b"", b" ", b"\r", b" \r", b"\r "]),
        ).map(lambda parts: b" ".join([parts[0], *parts[1]]) + parts[2]),
    ),
    max_size=8,
)


@given(LINES, st.integers(1, 3))
def test_lines_are_read_as_the_slow_twin_reads_them(lines: list[bytes], dim: int) -> None:
    text = b"".join(line + b"\n" for line in lines)
    words, rows, odd, starts = parse(text, dim)
    expected = parse_text_lines(text, dim)
    assert [(start, flag) for start, flag, _, _ in expected] == list(zip(starts, odd, strict=True))
    for i, (_, flag, word, values) in enumerate(expected):
        assert words[i] == (b"" if flag else word)
        assert flag or rows[i].tolist() == values


def test_binary_rows_stop_at_a_part_and_go_on_from_there() -> None:
    rows = np.arange(6, dtype="<f4").reshape(3, 2)
    words = [b"a", "été".encode(), b"c" * 30]
    content = b"".join(w + b" " + r.tobytes() + b"\n" for w, r in zip(words, rows, strict=True))
    for stop in range(len(content) + 1):
        buffer = np.frombuffer(content, dtype=np.uint8)
        out, packed = np.zeros((3, 2), np.float32), np.empty(200, np.uint8)
        n, behind, n_bytes = parse_binary_rows(buffer, 0, stop, out.view(np.uint8), packed)
        more, _, more_bytes = parse_binary_rows(
            buffer, behind, len(content), out[n:].view(np.uint8), packed[n_bytes:]
        )
        assert n + more == 3
        assert np.array_equal(out, rows)
        assert packed[: n_bytes + more_bytes].tobytes().split(b"\n")[:-1] == words


LINE = st.one_of(
    st.from_regex(rb"[a-z]{0,3}( [0-9.e-]{0,4}){0,4} ?\r?", fullmatch=True),
    st.binary(max_size=9).map(lambda line: line.replace(b"\n", b" ")),
    st.sampled_from([b"a 1 2", b"b 3 -4e9 ", b"New York 1 2", b"c 1 2 3", b"\r", b"", b" 1 2"]),
)


@given(st.lists(LINE, min_size=1, max_size=6), st.sampled_from([0, 64]))
@example([b"a 1 2", b"", b"b 1 x", b"c 3 4\r"], 64)
def test_split_rows_are_parsed_rows_without_their_numbers(lines: list[bytes], more: int) -> None:
    """Only numbers that cannot be rounded, or are none (`1-2`), are told apart by parsing alone.

    With 64 bytes or more behind them, rows are read so many bytes at a time.
    """
    text = b"".join(line + b"\n" for line in lines)
    words, rows, odd, starts = parse(text, 2)
    buffer, n_lines = np.frombuffer(text + b" 1" * more, dtype=np.uint8), len(lines)
    packed = np.empty(len(text) + n_lines, dtype=np.uint8)
    found_starts, numbers = np.empty(n_lines, np.int64), np.empty(n_lines, np.int64)
    found_odd = np.empty(n_lines, np.bool_)
    n_rows, n_bytes = split_text_rows(
        buffer, 0, len(text), 2, packed, found_starts, numbers, found_odd
    )
    assert found_starts[:n_rows].tolist() == starts
    for row, word in enumerate(packed[:n_bytes].tobytes().split(b"\n")[:-1]):
        assert found_odd[row] <= odd[row]
        if not odd[row]:
            assert word == words[row]
        elif not found_odd[row]:
            fields = text[starts[row] :].partition(b"\n")[0].rstrip(b"\r").rstrip(b" ").split(b" ")
            assert len(fields) == 3 and set(b"".join(fields[1:])) <= set(b"0123456789+-.eE")

    chosen = np.arange(n_rows)[::2]
    some, some_odd = np.zeros((len(chosen), 2), np.float32), np.zeros(len(chosen), np.bool_)
    parse_chosen_rows(buffer, found_starts[chosen], some, some_odd)
    assert some_odd.tolist() == [odd[row] for row in chosen]
    assert np.array_equal(some[~some_odd], rows[chosen][~some_odd])


NOTES = [b"", b" ", b"\r", b" \r", b"  1", b" 1", b"x", b" e", b" x", b"\t1"]
"""What may stand behind the fields of a row."""


@given(
    st.binary(max_size=3),
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
    st.sampled_from(NOTES),
)
@example(b"", [6] * 9, b"")  # the last field begins with the second 64 bytes
def test_a_long_row_is_sound_if_it_has_as_many_fields(
    before: bytes, lengths: list[int], note: bytes
) -> None:
    word = before.replace(b"\n", b"").replace(b" ", b"") + b"w"
    line = word + b"".join(b" " + b"1" * length for length in lengths)
    text = line + note + b"\n" + line + b"\n"
    buffer = np.frombuffer(text + bytes(64), dtype=np.uint8)
    packed = np.empty(len(text) + 2, np.uint8)
    starts, numbers, odd = np.empty(2, np.int64), np.empty(2, np.int64), np.empty(2, np.bool_)
    n_rows, n_bytes = split_text_rows(
        buffer, 0, len(text), len(lengths), packed, starts, numbers, odd
    )
    assert n_rows == 2 and starts.tolist() == [0, len(line + note) + 1]
    fields = (line + note).removesuffix(b"\r").rstrip(b" ").split(b" ")
    is_sound = len(fields) == len(lengths) + 1 and not set(b"".join(fields[1:])) - set(b"1e")
    assert odd.tolist() == [not is_sound, False]
    words = [word * (not is_odd) for is_odd in odd]
    assert packed[:n_bytes].tobytes() == b"".join(each + b"\n" for each in words)


def test_split_binary_rows_stop_where_the_words_no_longer_fit() -> None:
    content = b"".join(b"%s " % word + bytes(8) for word in (b"ab", b"cd", b"e"))
    buffer = np.frombuffer(content, dtype=np.uint8)
    for room in range(9):
        packed, places = np.empty(room, np.uint8), np.empty(3, np.int64)
        n, behind, n_bytes = split_binary_rows(buffer, 0, len(content), 8, packed, places)
        assert n == (0, 0, 0, 1, 1, 1, 2, 2, 3)[room]
        assert packed[:n_bytes].tobytes() == b"ab\ncd\ne\n"[: (0, 3, 6, 8)[n]]
        assert places[:n].tolist() == [3, 14, 24][:n]
        assert behind == (0, 11, 22, len(content))[n]


@pytest.mark.parametrize("word", [b"", b"a\nb"])
def test_a_binary_row_without_a_plain_word_stops_the_walk(word: bytes) -> None:
    content = np.frombuffer(word + b" " + bytes(8), dtype=np.uint8)
    out, packed = np.zeros((1, 8), np.uint8), np.empty(50, np.uint8)
    assert parse_binary_rows(content, 0, len(content), out, packed)[0] == 0


def test_dictionary_entries_stop_at_a_part_and_go_on_from_there() -> None:
    entries = [(b"", 1, 0), (b"a\nb", -1, 0), ("été".encode(), 2**62, 1)]
    content = b"".join(w + b"\0" + struct.pack("<qB", c, t) for w, c, t in entries)
    for stop in range(len(content) + 1):
        buffer = np.frombuffer(content, dtype=np.uint8)
        counts, types = np.zeros(3, np.int64), np.zeros(3, np.uint8)
        packed = np.empty(100, np.uint8)
        n, behind, n_bytes = parse_dictionary(buffer, 0, stop, counts, types, packed)
        more, end, more_bytes = parse_dictionary(
            buffer, behind, len(content), counts[n:], types[n:], packed[n_bytes:]
        )
        assert (n + more, end) == (3, len(content))
        words = packed[: n_bytes + more_bytes].tobytes().split(b"\0")[:-1]
        assert list(zip(words, counts.tolist(), types.tolist(), strict=True)) == entries
