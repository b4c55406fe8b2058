"""Queue events for a project's webhook, in the transaction of what they tell of."""

from collections.abc import Sequence

from tellback.core.model import Project
from tellback.core.webhooks import EventType
from tellback.store.database import Transaction
from tellback.store.outgoing_events import insert_outgoing_events


def listens(project: Project) -> bool:
    """Whether a project is told anything: where it is not, nothing is to be spent on telling."""
    return bool(project.settings.webhook_url)


def announce(tx: Transaction, project: Project, type_: EventType, ids: Sequence[str]) -> None:
    """Tell of these, each once, if the project listens."""
    if ids and listens(project):
        events = [(type_, id_) for id_ in dict.fromkeys(ids)]
        insert_outgoing_events(tx.connection, project.id, events, tx.now)
