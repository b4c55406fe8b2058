"""The quality survey: the one that is ready in every project, and how a call describes it."""

from collections.abc import Mapping

from tellback.core.commands import AskingRule, DefineSurvey
from tellback.core.errors import Fault
from tellback.core.model import (
    DEFAULT_LANGUAGE,
    Question,
    QuestionType,
    SurveyDefinition,
    SurveyType,
    Text,
)
from tellback.core.outcomes import Done
from tellback.dialects.contract import Call, Exchange, HttpReply, HttpRequest
from tellback.dialects.edna.members import Members, read_members, required
from tellback.dialects.edna.replies import empty_reply
from tellback.dialects.edna.sendings import NAME

#: The same in every version, so that their numbers stay.
RATING_ID, COMMENT_ID = "rating", "comment"
#: What the wire does not speak of, so that describing the survey leaves it alone.
KEPT = (
    *("header", "subject", "thanks", "allow_anonymous", "targeting"),
    *("repeat_after_days", "channels"),
)
_MAX_TEXT, _MAX_LABEL = 1_000, 200
_MAX_STEP, _MAX_SECONDS, _MAX_COUNT = 999_999, 366 * 86_400, 1_000_000
_ASKED: Text = {"en": "Please rate our service", "ru": "Оцените наше обслуживание"}
_LABEL: Text = {"en": "Quality of service", "ru": "Качество обслуживания"}
_COMMENT: Text = {"en": "What could we do better?", "ru": "Что нам стоит улучшить?"}


def _survey(question: Question, name: str, hide_after: int | None = None) -> SurveyDefinition:
    binary = question.type is QuestionType.BINARY
    return SurveyDefinition(
        name=name,
        type=SurveyType.BINARY if binary else SurveyType.CSAT,
        questions=(question, Question(COMMENT_ID, QuestionType.LONG_TEXT, _COMMENT)),
        subject=question.text,
        # Every thread may be rated, however many a client has.
        repeat_after_days=0,
        hide_after=hide_after,
    )


SURVEY = _survey(
    Question(
        RATING_ID,
        QuestionType.SCALE,
        _ASKED,
        minimum=1,
        maximum=5,
        required=True,
        metric=SurveyType.CSAT.value,
        label=_LABEL,
    ),
    "Quality of service",
)


def decode_survey(request: HttpRequest) -> Call:
    """``POST /api/v1/quality``: what the survey asks, and how often it is sent by itself."""
    members = read_members(request)
    binary = members.flag("binaryQuestion")
    described = members.inner("question") or Members({})
    question = _question(described, binary=binary)
    hide_after = members.whole("hideAfter", 0, _MAX_SECONDS) or None
    rule = _rule(members)
    members.check()
    name = question.label.get(DEFAULT_LANGUAGE) or question.text[DEFAULT_LANGUAGE]
    definition = _survey(question, name[:_MAX_LABEL], hide_after)
    return Call(commands=[DefineSurvey(NAME, NAME, definition, keep=KEPT, rule=rule)])


def encode_survey(_exchange: Exchange, _outcomes: list[Done]) -> HttpReply:
    """200, and nothing else."""
    return empty_reply()


def _question(given: Members, *, binary: bool) -> Question:
    text, label = given.text("text", _MAX_TEXT), given.text("displayText", _MAX_LABEL)
    if not text or not text.strip():
        given.missing("text")
    low, high = (1, 5) if binary else _ends(given)
    metric = SurveyType.BINARY if binary else SurveyType.CSAT
    return Question(
        RATING_ID,
        QuestionType.BINARY if binary else QuestionType.SCALE,
        {DEFAULT_LANGUAGE: text or ""},
        minimum=low,
        maximum=high,
        required=True,
        metric=metric.value,
        label=_text(label),
        goal=given.decimal("kpi"),
    )


def _ends(given: Members) -> tuple[int, int]:
    found = len(given.problems)
    low = required(given, "minValue", -_MAX_STEP, _MAX_STEP)
    high = required(given, "maxValue", -_MAX_STEP, _MAX_STEP)
    if low >= high and len(given.problems) == found:
        given.wrong(Fault.VALUE, "must be greater than minValue", "maxValue")
    return low, high


def _rule(members: Members) -> AskingRule | None:
    """Every n-th closed thread is about so many per cent of them."""
    every = members.whole("sendingFrequency", 0, _MAX_COUNT)
    messages = members.whole("requiredMessageCount", 0, _MAX_COUNT)
    if every is None and messages is None:
        return None
    sample = every and max(1, round(100 / every))
    return AskingRule(sample, messages)


def _text(text: str | None) -> Mapping[str, str]:
    return {DEFAULT_LANGUAGE: text} if text and text.strip() else {}
