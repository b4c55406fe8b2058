"""Contacts as programs read them: page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tellback.core.model import Project
from tellback.core.records import ContactRecord
from tellback.store.contact_records import find_contact_records
from tellback.store.feed import Columns, Position, read_feed
from tellback.store.tables import contacts

_PLACES: Columns = (contacts.c.id, contacts.c.created_at)


@dataclass(frozen=True, slots=True)
class ContactRows:
    """Contacts, and where older ones follow."""

    contacts: Sequence[ContactRecord]
    older: Position | None


def list_contact_rows(
    connection: Connection, project: Project, before: Position | None, size: int
) -> ContactRows:
    """A page of contacts, newest first, without those who were forgotten or are others now."""
    living = contacts.c.erased_at.is_(None)
    feed = read_feed(connection, contacts, _PLACES, project.id, before, size, living)
    found = find_contact_records(connection, project.id, [row.id for row in feed.rows])
    return ContactRows([found[row.id] for row in feed.rows if row.id in found], feed.older)
