"""How much waits, over all projects, for whoever watches the server.

Each count is answered from a partial index of what waits: it costs as much as there is waiting.
States are written out and not bound: only then does an engine see that an index covers them.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, func, literal_column, select

from tellback.core.invitation import State
from tellback.core.webhooks import EventState
from tellback.store.across import across_projects
from tellback.store.outbox import LEASED, in_state
from tellback.store.tables import invitations, outgoing_events


@dataclass(frozen=True, slots=True)
class Queue:
    """``due`` may go now, ``later`` not yet; ``first_due_at`` (ms) is the oldest's moment."""

    due: int
    later: int
    first_due_at: int | None


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits: ``invitations`` by channel, and webhooks' ``events``.

    ``in_hand`` are invitations that a sender holds; of ``unknown`` ones a crash has hidden whether
    they went.
    """

    invitations: dict[str, Queue]
    events: Queue
    in_hand: int
    unknown: int


_DUE = func.sum(case((invitations.c.due_at <= bindparam("now"), 1), else_=0))
_INVITATIONS = across_projects(
    select(
        invitations.c.channel,
        func.count().label("waiting"),
        _DUE.label("due"),
        func.min(invitations.c.due_at).label("first"),
    )
    .where(in_state(State.QUEUED))
    .group_by(invitations.c.channel)
)
_EVENTS_DUE = func.sum(case((outgoing_events.c.due_at <= bindparam("now"), 1), else_=0))
_EVENTS = across_projects(
    select(
        func.count().label("waiting"),
        _EVENTS_DUE.label("due"),
        func.min(outgoing_events.c.due_at).label("first"),
    ).where(outgoing_events.c.state == literal_column(f"'{EventState.QUEUED.value}'"))
)
_COUNT = select(func.count()).select_from(invitations)
_IN_HAND = across_projects(_COUNT.where(in_state(*LEASED)))
_UNKNOWN = across_projects(_COUNT.where(in_state(State.UNKNOWN)))


def measure_queues(connection: Connection, now: int) -> Queues:
    """What waits at this moment (ms)."""
    rows = connection.execute(_INVITATIONS, {"now": now}).all()
    events = connection.execute(_EVENTS, {"now": now}).one()
    return Queues(
        invitations={row.channel: _queue(row) for row in rows},
        events=_queue(events),
        in_hand=connection.execute(_IN_HAND).scalar_one(),
        unknown=connection.execute(_UNKNOWN).scalar_one(),
    )


def _queue(row: object) -> Queue:
    waiting, due, first = row.waiting, row.due or 0, row.first  # type: ignore[attr-defined]
    return Queue(int(due), waiting - int(due), first)
