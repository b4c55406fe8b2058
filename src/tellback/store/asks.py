"""When people were asked, over all channels together: what the throttle counts.

An invitation counts from the moment it went, and already while it is on its way. A survey that was
shown elsewhere counts, and so does a response to one that nobody told us of: somebody asked.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select

from tellback.core.invitation import COUNTED, State
from tellback.store.events import SHOWN
from tellback.store.rows import among
from tellback.store.tables import events, invitations, responses

#: A claimed one is about to go: it must count before it does, or two would go at once.
_STATES = sorted(state.value for state in COUNTED | {State.CLAIMED})
_SENT_AT = func.coalesce(
    invitations.c.sent_at, invitations.c.claimed_at, invitations.c.created_at
).label("at")
_INVITED = select(invitations.c.contact_id, _SENT_AT).where(
    invitations.c.project_id == bindparam("project"),
    among(invitations.c.contact_id, "people"),
    invitations.c.state.in_(_STATES),
    bindparam("since") < _SENT_AT,
)
# Reckoned with moments, so that nobody looks through all of a project's latest rows instead.
_SHOWN = select(events.c.contact_id, events.c.created_at, events.c.name).where(
    events.c.project_id == bindparam("project"),
    among(events.c.contact_id, "people"),
    events.c.created_at + 0 > bindparam("since"),
    events.c.name.startswith(SHOWN, autoescape=True),
)
_ANSWERED = select(responses.c.contact_id, responses.c.created_at, responses.c.survey_id).where(
    responses.c.project_id == bindparam("project"),
    among(responses.c.contact_id, "people"),
    responses.c.invitation_id.is_(None),
    responses.c.created_at + 0 > bindparam("since"),
)


def asked_at(
    connection: Connection, project_id: str, contact_ids: Iterable[str], since: int
) -> dict[str, list[int]]:
    """The moments (ms, after ``since``, in any order) at which each of these was asked."""
    found: dict[str, list[int]] = {id_: [] for id_ in contact_ids}
    if not found:
        return found
    bound = {"project": project_id, "people": list(found), "since": since}
    for contact_id, at in connection.execute(_INVITED, bound):
        found[contact_id].append(at)
    shown: dict[tuple[str, str], int] = {}
    for contact_id, at, name in connection.execute(_SHOWN, bound):
        found[contact_id].append(at)
        survey = (contact_id, name.removeprefix(SHOWN))
        shown[survey] = min(at, shown.get(survey, at))
    for contact_id, at, survey_id in connection.execute(_ANSWERED, bound):
        if shown.get((contact_id, survey_id), at + 1) > at:
            found[contact_id].append(at)
    return found
