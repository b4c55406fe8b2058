"""The nouns: project, survey, question, contact, transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tellback.core.settings import ProjectSettings

#: A text in one or more languages, by language tag; `DEFAULT_LANGUAGE` is the fallback.
Text = Mapping[str, str]
DEFAULT_LANGUAGE = "en"


class Channel(StrEnum):
    """Where a person was asked or answered."""

    EMAIL = "email"
    CHAT = "chat"
    IN_APP = "in_app"
    MOBILE = "mobile"
    LINK = "link"


class SurveyType(StrEnum):
    """What a survey measures."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    BINARY = "binary"
    FORM = "form"


class QuestionType(StrEnum):
    """How a question is answered, and with what values."""

    NPS = "nps"
    SCALE = "scale"
    STARS = "stars"
    SMILEY = "smiley"
    BINARY = "binary"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    DROPDOWN = "dropdown"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    EMAIL = "email"
    DATE = "date"


#: Question types whose answer is a whole number between a minimum and a maximum.
RATED = frozenset({QuestionType.NPS, QuestionType.SCALE, QuestionType.STARS, QuestionType.SMILEY})
CHOSEN = frozenset(
    {
        QuestionType.BINARY,
        QuestionType.SINGLE_CHOICE,
        QuestionType.MULTIPLE_CHOICE,
        QuestionType.DROPDOWN,
    }
)
POSITIVE, NEGATIVE = "positive", "negative"


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered answer: ``value`` is stored, ``label`` is shown.

    ``shows`` are the ids of questions that stay hidden until this choice is made.
    """

    value: str
    label: Text
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey.

    ``metric`` names the score that its answers feed (nps, csat, ces, binary), or None.
    The first question with a metric is the survey's rating question.
    """

    id: str
    type: QuestionType
    text: Text
    name: str | None = None
    minimum: int = 0
    maximum: int = 10
    choices: tuple[Choice, ...] = ()
    required: bool = False
    metric: str | None = None
    placeholder: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """One targeting rule on a contact's property; all of a survey's must hold."""

    property: str
    operator: str
    value: str | float | bool | None = None


@dataclass(frozen=True, slots=True)
class SurveyDefinition:
    """What a version of a survey says and asks; immutable once stored.

    ``repeat_after_days``: a further answer of the same person within it is a duplicate;
    None means that one answer is enough for ever.
    """

    name: str
    type: SurveyType
    questions: tuple[Question, ...]
    subject: Text = field(default_factory=dict)
    thanks: Text = field(default_factory=dict)
    allow_anonymous: bool = True
    targeting: tuple[Condition, ...] = ()
    repeat_after_days: int | None = 90

    @property
    def rating_question(self) -> Question | None:
        """The question whose answer is the response's rating."""
        for question in self.questions:
            if question.metric:
                return question
        return None

    @property
    def comment_question(self) -> Question | None:
        """The free-text question whose answer is the response's comment."""
        for question in self.questions:
            if question.type is QuestionType.LONG_TEXT:
                return question
        return None

    def question(self, question_id: str) -> Question | None:
        """The question with that id, or (some wires speak names) that name."""
        for question in self.questions:
            if question_id in (question.id, question.name):
                return question
        return None


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey at one version. ``number`` is its per-project integer, for wires that need one.

    ``dialect`` is set on the survey that was made ready for a wire when the project was made.
    """

    project_id: str
    id: str
    key: str
    number: int
    version: int
    live: bool
    dialect: str | None
    definition: SurveyDefinition


@dataclass(frozen=True, slots=True)
class Project:
    """A tenant. ``secret`` signs the links in its mails; it never leaves the server."""

    id: str
    name: str
    slug: str
    created_at: int
    settings: ProjectSettings
    secret: bytes


@dataclass(slots=True)
class Transaction:
    """What somebody bought or did, that an invitation asks about. ``at`` is in ms.

    Not frozen, since as many are made per call as invitations are requested.
    """

    id: str
    at: int | None = None
    amount: float | int | None = None
    currency: str | None = None


class Identity(StrEnum):
    """By what a contact is known. A wire may bring others: the column is plain text."""

    EMAIL = "email"
    EXTERNAL = "external"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class ContactKey:
    """One identity of a contact: the kind, and the value as that kind normalises it."""

    kind: str
    value: str


def pick(text: Text, language: str | None) -> str:
    """The text in that language, or in its base language, or in the default, or any."""
    if language:
        tag = language.lower()
        for candidate in (tag, tag.split("-")[0]):
            if candidate in text:
                return text[candidate]
    if DEFAULT_LANGUAGE in text:
        return text[DEFAULT_LANGUAGE]
    return next(iter(text.values()), "")
