"""What callers have told along with responses: of the person, of what was asked, of the answer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from tellback.core.model import Project
from tellback.core.response_search import ResponseSearch
from tellback.store.feed import Columns, Position
from tellback.store.response_feed import ResponsePage, search_responses
from tellback.store.rows import among
from tellback.store.tables import contacts, invitations, responses

#: Properties by name, for each response by its id.
Told = Mapping[str, Mapping[str, Any]]


def search_with_properties(
    connection: Connection,
    project: Project,
    search: ResponseSearch,
    before: Position | None,
    size: int,
) -> tuple[ResponsePage, Told]:
    """A page of what is searched for, and the properties of each: the answer's own before those of
    what was asked, and these before the person's.

    For an agent only the answer's own: the others are known from elsewhere.
    """
    page = search_responses(connection, project, search, before, size)
    of_answers = _properties(
        connection, project.id, responses.c.traits, {row.id for row in page.rows}
    )
    if search.agent is not None:
        return page, {row.id: of_answers.get(row.id, {}) for row in page.rows}
    of_people = _properties(
        connection, project.id, contacts.c.properties, {row.contact_id for row in page.rows}
    )
    of_asks = _properties(
        connection, project.id, invitations.c.properties, {row.invitation_id for row in page.rows}
    )
    return page, {
        row.id: {
            **of_people.get(row.contact_id, {}),
            **of_asks.get(row.invitation_id, {}),
            **of_answers.get(row.id, {}),
        }
        for row in page.rows
    }


def _properties(connection: Connection, project_id: str, column: Any, ids: set[str | None]) -> Told:
    table = column.table.c
    wanted = [id_ for id_ in ids if id_ is not None]
    if not wanted:
        return {}
    columns: Columns = (table.id, column)
    statement = select(*columns).where(table.project_id == project_id, among(table.id, wanted))
    return {row.id: row[1] or {} for row in connection.execute(statement)}
