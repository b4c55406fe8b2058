"""Keep refused input for its owner."""

from collections.abc import Sequence

from tellback.core.commands import RecordRejection
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.rejected_inputs import NOBODY, forget_oldest_of_nobody, insert_rejections


def record_rejections(
    tx: Transaction, jobs: Sequence[tuple[Project | None, RecordRejection]]
) -> list[Done]:
    """Store each rejection under its project, or under nobody where none was recognised."""
    entries = [(project.id if project else NOBODY, entry) for project, entry in jobs]
    insert_rejections(tx.connection, entries, tx.now)
    if any(project is None for project, _ in jobs):
        forget_oldest_of_nobody(tx.connection)
    return [Done() for _ in jobs]
