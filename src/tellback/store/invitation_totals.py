"""How many invitations a list has, from the roll-up where that can tell."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from tellback.core.model import Project
from tellback.core.queries import ListInvitations
from tellback.core.rollup import (
    FIRST_DAY,
    LAST_DAY,
    Range,
    Source,
    midnight,
    read_event,
)
from tellback.core.selection import Selection
from tellback.store.cohorts import Asked, plan_cohorts
from tellback.store.event_counts import Within
from tellback.store.event_sums import read_events
from tellback.store.invitation_events import OPEN, VOTE
from tellback.store.rollups import read_cells, sum_cells
from tellback.store.selected import selected_cells
from tellback.store.tables import invitations

Open = tuple[int | None, int | None]
#: How many rows are counted one by one where the cells do not tell.
COUNTED = 100_000
_EVENTS = {"opened_at": OPEN, "responded_at": VOTE}
_VOTES = {1: "positive", -1: "negative"}


def total_of(
    connection: Connection,
    project: Project,
    query: ListInvitations,
    range_: Open,
    conditions: Sequence[ColumnElement[bool]],
) -> int | None:
    """How many there are in a range; None where counting them would be long.

    ``conditions`` are what must hold of a row, without the range.
    """
    asked = Asked(project, Selection(dialect=query.dialect))
    searched = query.address is not None or query.with_comment or query.comment_contains
    if searched or query.feedback == 0:
        return None
    if query.by == "created_at" or range_ == (None, None):
        return _requested(connection, asked, query.feedback, range_, conditions)
    return _happened(connection, asked, query, range_)


def _requested(
    connection: Connection,
    asked: Asked,
    feedback: int | None,
    range_: Open,
    conditions: Sequence[ColumnElement[bool]],
) -> int | None:
    """Those requested in a range; with some feedback, whenever that came."""
    plan = plan_cohorts(connection, asked, *range_)
    total = 0
    for part in plan.rest:
        total += _count(connection, conditions, part, COUNTED + 1 - total)
        if total > COUNTED:
            return None
    cells = selected_cells(asked.selection, by_survey=False)
    found = read_cells(connection, asked.project.id, Source.INVITATIONS, plan.days, *cells)
    counts, wanted = sum_cells(found), _VOTES.get(feedback or 0, "requested")
    return total + sum(count for name, count in counts.items() if read_event(name)[0] == wanted)


def _happened(
    connection: Connection, asked: Asked, query: ListInvitations, range_: Open
) -> int | None:
    """Those that were opened or answered in a range."""
    if query.feedback is not None and query.by != "responded_at":
        return None
    if not plan_cohorts(connection, asked, None, None).days:
        return None
    zone, event = asked.project.settings.zone(), _EVENTS[query.by]
    start = midnight(FIRST_DAY, zone) if range_[0] is None else range_[0]
    end = midnight(LAST_DAY, zone) if range_[1] is None else range_[1]
    wanted = _VOTES.get(query.feedback or 0, next(iter(event.counts)))
    happened = read_events(connection, (event,), asked, Within((start, end)))
    return sum(one.counts.get(wanted) or 0 for one in happened)


def _count(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], range_: Range, most: int
) -> int:
    at = invitations.c.created_at
    some = select(invitations.c.id).where(*conditions, at >= range_[0], at < range_[1])
    counting = select(func.count()).select_from(some.limit(most).subquery())
    return connection.execute(counting).scalar_one()
