"""Take over what a worker that has died left behind.

What it had only claimed is queued again. What somebody has opened or answered has gone. Anything
else that it was handing over may have gone: that becomes unknown and is never sent again by itself,
unless the project says that it prefers two to none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.core.invitation import State
from tellback.core.retry import retry_at
from tellback.store.database import Transaction
from tellback.store.outbox import find_dead, lock_project, mark_released, mark_result, mark_sent
from tellback.store.quota import spend_balance

_BATCH = 1_000
_UNKNOWN = "the sender stopped while handing the mail over; it may or may not have gone"
_AGAIN = "the sender stopped while handing the mail over; sent again as the project wishes"


@dataclass(frozen=True, slots=True)
class RecoverLeases:
    """Recover a project's invitations whose lease has ended.

    ``only_living`` names the one worker that can be alive on this database, if that is known:
    then the leases of all others have ended, whatever they say.
    """

    project_id: str
    only_living: str | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many were queued again, how many became unknown, how many are known to have gone."""

    queued: int
    unknown: int
    sent: int

    @property
    def any(self) -> bool:
        """Whether there was anything to recover."""
        return bool(self.queued or self.unknown or self.sent)


def recover_leases(tx: Transaction, jobs: Sequence[RecoverLeases]) -> list[Recovered]:
    """Recover a batch of each project; done when nothing is left to recover."""
    return [_recover(tx, job) for job in jobs]


def _recover(tx: Transaction, job: RecoverLeases) -> Recovered:
    connection, project_id = tx.connection, job.project_id
    project = lock_project(connection, project_id)
    again = project is not None and project.settings.resend_unknown
    dead = find_dead(connection, project_id, tx.now, job.only_living, _BATCH)
    claimed = {each.id: None for each in dead if each.state is State.CLAIMED}
    sending = [each for each in dead if each.state is State.SENDING]
    sent = {each.id: each.claimed_at for each in sending if each.seen}
    results = [
        _judge(each.id, each.attempts + 1, again, tx.now) for each in sending if not each.seen
    ]
    unknown = sum(state is State.UNKNOWN for _, state, *_ in results)
    mark_released(connection, project_id, claimed, None)
    mark_sent(connection, project_id, sent)
    mark_result(connection, project_id, results)
    spend_balance(connection, project, unknown + len(sent))
    return Recovered(len(claimed) + len(results) - unknown, unknown, len(sent))


def _judge(
    id_: str, attempts: int, again: bool, now: int
) -> tuple[str, State, str | None, int, int | None]:
    # Sent again with a pause: it may be this very mail that stops the sender.
    due_at = retry_at(id_, attempts, now) if again else None
    if due_at is None:
        return id_, State.UNKNOWN, _UNKNOWN, attempts, None
    return id_, State.QUEUED, _AGAIN, attempts, due_at
