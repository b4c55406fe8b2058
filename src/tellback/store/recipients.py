"""Whom an address leads to, and whether it may be mailed at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, select

from tellback.core.model import ContactKey, Identity
from tellback.store.contacts import Seen, insert_contacts
from tellback.store.database import Transaction
from tellback.store.rows import among
from tellback.store.tables import contact_identities, contacts, suppressions

_IDENTITY, _PERSON = contact_identities.c, contacts.c
_PEOPLE = (
    select(_IDENTITY.value, _PERSON.id, _PERSON.language, _PERSON.next_ask_at)
    .join(
        contacts,
        and_(_PERSON.project_id == _IDENTITY.project_id, _PERSON.id == _IDENTITY.contact_id),
    )
    .where(
        _IDENTITY.project_id == bindparam("project"),
        _IDENTITY.kind == Identity.EMAIL.value,
        among(_IDENTITY.value, "addresses"),
    )
)
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


def ensure_people(tx: Transaction, project_id: str, addresses: Iterable[str]) -> dict[str, Person]:
    """The contacts by e-mail address, made where they are new."""
    wanted = list(dict.fromkeys(addresses))
    found = find_people(tx.connection, project_id, wanted)
    keys = [ContactKey(Identity.EMAIL, each) for each in wanted if each not in found]
    made = insert_contacts(tx, project_id, [Seen(key) for key in keys])
    return found | {key.value: Person(known.id, new=True) for key, known in made.items()}


def find_people(
    connection: Connection, project_id: str, addresses: Sequence[str]
) -> dict[str, Person]:
    """The contacts that are there, by e-mail address."""
    rows = connection.execute(_PEOPLE, {"project": project_id, "addresses": addresses})
    return {address: Person(*person) for address, *person in rows}


def suppressed_among(
    connection: Connection, project_id: str, addresses: Sequence[str]
) -> dict[str, str]:
    """Why those of the addresses are never mailed that are not."""
    rows = connection.execute(_SUPPRESSED, {"project": project_id, "addresses": addresses})
    return {row.address: row.reason for row in rows}
