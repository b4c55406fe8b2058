"""What people write about."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.comparison import Verdict
from tellback.core.function_words import function_words
from tellback.core.topics import Remark, Topic, find_topics

ENGLISH = function_words("en-GB")


def topics(*texts: str, mood: int | None = None) -> dict[str, Topic]:
    return {t.text: t for t in find_topics([Remark(text, mood, ENGLISH) for text in texts])}


def test_a_word_counts_once_per_comment() -> None:
    found = topics("late, late, late", "So late!", "It was late")
    assert {text: topic.count for text, topic in found.items()} == {"late": 3}


def test_what_two_people_say_is_no_topic() -> None:
    assert topics("late", "late", "early") == {}


def test_phrases_take_the_place_of_their_words() -> None:
    found = topics(*["The tracking link is broken"] * 4, "No link")
    counts = {text: topic.count for text, topic in found.items()}
    assert counts == {"tracking link": 4, "broken": 4}


def test_phrases_hold_no_word_that_says_nothing() -> None:
    assert set(topics(*["the cost of express shipping"] * 3)) == {"cost", "express shipping"}


def test_phrases_end_with_their_clause() -> None:
    assert set(topics(*["price. Delivery"] * 3)) == {"price", "Delivery"}
    assert set(topics(*["price\nDelivery"] * 3)) == {"price", "Delivery"}


def test_the_commonest_spelling_is_shown() -> None:
    assert set(topics("DHL", "dhl", "DHL")) == {"DHL"}
    assert set(topics("don’t wait", "don't wait", "don't wait")) == {"don't wait"}


def test_words_of_other_languages_are_their_own() -> None:
    remark = Remark("die Lieferung war zu spät", None, function_words("de"))
    assert {topic.text for topic in find_topics([remark] * 3)} == {"Lieferung", "spät"}


def test_impact_is_what_the_mood_would_lack_without_these_comments() -> None:
    remarks = [Remark("slow", -1)] * 20 + [Remark("lovely", 1)] * 60 + [Remark("fine", 0)] * 20
    found = {topic.text: topic for topic in find_topics(remarks)}
    assert found["slow"].impact == pytest.approx(40 - 75)
    assert found["lovely"].impact == pytest.approx(40 + 50)
    assert found["slow"].change is not None
    assert found["slow"].change.verdict is Verdict.FALL
    assert found["lovely"].change is not None
    assert found["lovely"].change.verdict is Verdict.RISE
    assert (found["slow"].good, found["slow"].bad) == (0, 20)


def test_comments_without_a_rating_count_but_do_nothing_to_the_mood() -> None:
    found = topics(*["slow"] * 5)
    assert (found["slow"].count, found["slow"].impact, found["slow"].change) == (5, 0, None)


texts = st.lists(st.sampled_from(["slow", "late", "the", "very", "price", "good value", ".", "I"]))
remarks = st.lists(
    st.builds(Remark, texts.map(" ".join), st.sampled_from([None, -1, 0, 1]), st.just(ENGLISH)),
    max_size=30,
)


@given(remarks, st.randoms())
def test_order_does_not_matter(remarks: list[Remark], chance: Random) -> None:
    shuffled = list(remarks)
    chance.shuffle(shuffled)
    assert find_topics(shuffled) == find_topics(remarks)


@given(remarks)
def test_every_topic_stands_in_so_many_comments(remarks: list[Remark]) -> None:
    for topic in find_topics(remarks):
        assert 3 <= topic.count <= len(remarks)
        assert topic.good + topic.bad <= topic.count
        holding = [r for r in remarks if topic.text.lower() in r.text.lower()]
        assert len(holding) >= topic.count
