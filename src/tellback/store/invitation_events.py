"""What happens to invitations, and how far they came: what is counted of them everywhere."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, case, func, true

from tellback.core.invitation import State
from tellback.store.tables import invitations, responses

ASK = invitations.c
_ANSWER = and_(
    # Where nobody has answered there is nothing to look for.
    ASK.responded_at.is_not(None),
    responses.c.project_id == ASK.project_id,
    responses.c.invitation_id == ASK.id,
)
_ASK_WITH_ANSWER = invitations.outerjoin(responses, _ANSWER)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


class Event(NamedTuple):
    """Something that happens to invitations: when, to which, what is counted under which name."""

    at: ColumnElement[int]
    counts: Mapping[str, ColumnElement[int]]
    only: ColumnElement[bool] = true()
    rows: FromClause = invitations


REQUEST = Event(ASK.created_at, {"requested": func.count()})
#: Whether to send was decided; one that ended without being picked never had another moment.
DECISION = Event(
    func.coalesce(ASK.claimed_at, ASK.due_at),
    {
        "throttled": _how_many(ASK.state == State.THROTTLED.value),
        "failed": _how_many(ASK.state == State.FAILED.value),
    },
    ASK.state.in_((State.THROTTLED.value, State.FAILED.value)),
)
SENDING = Event(ASK.sent_at, {"sent": func.count()}, ASK.sent_at.is_not(None))
BOUNCE = Event(ASK.bounced_at, {"bounced": func.count()}, ASK.bounced_at.is_not(None))
OPEN = Event(ASK.opened_at, {"opens": func.count()}, ASK.opened_at.is_not(None))
VOTE = Event(
    ASK.responded_at,
    {
        "responses": func.count(),
        "positive": _how_many(responses.c.rating > 0),
        "negative": _how_many(responses.c.rating < 0),
    },
    ASK.responded_at.is_not(None),
    _ASK_WITH_ANSWER,
)
EVENTS = (REQUEST, DECISION, SENDING, BOUNCE, OPEN, VOTE)

_CLICKED = func.coalesce(ASK.clicked_at, ASK.responded_at)
_OPENED = func.coalesce(ASK.opened_at, _CLICKED)
#: How far invitations came, in the order of `tellback.store.overview.Funnel`. Whoever answered has
#: opened, even where the mail hid it.
FUNNEL: Mapping[str, ColumnElement[int]] = {
    "requested": func.count(),
    "sent": func.count(func.coalesce(ASK.sent_at, _OPENED)),
    "opened": func.count(_OPENED),
    "clicked": func.count(_CLICKED),
    "answered": func.count(ASK.responded_at),
}
