"""Contacts as their project may see them: a page of them, or the authors of responses."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from tellback.core.commands import LISTED, UNSUBSCRIBED
from tellback.core.model import Identity, Project
from tellback.core.queries import ListContacts
from tellback.core.records import ContactPage, ContactRecord
from tellback.store.engines import ways
from tellback.store.rows import among
from tellback.store.tables import contact_identities, contacts, suppressions


def list_contacts(connection: Connection, project: Project, query: ListContacts) -> ContactPage:
    """One page of a project's contacts, newest first; without those who were forgotten."""
    statement = select(contacts).where(
        contacts.c.project_id == project.id, contacts.c.erased_at.is_(None)
    )
    if query.external is not None:
        mine = contact_identities.c
        led_to = select(mine.contact_id).where(
            mine.project_id == project.id,
            mine.kind == str(Identity.EXTERNAL),
            mine.value == query.external,
        )
        statement = statement.where(contacts.c.id.in_(led_to))
    statement = statement.order_by(contacts.c.created_at.desc(), contacts.c.id.desc())
    skipped = (query.page - 1) * query.size
    rows = connection.execute(statement.limit(query.size + 1).offset(skipped)).all()
    records = _records(connection, project.id, rows[: query.size])
    return ContactPage(list(records.values()), len(rows) > query.size)


def find_contact_records(
    connection: Connection, project_id: str, ids: Collection[str]
) -> dict[str, ContactRecord]:
    """These contacts by id."""
    if not ids:
        return {}
    statement = (
        select(contacts)
        .where(contacts.c.project_id == project_id, among(contacts.c.id, ids))
        .where(contacts.c.erased_at.is_(None))
    )
    return _records(connection, project_id, connection.execute(statement).all())


def find_merged(connection: Connection, project_id: str, contact_id: str) -> str:
    """Who somebody has become: themselves, mostly, or whom they were found to be one with."""
    while True:
        statement = select(contacts.c.merged_into).where(
            contacts.c.project_id == project_id, contacts.c.id == contact_id
        )
        stays = connection.execute(statement).scalar()
        if stays is None:
            return contact_id
        contact_id = stays


def _records(
    connection: Connection, project_id: str, rows: Sequence[Row[Any]]
) -> dict[str, ContactRecord]:
    identities = _identities(connection, project_id, [row.id for row in rows])
    addresses = {row.email.lower() for row in rows if row.email}
    addresses |= {known[Identity.EMAIL] for known in identities.values() if Identity.EMAIL in known}
    unsubscribed = _unsubscribed(connection, project_id, addresses)
    return {row.id: _record(row, identities.get(row.id, {}), unsubscribed) for row in rows}


def _record(row: Row[Any], keys: Mapping[str, str], unsubscribed: set[str]) -> ContactRecord:
    addresses = {(row.email or "").lower(), keys.get(Identity.EMAIL, "")}
    return ContactRecord(
        id=row.id,
        keys=keys,
        name=row.name,
        email=row.email,
        language=row.language,
        traits=row.properties,
        unsubscribed=not unsubscribed.isdisjoint(addresses),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
    )


def _identities(
    connection: Connection, project_id: str, contact_ids: list[str]
) -> dict[str, dict[str, str]]:
    """By what each is known: one value per kind, the first in their order."""
    table = contact_identities
    found: dict[str, dict[str, str]] = {}
    if not contact_ids:
        return found
    statement = select(table.c.contact_id, table.c.kind, table.c.value).where(
        table.c.project_id == project_id, among(table.c.contact_id, contact_ids)
    )
    # In the same order in every database, or somebody would be called otherwise after a move.
    order = ways(connection.dialect.name).by_bytes(table.c.value)
    for contact_id, kind, value in connection.execute(statement.order_by(order)):
        found.setdefault(contact_id, {}).setdefault(kind, value)
    return found


def _unsubscribed(connection: Connection, project_id: str, addresses: set[str]) -> set[str]:
    table = suppressions
    if not addresses:
        return set()
    statement = select(table.c.address).where(
        table.c.project_id == project_id,
        table.c.reason.in_((LISTED, UNSUBSCRIBED)),
        among(table.c.address, addresses),
    )
    return set(connection.execute(statement).scalars())
