from hypothesis import given
from hypothesis import strategies as st

from embedadapt.oov.bands import FROM, frequency_bands
from tests.oov.make import report


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 5_000)), st.sets(st.text(max_size=3)))
def test_every_word_is_in_one_band(counts, unknown):
    bands = frequency_bands(counts, unknown)
    assert sum(band.n_types for band in bands) == len(counts)
    assert sum(band.n_tokens for band in bands) == sum(counts.values())
    assert sum(band.unknown_types for band in bands) == len(counts.keys() & unknown)
    for band in bands:
        assert band.least * band.n_types <= band.n_tokens
        assert band.most is None or band.n_tokens <= band.most * band.n_types


def test_the_bands_of_a_report_add_up_to_its_rate():
    found = report("the the the the the indemnitor indemnitor pays", "the lessor")
    assert [band.least for band in found.bands] == list(FROM)
    assert [band.unknown_types for band in found.bands] == [1, 1, 0, 0, 0, 0]
    assert sum(band.unknown_tokens for band in found.bands) == found.normalized.unknown_tokens
