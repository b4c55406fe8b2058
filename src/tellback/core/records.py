"""Responses and contacts as their project may see them. Times are ms since the epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tellback.core.model import VOUCHED, AnswerValue, Identity, SurveyDefinition
from tellback.core.score import Tally


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person. ``keys`` are what they are known by, one of each kind."""

    id: str
    keys: Mapping[str, str]
    name: str | None
    email: str | None
    language: str | None
    traits: Mapping[str, Any]
    unsubscribed: bool
    created_at: int
    last_seen_at: int

    @property
    def external(self) -> str | None:
        """The caller's own id of the person."""
        return self.keys.get(Identity.EXTERNAL)

    @property
    def is_vouched_for(self) -> bool:
        """Whether the project itself knows the person: by an address, or by an id of its own."""
        return not VOUCHED.isdisjoint(self.keys)

    @property
    def anonymous(self) -> str | None:
        """The id that a visitor goes by."""
        return self.keys.get(Identity.ANONYMOUS)

    @property
    def number(self) -> int | None:
        """The per-project integer of somebody who has had a conversation."""
        number = self.keys.get(Identity.NUMBER)
        return None if number is None else int(number)


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A response with its author and with what its survey said when it was answered.

    ``traits`` are the author's at that time. ``contact`` is None where nobody is known, also after
    the author was forgotten.
    """

    id: str
    project_id: str
    survey_id: str
    definition: SurveyDefinition
    dialect: str
    channel: str
    answers: Mapping[str, AnswerValue]
    metric: str | None
    rating: float | None
    comment: str | None
    completed: bool
    dismissed: bool
    traits: Mapping[str, Any]
    language: str | None
    referrer: str | None
    user_agent: str | None
    ip: str | None
    contact: ContactRecord | None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """One page of responses, newest first, and whether older ones follow."""

    items: Sequence[ResponseRecord]
    more: bool


@dataclass(frozen=True, slots=True)
class ContactPage:
    """One page of contacts, newest first, and whether older ones follow."""

    items: Sequence[ContactRecord]
    more: bool


@dataclass(frozen=True, slots=True)
class ResponseSummary:
    """Responses counted. ``tally`` counts the ratings.

    ``definition`` is what the survey says now, where responses to one survey were counted.
    ``pending``: rated, but not completed; ``dismissed``: closed by the person; ``commented``: with
    a free text; ``shown``: how often we let the survey be shown where we do not show it ourselves.
    """

    responses: int = 0
    pending: int = 0
    dismissed: int = 0
    commented: int = 0
    shown: int = 0
    tally: Tally = field(default_factory=Tally)
    definition: SurveyDefinition | None = None
