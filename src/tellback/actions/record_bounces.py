"""Draw the consequences from mails that came back and from complaints.

A report is a stranger's word, so it only counts for a mail that did leave: by its Message-ID, or,
where a relay has changed that, by its recipient if we mailed them within a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tellback.actions.suppress import suppress
from tellback.core.commands import BOUNCED, COMPLAINED, Suppress
from tellback.core.instants import DAY
from tellback.core.invitation import State
from tellback.core.model import Project
from tellback.store.database import Transaction
from tellback.store.projects import find_project
from tellback.store.returned import Returned, find_last_mailed, find_mailed, mark_returned

_RECENT = 7 * DAY
_REASONS = {State.BOUNCED: BOUNCED, State.COMPLAINED: COMPLAINED}


@dataclass(frozen=True, slots=True)
class RecordBounce:
    """What was reported of a mail. ``state`` is bounced or complained; None: it may still arrive.

    ``project_id`` narrows what it may be about to one project. ``suppress``: the address is not to
    be mailed again.
    """

    state: State | None
    reason: str
    invitation_id: str | None = None
    address: str | None = None
    project_id: str | None = None
    suppress: bool = True


def record_bounces(tx: Transaction, jobs: Sequence[RecordBounce]) -> list[bool]:
    """Whether each was about a mail of ours."""
    return [_record(tx, job) for job in jobs]


def _record(tx: Transaction, job: RecordBounce) -> bool:
    returned = _find(tx, job)
    if returned is None:
        return False
    mark_returned(tx.connection, returned, job.state, job.reason, tx.now)
    # Who answered has got the mail, whatever became of a copy that was forwarded.
    answered = returned.state is State.RESPONDED and job.state is State.BOUNCED
    project = find_project(tx.connection, returned.project_id)
    to_blame = job.suppress and not answered
    if job.state is not None and project is not None and to_blame:
        _suppress(tx, project, returned.address, _REASONS[job.state])
    return True


def _find(tx: Transaction, job: RecordBounce) -> Returned | None:
    found = None
    if job.invitation_id is not None:
        found = find_mailed(tx.connection, job.invitation_id, job.project_id)
    if found is None and job.address is not None:
        since = tx.now - _RECENT
        found = find_last_mailed(tx.connection, job.address.lower(), since, job.project_id)
    return found


def _suppress(tx: Transaction, project: Project, address: str, reason: str) -> None:
    # That it is suppressed already is no news.
    suppress(tx, [(project, Suppress(address, reason))])
