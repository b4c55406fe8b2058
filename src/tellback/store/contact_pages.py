"""Contacts as programs read them: page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_

from tellback.core.model import Project
from tellback.core.records import ContactRecord
from tellback.store.contact_records import find_contact_records
from tellback.store.feed import Columns, Position, read_feed
from tellback.store.tables import contacts

_PLACES: Columns = (contacts.c.id, contacts.c.created_at)


@dataclass(frozen=True, slots=True)
class ContactRows:
    """Contacts, and where older ones follow; ``cut`` when the search stopped for its length."""

    contacts: Sequence[ContactRecord]
    older: Position | None
    cut: bool = False


def list_contact_rows(
    connection: Connection,
    project: Project,
    before: Position | None,
    size: int,
    called: str | None = None,
) -> ContactRows:
    """A page of contacts, newest first, without those who were forgotten or are others now.

    With ``called``, only those whose name or address holds it, in whatever case.
    """
    wanted: ColumnElement[bool] = contacts.c.erased_at.is_(None)
    if called is not None:
        parts = (contacts.c.name, contacts.c.email)
        wanted = and_(wanted, or_(*(part.icontains(called, autoescape=True) for part in parts)))
    feed = read_feed(connection, contacts, _PLACES, project.id, before, size, wanted)
    found = find_contact_records(connection, project.id, [row.id for row in feed.rows])
    return ContactRows(
        [found[row.id] for row in feed.rows if row.id in found], feed.older, feed.cut
    )
