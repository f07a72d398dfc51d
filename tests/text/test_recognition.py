from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedadapt.core.corpus import EncodedCorpus
from embedadapt.core.vocabulary import Vocabulary
from embedadapt.text.recognition import document_keys, recognize, record_text, sentence_keys
from tests.evaluation.make import decoded, encoded

WORDS = Vocabulary([f"w{i}" for i in range(500)])
ids = st.lists(st.integers(0, 6), max_size=4)
documents = st.lists(st.lists(ids, max_size=4), min_size=1, max_size=8)


def text(seed: int, n_documents: int) -> EncodedCorpus:
    """Documents of twenty sentences of 30 words."""
    rng = np.random.default_rng(seed)
    return encoded(WORDS, rng.integers(0, len(WORDS), (n_documents, 20, 30)).tolist())


@given(documents, st.data())
def test_sentences_trained_on_are_all_known(
    made: list[list[list[int]]], data: st.DataObject
) -> None:
    corpus = encoded(WORDS, made)
    held_out = np.array(data.draw(st.lists(st.booleans(), min_size=len(made), max_size=len(made))))
    found = recognize(corpus, [record_text(corpus, held_out)])
    trained = [s for d, out in zip(made, held_out, strict=True) if not out for s in d if s]
    every = [s for d in made for s in d]
    for sentence, is_known in zip(every, found.is_trained_sentence, strict=True):
        assert is_known if sentence in trained else not is_known or sentence
    assert found.is_trained[~held_out].all()


def test_documents_are_known_by_what_they_say() -> None:
    corpus = text(1, 20)
    held_out = np.arange(20) % 4 == 0
    record = record_text(corpus, held_out)
    new = text(2, 5)
    everything = encoded(WORDS, decoded(new) + decoded(corpus)[::-1])  # other names, other order
    found = recognize(everything, [record])
    assert found.is_trained.tolist() == [False] * 5 + (~held_out[::-1]).tolist()
    assert found.is_new.tolist() == [True] * 5 + [False] * 20
    assert (
        found.is_trained_sentence[100:].reshape(20, 20)[:, 0].tolist() == (~held_out[::-1]).tolist()
    )


def test_a_changed_document_is_still_the_trained_one_while_most_of_it_is() -> None:
    made = decoded(text(1, 3))
    record = record_text(encoded(WORDS, made), np.array([False, False, True]))
    others = decoded(text(2, 1))[0]
    header = [others[:3] + made[0], others[:15] + made[1][:5], others[:3] + made[2]]
    found = recognize(encoded(WORDS, header), [record])
    assert found.is_trained.tolist() == [True, False, False]
    assert found.is_new.tolist() == [False, True, True]
    sentences = found.is_trained_sentence
    assert sentences[3:23].all() and not sentences[:3].any()
    assert sentences[38:43].all(), "known even where the document is another"


def test_one_of_several_records_is_enough() -> None:
    one, other = text(1, 2), text(2, 2)
    nothing = np.zeros(2, dtype=bool)
    records = [record_text(each, nothing) for each in (one, other)]
    both = encoded(WORDS, decoded(one) + decoded(other) + decoded(text(3, 1)))
    assert recognize(both, records).is_trained.tolist() == [True] * 4 + [False]
    assert not recognize(both, []).is_trained.any()


def test_salts_differ_by_text_and_hashes_by_salt() -> None:
    corpus, nothing = text(1, 3), np.zeros(3, dtype=bool)
    record, same = record_text(corpus, nothing), record_text(corpus, nothing)
    other = record_text(text(2, 3), nothing)
    assert record.salt == same.salt != other.salt
    assert record.sentences.bits.tobytes() == same.sentences.bits.tobytes()
    assert not np.isin(document_keys(corpus, record.salt), document_keys(corpus, other.salt)).any()
    assert len(np.unique(sentence_keys(corpus))) == corpus.n_sentences


def test_a_sentence_cut_elsewhere_is_another() -> None:
    corpus = encoded(WORDS, [[[1, 2, 3], [4]]])
    moved = replace(corpus, sentence_offsets=np.array([0, 2, 4]))
    assert not np.isin(sentence_keys(moved), sentence_keys(corpus)).any()
    assert document_keys(moved) == document_keys(corpus)
