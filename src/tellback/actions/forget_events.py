"""Forget the events that were told, or not heard, long ago."""

from collections.abc import Sequence

from tellback.core.webhooks import KEPT
from tellback.store.database import Transaction
from tellback.store.outgoing_events import forget_events as forget_some
from tellback.store.projects import list_projects

_AT_ONCE = 500


def forget_events(tx: Transaction, jobs: Sequence[None]) -> list[int]:
    """How many were forgotten, over all projects; done when there are none any more."""
    return [_forget(tx) for _ in jobs]


def _forget(tx: Transaction) -> int:
    before = tx.now - KEPT
    projects = list_projects(tx.connection)
    return sum(forget_some(tx.connection, one.id, before, _AT_ONCE) for one in projects)
