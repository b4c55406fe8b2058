"""The invitations on their way out: finding due ones, claiming, and moving them on.

The statements are made once, since making one costs more than running it. States in conditions
are written out and not bound: only then does an engine see that a partial index covers them.
Only what is still in the state and the hands that the caller believes is moved on: by a condition
of the statement itself, or because `find_held` has guarded what follows in its transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    update,
)

from tellback.core.admission import DueInvitation, Objection
from tellback.core.invitation import State
from tellback.core.model import Channel, Identity, Project
from tellback.core.rollup import Source
from tellback.store.across import across_projects, every_project
from tellback.store.projects import read_project
from tellback.store.rollup_marks import mark_ids, mark_moments
from tellback.store.rows import among
from tellback.store.tables import contact_identities, projects, suppressions
from tellback.store.tables import invitations as table

#: What a sender has in its hands.
LEASED = (State.CLAIMED, State.SENDING)


def in_state(*states: State) -> ColumnElement[bool]:
    """A condition on an invitation's state that partial indexes understand."""
    names: list[ColumnElement[str]] = [literal_column(f"'{state.value}'") for state in states]
    return table.c.state.in_(names) if len(names) > 1 else table.c.state == names[0]


@dataclass(frozen=True, slots=True)
class Dead:
    """What a dead worker held. ``seen``: its mail was opened, answered or returned, so it went."""

    id: str
    state: State
    attempts: int
    claimed_at: int
    seen: bool


_OF_PROJECT = table.c.project_id == bindparam("project")
_THESE = among(table.c.id, "ids")
_IN_CHANNEL = table.c.channel == bindparam("channel")
_BY_MAIL = table.c.channel == Channel.EMAIL.value

_PROJECTS = every_project()
_FIRST_DUE = (
    select(func.min(table.c.due_at))
    .where(table.c.project_id == _PROJECTS.c.project_id, in_state(State.QUEUED), _IN_CHANNEL)
    .scalar_subquery()
)
_NEXT_DUE = across_projects(select(_PROJECTS.c.project_id, _FIRST_DUE.label("due_at")))
_PROJECT = select(projects).where(projects.c.id == bindparam("project")).with_for_update()
#: The contact that the address leads to, if there is one.
_PERSON = (
    select(contact_identities.c.contact_id)
    .where(
        contact_identities.c.project_id == bindparam("project"),
        contact_identities.c.kind == Identity.EMAIL.value,
        contact_identities.c.value == table.c.address,
    )
    .scalar_subquery()
)
_DUE = (
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
        # Each by its own look-up: asked for all of these addresses at once, an engine that does not
        # know yet how many people there are goes through all of them.
        case((_BY_MAIL, _PERSON), else_=table.c.contact_id),
        table.c.due_at,
    )
    .where(_OF_PROJECT, in_state(State.QUEUED), _IN_CHANNEL, table.c.due_at <= bindparam("now"))
    # No further: ties are many (a bulk call is one), and sorting them would read them all.
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)

_ONE = update(table).where(_OF_PROJECT, table.c.id == bindparam("which"))
_MINE = table.c.lease_owner == bindparam("worker")
_FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
#: A new moment where one is given, else the old one.
_MAYBE_LATER = func.coalesce(bindparam("due", type_=BigInteger), table.c.due_at)
_CLAIM = (
    update(table)
    .where(_OF_PROJECT, _THESE)
    .values(
        state=State.CLAIMED.value,
        reason=None,
        contact_id=_PERSON,
        claimed_at=bindparam("now"),
        lease_owner=bindparam("worker"),
        lease_until=bindparam("until"),
    )
    .returning(table.c.id, table.c.created_at)
)
_STOP = _ONE.values(
    state=bindparam("after"),
    reason=bindparam("why"),
    contact_id=bindparam("person"),
    due_at=_MAYBE_LATER,
)
_SUPPRESSION = and_(
    suppressions.c.project_id == bindparam("project"), suppressions.c.address == table.c.address
)
_SENDING = (
    update(table)
    .where(_OF_PROJECT, _THESE, _MINE, in_state(State.CLAIMED))
    .where(~select(suppressions.c.address).where(_SUPPRESSION).exists())
    .values(
        state=State.SENDING.value,
        # Not every engine spells an id as we do.
        message_id="<" + func.replace(cast(table.c.id, Text), "-", "") + bindparam("tail"),
    )
    .returning(table.c.id, table.c.created_at)
)
_UNWANTED = (
    select(table.c.id, table.c.attempts, suppressions.c.reason)
    .join(suppressions, _SUPPRESSION)
    .where(_OF_PROJECT, _THESE, _MINE, in_state(State.CLAIMED))
    .with_for_update(of=table)
)
# Who was quicker than this note has opened the mail or answered already.
_GONE: dict[str, Any] = {
    "state": case(
        (table.c.bounced_at.is_not(None), State.BOUNCED.value),
        (table.c.responded_at.is_not(None), State.RESPONDED.value),
        (table.c.clicked_at.is_not(None), State.CLICKED.value),
        (table.c.opened_at.is_not(None), State.OPENED.value),
        else_=State.SENT.value,
    ),
    "sent_at": bindparam("at"),
    # What a bounce said stays.
    "reason": case((table.c.bounced_at.is_not(None), table.c.reason)),
    **_FREE,
}
_SENT = _ONE.values(**_GONE)
_JUST_SENT = (
    update(table)
    .where(_OF_PROJECT, _THESE, _MINE, in_state(State.SENDING))
    .values(**_GONE)
    .returning(table.c.id, table.c.created_at)
)
_RESULT = _ONE.values(
    state=bindparam("after"),
    reason=bindparam("why"),
    attempts=bindparam("tries"),
    due_at=_MAYBE_LATER,
    # Whoever tried may learn late that its mail has gone after all.
    lease_owner=case((bindparam("after") == State.UNKNOWN.value, table.c.lease_owner)),
    lease_until=None,
)
_RELEASE = _ONE.values(
    state=State.QUEUED.value,
    reason=bindparam("why"),
    claimed_at=None,
    due_at=_MAYBE_LATER,
    **_FREE,
)
_EXTEND = (
    update(table)
    .where(_OF_PROJECT, _THESE, _MINE, in_state(*LEASED))
    .values(lease_until=bindparam("until"))
)


def next_due(connection: Connection, channel: Channel = Channel.EMAIL) -> list[tuple[str, int]]:
    """Each project that has something queued there, with the moment of the first (ms)."""
    rows = connection.execute(_NEXT_DUE, {"channel": channel.value})
    return [(row.project_id, row.due_at) for row in rows if row.due_at is not None]


def lock_project(connection: Connection, project_id: str) -> Project | None:
    """The project, which nobody else claims for or charges until this transaction ends."""
    row = connection.execute(_PROJECT, {"project": project_id}).first()
    return read_project(row) if row else None


def take_due(
    connection: Connection,
    project_id: str,
    now: int,
    limit: int,
    channel: Channel = Channel.EMAIL,
) -> list[DueInvitation]:
    """Up to that many invitations to send there, those first that wait longest.

    Of those that are due at one moment, which are many after a bulk call, any may be taken; those
    that are, stand in the order in which they were asked for.
    The contact of a mail is whoever its address leads to now, if anybody.
    """
    bound = {"project": project_id, "channel": channel.value, "now": now, "most": limit}
    rows = sorted(connection.execute(_DUE, bound), key=lambda row: (row.due_at, row.id))
    return [DueInvitation(*row[:-1]) for row in rows]


def mark_claimed(
    connection: Connection, project_id: str, ids: Collection[str], worker: str, until: int, now: int
) -> None:
    """Give invitations, whose people are known, to a worker until its lease ends."""
    shared = {"project": project_id, "worker": worker, "until": until, "now": now}
    _moved(connection, _CLAIM, shared, ids)


def mark_stopped(
    connection: Connection, project_id: str, stopped: Sequence[tuple[DueInvitation, Objection]]
) -> None:
    """Note why invitations are not sent, and what becomes of them."""
    rows = [
        {
            "project": project_id,
            "which": invitation.id,
            "after": objection.state.value,
            "why": objection.reason,
            "person": invitation.contact_id,
            "due": objection.due_at,
        }
        for invitation, objection in stopped
    ]
    _each(connection, _STOP, rows)


def find_held(
    connection: Connection, project_id: str, worker: str, ids: Collection[str], *states: State
) -> dict[str, Any]:
    """Those of the invitations that this worker still holds, by id: address, state, attempts."""
    if not ids:
        return {}
    bound = {"project": project_id, "worker": worker, "ids": ids}
    return {row.id: row for row in connection.execute(_held(states), bound)}


def find_unwanted(
    connection: Connection, project_id: str, worker: str, ids: Collection[str]
) -> list[tuple[str, int, str]]:
    """Those that this worker has claimed for a suppressed address: id, attempts, and why it is."""
    if not ids:
        return []
    bound = {"project": project_id, "worker": worker, "ids": ids}
    return [(id_, tries, why) for id_, tries, why in connection.execute(_UNWANTED, bound)]


def mark_sending(
    connection: Connection, project_id: str, worker: str, ids: Collection[str], domain: str
) -> set[str]:
    """Note that mails are about to be handed over, with Message-IDs of that domain.

    Which may go: those that this worker has claimed, and whose address is not suppressed.
    """
    shared = {"project": project_id, "worker": worker, "tail": f"@{domain}>"}
    return _moved(connection, _SENDING, shared, ids)


def mark_just_sent(
    connection: Connection, project_id: str, worker: str, ids: Collection[str], at: int
) -> set[str]:
    """Note that mails have gone that this worker was handing over (ms); which they were."""
    return _moved(connection, _JUST_SENT, {"project": project_id, "worker": worker, "at": at}, ids)


def mark_sent(connection: Connection, project_id: str, sent: Mapping[str, int]) -> None:
    """Note that mails have gone, and when (ms)."""
    rows = [{"project": project_id, "which": id_, "at": at} for id_, at in sent.items()]
    _each(connection, _SENT, rows)


def mark_result(
    connection: Connection,
    project_id: str,
    results: Iterable[tuple[str, State, str | None, int, int | None]],
) -> None:
    """Note what else came of mails: (id, state, reason, attempts, due_at or None to keep it)."""
    rows = [
        {
            "project": project_id,
            "which": id_,
            "after": state.value,
            "why": reason,
            "tries": attempts,
            "due": due_at,
        }
        for id_, state, reason, attempts, due_at in results
    ]
    _each(connection, _RESULT, rows)


def mark_released(
    connection: Connection, project_id: str, due: Mapping[str, int | None], reason: str | None
) -> None:
    """Put claimed invitations back, as if nobody had taken them; due at that time, if given."""
    shared = {"project": project_id, "why": reason}
    _each(connection, _RELEASE, [{**shared, "which": id_, "due": at} for id_, at in due.items()])


def extend_leases(
    connection: Connection, project_id: str, worker: str, ids: Collection[str], until: int
) -> None:
    """Hold invitations for longer."""
    bound = {"project": project_id, "worker": worker, "ids": ids, "until": until}
    connection.execute(_EXTEND, bound)


def projects_with_dead_leases(
    connection: Connection, now: int, only_living: str | None
) -> list[str]:
    """The projects that have invitations in the hands of nobody living."""
    id_ = _PROJECTS.c.project_id
    dead = select(table.c.id).where(table.c.project_id == id_, _dead(now, only_living)).exists()
    return list(connection.execute(across_projects(select(id_).where(dead))).scalars())


def find_dead(
    connection: Connection, project_id: str, now: int, only_living: str | None, limit: int
) -> list[Dead]:
    """Invitations in the hands of nobody living: ended leases, or all but one worker's."""
    signs = (table.c.opened_at, table.c.clicked_at, table.c.responded_at, table.c.bounced_at)
    statement = (
        select(
            table.c.id,
            table.c.state,
            table.c.attempts,
            table.c.claimed_at,
            func.coalesce(*signs).is_not(None),
        )
        .where(table.c.project_id == project_id, _dead(now, only_living))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(statement)
    return [Dead(id_, State(state), *rest) for id_, state, *rest in rows]


def _dead(now: int, only_living: str | None) -> ColumnElement[bool]:
    if only_living is None:
        return in_state(*LEASED) & (table.c.lease_until <= now)
    return in_state(*LEASED) & (table.c.lease_owner != only_living)


@cache
def _held(states: tuple[State, ...]) -> Select[Any]:
    columns = (table.c.id, table.c.address, table.c.state, table.c.attempts)
    return select(*columns).where(_OF_PROJECT, _THESE, _MINE, in_state(*states)).with_for_update()


def _moved(
    connection: Connection, statement: Any, shared: Mapping[str, Any], ids: Collection[str]
) -> set[str]:
    """Move many on by one statement, and say which it has found.

    The driver lets go of Python's lock for each row of each statement, and so the thread that makes
    the mails would otherwise get in between for every single one.
    """
    if not ids:
        return set()
    rows = connection.execute(statement, {**shared, "ids": ids})
    found = {id_: created_at for id_, created_at in rows}  # noqa: C416 - a row is no pair to mypy
    mark_moments(connection, shared["project"], Source.INVITATIONS, found.values())
    return set(found)


def _each(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Move invitations of one project on."""
    if rows:
        connection.execute(statement, rows)
        ids = [row["which"] for row in rows]
        mark_ids(connection, rows[0]["project"], Source.INVITATIONS, ids)
