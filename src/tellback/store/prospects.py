"""What would become of asking people now, before anybody is asked."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from tellback.core.admission import (
    Circumstances,
    DueInvitation,
    Objection,
    limits_of,
    postponed,
    suppressed,
    throttled,
)
from tellback.core.model import ContactKey, Identity, Project
from tellback.core.throttle import Window
from tellback.store.asks import asked_at
from tellback.store.contacts import Known, find_contacts
from tellback.store.quota import find_allowance
from tellback.store.recipients import suppressed_among

#: Those of the sender's questions that are about the person.
_QUESTIONS = (suppressed, postponed, throttled)


def foresee(
    connection: Connection, project: Project, addresses: Sequence[str], now: int
) -> Mapping[str, Objection]:
    """Why those of the addresses would not be mailed now that would not; nothing is written."""
    keys = {ContactKey(Identity.EMAIL, address): address for address in addresses}
    people = {keys[key]: one for key, one in find_contacts(connection, project.id, keys).items()}
    facts = _circumstances(connection, project, addresses, people, now)
    found = {}
    for address in addresses:
        one = people.get(address)
        ask = _ask(address, one.id if one else None, now)
        objections = (question(ask, facts) for question in _QUESTIONS)
        if objection := next(filter(None, objections), None):
            found[address] = objection
    return found


def _circumstances(
    connection: Connection,
    project: Project,
    addresses: Sequence[str],
    people: Mapping[str, Known],
    now: int,
) -> Circumstances:
    known = {one.id: one for one in people.values()}
    return Circumstances(
        now=now,
        limits=limits_of(project.settings),
        live_surveys=frozenset(),
        suppressed=suppressed_among(connection, project.id, addresses),
        next_ask_at={id_: one.next_ask_at for id_, one in known.items() if one.next_ask_at},
        asked_at=asked_at(connection, project.id, known, now - Window.MONTH.value),
        allowance=find_allowance(connection, project, now),
    )


def _ask(address: str, contact_id: str | None, now: int) -> DueInvitation:
    # Somebody who is not known yet has an empty id, which nobody else has.
    return DueInvitation("", "", address, None, "", False, None, None, None, now, contact_id or "")
