"""Whom an address leads to, and whether it may be mailed at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from tellback.core.model import ContactKey, Identity
from tellback.store.contacts import Seen, insert_contacts
from tellback.store.database import Transaction
from tellback.store.rows import among
from tellback.store.tables import contacts, suppressions

_PEOPLE = select(
    contacts.c.id,
    contacts.c.language,
    contacts.c.next_ask_at,
).where(contacts.c.project_id == bindparam("project"), among(contacts.c.id, "ids"))
_SUPPRESSED = select(suppressions.c.address, suppressions.c.reason).where(
    suppressions.c.project_id == bindparam("project"),
    among(suppressions.c.address, "addresses"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """The contact that an address leads to, as far as asking goes. ``next_ask_at`` is in ms.

    ``new``: made just now, so that nobody can have asked them anything.
    """

    id: str
    language: str | None = None
    next_ask_at: int | None = None
    new: bool = False


def ensure_people(
    tx: Transaction, project_id: str, known: Mapping[str, str | None]
) -> dict[str, Person]:
    """The contacts by e-mail address, made where no contact is ``known`` for it."""
    ids = {id_ for id_ in known.values() if id_ is not None}
    found = find_people(tx.connection, project_id, ids)
    keys = [ContactKey(Identity.EMAIL, address) for address, id_ in known.items() if id_ is None]
    made = insert_contacts(tx, project_id, [Seen(key) for key in keys])
    people = {address: found[id_] for address, id_ in known.items() if id_ is not None}
    return people | {key.value: Person(one.id, new=True) for key, one in made.items()}


def find_people(connection: Connection, project_id: str, ids: Collection[str]) -> dict[str, Person]:
    """The contacts with these ids, by id."""
    if not ids:
        return {}
    rows = connection.execute(_PEOPLE, {"project": project_id, "ids": ids})
    return {id_: Person(id_, *rest) for id_, *rest in rows}


def suppressed_among(
    connection: Connection, project_id: str, addresses: Sequence[str]
) -> dict[str, str]:
    """Why those of the addresses are never mailed that are not."""
    rows = connection.execute(_SUPPRESSED, {"project": project_id, "addresses": addresses})
    return {row.address: row.reason for row in rows}
