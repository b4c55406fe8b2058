"""Write down what came of handing mails over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tellback.core.invitation import State
from tellback.core.retry import retry_at
from tellback.store.database import Transaction
from tellback.store.outbox import find_held, lock_project, mark_just_sent, mark_result, mark_sent
from tellback.store.quota import spend_balance


class Result(StrEnum):
    """What came of one mail.

    ``DELAYED`` says nothing about the mail itself (nobody could be reached), so that it costs none
    of its attempts; ``UNCERTAIN`` may have gone.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    DELAYED = "delayed"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class RecordDelivery:
    """What came of an invitation's mail, in words too; ``due_at`` (ms) of a delayed one."""

    project_id: str
    invitation_id: str
    worker: str
    result: Result
    reason: str | None = None
    due_at: int | None = None


#: A result of a worker that held its mail too long, so that it was taken for dead, still counts.
_HELD = (State.CLAIMED, State.SENDING, State.UNKNOWN)


def record_deliveries(tx: Transaction, jobs: Sequence[RecordDelivery]) -> list[bool]:
    """Whether each was written down; not where the worker no longer holds the invitation."""
    groups: dict[tuple[str, str], dict[str, RecordDelivery]] = {}
    for job in jobs:
        groups.setdefault((job.project_id, job.worker), {})[job.invitation_id] = job
    noted = {key: _record(tx, *key, results) for key, results in groups.items()}
    return [job.invitation_id in noted[job.project_id, job.worker] for job in jobs]


def _record(
    tx: Transaction, project_id: str, worker: str, results: dict[str, RecordDelivery]
) -> set[str]:
    """Write results down, each in its place; those that counted.

    Nearly all say that a mail has gone as it should; the others are looked at one by one.
    """
    sent = [id_ for id_, job in results.items() if job.result is Result.SENT]
    gone = mark_just_sent(tx.connection, project_id, worker, sent, tx.now)
    left = [id_ for id_ in results if id_ not in gone]
    held = find_held(tx.connection, project_id, worker, left, *_HELD)
    spent = _settle(tx, project_id, {id_: (row, results[id_]) for id_, row in held.items()})
    if spent := spent + len(gone):
        spend_balance(tx.connection, lock_project(tx.connection, project_id), spent)
    tx.facts["came_of", State.SENT.value] += len(gone)
    return gone | held.keys()


def _settle(
    tx: Transaction, project_id: str, results: dict[str, tuple[Any, RecordDelivery]]
) -> int:
    """Write down whatever came of mails; how many more of them have gone, or may have."""
    sent = [id_ for id_, (_, job) in results.items() if job.result is Result.SENT]
    others = {id_: each for id_, each in results.items() if each[1].result is not Result.SENT}
    again = bool(others) and _may_repeat(tx, project_id)
    moved = [_judge(job, row.attempts, again, tx.now) for row, job in others.values()]
    mark_sent(tx.connection, project_id, dict.fromkeys(sent, tx.now))
    mark_result(tx.connection, project_id, moved)
    tx.facts["came_of", State.SENT.value] += len(sent)
    tx.facts.update(("came_of", _came_of(state)) for _, state, *_ in moved)
    # What was unknown has been paid for when it became so.
    paid = [row for row, _ in results.values() if row.state == State.UNKNOWN]
    unknown = sum(state is State.UNKNOWN for _, state, *_ in moved)
    return len(sent) + unknown - len(paid)


def _came_of(state: State) -> str:
    return "deferred" if state is State.QUEUED else state.value


def _judge(
    job: RecordDelivery, attempts: int, again: bool, now: int
) -> tuple[str, State, str | None, int, int | None]:
    if job.result is Result.DELAYED:
        return job.invitation_id, State.QUEUED, job.reason, attempts, job.due_at
    attempts += 1
    if job.result is Result.REFUSED:
        return job.invitation_id, State.FAILED, job.reason, attempts, None
    if job.result is Result.UNCERTAIN and not again:
        return job.invitation_id, State.UNKNOWN, job.reason, attempts, None
    due_at = retry_at(job.invitation_id, attempts, now)
    if due_at is None:
        reason = f"given up after {attempts} attempts: {job.reason}"
        return job.invitation_id, State.FAILED, reason, attempts, None
    return job.invitation_id, State.QUEUED, job.reason, attempts, due_at


def _may_repeat(tx: Transaction, project_id: str) -> bool:
    project = lock_project(tx.connection, project_id)
    return project is not None and project.settings.resend_unknown
