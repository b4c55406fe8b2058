"""What a query leads to: invitations with their answers, and figures over time.

Times are ms since the epoch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tellback.core.properties import PropertyValue
from tellback.core.score import Votes


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """An invitation as its caller may see it, with its answer.

    ``claimed_at`` is when the sender picked it. ``rating`` is the answer's, 1 or -1 for a question
    with a positive and a negative answer, and None until there is one.
    """

    id: str
    project_id: str
    request_id: str
    reference: str
    address: str | None
    transactional: bool
    transaction_at: int | None
    transaction_amount: float | None
    transaction_currency: str | None
    properties: Mapping[str, PropertyValue]
    channel: str
    state: str
    created_at: int
    message_id: str | None
    claimed_at: int | None
    sent_at: int | None
    opened_at: int | None
    responded_at: int | None
    rating: float | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """One page of a list; ``total`` counts all pages, also those beyond the last allowed one.

    Where it is ``capped`` there are more, and it counts only what the allowed pages hold.
    """

    total: int
    size: int
    page: int
    items: Sequence[InvitationRecord]
    capped: bool = False


@dataclass(frozen=True, slots=True)
class VotesStep:
    """The votes of one interval. ``first`` is its first day's midnight with the zone's offset.

    An interval that the range cuts off at its start is a partial one, but keeps its first day.
    """

    first: datetime
    votes: Votes


@dataclass(frozen=True, slots=True)
class VotesReport:
    """Votes over a time, and per interval where one was asked for."""

    total: Votes
    steps: Sequence[VotesStep] = ()


@dataclass(slots=True)
class InvitationCounts:
    """What happened to invitations in a time; each event counts when it happened."""

    requested: int = 0
    throttled: int = 0
    failed: int = 0
    sent: int = 0
    bounced: int = 0
    responses: int = 0
    positive: int = 0
    negative: int = 0


@dataclass(frozen=True, slots=True)
class CountsStep:
    """The counts of one interval; ``first`` as in `VotesStep`."""

    first: datetime
    counts: InvitationCounts = field(default_factory=InvitationCounts)


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that is never mailed, why (see core/commands.py), and since when."""

    address: str
    reason: str
    created_at: int
