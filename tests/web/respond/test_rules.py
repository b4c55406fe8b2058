"""Rules in words, and as the page's script reads them."""

import json

import pytest

from tellback.core.model import Choice, Question, QuestionType, ShowIf
from tellback.web.respond.rules import clauses_of, rules_data
from tellback.web.respond.texts import languages, reader_of

ENGLISH = reader_of(("en",), "", "")
SCALE = Question("scale", QuestionType.NPS, {"en": "Would you?"})
DOWN = Question("down", QuestionType.SCALE, {"en": "How hard?"}, minimum=5, maximum=1)
COUNT = Question("count", QuestionType.NUMBER, {"en": "How many?"})
VOTE = Question("vote", QuestionType.BINARY, {"en": "Happy?"})
TOPIC = Question(
    "topic",
    QuestionType.MULTIPLE_CHOICE,
    {"en": "About what?"},
    choices=(Choice("bug", {"en": "A bug"}), Choice("idea")),
)
ABOUT = {question.id: question for question in (SCALE, DOWN, COUNT, VOTE, TOPIC)}


def shown_if(*rules: ShowIf) -> Question:
    return Question("q", QuestionType.DATE, {"en": "When?"}, show_if=rules)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ShowIf("topic", any_of=("bug", "idea")), "About what? A bug / idea"),
        (ShowIf("vote", any_of=("negative",)), "Happy? No"),
        (ShowIf("scale", at_most=6), "Would you? 0 to 6"),
        (ShowIf("scale", at_least=8.5), "Would you? 9 to 10"),
        (ShowIf("scale", at_least=10), "Would you? 10"),
        (ShowIf("down", at_most=2), "How hard? 1 to 2"),
        (ShowIf("count", at_least=3), "How many? 3 or more"),
        (ShowIf("count", at_most=0), "How many? 0 or less"),
        (ShowIf("count", at_least=-1.5, at_most=2_000_000), "How many? -1.5 to 2000000"),
    ],
)
def test_a_rule_in_words(rule: ShowIf, words: str) -> None:
    [clause] = clauses_of(shown_if(rule), ABOUT, ENGLISH)
    answers = " / ".join(answer.text for answer in clause.answers)
    assert f"{clause.question.text} {answers}" == words


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_range_has_its_ends_in_every_language(language: str) -> None:
    ruled = shown_if(ShowIf("count", at_least=3, at_most=7), ShowIf("count", at_most=9))
    first, second = clauses_of(ruled, ABOUT, reader_of((language,), "", ""))
    assert first.answers[0].text.index("3") < first.answers[0].text.index("7")
    assert "9" in second.answers[0].text


def test_rules_as_data_name_fields() -> None:
    ruled = shown_if(
        ShowIf("topic", any_of=("bug",)), ShowIf("scale", at_most=6), ShowIf("count", at_least=0)
    )
    assert json.loads(rules_data(ruled, ABOUT)) == [
        {"on": "q.topic", "any": ["bug"]},
        {"on": "q.scale", "max": 6},
        {"on": "q.count", "min": 0},
    ]


def test_a_question_without_rules_has_neither() -> None:
    assert rules_data(shown_if(), ABOUT) == ""
    assert clauses_of(shown_if(), ABOUT, ENGLISH) == []
