"""Make the keys that webhooks are signed with: the first one, and new ones in its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.webhooks import OVERLAP
from tellback.store.database import Transaction
from tellback.store.webhook_keys import live_keys, make_key


@dataclass(frozen=True, slots=True)
class KeepWebhookKey:
    """See that a project has a key; with ``rotate`` a new one, while the old one ends in a day."""

    project_id: str
    rotate: bool = False


def keep_webhook_keys(tx: Transaction, jobs: Sequence[KeepWebhookKey]) -> list[bytes | None]:
    """The new key of each project, to be shown once; None where it has one already."""
    return [_keep(tx, job) for job in jobs]


def _keep(tx: Transaction, job: KeepWebhookKey) -> bytes | None:
    if not job.rotate and live_keys(tx.connection, job.project_id, tx.now):
        return None
    return make_key(tx.connection, job.project_id, tx.now, OVERLAP)
