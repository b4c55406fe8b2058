"""Keep when keys were last used."""

from collections.abc import Sequence

from tellback.core.outcomes import Done
from tellback.store.credentials import Presented, note_use
from tellback.store.database import Transaction


def note_key_uses(tx: Transaction, jobs: Sequence[Presented]) -> list[Done]:
    """Note each key as used now, if that is news."""
    for key in jobs:
        note_use(tx.connection, key, tx.now)
    return [Done() for _ in jobs]
