"""Answers in words."""

from tellback.core.model import Choice, Question, QuestionType, SurveyDefinition, SurveyType
from tellback.web.dashboard.answers import Answered, answers_of
from tellback.web.respond.texts import Reader, Words

_CHOICES = (Choice("y", {"en": "Yes", "de": "Ja"}), Choice("n", {"en": "No"}))
_ASKED = Question("q", QuestionType.SINGLE_CHOICE, {"en": "Well?", "de": "Gut?"}, choices=_CHOICES)
_FORM = SurveyDefinition("Form", SurveyType.FORM, (_ASKED,))


def test_the_projects_language_goes_first() -> None:
    german = Reader(("de-at",), "en")
    expected = Answered(Words("Gut?", "de"), [Words("Ja", "de")])
    assert answers_of({"q": "y"}, _FORM, german) == [expected]
    expected = Answered(Words("Gut?", "de"), [Words("No")])
    assert answers_of({"q": "n"}, _FORM, german) == [expected]


def test_what_no_survey_is_kept_for_is_shown_as_it_came() -> None:
    expected = [Answered(Words("q"), [Words("y"), Words("z")]), Answered(Words("r"), [Words("4")])]
    assert answers_of({"q": ["y", "z"], "r": 4}, None, Reader(("en",), "en")) == expected
