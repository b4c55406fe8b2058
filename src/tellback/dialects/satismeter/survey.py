"""The survey that is ready in every new project, and this wire's words for surveys."""

from collections.abc import Mapping

from tellback.core.model import (
    Question,
    QuestionType,
    Survey,
    SurveyDefinition,
    SurveyType,
    Text,
    pick,
)

#: The same in every project, so that an integration finds them where it left them.
RATING_ID = "6f1c2a5e-3b64-4f1e-9d0a-7c5e8b2f4a10"
COMMENT_ID = "b0d9e7c4-52a1-4a86-8c3f-1e6d4f9a2b77"

#: Question types as this wire prints them; it has fewer than we have.
QUESTION_TYPES: Mapping[QuestionType, str] = {
    QuestionType.NPS: "scale",
    QuestionType.SCALE: "scale",
    QuestionType.STARS: "scale",
    QuestionType.SMILEY: "smiley",
    QuestionType.BINARY: "single-choice",
    QuestionType.SINGLE_CHOICE: "single-choice",
    QuestionType.DROPDOWN: "single-choice",
    QuestionType.MULTIPLE_CHOICE: "multiple-choice",
    QuestionType.SHORT_TEXT: "long-text",
    QuestionType.LONG_TEXT: "long-text",
    QuestionType.NUMBER: "long-text",
    QuestionType.EMAIL: "long-text",
    QuestionType.DATE: "long-text",
}
METRICS = frozenset({"nps", "csat", "ces"})
_SURVEY_TYPES = {SurveyType.NPS: "nps", SurveyType.CSAT: "csat", SurveyType.CES: "ces"}


def _english(text: str) -> Text:
    return {"en": text}


SURVEY = SurveyDefinition(
    name="Net Promoter Score",
    type=SurveyType.NPS,
    questions=(
        Question(
            id=RATING_ID,
            type=QuestionType.NPS,
            text=_english("How likely are you to recommend us to your friends and colleagues?"),
            name="SM_rating",
            metric="nps",
        ),
        Question(
            id=COMMENT_ID,
            type=QuestionType.LONG_TEXT,
            text=_english("What is the main reason for your score?"),
            name="SM_comment",
        ),
    ),
    subject=_english("How likely are you to recommend us?"),
    thanks=_english("Thank you for your feedback!"),
)


def encode_question(question: Question, language: str | None = None) -> dict[str, object]:
    """A question as this wire names and labels it; the metric only where this wire knows it."""
    encoded: dict[str, object] = {
        "id": question.id,
        "name": question.name,
        "label": pick(question.text, language),
        "type": QUESTION_TYPES[question.type],
    }
    if question.metric in METRICS:
        encoded["metric"] = question.metric
    return encoded


def encode_campaign(survey: Survey) -> dict[str, object]:
    """A survey, which this wire calls a campaign."""
    definition = survey.definition
    return {
        "id": survey.id,
        "name": definition.name,
        "type": _SURVEY_TYPES.get(definition.type, "custom"),
        "state": "live" if survey.live else "paused",
        "questions": [_without_nulls(encode_question(q)) for q in definition.questions],
    }


def _without_nulls(value: dict[str, object]) -> dict[str, object]:
    return {name: member for name, member in value.items() if member is not None}
