"""Pages of a survey: which are to be seen, and what stands on them."""

from dataclasses import replace
from typing import Any

import pytest

from tellback.core.model import Choice, Question, QuestionType, ShowIf, SurveyDefinition, SurveyType
from tellback.core.steps import MOST_TOGETHER, find_step, has_steps

TEXT = {"en": "Well?"}


def question(id_: str, *rules: ShowIf) -> Question:
    choices = (Choice("yes"), Choice("no"))
    return Question(id_, QuestionType.SINGLE_CHOICE, TEXT, choices=choices, show_if=rules)


def survey(*questions: Question, per_page: int | None = 1) -> SurveyDefinition:
    return SurveyDefinition("Survey", SurveyType.FORM, questions, per_page=per_page)


A, B = question("a"), question("b")
IF_A = question("if_a", ShowIf("a", any_of=("yes",)))
IF_B = question("if_b", ShowIf("b", any_of=("yes",)), ShowIf("a", any_of=("no",)))
LINEAR = survey(A, IF_A, B, IF_B)


def at(definition: SurveyDefinition, answers: dict[str, Any], page: str | None = None) -> Any:
    step = find_step(definition, answers, page)
    return (step.at, step.place, step.of, step.before, step.after)


def test_few_questions_stand_together_and_many_one_by_one() -> None:
    few = [question(f"q{n}") for n in range(MOST_TOGETHER)]
    assert not has_steps(survey(*few, per_page=None))
    many = survey(*few, question("more"), per_page=None)
    assert has_steps(many)
    assert at(many, {}) == ("q0", 1, 7, None, "q1")
    assert not has_steps(replace(many, per_page=7))
    assert at(replace(many, per_page=5), {}) == ("q0", 1, 2, None, "q5")


@pytest.mark.parametrize("per_page", [0, -5])
def test_a_draft_may_say_what_is_no_number_of_questions(per_page: int) -> None:
    assert at(replace(LINEAR, per_page=per_page), {}) == ("a", 1, 2, None, "b")


def test_answers_decide_which_pages_there_are() -> None:
    assert at(LINEAR, {}) == ("a", 1, 2, None, "b")
    assert at(LINEAR, {"a": "yes"}) == ("a", 1, 3, None, "if_a")
    assert at(LINEAR, {"a": "no"}, "b") == ("b", 2, 3, "a", "if_b")
    assert at(LINEAR, {"a": "yes", "b": "yes"}, "if_b") == ("if_b", 4, 4, "b", None)


def test_a_hidden_page_leads_to_the_next_one_and_past_the_end_to_the_last() -> None:
    assert at(LINEAR, {}, "if_a") == ("b", 2, 2, "a", None)
    assert at(LINEAR, {}, "if_b") == ("b", 2, 2, "a", None)


@pytest.mark.parametrize("name", [None, "", "nowhere"])
def test_without_a_name_it_is_the_first(name: str | None) -> None:
    assert at(LINEAR, {}, name)[0] == "a"


def test_a_page_is_found_by_any_question_on_it() -> None:
    assert at(replace(LINEAR, per_page=2), {}, "if_b")[0] == "b"


def test_a_page_keeps_the_rules_that_are_about_itself() -> None:
    page = replace(LINEAR, per_page=2)
    assert find_step(page, {}, None).questions == (A, IF_A)
    own = replace(IF_B, show_if=IF_B.show_if[:1])
    assert find_step(page, {}, "b").questions == (B, own)
    assert find_step(page, {"a": "no"}, "b").questions == (B, replace(IF_B, show_if=()))


def test_what_nothing_on_the_page_can_show_is_not_there() -> None:
    further = question("further", ShowIf("if_a", any_of=("yes",)))
    page = survey(A, B, IF_A, further, per_page=2)
    assert find_step(page, {}, "if_a").at == "a"
    mixed = survey(A, IF_A, further, B, question("last", ShowIf("further", any_of=("yes",))))
    mixed = replace(mixed, per_page=3)
    assert find_step(mixed, {}, "b").questions == (B,)
    # An answer that is hidden itself shows nothing.
    assert find_step(mixed, {"a": "no", "further": "yes"}, "b").questions == (B,)
