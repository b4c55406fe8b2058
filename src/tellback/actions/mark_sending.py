"""Note that mails are about to be handed over: the last moment at which they can be held back."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.admission import suppression
from tellback.store.database import Transaction
from tellback.store.outbox import find_leaving, mark_result, mark_sending


@dataclass(frozen=True, slots=True)
class MarkSending:
    """A worker is about to hand over an invitation's mail."""

    project_id: str
    invitation_id: str
    worker: str
    message_id: str


def mark_sendings(tx: Transaction, jobs: Sequence[MarkSending]) -> list[bool]:
    """Whether each may go. Not if the worker has lost it, or its recipient has just opted out.

    Of several jobs for one invitation only the first may.
    """
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for job in jobs:
        group = groups.setdefault((job.project_id, job.worker), {})
        group.setdefault(job.invitation_id, job.message_id)
    going: set[tuple[str, str, str]] = set()
    for (project_id, worker), message_ids in groups.items():
        ids = _mark(tx, project_id, worker, message_ids)
        going.update((project_id, worker, id_) for id_ in ids)
    return [_take(going, (job.project_id, job.worker, job.invitation_id)) for job in jobs]


def _take(going: set[tuple[str, str, str]], key: tuple[str, str, str]) -> bool:
    found = key in going
    going.discard(key)
    return found


def _mark(tx: Transaction, project_id: str, worker: str, message_ids: dict[str, str]) -> set[str]:
    leaving = find_leaving(tx.connection, project_id, worker, message_ids)
    stopped = {id_: row for id_, row in leaving.items() if row.suppressed is not None}
    going = leaving.keys() - stopped.keys()
    mark_sending(tx.connection, project_id, {id_: message_ids[id_] for id_ in going})
    results = []
    for id_, row in stopped.items():
        objection = suppression(row.suppressed)
        results.append((id_, objection.state, objection.reason, row.attempts, None))
    mark_result(tx.connection, project_id, results)
    return going
