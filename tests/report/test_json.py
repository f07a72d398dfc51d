import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.report.json import dump
from tests.oov.make import report

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(plain)
def test_what_is_dumped_reads_back(value):
    text = dump(value)
    assert json.loads(text) == value
    assert text.endswith("\n")
    text.encode("utf-8")


def test_letters_stay_and_lone_surrogates_are_escaped():
    assert dump({"b": "préavis", "a": "\ud800"}) == '{\n  "a": "\\ud800",\n  "b": "préavis"\n}\n'


def test_no_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump({"loss": float("nan")})


def test_a_report_is_dumped_by_its_dictionary():
    found = report("the Indemnitor shall pay")
    assert json.loads(dump(found)) == json.loads(json.dumps(found.to_dict()))
    assert dump(found) == dump(report("the Indemnitor shall pay"))
