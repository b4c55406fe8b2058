"""The nouns: project, survey, question, contact, transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tellback.core.settings import ProjectSettings

#: A text in one or more languages, by language tag; `DEFAULT_LANGUAGE` is the fallback.
Text = Mapping[str, str]
DEFAULT_LANGUAGE = "en"
#: What answers a question: a text, a number, or the chosen ones of several.
AnswerValue = str | int | float | list[str]


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
#: The highest number that a survey or a question may have.
MAX_WIRE_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered answer: ``value`` is stored, ``label`` is shown; without one, the value is."""

    value: str
    label: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShowIf:
    """A rule that shows a question by the answer to an earlier one, named by its id.

    It holds when one of ``any_of`` is chosen; or, for ratings and numbers, when the answer is
    ``at_least`` and ``at_most`` those, as far as they are given.
    """

    question: str
    any_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey.

    ``metric`` names the score that its answers feed (nps, csat, ces, binary), or None.
    The first question with a metric is the survey's rating question. ``number`` is its per-project
    integer, for wires that need one; surveys may share a question's number. A question with rules
    in ``show_if`` is hidden until one of them holds. ``label`` is a shorter text, for chat windows
    and lists. ``goal`` is the average answer that the owner aims for.
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
    number: int | None = None
    show_if: tuple[ShowIf, ...] = ()
    label: Text = field(default_factory=dict)
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One targeting rule on a contact's property; all of a survey's must hold."""

    property: str
    operator: str
    value: str | float | bool | None = None


class Place(StrEnum):
    """Where a page's widget shows a survey: over the page, or within it."""

    POPOVER = "popover"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class WidgetRule:
    """That a page's widget shows a survey, where, and when.

    ``pages``: patterns of the addresses that it is shown on, where ``*`` is anything and ``!`` in
    front means anywhere but there; none means all. ``events``: shown only once the page has told
    of one of these. ``sample``: in how many per cent of the browsers. ``delay``: seconds after the
    page is there. ``snooze_days``: who has closed it is not shown it again for so long.
    """

    place: Place = Place.POPOVER
    pages: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    sample: int = 100
    delay: int = 0
    snooze_days: int = 30


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the address of a survey's public page may say of who comes by it.

    ``identify``: who they are (``email``, ``id``), which nobody has checked. ``properties`` are
    those that the address may give, by their names.
    """

    identify: bool = False
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyDefinition:
    """What a version of a survey says and asks; immutable once stored.

    ``header`` introduces the questions. ``repeat_after_days``: a further answer of the same person
    within it is a duplicate; None means that one answer is enough for ever. ``channels`` are those
    of the conversations that the survey may be sent to; none means all. ``hide_after``: for how
    many seconds it stays available once it was sent to a conversation; None means no limit.
    ``per_page`` is how many questions stand on one page; None: all of a few, else one by one.
    ``colour`` is its own colour, ``#rrggbb``; empty: the project's. ``link`` is about its public
    page. Without a rule for the ``widget`` none shows it.
    """

    name: str
    type: SurveyType
    questions: tuple[Question, ...]
    subject: Text = field(default_factory=dict)
    thanks: Text = field(default_factory=dict)
    allow_anonymous: bool = True
    targeting: tuple[Condition, ...] = ()
    repeat_after_days: int | None = 90
    header: Text = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    hide_after: int | None = None
    per_page: int | None = None
    colour: str = ""
    link: Sharing = Sharing()
    widget: WidgetRule | None = None

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
        """The question with that id, or (some wires speak names or numbers) that name or number.

        A number is given as the text of its digits.
        """
        for question in self.questions:
            if question_id in (question.id, question.name):
                return question
        for question in self.questions:
            if question.number is not None and question_id == str(question.number):
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
    """By what a contact is known. A wire may bring others: the column is plain text.

    ``number`` is the per-project integer of those who have had a conversation; ``visitor`` is a
    token that a chat client chose for itself, which is all that it needs to show.
    """

    EMAIL = "email"
    EXTERNAL = "external"
    ANONYMOUS = "anonymous"
    PHONE = "phone"
    VISITOR = "visitor"
    NUMBER = "number"


#: What two contacts may be found to be one person by, where the project vouches for it. Everything
#: else may be shared, guessed or recycled: a phone by a family, a browser's id by a classroom.
MERGING = frozenset({Identity.EMAIL, Identity.EXTERNAL, Identity.VISITOR})


#: What only the project itself knows people by.
VOUCHED = frozenset({Identity.EMAIL.value, Identity.EXTERNAL.value})


@dataclass(frozen=True, slots=True)
class ContactKey:
    """One identity of a contact: the kind, and the value as that kind normalises it."""

    kind: str
    value: str

    def __hash__(self) -> int:
        """By the value alone, whose hash is kept with it: a response asks for this some 6 times."""
        return hash(self.value)


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


def offered_in(definition: SurveyDefinition, *channels: str | None) -> bool:
    """Whether a survey may be sent to a conversation that has been in these channels."""
    return not definition.channels or any(one in definition.channels for one in channels)
