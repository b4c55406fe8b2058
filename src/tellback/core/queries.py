"""What an edge asks to know: one query, one page or figure.

Times are ms since the epoch; ranges include ``start`` and exclude ``end``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tellback.core.conversations import (
    FindContacts,
    GetContact,
    GetConversation,
    ListConversations,
)
from tellback.core.properties import PropertyType

#: A calendar day or moment without a zone, to be read in the project's own time zone.
Local = date | datetime


@dataclass(frozen=True, slots=True)
class ListInvitations:
    """A page of invitations with their answers. ``by`` names the date that filters.

    ``feedback``: 1 positive, -1 negative, 0 not answered. ``ascending`` is oldest first.
    Nulls come last and ties are broken by id, so that pages never overlap. ``pages`` is how many
    can be asked for: where counting is dear, no more than they hold are counted.
    """

    dialect: str | None = None
    start: Local | None = None
    end: Local | None = None
    by: str = "created_at"
    page: int = 1
    size: int = 30
    pages: int = 20
    address: str | None = None
    feedback: int | None = None
    with_comment: bool = False
    comment_contains: str | None = None
    sort: str = "created_at"
    ascending: bool = False


@dataclass(frozen=True, slots=True)
class GetInvitation:
    """One invitation with its answer."""

    id: str
    dialect: str | None = None


@dataclass(frozen=True, slots=True)
class ListProperties:
    """The declared properties of invitations, by name; of one type if given."""

    type: PropertyType | None = None


@dataclass(frozen=True, slots=True)
class ScoreInvitations:
    """Positive and negative answers, and opens, over a time and per interval.

    ``where`` is a segment expression (core/segment.py). Intervals: day, week, month.
    """

    dialect: str | None = None
    start: Local | None = None
    end: Local | None = None
    interval: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class CountInvitations:
    """How many were requested, throttled, sent, bounced, answered … per interval."""

    start: Local
    end: Local
    interval: str = "day"
    dialect: str | None = None


@dataclass(frozen=True, slots=True)
class ListResponses:
    """Responses of a survey or of all, newest first; by page number or after a cursor."""

    survey: str | None = None
    start: int | None = None
    end: int | None = None
    size: int = 100
    page: int = 1
    after: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class GetResponse:
    """One response with its author."""

    id: str


@dataclass(frozen=True, slots=True)
class SummariseResponses:
    """Counts and the rating histogram of responses to a survey, or of one metric, over a time."""

    survey: str | None = None
    metric: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class ListContacts:
    """Contacts, newest first; only the one with that external id if given."""

    external: str | None = None
    size: int = 100
    page: int = 1


@dataclass(frozen=True, slots=True)
class ListSuppressions:
    """Addresses that are never mailed, for the given reasons (all if empty)."""

    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ListSurveys:
    """The project's surveys at their current version; ``key`` (or id) for one of them."""

    key: str | None = None


Query = (
    ListInvitations
    | GetInvitation
    | ListProperties
    | ScoreInvitations
    | CountInvitations
    | ListResponses
    | GetResponse
    | SummariseResponses
    | ListContacts
    | ListSuppressions
    | ListSurveys
    | GetContact
    | FindContacts
    | GetConversation
    | ListConversations
)
