"""Keep refused input for its owner."""

import secrets
from collections.abc import Sequence

from tellback.core.commands import RecordRejection
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.rejected_inputs import MAX_BODY, NOBODY, forget_oldest, insert_rejections

#: Old entries are looked for about once in so many new ones, or in so many new bytes.
_ONE_IN = 64
_BYTES = MAX_BODY


def record_rejections(
    tx: Transaction, jobs: Sequence[tuple[Project | None, RecordRejection]]
) -> list[Done]:
    """Store each rejection under its project, or under nobody where none was recognised.

    Each has so much room; where it is full, the oldest are forgotten.
    """
    entries = [(project.id if project else NOBODY, entry) for project, entry in jobs]
    insert_rejections(tx.connection, entries, tx.now)
    for owner in {owner for owner, entry in entries if _is_time(entry)}:
        forget_oldest(tx.connection, owner)
    return [Done() for _ in jobs]


def _is_time(entry: RecordRejection) -> bool:
    # Drawn and not counted: that needs no memory, and nobody can slip between two counts.
    return secrets.randbelow(_BYTES) < max(len(entry.body), _BYTES // _ONE_IN)
