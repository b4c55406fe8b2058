"""Take back an unsubscription that was a mistake."""

from collections.abc import Sequence

from tellback.core.commands import UNSUBSCRIBED
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.recipients import suppressed_among
from tellback.store.suppressions import delete_suppressions


def resubscribe(tx: Transaction, jobs: Sequence[tuple[Project, str]]) -> list[Done]:
    """Let each address be mailed again, where only its owner's word stood against it."""
    for project, address in jobs:
        reasons = suppressed_among(tx.connection, project.id, [address])
        if reasons.get(address) == UNSUBSCRIBED:
            delete_suppressions(tx.connection, project.id, [address])
    return [Done() for _ in jobs]
