"""Do refused requests again, once for all.

To claim an entry, to act on it and to note what came of it are one transaction: whoever comes
second finds it settled, and a crash leaves all of it or nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tellback.actions.catalog import WRITES
from tellback.actions.record_rejections import record_rejections
from tellback.core.commands import Command, RecordRejection
from tellback.core.errors import Duplicate, NotFound, TellbackError
from tellback.core.model import Project
from tellback.store.database import Transaction
from tellback.store.rejected_inputs import claim_rejection, get_rejection, note_replay


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a replay ended: whether the request was carried out, and what its wire replies to it.

    ``reason`` says why not, or what was dropped. ``left`` are the items of a batch that were
    refused again while others were taken: they become entries of their own.
    """

    settled: bool
    status: int
    reason: str | None = None
    left: Sequence[RecordRejection] = ()


@dataclass(frozen=True, slots=True)
class ReplayRejection:
    """Carry out the commands of an entry. What cannot be one stands as its error among them.

    ``judge`` is a pure function from the outcomes to the verdict. ``force``: also where the entry
    is settled.
    """

    project: Project
    id: str
    commands: Sequence[Command | TellbackError]
    judge: Callable[[Sequence[Any]], Verdict]
    force: bool = False


def replay_rejections(
    tx: Transaction, jobs: Sequence[ReplayRejection]
) -> list[Verdict | TellbackError]:
    """The verdict on each; nothing is stored where it was refused.

    `NotFound` where there is no such entry any more, `Duplicate` where it is settled already.
    """
    return [_replay(tx, job) for job in jobs]


def _replay(tx: Transaction, job: ReplayRejection) -> Verdict | TellbackError:
    entry = (tx.connection, job.project.id, job.id)
    if not claim_rejection(*entry, tx.now, force=job.force):
        gone = get_rejection(*entry) is None
        return NotFound() if gone else Duplicate("It was replayed before, and taken.")
    with tx.connection.begin_nested() as attempt:
        verdict = job.judge(_carry_out(tx, job))
        if not verdict.settled:
            attempt.rollback()
    note_replay(*entry, verdict.status, verdict.reason, tx.now if verdict.settled else None)
    if verdict.left:
        record_rejections(tx, [(job.project, each) for each in verdict.left])
    return verdict


def _carry_out(tx: Transaction, job: ReplayRejection) -> list[Any]:
    sound = [(job.project, c) for c in job.commands if not isinstance(c, TellbackError)]
    outcomes = iter(WRITES[type(sound[0][1])](tx, sound) if sound else ())
    return [c if isinstance(c, TellbackError) else next(outcomes) for c in job.commands]
