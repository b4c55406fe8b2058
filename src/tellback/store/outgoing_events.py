"""What is to be told to others by webhook: kept with what it tells of, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from tellback.store.ids import new_ids
from tellback.store.rows import insert_rows
from tellback.store.tables import outgoing_events

INVITATION_CREATED = "invitation.created"
QUEUED = "queued"
_COLUMNS = ("project_id", "id", "type", "subject_id", "state", "due_at", "created_at")


def insert_outgoing_events(
    connection: Connection, project_id: str, events: Sequence[tuple[str, str]], now: int
) -> None:
    """Queue events, given as (type, id of what they are about)."""
    rows = [
        (project_id, id_, type_, subject_id, QUEUED, now, now)
        for id_, (type_, subject_id) in zip(new_ids(len(events)), events, strict=True)
    ]
    insert_rows(connection, outgoing_events, _COLUMNS, rows)
