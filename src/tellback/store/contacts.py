"""Contacts: the people. They are known by identities; several identities can lead to one person.

Two keys are never joined because they look alike: only an identity that was stored for a contact
leads to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, or_, select, update

from tellback.core.invitation import State
from tellback.core.model import ContactKey, Identity
from tellback.core.rollup import Source
from tellback.core.traits import merge_traits, trait_problem
from tellback.store.database import Transaction
from tellback.store.ids import new_ids
from tellback.store.rollup_marks import mark_where
from tellback.store.rows import among, insert_rows, to_json
from tellback.store.tables import (
    contact_identities,
    contacts,
    conversations,
    events,
    invitations,
    messages,
    response_notes,
    responses,
)

_CONTACT = (
    "project_id",
    "id",
    "name",
    "email",
    "language",
    "properties",
    "next_ask_at",
    "created_at",
    "updated_at",
    "last_seen_at",
)
_CHANGING = ("name", "email", "language", "properties", "next_ask_at")
#: What is left of a person in a row that is nobody's any more.
_NOTHING: dict[str, Any] = {
    "name": None,
    "email": None,
    "language": None,
    "properties": {},
    "next_ask_at": None,
}
_IDENTITY = ("project_id", "kind", "value", "contact_id")
_KNOWN = (
    contacts.c.id,
    contacts.c.created_at,
    contacts.c.properties,
    contacts.c.next_ask_at,
    contacts.c.last_seen_at,
    contacts.c.name,
    contacts.c.email,
    contacts.c.language,
)
#: Built once: in the hot path, putting it together costs as much as running it.
_BY_IDENTITY = (
    select(contact_identities.c.value, *_KNOWN)
    .join(
        contacts,
        (contacts.c.project_id == contact_identities.c.project_id)
        & (contacts.c.id == contact_identities.c.contact_id),
    )
    .where(
        contact_identities.c.project_id == bindparam("the_project"),
        contact_identities.c.kind == bindparam("the_kind"),
        among(contact_identities.c.value, "the_values"),
    )
)
_BY_ID = select(*_KNOWN).where(
    contacts.c.project_id == bindparam("the_project"),
    among(contacts.c.id, "the_ids"),
    contacts.c.erased_at.is_(None),
)
_UPDATE = (
    update(contacts)
    .where(contacts.c.project_id == bindparam("the_project"), contacts.c.id == bindparam("the_id"))
    .values(updated_at=bindparam("the_now"), last_seen_at=bindparam("the_now"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_SEEN = (
    update(contacts)
    .where(contacts.c.project_id == bindparam("the_project"), among(contacts.c.id, "the_ids"))
    .values(updated_at=bindparam("the_now"), last_seen_at=bindparam("the_now"))
)
_NUMBERED = select(contact_identities.c.contact_id).where(
    contact_identities.c.project_id == bindparam("the_project"),
    among(contact_identities.c.contact_id, "the_ids"),
    contact_identities.c.kind == Identity.NUMBER.value,
)


@dataclass(slots=True)
class Seen:
    """Somebody who was seen: by which key, and with which traits (None: no news of them)."""

    key: ContactKey
    traits: Mapping[str, Any] | None = None


@dataclass(slots=True, eq=False)
class Known:
    """A contact as stored. ``properties`` are its traits, merged; ``created`` just now.

    ``name``, ``email`` and ``language`` mirror the traits of these names, to list and to write to
    people by; they identify nobody. ``stored`` is what was `known` when the row was read.
    """

    id: str
    created: bool
    created_at: int
    properties: dict[str, Any] = field(default_factory=dict)
    next_ask_at: int | None = None
    last_seen_at: int = 0
    name: str | None = None
    email: str | None = None
    language: str | None = None
    stored: tuple[Any, ...] | None = None

    @property
    def known(self) -> tuple[Any, ...]:
        """What may change."""
        return self.name, self.email, self.language, self.properties, self.next_ask_at

    def take_over(self, other: "Known") -> None:
        """Become one with another: what is known of both stays as it is here.

        What would be more than a person may have is left out, or no news could be taken any more.
        """
        both = merge_traits(other.properties, self.properties)
        if trait_problem(both) is None:
            self.properties = both
        self.name, self.email = self.name or other.name, self.email or other.email
        self.language = self.language or other.language
        moments = [at for at in (self.next_ask_at, other.next_ask_at) if at is not None]
        self.next_ask_at = max(moments, default=None)
        self.last_seen_at = max(self.last_seen_at, other.last_seen_at)

    def learn(self, traits: Mapping[str, Any]) -> None:
        """Take over traits that are merged already, and what mirrors them."""
        self.properties = dict(traits)
        self.name = text_trait(traits, "name") or self.name
        self.email = text_trait(traits, "email") or self.email
        self.language = text_trait(traits, "language") or self.language


def find_contacts(
    connection: Connection, project_id: str, keys: Iterable[ContactKey]
) -> dict[ContactKey, Known]:
    """The stored contacts that these keys lead to. Keys of one contact share one object."""
    by_kind: dict[str, list[str]] = {}
    for key in set(keys):
        by_kind.setdefault(key.kind, []).append(key.value)
    found: dict[ContactKey, Known] = {}
    people: dict[str, Known] = {}
    for kind, values in by_kind.items():
        named = {"the_project": project_id, "the_kind": kind, "the_values": values}
        for row in connection.execute(_BY_IDENTITY, named):
            found[ContactKey(kind, row.value)] = people.setdefault(row.id, _known(row))
    return found


def find_contacts_by_id(
    connection: Connection, project_id: str, ids: Collection[str]
) -> dict[str, Known]:
    """The contacts with these ids, but for those that were erased."""
    rows = connection.execute(_BY_ID, {"the_project": project_id, "the_ids": ids})
    return {row.id: _known(row) for row in rows}


def insert_contacts(
    tx: Transaction, project_id: str, seen: Sequence[Seen]
) -> dict[ContactKey, Known]:
    """Create a contact for each key, which must be unknown and given once."""
    made = {}
    for id_, one in zip(new_ids(len(seen)), seen, strict=True):
        known = made[one.key] = new_contact(id_, one.key, tx.now)
        known.learn(one.traits or {})
    insert_people(tx, project_id, list(made.values()))
    insert_identities(tx.connection, project_id, [(key, made[key].id) for key in made])
    return made


def new_contact(id_: str, key: ContactKey, now: int) -> Known:
    """Somebody new, not stored yet. An address that identifies is the address to list."""
    email = key.value if key.kind == Identity.EMAIL else None
    return Known(id_, True, now, last_seen_at=now, email=email)


def insert_people(tx: Transaction, project_id: str, people: Sequence[Known]) -> None:
    """Store new contacts. Their identities are stored apart."""
    rows = [
        (
            project_id,
            one.id,
            one.name,
            one.email,
            one.language,
            to_json(one.properties),
            one.next_ask_at,
            one.created_at,
            tx.now,
            tx.now,
        )
        for one in people
    ]
    insert_rows(tx.connection, contacts, _CONTACT, rows)


def update_people(tx: Transaction, project_id: str, people: Sequence[Known]) -> None:
    """Store what has been learned of known contacts, who were all seen just now."""
    now = {"the_project": project_id, "the_now": tx.now}
    changed = [one for one in people if one.known != one.stored]
    if changed:
        rows = [
            {**now, "the_id": one.id, **dict(zip(_CHANGING, one.known, strict=True))}
            for one in changed
        ]
        tx.connection.execute(_UPDATE, rows)
    # One statement for all who told nothing new.
    seen = [one.id for one in people if one.known == one.stored]
    if seen:
        tx.connection.execute(_SEEN, {**now, "the_ids": seen})


def insert_identities(
    connection: Connection, project_id: str, identities: Sequence[tuple[ContactKey, str]]
) -> None:
    """Let keys lead to contacts, given as (key, contact id); none of them may be taken."""
    rows = [(project_id, str(key.kind), key.value, id_) for key, id_ in identities]
    insert_rows(connection, contact_identities, _IDENTITY, rows)


def numbered_among(connection: Connection, project_id: str, ids: Collection[str]) -> set[str]:
    """Who of these contacts has a number."""
    wanted = {"the_project": project_id, "the_ids": ids}
    return set(connection.execute(_NUMBERED, wanted).scalars())


def identity_kinds(connection: Connection, project_id: str, contact_id: str) -> set[str]:
    """By what kinds of keys somebody is known."""
    table = contact_identities
    statement = select(table.c.kind).where(
        table.c.project_id == project_id, table.c.contact_id == contact_id
    )
    return set(connection.execute(statement).scalars())


def merge_contact(
    tx: Transaction, project_id: str, goes: str, stays: str, *, has_number: bool = False
) -> None:
    """Let everything that was one person's be another's. The row stays, and says whose it is now.

    A person keeps one number, the one that stays; ``has_number`` if it is still to be stored.
    """
    number = contact_identities.c.kind == Identity.NUMBER.value
    ours = (contact_identities.c.project_id == project_id, number)
    numbered = tx.connection.execute(
        select(contact_identities.c.contact_id).where(
            *ours, contact_identities.c.contact_id.in_((goes, stays))
        )
    ).scalars()
    if has_number or {goes, stays} <= set(numbered):
        lost = (*ours, contact_identities.c.contact_id == goes)
        tx.connection.execute(delete(contact_identities).where(*lost))
    for table in (contact_identities, invitations, responses, conversations, messages, events):
        mine = (table.c.project_id == project_id, table.c.contact_id == goes)
        tx.connection.execute(update(table).where(*mine).values(contact_id=stays))
    gone = (contacts.c.project_id == project_id, contacts.c.id == goes)
    left = {**_NOTHING, "merged_into": stays, "erased_at": tx.now, "updated_at": tx.now}
    tx.connection.execute(update(contacts).where(*gone).values(left))


def erase_contact(tx: Transaction, project_id: str, contact_id: str) -> bool:
    """Forget a person; False where there is none to forget.

    The row stays, so that invitations and conversations keep their accounts, but says nothing any
    more. Responses stay without their author.
    """
    mine = (contacts.c.project_id == project_id, contacts.c.id == contact_id)
    erasing = update(contacts).where(*mine, contacts.c.erased_at.is_(None))
    erased = erasing.values(erased_at=tx.now, updated_at=tx.now, **_NOTHING)
    if not tx.connection.execute(erased).rowcount:
        return False
    _cancel_queued(tx, project_id, contact_id)
    mark_where(tx.connection, project_id, Source.SHOWN, events.c.contact_id == contact_id)
    for table in (contact_identities, events, messages):
        of_contact = (table.c.project_id == project_id, table.c.contact_id == contact_id)
        tx.connection.execute(delete(table).where(*of_contact))
    talked = update(conversations).where(
        conversations.c.project_id == project_id, conversations.c.contact_id == contact_id
    )
    # What a platform tells of a chat may be what the person wrote.
    tx.connection.execute(talked.values(properties={}, updated_at=tx.now))
    _forget_notes(tx, project_id, contact_id)
    written = update(responses).where(
        responses.c.project_id == project_id, responses.c.contact_id == contact_id
    )
    anonymous = {"contact_id": None, "traits": None, "ip": None, "user_agent": None}
    tx.connection.execute(written.values({**anonymous, "token_hash": None}))
    return True


def _forget_notes(tx: Transaction, project_id: str, contact_id: str) -> None:
    """Delete what was noted on a person's responses: it may say who they are."""
    theirs = select(responses.c.id).where(
        responses.c.project_id == project_id, responses.c.contact_id == contact_id
    )
    note = response_notes.c
    noted = (note.project_id == project_id, note.response_id.in_(theirs))
    tx.connection.execute(delete(response_notes).where(*noted))


def _cancel_queued(tx: Transaction, project_id: str, contact_id: str) -> None:
    """Call off what was still to be sent to a person: to them, or to an address of theirs."""
    keys = contact_identities.c
    addresses = select(keys.value).where(
        keys.project_id == project_id,
        keys.contact_id == contact_id,
        keys.kind == Identity.EMAIL.value,
    )
    to_them = or_(invitations.c.contact_id == contact_id, invitations.c.address.in_(addresses))
    waiting = (invitations.c.project_id == project_id, invitations.c.state == State.QUEUED.value)
    cancelled = {"state": State.CANCELLED.value, "reason": "the person has been forgotten"}
    mark_where(tx.connection, project_id, Source.INVITATIONS, and_(*waiting, to_them))
    tx.connection.execute(update(invitations).where(*waiting, to_them).values(cancelled))


def forget_identity(connection: Connection, project_id: str, key: ContactKey) -> None:
    """Let a key lead to nobody."""
    table = contact_identities.c
    mine = (table.project_id == project_id, table.kind == key.kind, table.value == key.value)
    connection.execute(delete(contact_identities).where(*mine))


def text_trait(traits: Mapping[str, Any], name: str) -> str | None:
    """A trait that is a non-empty text, cut to a sane length; else None."""
    value = traits.get(name)
    return value[:300] if isinstance(value, str) and value else None


def _known(row: Row[*tuple[Any, ...]]) -> Known:
    known = Known(
        id=row.id,
        created=False,
        created_at=row.created_at,
        properties=row.properties,
        next_ask_at=row.next_ask_at,
        last_seen_at=row.last_seen_at,
        name=row.name,
        email=row.email,
        language=row.language,
    )
    known.stored = known.known
    return known
