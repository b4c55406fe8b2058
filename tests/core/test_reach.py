"""How far people come in a survey."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tellback.core.model import Question, QuestionType
from tellback.core.reach import Course, reach_of

QUESTIONS = [Question(name, QuestionType.SHORT_TEXT, {"en": name}) for name in "abc"]


def numbers(*courses: Course) -> list[tuple[int, int, int]]:
    """How many came to, answered and left at each of three questions."""
    return [(one.came, one.answered, one.left) for one in reach_of(QUESTIONS, courses)]


def test_nobody_came() -> None:
    assert numbers() == [(0, 0, 0)] * 3


def test_who_finished_has_passed_all_questions_answered_or_not() -> None:
    assert numbers(Course({"a": 1, "c": "x"}, True, None)) == [(1, 1, 0), (1, 0, 0), (1, 1, 0)]


def test_who_left_is_where_they_go_on() -> None:
    assert numbers(Course({"a": 1}, False, "c")) == [(1, 1, 0), (1, 0, 0), (1, 0, 1)]
    # They went back: what lies behind was answered, but they stand before it.
    assert numbers(Course({"a": 1, "b": 2}, False, "a")) == [(1, 1, 1), (0, 1, 0), (0, 0, 0)]


def test_without_a_page_it_is_the_question_after_the_last_answer() -> None:
    assert numbers(Course({"a": 1}, False, None)) == [(1, 1, 0), (1, 0, 1), (0, 0, 0)]
    assert numbers(Course({"c": 1}, False, None)) == [(1, 0, 0), (1, 0, 0), (1, 1, 1)]
    assert numbers(Course({}, False, None)) == [(1, 0, 1), (0, 0, 0), (0, 0, 0)]


def test_what_is_not_asked_any_more_is_passed_over() -> None:
    assert numbers(Course({"gone": 1}, False, "gone")) == [(1, 0, 1), (0, 0, 0), (0, 0, 0)]


COURSES = st.lists(
    st.builds(
        Course,
        st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=4),
        st.booleans(),
        st.sampled_from([None, "a", "b", "c", "d"]),
    )
)


@given(COURSES)
def test_who_came_further_or_left_adds_up(courses: list[Course]) -> None:
    found = reach_of(QUESTIONS, courses)
    assert found[0].came == len(courses)
    for one, after in pairwise(found):
        assert one.came == after.came + one.left
    assert found[-1].came - found[-1].left == sum(course.completed for course in courses)
