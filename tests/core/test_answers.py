"""Answers against the questions they answer, and what they come to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellback.core.answers import (
    headline,
    hidden_questions,
    rating_of,
    read_answers,
    whole_problems,
)
from tellback.core.errors import Fault
from tellback.core.model import (
    Choice,
    Question,
    QuestionType,
    ShowIf,
    SurveyDefinition,
    SurveyType,
)


def choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, {"en": value}) for value in values)


RATING = Question("r", QuestionType.NPS, {}, "rating", metric="nps")
WHY = Question("w", QuestionType.LONG_TEXT, {}, "why")
TOPIC = Question(
    "t",
    QuestionType.SINGLE_CHOICE,
    {},
    choices=(Choice("bug", {}), Choice("idea", {}), Choice("other", {})),
)
BUG = (ShowIf("t", any_of=("bug",)),)
WHERE = Question("where", QuestionType.SHORT_TEXT, {}, required=True, show_if=BUG)
WHEN = Question("when", QuestionType.DATE, {}, show_if=BUG)
NPS = SurveyDefinition("NPS", SurveyType.NPS, (RATING, WHY))
FORM = SurveyDefinition("Form", SurveyType.FORM, (TOPIC, WHERE, WHEN))
VOTE = SurveyDefinition(
    "Vote", SurveyType.BINARY, (Question("v", QuestionType.BINARY, {}, metric="binary"), WHY)
)
LABELLED = SurveyDefinition(
    "Labelled",
    SurveyType.NPS,
    (
        Question(
            "l",
            QuestionType.DROPDOWN,
            {},
            metric="nps",
            choices=choices("0 Not at all", "9", "10 Extremely likely", "no idea"),
        ),
    ),
)


def ruled(*rules: ShowIf) -> SurveyDefinition:
    """A survey whose last question, x, is shown by rules."""
    last = Question("x", QuestionType.SINGLE_CHOICE, {}, choices=choices("a", "b"), show_if=rules)
    asked = (
        TOPIC,
        Question("all", QuestionType.MULTIPLE_CHOICE, {}, choices=choices("a", "b")),
        Question("m", QuestionType.STARS, {}),
        Question("n", QuestionType.NUMBER, {}),
    )
    return SurveyDefinition("Ruled", SurveyType.FORM, (*asked, last))


def faults(definition: SurveyDefinition, *given: Any, **more: Any) -> list[tuple[str, Fault]]:
    problems = read_answers(definition, list(given), **more).problems
    return [(problem.field or "", problem.fault) for problem in problems]


def test_questions_are_found_by_id_or_name() -> None:
    assert read_answers(NPS, [("r", 0), ("why", "x")]).answers == {"r": 0, "w": "x"}


def test_an_unknown_question_and_one_answered_twice() -> None:
    assert faults(NPS, ("x", 1), ("r", 1), ("rating", 1)) == [
        ("x", Fault.NOT_FOUND),
        ("rating", Fault.DUPLICATE),
    ]


def test_a_wrong_answer_is_not_mended_by_a_second_one() -> None:
    assert faults(NPS, ("r", 99), ("r", 1)) == [("r", Fault.VALUE), ("r", Fault.DUPLICATE)]


class TestShortcuts:
    def test_answer_the_rating_and_the_comment_question(self) -> None:
        assert read_answers(NPS, [], 7, "because").answers == {"r": 7, "w": "because"}

    def test_the_same_thing_twice_is_fine(self) -> None:
        assert read_answers(NPS, [("r", 7), ("w", "x")], 7, "x").answers == {"r": 7, "w": "x"}

    def test_two_different_things_are_not(self) -> None:
        assert faults(NPS, ("r", 7), ("w", "x"), rating=8, comment="y") == [
            ("rating", Fault.VALUE),
            ("comment", Fault.VALUE),
        ]

    def test_are_judged_like_any_answer(self) -> None:
        assert faults(NPS, rating=11) == [("rating", Fault.VALUE)]
        assert faults(NPS, comment="x" * 10_001) == [("comment", Fault.VALUE)]

    def test_need_their_question(self) -> None:
        assert faults(FORM, rating=1, comment="x") == [
            ("rating", Fault.NOT_APPLICABLE),
            ("comment", Fault.NOT_APPLICABLE),
        ]

    @pytest.mark.parametrize(("rating", "word"), [(1, "positive"), (-1, "negative")])
    def test_a_vote_is_one_or_minus_one(self, rating: int, word: str) -> None:
        assert read_answers(VOTE, [], rating).answers == {"v": word}
        assert faults(VOTE, rating=rating * 2) == [("rating", Fault.VALUE)]

    def test_a_choice_is_found_by_its_number(self) -> None:
        assert read_answers(LABELLED, [], 10).answers == {"l": "10 Extremely likely"}
        assert read_answers(LABELLED, [("l", "9")], 9).problems == []
        assert faults(LABELLED, rating=8) == [("rating", Fault.FORMAT)]


class TestRules:
    """When questions are shown."""

    def test_a_question_with_rules_is_hidden_until_one_of_them_holds(self) -> None:
        survey = ruled(ShowIf("t", any_of=("bug", "idea")), ShowIf("m", at_most=3))
        assert hidden_questions(survey, {}) == {"x"}
        assert hidden_questions(survey, {"t": "other", "m": 4}) == {"x"}
        for shown in ({"t": "bug"}, {"t": "idea"}, {"m": 3}, {"t": "other", "m": 0}):
            assert hidden_questions(survey, shown) == set()

    def test_one_of_several_chosen_is_enough(self) -> None:
        survey = ruled(ShowIf("all", any_of=("a",)))
        assert hidden_questions(survey, {"all": ["b", "a"]}) == set()
        assert hidden_questions(survey, {"all": ["b"]}) == {"x"}
        assert hidden_questions(survey, {"all": []}) == {"x"}

    @pytest.mark.parametrize(
        ("low", "high", "shown"),
        [(3, None, {3, 3.5, 4}), (None, 3, {-1, 2.9, 3}), (3, 3, {3}), (2.5, 3.4, {2.9, 3})],
    )
    def test_a_range_includes_its_ends(
        self, low: float | None, high: float | None, shown: set[float]
    ) -> None:
        survey = ruled(ShowIf("n", at_least=low, at_most=high))
        for number in (-1, 2.9, 3, 3.5, 4):
            assert ("x" not in hidden_questions(survey, {"n": number})) == (number in shown)
        assert hidden_questions(survey, {}) == {"x"}

    def test_the_answer_to_a_hidden_question_shows_nothing(self) -> None:
        survey = ruled(ShowIf("t", any_of=("bug",)))
        after = Question("y", QuestionType.DATE, {}, show_if=(ShowIf("x", any_of=("a",)),))
        survey = SurveyDefinition("Chain", SurveyType.FORM, (*survey.questions, after))
        assert hidden_questions(survey, {"t": "bug", "x": "a"}) == set()
        assert hidden_questions(survey, {"t": "idea", "x": "a"}) == {"x", "y"}


class TestAsAWhole:
    def test_choices_show_and_hide_questions(self) -> None:
        assert hidden_questions(FORM, {}) == {"where", "when"}
        assert hidden_questions(FORM, {"t": "bug"}) == set()
        assert hidden_questions(FORM, {"t": "idea"}) == {"where", "when"}
        assert hidden_questions(NPS, {}) == set()

    @pytest.mark.parametrize(
        ("answers", "expected"),
        [
            ({}, [("answers", Fault.MISSING)]),
            ({"t": "idea"}, []),
            ({"t": "bug"}, [("where", Fault.MISSING)]),
            ({"t": "bug", "where": "  "}, [("where", Fault.MISSING)]),
            ({"t": "bug", "where": "here"}, []),
            ({"t": "idea", "when": "2026-01-31"}, [("when", Fault.NOT_APPLICABLE)]),
        ],
    )
    def test_what_is_wrong(self, answers: Any, expected: Any) -> None:
        found = whole_problems(FORM, answers)
        assert [(problem.field, problem.fault) for problem in found] == expected

    def test_what_could_not_be_taken_counts_as_answered(self) -> None:
        given = [("t", "bug"), ("where", "x" * 2_000), ("when", "soon")]
        reading = read_answers(FORM, given)
        assert reading.wrong == {"where", "when"}
        assert whole_problems(FORM, reading.answers, wrong=reading.wrong) == []
        assert whole_problems(FORM, {}, wrong={"t"}) == []
        hidden = whole_problems(FORM, {"t": "idea"}, wrong={"when"})
        assert [(problem.field, problem.subject) for problem in hidden] == [("when", WHEN)]

    def test_nothing_is_required_while_more_may_come(self) -> None:
        assert whole_problems(FORM, {"t": "bug"}, partial=True) == []
        assert len(whole_problems(FORM, {}, partial=True)) == 1

    def test_nothing_is_required_of_who_dismisses(self) -> None:
        assert whole_problems(FORM, {}, dismissed=True) == []
        assert len(whole_problems(FORM, {"when": "x"}, dismissed=True)) == 1


class TestTexts:
    """Some wires know answers as texts only."""

    @pytest.mark.parametrize(("text", "step"), [("0", 0), ("10", 10)])
    def test_ratings_are_read_from_texts(self, text: str, step: int) -> None:
        assert read_answers(NPS, [("r", text)], as_text=True).answers == {"r": step}
        assert faults(NPS, ("r", text)) == [("r", Fault.FORMAT)]

    def test_scales_may_go_below_zero(self) -> None:
        scale = Question("s", QuestionType.SCALE, {}, minimum=-3, maximum=3)
        survey = SurveyDefinition("Scale", SurveyType.FORM, (scale, WHY))
        assert read_answers(survey, [("s", "-3")], as_text=True).answers == {"s": -3}

    @pytest.mark.parametrize("text", ["", "x", "1.0", "01", "+1", " 1", "-0", "\u0661", "9" * 7])
    def test_what_is_no_step_is_refused(self, text: str) -> None:
        assert faults(NPS, ("r", text), as_text=True) == [("r", Fault.FORMAT)]

    def test_texts_stay_texts(self) -> None:
        assert read_answers(NPS, [("w", "7")], as_text=True).answers == {"w": "7"}


class TestHeadline:
    def test_of_a_complete_answer(self) -> None:
        said = headline(NPS, {"r": 0, "w": "x"})
        assert (said.metric, said.rating, said.comment, said.completed) == ("nps", 0.0, "x", True)

    def test_of_a_rating_alone(self) -> None:
        said = headline(NPS, {"r": 9})
        assert (said.rating, said.comment, said.completed) == (9.0, None, False)

    def test_a_blank_comment_is_none(self) -> None:
        said = headline(NPS, {"r": 9, "w": " \n"})
        assert (said.comment, said.completed) == (None, False)

    def test_of_a_vote(self) -> None:
        assert headline(VOTE, {"v": "negative"}).rating == -1.0
        assert headline(VOTE, {"v": "positive"}).rating == 1.0

    def test_of_a_choice_with_a_number(self) -> None:
        assert headline(LABELLED, {"l": "0 Not at all"}).rating == 0.0
        assert headline(LABELLED, {"l": "no idea"}).rating is None

    def test_hidden_questions_need_no_answer(self) -> None:
        assert headline(FORM, {"t": "idea"}).completed
        assert not headline(FORM, {"t": "bug", "where": "x"}).completed

    def test_of_a_survey_without_a_rating(self) -> None:
        said = headline(FORM, {"t": "idea"})
        assert (said.metric, said.rating, said.comment) == (None, None, None)


@pytest.mark.parametrize(
    ("value", "rating"), [("-3 bad", -3.0), ("1234567", None), ("x1", None), (["1"], None)]
)
def test_the_number_that_a_choice_begins_with(value: Any, rating: float | None) -> None:
    assert rating_of(LABELLED.questions[0], value) == rating


VALUES = st.one_of(
    st.text(max_size=20), st.integers(), st.floats(), st.lists(st.text(max_size=5), max_size=3)
)


@given(st.lists(st.tuples(st.sampled_from(["r", "rating", "w", "why", "x"]), VALUES), max_size=4))
def test_every_answer_is_either_kept_or_a_problem(answers: Any) -> None:
    reading = read_answers(NPS, answers)
    assert len(reading.answers) + len(reading.problems) == len(answers)
    said = headline(NPS, reading.answers)
    assert said.rating is None or said.rating in range(11)
