"""What owners are still writing: one draft per survey, which is whatever they have come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from tellback.store.tables import survey_drafts

_TABLE = survey_drafts.c


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of the survey of that key.

    ``content`` is plain data that need be no survey yet; ``version`` the one of the survey that it
    began from, 0 where there was none. ``updated_at`` is in ms, ``updated_by`` an e-mail address.
    """

    key: str
    content: Mapping[str, Any]
    version: int
    updated_at: int
    updated_by: str


def find_draft(connection: Connection, project_id: str, key: str) -> Draft | None:
    """The draft of that key."""
    found = _find(connection, project_id, _TABLE.key == key)
    return found[0] if found else None


def list_drafts(connection: Connection, project_id: str) -> Sequence[Draft]:
    """All drafts of a project, by key."""
    return _find(connection, project_id)


def put_draft(connection: Connection, project_id: str, draft: Draft) -> None:
    """Store a draft in the place of the one of its key, if there is one."""
    values = {
        "content": draft.content,
        "version": draft.version,
        "updated_at": draft.updated_at,
        "updated_by": draft.updated_by,
    }
    own = _TABLE.project_id == project_id, _TABLE.key == draft.key
    if not connection.execute(update(survey_drafts).where(*own).values(**values)).rowcount:
        row = {"project_id": project_id, "key": draft.key, **values}
        connection.execute(insert(survey_drafts), row)


def delete_draft(connection: Connection, project_id: str, key: str) -> None:
    """Throw the draft of that key away."""
    own = _TABLE.project_id == project_id, _TABLE.key == key
    connection.execute(delete(survey_drafts).where(*own))


def _find(connection: Connection, project_id: str, *which: Any) -> list[Draft]:
    columns = (_TABLE.key, _TABLE.content, _TABLE.version, _TABLE.updated_at, _TABLE.updated_by)
    statement = select(*columns).where(_TABLE.project_id == project_id, *which)
    return [Draft(*row) for row in connection.execute(statement.order_by(_TABLE.key))]
