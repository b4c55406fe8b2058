"""Contacts: the people. They are known by identities; several identities can lead to one person.

Two keys are never joined because they look alike: only an identity that was stored for a contact
leads to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from tellback.core.model import ContactKey, Identity
from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.rows import insert_rows, to_json
from tellback.store.tables import contact_identities, contacts

_CONTACT = (
    "project_id",
    "id",
    "name",
    "email",
    "language",
    "properties",
    "created_at",
    "updated_at",
    "last_seen_at",
)
_IDENTITY = ("project_id", "kind", "value", "contact_id")
_CHUNK = 500


@dataclass(slots=True)
class Seen:
    """Somebody who was seen: by which key, and with which traits (None: no news of them)."""

    key: ContactKey
    traits: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Known:
    """A contact as stored. ``properties`` are its traits, merged; ``created`` just now."""

    id: str
    created: bool
    created_at: int
    properties: dict[str, Any] = field(default_factory=dict)
    next_ask_at: int | None = None
    last_seen_at: int = 0


def find_contacts(
    connection: Connection, project_id: str, keys: Iterable[ContactKey]
) -> dict[ContactKey, Known]:
    """The stored contacts that these keys lead to."""
    by_kind: dict[str, list[str]] = {}
    for key in set(keys):
        by_kind.setdefault(key.kind, []).append(key.value)
    found: dict[ContactKey, Known] = {}
    for kind, values in by_kind.items():
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            found.update(_find(connection, project_id, kind, chunk))
    return found


def insert_contacts(
    tx: Transaction, project_id: str, seen: Sequence[Seen]
) -> dict[ContactKey, Known]:
    """Create a contact for each key, which must be unknown and given once."""
    made = {}
    people, identities = [], []
    for id_, one in zip(new_ids(len(seen)), seen, strict=True):
        traits = dict(one.traits or {})
        made[one.key] = Known(id_, True, tx.now, traits, None, tx.now)
        name, email = text_trait(traits, "name"), text_trait(traits, "email")
        if one.key.kind == Identity.EMAIL:
            email = one.key.value
        language = text_trait(traits, "language")
        people.append(
            (project_id, id_, name, email, language, to_json(traits), tx.now, tx.now, tx.now)
        )
        identities.append((project_id, str(one.key.kind), one.key.value, id_))
    insert_rows(tx.connection, contacts, _CONTACT, people)
    insert_rows(tx.connection, contact_identities, _IDENTITY, identities)
    return made


def ensure_contacts(
    tx: Transaction, project_id: str, keys: Iterable[ContactKey]
) -> dict[ContactKey, Known]:
    """The contacts of these keys, made where they are new."""
    wanted = list(dict.fromkeys(keys))
    found = find_contacts(tx.connection, project_id, wanted)
    missing = [Seen(key) for key in wanted if key not in found]
    return {**found, **insert_contacts(tx, project_id, missing)}


def text_trait(traits: Mapping[str, Any], name: str) -> str | None:
    """A trait that is a non-empty text, cut to a sane length; else None."""
    value = traits.get(name)
    return value[:300] if isinstance(value, str) and value else None


def _find(
    connection: Connection, project_id: str, kind: str, values: list[str]
) -> Iterable[tuple[ContactKey, Known]]:
    joined = (contacts.c.project_id == contact_identities.c.project_id) & (
        contacts.c.id == contact_identities.c.contact_id
    )
    statement = (
        select(
            contact_identities.c.value,
            contacts.c.id,
            contacts.c.created_at,
            contacts.c.properties,
            contacts.c.next_ask_at,
            contacts.c.last_seen_at,
        )
        .join(contacts, joined)
        .where(
            contact_identities.c.project_id == project_id,
            contact_identities.c.kind == kind,
            contact_identities.c.value.in_(values),
        )
    )
    for row in connection.execute(statement):
        known = Known(
            row.id, False, row.created_at, row.properties, row.next_ask_at, row.last_seen_at
        )
        yield ContactKey(kind, row.value), known
