"""Write down what came of posting events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tellback.core.webhooks import GONE, EventState, told_again_at
from tellback.store.database import Transaction
from tellback.store.outbox import lock_project
from tellback.store.outgoing_events import Told, mark_told
from tellback.store.projects import update_settings


@dataclass(frozen=True, slots=True)
class RecordPost:
    """What came of posting an event to ``url``: the receiver's ``status``, or why there is none.

    ``hopeless``: it could not be made at all, and will not be. ``attempt`` is which one it was.
    """

    project_id: str
    event_id: str
    attempt: int
    url: str
    status: int | None
    error: str | None = None
    hopeless: bool = False


def record_posts(tx: Transaction, jobs: Sequence[RecordPost]) -> list[EventState]:
    """Where each event stands then. A receiver that is gone (410) ends the project's webhook."""
    return [_record(tx, job) for job in jobs]


def _record(tx: Transaction, job: RecordPost) -> EventState:
    told = _judge(job, tx.now)
    mark_told(tx.connection, job.project_id, [told], tx.now)
    if job.status == GONE:
        _switch_off(tx, job)
    return told.state


def _judge(job: RecordPost, now: int) -> Told:
    def told(state: EventState, due_at: int | None = None) -> Told:
        return Told(job.event_id, job.attempt, state, job.status, job.error, due_at)

    if job.status is not None and 200 <= job.status < 300:
        return told(EventState.DELIVERED)
    again = told_again_at(job.event_id, job.attempt, now)
    if job.hopeless or job.status == GONE or again is None:
        return told(EventState.FAILED)
    return told(EventState.QUEUED, again)


def _switch_off(tx: Transaction, job: RecordPost) -> None:
    project = lock_project(tx.connection, job.project_id)
    # Whoever has set another address meanwhile means that one.
    if project is not None and project.settings.webhook_url == job.url:
        update_settings(tx.connection, project.id, replace(project.settings, webhook_url=""))
