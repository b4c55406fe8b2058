"""The calls in which invitations were requested, and what became of those of one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, func, select

from tellback.core.instants import HOUR
from tellback.core.invitation import State
from tellback.store.rows import among
from tellback.store.tables import invitation_requests, invitations

#: A call that comes in several transactions is through by then, in ms.
_LONGEST_CALL = HOUR


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """A call: when it came (ms), over which wire, how many it asked for, and their states.

    ``due_at`` is the moment before which none of them goes, ``survey_id`` what it asks; both are
    those of any one of its invitations.
    """

    id: str
    dialect: str
    accepted: int
    created_at: int
    states: Mapping[State, int]
    survey_id: str | None = None
    due_at: int | None = None


@dataclass(frozen=True, slots=True)
class LargeRequest:
    """A call that asked for several: when it came (ms), over which wire, for how many."""

    id: str
    dialect: str
    accepted: int
    created_at: int


def list_large_requests(
    connection: Connection, project_id: str, looked_at: int, most: int
) -> list[LargeRequest]:
    """So many at most of the newest calls that asked for several, newest first.

    So many calls are ``looked_at``: of those who ask for one person each there may be any number.
    """
    calls = invitation_requests.c
    # Ids are in the order of time; there is no index by the moment.
    newest = (
        select(calls.id, calls.dialect, calls.accepted, calls.created_at)
        .where(calls.project_id == project_id)
        .order_by(calls.id.desc())
        .limit(looked_at)
    )
    several = (row for row in connection.execute(newest) if row.accepted > 1)
    return [LargeRequest(*row) for row in islice(several, most)]


def find_request(connection: Connection, project_id: str, id_: str) -> RequestStanding | None:
    """A call with the states of its invitations."""
    calls, table = invitation_requests, invitations
    mine = (calls.c.project_id == project_id) & (calls.c.id == id_)
    call = connection.execute(select(calls).where(mine)).first()
    if call is None:
        return None
    # There is no index by call; all of its rows were made in the moments after it.
    until = call.created_at + _LONGEST_CALL
    counted = (
        select(
            table.c.state,
            table.c.survey_id,
            func.count().label("number"),
            func.max(table.c.due_at).label("due_at"),
        )
        .where(
            table.c.project_id == project_id,
            table.c.created_at.between(call.created_at, until),
            table.c.request_id == id_,
        )
        .group_by(table.c.state, table.c.survey_id)
    )
    rows = connection.execute(counted).all()
    states: Counter[State] = Counter()
    for row in rows:
        states[State(row.state)] += row.number
    return RequestStanding(
        id=id_,
        dialect=call.dialect,
        accepted=call.accepted,
        created_at=call.created_at,
        states=states,
        survey_id=next((row.survey_id for row in rows), None),
        due_at=max((row.due_at for row in rows), default=None),
    )


def existing_requests(
    connection: Connection, project_id: str, ids: Sequence[str]
) -> Mapping[str, int]:
    """When those of the calls came (ms) that did."""
    table = invitation_requests
    statement = select(table.c.id, table.c.created_at).where(
        table.c.project_id == project_id, among(table.c.id, ids)
    )
    return {row.id: row.created_at for row in connection.execute(statement)}
