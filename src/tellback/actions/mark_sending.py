"""Note that mails are about to be handed over: the last moment at which they can be held back."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.admission import suppression
from tellback.store.database import Transaction
from tellback.store.outbox import find_unwanted, mark_result, mark_sending


@dataclass(frozen=True, slots=True)
class MarkSending:
    """A worker is about to hand over an invitation's mail: ``<invitation_id@domain>``."""

    project_id: str
    invitation_id: str
    worker: str
    domain: str


def mark_sendings(tx: Transaction, jobs: Sequence[MarkSending]) -> list[bool]:
    """Whether each may go. Not if the worker has lost it, or its recipient has just opted out.

    Of several jobs for one invitation only the first may.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for job in jobs:
        group = groups.setdefault((job.project_id, job.worker, job.domain), [])
        group.append(job.invitation_id)
    going = {key: _mark(tx, *key, ids) for key, ids in groups.items()}
    return [_take(going[job.project_id, job.worker, job.domain], job.invitation_id) for job in jobs]


def _take(going: set[str], id_: str) -> bool:
    found = id_ in going
    going.discard(id_)
    return found


def _mark(tx: Transaction, project_id: str, worker: str, domain: str, ids: list[str]) -> set[str]:
    going = mark_sending(tx.connection, project_id, worker, ids, domain)
    left = [id_ for id_ in ids if id_ not in going]
    results = []
    for id_, attempts, reason in find_unwanted(tx.connection, project_id, worker, left):
        objection = suppression(reason)
        results.append((id_, objection.state, objection.reason, attempts, None))
    mark_result(tx.connection, project_id, results)
    return going
