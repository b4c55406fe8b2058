"""Contacts as a file tells them: how a project knows them, and what follows for asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tellback.core.model import Identity, Project
from tellback.core.records import ContactRecord
from tellback.store.contact_pages import list_contact_rows
from tellback.store.engines import ways
from tellback.store.feed import Position
from tellback.store.rows import among
from tellback.store.tables import contact_identities, contacts, responses, suppressions


@dataclass(frozen=True, slots=True)
class ContactFigures:
    """A contact with all of the caller's own ids, and how often they have answered.

    ``next_ask_at`` (ms) is what the project has set; ``suppressed`` why an address of theirs is
    never mailed, None where none is suppressed.
    """

    contact: ContactRecord
    external: Sequence[str]
    next_ask_at: int | None
    suppressed: str | None
    answers: int


def list_contact_figures(
    connection: Connection,
    project: Project,
    before: Position | None,
    size: int,
    called: str | None = None,
) -> tuple[Sequence[ContactFigures], Position | None]:
    """A page of contacts as `list_contact_rows` has them, and where older ones follow."""
    page = list_contact_rows(connection, project, before, size, called)
    people, ids = page.contacts, [one.id for one in page.contacts]
    external = _external(connection, project.id, ids)
    asks = _next_asks(connection, project.id, ids)
    reasons = _reasons(connection, project.id, {a for one in people for a in _addresses(one)})
    answers = _answers(connection, project.id, ids)
    found = [
        ContactFigures(
            one,
            external.get(one.id, ()),
            asks.get(one.id),
            next((reasons[a] for a in _addresses(one) if a in reasons), None),
            answers.get(one.id, 0),
        )
        for one in people
    ]
    return found, page.older


def _addresses(contact: ContactRecord) -> Sequence[str]:
    told = (contact.keys.get(Identity.EMAIL), (contact.email or "").lower())
    return [address for address in told if address]


def _external(
    connection: Connection, project_id: str, ids: Sequence[str]
) -> Mapping[str, Sequence[str]]:
    table, found = contact_identities.c, dict[str, list[str]]()
    statement = select(table.contact_id, table.value).where(
        table.project_id == project_id,
        among(table.contact_id, ids),
        table.kind == Identity.EXTERNAL.value,
    )
    order = ways(connection.dialect.name).by_bytes(table.value)
    for contact_id, value in connection.execute(statement.order_by(order)):
        found.setdefault(contact_id, []).append(value)
    return found


def _next_asks(
    connection: Connection, project_id: str, ids: Sequence[str]
) -> Mapping[str, int | None]:
    table = contacts.c
    mine = (table.project_id == project_id, among(table.id, ids))
    rows = connection.execute(select(table.id, table.next_ask_at).where(*mine))
    return {row.id: row.next_ask_at for row in rows}


def _reasons(connection: Connection, project_id: str, addresses: set[str]) -> Mapping[str, str]:
    table = suppressions.c
    mine = (table.project_id == project_id, among(table.address, addresses))
    rows = connection.execute(select(table.address, table.reason).where(*mine))
    return {row.address: row.reason for row in rows}


def _answers(connection: Connection, project_id: str, ids: Sequence[str]) -> Mapping[str, int]:
    table = responses.c
    mine = (table.project_id == project_id, among(table.contact_id, ids))
    counted = select(table.contact_id, func.count()).where(*mine).group_by(table.contact_id)
    return {row[0]: row[1] for row in connection.execute(counted)}
