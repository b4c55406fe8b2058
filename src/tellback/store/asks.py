"""When people were asked, over all channels together: what the throttle counts.

An invitation counts from the moment it went, and already while it is on its way. A response that
nobody was invited to by us was asked for somewhere else (in an app, in a chat), so it counts too.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, select

from tellback.core.invitation import COUNTED, State
from tellback.store.tables import invitations, responses

_CHUNK = 500
#: A claimed one is about to go: it must count before it does, or two would go at once.
_STATES = sorted(state.value for state in COUNTED | {State.CLAIMED})


def asked_at(
    connection: Connection, project_id: str, contact_ids: Iterable[str], since: int
) -> dict[str, list[int]]:
    """The moments (ms, after ``since``, in any order) at which each of these was asked."""
    found: dict[str, list[int]] = {id_: [] for id_ in contact_ids}
    ids = list(found)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        for statement in (_by_us(project_id, chunk, since), _elsewhere(project_id, chunk, since)):
            for row in connection.execute(statement):
                found[row[0]].append(row[1])
    return found


def _by_us(project_id: str, contact_ids: list[str], since: int) -> Select[Any]:
    at = func.coalesce(invitations.c.sent_at, invitations.c.claimed_at, invitations.c.created_at)
    return select(invitations.c.contact_id, at).where(
        invitations.c.project_id == project_id,
        invitations.c.contact_id.in_(contact_ids),
        invitations.c.state.in_(_STATES),
        at > since,
    )


def _elsewhere(project_id: str, contact_ids: list[str], since: int) -> Select[Any]:
    return select(responses.c.contact_id, responses.c.created_at).where(
        responses.c.project_id == project_id,
        responses.c.contact_id.in_(contact_ids),
        responses.c.invitation_id.is_(None),
        responses.c.created_at > since,
    )
