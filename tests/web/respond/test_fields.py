"""How questions are laid out and said."""

from dataclasses import replace

import pytest

from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
)
from tellback.web.respond.choices import options_of
from tellback.web.respond.fields import Field, fields_of, later_comment, shown_answer
from tellback.web.respond.texts import Words, reader_of
from tests.web.respond.asking import BINARY, COMMENT, EVERYTHING, VOTE

ENGLISH, GERMAN = reader_of(("en",), "", ""), reader_of(("de-AT",), "", "")


def field_of(question: Question) -> Field:
    return fields_of([question], ENGLISH, {}, {})[0]


def scale(low: int, high: int, **more: object) -> Question:
    return Question("q", QuestionType.SCALE, {}, minimum=low, maximum=high, **more)  # type: ignore[arg-type]


def test_every_type_of_question_has_a_control() -> None:
    for kind in QuestionType:
        assert field_of(Question("q", kind, {"en": "?"}, maximum=5)).control


def test_the_ends_of_a_scale_say_what_they_mean() -> None:
    field = field_of(scale(1, 7, metric="ces"))
    assert (field.low, field.high) == (Words("Very difficult"), Words("Very easy"))
    options = options_of(scale(1, 7, metric="ces"), ENGLISH)
    meanings = [option.meaning.text for option in options]
    assert meanings == ["Very difficult", "", "", "", "", "", "Very easy"]


def test_a_falling_scale_falls() -> None:
    question = scale(5, 1, metric="csat")
    assert [option.value for option in options_of(question, ENGLISH)] == ["5", "4", "3", "2", "1"]
    field = field_of(question)
    assert (field.low.text, field.high.text) == ("Very satisfied", "Very dissatisfied")


def test_a_survey_may_say_itself_what_the_ends_mean() -> None:
    labels = (Choice("1", {"en": "Poor"}), Choice("5", {"en": "Great"}))
    field = field_of(scale(1, 5, choices=labels, metric="csat"))
    assert (field.low.text, field.high.text) == ("Poor", "Great")


def test_a_scale_without_a_meaning_says_nothing() -> None:
    field = field_of(scale(1, 5))
    assert not field.low
    assert not field.high


@pytest.mark.parametrize(
    ("high", "control", "options"),
    [(10, "row", 11), (11, "select", 12), (100, "select", 101), (1000, "line", 0)],
)
def test_long_scales_are_chosen_from_a_list_or_typed(high: int, control: str, options: int) -> None:
    field = field_of(scale(0, high))
    assert (field.control, len(field.options)) == (control, options)
    assert not field.is_group or control == "row"


def test_faces_go_from_sad_to_glad() -> None:
    options = options_of(EVERYTHING.questions[2], ENGLISH)
    assert [option.mood for option in options] == [-1, -0.5, 0, 0.5, 1]
    assert options[3].position == "4 out of 5"


def test_a_vote_without_words_of_its_own_is_yes_or_no() -> None:
    bare = Question("q", QuestionType.BINARY, {})
    options = [(option.value, option.label.text) for option in options_of(bare, GERMAN)]
    assert options == [("positive", "Ja"), ("negative", "Nein")]
    assert [option.label.text for option in options_of(VOTE, GERMAN)] == ["Ja, sehr", "Nein"]


def test_two_short_answers_stand_side_by_side() -> None:
    assert field_of(VOTE).is_pair
    long = Choice("positive", {"en": "Yes, I was more than happy"})
    vote = Question("q", QuestionType.BINARY, {}, choices=(long, Choice("negative", {"en": "No"})))
    assert not field_of(vote).is_pair


def test_the_comment_beside_a_rating_is_asked_again() -> None:
    assert later_comment(BINARY) is COMMENT


def test_a_comment_alone_is_not_asked_again() -> None:
    assert later_comment(SurveyDefinition("Form", SurveyType.FORM, (COMMENT,))) is None


def test_a_comment_that_an_answer_shows_is_not_asked_again() -> None:
    comment = replace(COMMENT, show_if=(ShowIf(VOTE.id, any_of=("negative",)),))
    survey = SurveyDefinition("Form", SurveyType.FORM, (VOTE, comment))
    assert later_comment(survey) is None


def test_an_answer_is_shown_in_the_words_of_its_choice() -> None:
    choices = (Choice("bad", {"en": "It was bad"}), Choice("good"))
    topic = Question("q", QuestionType.MULTIPLE_CHOICE, {}, choices=choices)
    shown = shown_answer(topic, ENGLISH, ["bad", "good", "gone"])
    assert [words.text for words in shown] == ["It was bad", "good", "gone"]


def test_a_step_of_the_longest_scale_is_shown_at_once() -> None:
    assert shown_answer(scale(-999_999, 999_999), ENGLISH, 7) == [Words("7")]


def test_a_descending_row_of_faces_begins_with_the_best() -> None:
    faces = Question("q", QuestionType.SMILEY, {}, minimum=3, maximum=1)
    assert [option.mood for option in options_of(faces, ENGLISH)] == [1, 0, -1]


def test_every_step_with_a_meaning_tells_it() -> None:
    steps = tuple(Choice(value, {"en": f"m{value}"}) for value in ("1", "3", "5"))
    field = field_of(scale(1, 5, choices=steps))
    assert [option.meaning.text for option in field.options] == ["m1", "", "m3", "", "m5"]
    assert [option.value for option in field.between] == ["3"]
    assert (field.low.text, field.high.text) == ("m1", "m5")
