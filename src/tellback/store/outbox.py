"""The invitations on their way out: finding due ones, claiming, and moving them on.

The states in conditions are written out and not bound: only then does an engine see that a
partial index covers them. `find_held` guards what follows in its transaction: only what is still
in the state and the hands that the caller believes is moved on.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    literal_column,
    select,
    update,
)

from tellback.core.admission import DueInvitation, Objection
from tellback.core.invitation import State
from tellback.core.model import Channel, Project
from tellback.store.projects import read_project
from tellback.store.tables import invitations, projects

_CHUNK = 500
#: A new moment where one is given, else the old one.
_DUE = func.coalesce(bindparam("due", type_=BigInteger), invitations.c.due_at)
_FREE = {"lease_owner": None, "lease_until": None}


def in_state(*states: State) -> ColumnElement[bool]:
    """A condition on an invitation's state that partial indexes understand."""
    if len(states) == 1:
        return invitations.c.state == literal_column(f"'{states[0].value}'")
    return invitations.c.state.in_([literal_column(f"'{state.value}'") for state in states])


#: What a sender has in its hands.
LEASED = (State.CLAIMED, State.SENDING)


def next_due(connection: Connection) -> list[tuple[str, int]]:
    """Each project that has something queued, with the moment of the first (ms)."""
    first = (
        select(func.min(invitations.c.due_at))
        .where(invitations.c.project_id == projects.c.id, in_state(State.QUEUED))
        .scalar_subquery()
    )
    each = select(projects.c.id, first.label("due_at")).subquery()
    rows = connection.execute(select(each).where(each.c.due_at.is_not(None)))
    return [(row.id, row.due_at) for row in rows]


def lock_project(connection: Connection, project_id: str) -> Project | None:
    """The project, which nobody else claims for or charges until this transaction ends."""
    statement = select(projects).where(projects.c.id == project_id).with_for_update()
    row = connection.execute(statement).first()
    return read_project(row) if row else None


def take_due(
    connection: Connection, project_id: str, now: int, limit: int
) -> list[DueInvitation]:
    """Up to that many invitations to send by e-mail, those first that wait longest."""
    table = invitations
    statement = (
        select(
            table.c.id,
            table.c.survey_id,
            table.c.address,
            table.c.language,
            table.c.reference,
            table.c.transactional,
            table.c.transaction_at,
            table.c.transaction_amount,
            table.c.transaction_currency,
            table.c.created_at,
        )
        .where(
            table.c.project_id == project_id,
            in_state(State.QUEUED),
            table.c.due_at <= now,
            table.c.channel == Channel.EMAIL.value,
        )
        .order_by(table.c.due_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DueInvitation(*row) for row in connection.execute(statement)]


def mark_claimed(
    connection: Connection,
    project_id: str,
    claimed: Sequence[DueInvitation],
    worker: str,
    lease_until: int,
    now: int,
) -> None:
    """Give invitations to a worker until its lease ends."""
    statement = _one(project_id).values(
        state=State.CLAIMED.value,
        reason=None,
        contact_id=bindparam("person"),
        claimed_at=now,
        lease_owner=worker,
        lease_until=lease_until,
    )
    _each(connection, statement, [{"which": i.id, "person": i.contact_id} for i in claimed])


def mark_stopped(
    connection: Connection, project_id: str, stopped: Sequence[tuple[DueInvitation, Objection]]
) -> None:
    """Note why invitations are not sent, and what becomes of them."""
    statement = _one(project_id).values(
        state=bindparam("after"),
        reason=bindparam("why"),
        contact_id=bindparam("person"),
        due_at=_DUE,
    )
    values = [
        {
            "which": invitation.id,
            "after": objection.state.value,
            "why": objection.reason,
            "person": invitation.contact_id,
            "due": objection.due_at,
        }
        for invitation, objection in stopped
    ]
    _each(connection, statement, values)


def find_held(
    connection: Connection,
    project_id: str,
    worker: str,
    ids: Iterable[str],
    *states: State,
) -> dict[str, Any]:
    """Those of the invitations that this worker still holds, by id: address, state, attempts."""
    table = invitations
    found = {}
    for chunk in _chunks(ids):
        statement = (
            select(table.c.id, table.c.address, table.c.state, table.c.attempts)
            .where(
                table.c.project_id == project_id,
                table.c.id.in_(chunk),
                table.c.lease_owner == worker,
                in_state(*states),
            )
            .with_for_update()
        )
        found.update({row.id: row for row in connection.execute(statement)})
    return found


def mark_sending(
    connection: Connection, project_id: str, message_ids: Mapping[str, str]
) -> None:
    """Note that invitations are about to be handed over, each with its mail's Message-ID."""
    statement = _one(project_id).values(
        state=State.SENDING.value, message_id=bindparam("message")
    )
    values = [{"which": id_, "message": message} for id_, message in message_ids.items()]
    _each(connection, statement, values)


def mark_sent(connection: Connection, project_id: str, ids: Iterable[str], now: int) -> None:
    """Note that mails have gone. Who was quicker than this note has opened or answered already."""
    table = invitations
    reached = case(
        (table.c.responded_at.is_not(None), State.RESPONDED.value),
        (table.c.clicked_at.is_not(None), State.CLICKED.value),
        (table.c.opened_at.is_not(None), State.OPENED.value),
        else_=State.SENT.value,
    )
    statement = _one(project_id).values(state=reached, sent_at=now, reason=None, **_FREE)
    _each(connection, statement, [{"which": id_} for id_ in ids])


def mark_result(
    connection: Connection,
    project_id: str,
    results: Iterable[tuple[str, State, str | None, int, int | None]],
) -> None:
    """Note what else came of mails: (id, state, reason, attempts, due_at or None to keep it)."""
    statement = _one(project_id).values(
        state=bindparam("after"),
        reason=bindparam("why"),
        attempts=bindparam("tries"),
        due_at=_DUE,
        # Whoever tried may learn late that its mail has gone after all.
        lease_owner=case((bindparam("after") == State.UNKNOWN.value, invitations.c.lease_owner)),
        lease_until=None,
    )
    names = ("which", "after", "why", "tries", "due")
    values = [
        dict(zip(names, (id_, state.value, *rest), strict=True)) for id_, state, *rest in results
    ]
    _each(connection, statement, values)


def mark_released(
    connection: Connection, project_id: str, due: Mapping[str, int | None], reason: str | None
) -> None:
    """Put claimed invitations back, as if nobody had taken them; due at that time, if given."""
    statement = _one(project_id).values(
        state=State.QUEUED.value,
        reason=reason,
        claimed_at=None,
        due_at=_DUE,
        **_FREE,
    )
    _each(connection, statement, [{"which": id_, "due": at} for id_, at in due.items()])


def extend_leases(
    connection: Connection, project_id: str, worker: str, ids: Iterable[str], until: int
) -> None:
    """Hold invitations for longer."""
    for chunk in _chunks(ids):
        statement = update(invitations).where(
            invitations.c.project_id == project_id,
            invitations.c.id.in_(chunk),
            invitations.c.lease_owner == worker,
            in_state(*LEASED),
        )
        connection.execute(statement.values(lease_until=until))


def projects_with_dead_leases(
    connection: Connection, now: int, only_living: str | None
) -> list[str]:
    """The projects that have invitations in the hands of nobody living."""
    dead = (
        select(invitations.c.id)
        .where(invitations.c.project_id == projects.c.id, _dead(now, only_living))
        .exists()
    )
    return list(connection.execute(select(projects.c.id).where(dead)).scalars())


def find_dead(
    connection: Connection, project_id: str, now: int, only_living: str | None, limit: int
) -> list[tuple[str, State]]:
    """Invitations in the hands of nobody living: ended leases, or all but one worker's."""
    statement = (
        select(invitations.c.id, invitations.c.state)
        .where(invitations.c.project_id == project_id, _dead(now, only_living))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(row.id, State(row.state)) for row in connection.execute(statement)]


def _dead(now: int, only_living: str | None) -> ColumnElement[bool]:
    if only_living is None:
        return in_state(*LEASED) & (invitations.c.lease_until <= now)
    return in_state(*LEASED) & (invitations.c.lease_owner != only_living)


def _one(project_id: str) -> Any:
    return update(invitations).where(
        invitations.c.project_id == project_id, invitations.c.id == bindparam("which")
    )


def _each(connection: Connection, statement: Any, values: Sequence[dict[str, Any]]) -> None:
    if values:
        connection.execute(statement, values)


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    whole = list(ids)
    return (whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK))
