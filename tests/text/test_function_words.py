from embedadapt.text.function_words import likeliest_language


def test_the_items_of_a_list_are_no_words_of_a_language():
    assert likeliest_language(["o", "a", "e", "os", "as"]) == "pt"
    assert likeliest_language(["o", "a", "e", "sample", "text"]) is None


def test_a_language_must_lead():
    assert likeliest_language(["the", "of", "and", "for"]) == "en"
    assert likeliest_language(["the", "of", "die", "und"]) is None
    assert likeliest_language(["the", "lessor"]) is None
    assert likeliest_language(["the", "the", "the"]) is None  # different words count
