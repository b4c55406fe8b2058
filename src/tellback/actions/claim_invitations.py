"""Take due invitations of a project to send them, and settle those that may not be sent.

One transaction per batch: who is claimed here counts against the throttle and the quota of whoever
is judged next, in this batch or in another process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tellback.core.admission import (
    Circumstances,
    DueInvitation,
    Objection,
    judge,
    limits_of,
)
from tellback.core.model import Project, Survey
from tellback.core.queries import ListSurveys
from tellback.core.throttle import Window
from tellback.store.asks import asked_at
from tellback.store.database import Transaction
from tellback.store.outbox import lock_project, mark_claimed, mark_stopped, take_due
from tellback.store.quota import find_allowance
from tellback.store.recipients import Person, ensure_people, suppressed_among
from tellback.store.surveys import list_surveys


@dataclass(frozen=True, slots=True)
class ClaimInvitations:
    """Give a worker up to ``limit`` due invitations of a project, for ``lease`` ms."""

    project_id: str
    worker: str
    limit: int
    lease: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a worker may send now, with the surveys by id; ``taken`` were due and looked at."""

    project: Project
    surveys: dict[str, Survey]
    invitations: list[DueInvitation]
    taken: int


def claim_invitations(tx: Transaction, jobs: Sequence[ClaimInvitations]) -> list[Claimed | None]:
    """Claim for each job in turn; None where there is no such project."""
    return [_claim(tx, job) for job in jobs]


def _claim(tx: Transaction, job: ClaimInvitations) -> Claimed | None:
    project = lock_project(tx.connection, job.project_id)
    if project is None:
        return None
    due = take_due(tx.connection, project.id, tx.now, job.limit)
    if not due:
        return Claimed(project, {}, [], 0)
    surveys = {s.id: s for s in list_surveys(tx.connection, project, ListSurveys())}
    people = ensure_people(tx, project.id, {one.address: one.contact_id for one in due})
    batch = _Batch(_circumstances(tx, project, surveys, people))
    for invitation in due:
        batch.judge(invitation, people[invitation.address])
    until = tx.now + job.lease
    claimed = [invitation.id for invitation in batch.claimed]
    mark_claimed(tx.connection, project.id, claimed, job.worker, until, tx.now)
    mark_stopped(tx.connection, project.id, batch.stopped)
    ended = (why.state.value for _, why in batch.stopped if why.due_at is None)
    tx.facts.update(("came_of", state) for state in ended)
    return Claimed(project, surveys, batch.claimed, len(due))


@dataclass(slots=True)
class _Batch:
    facts: Circumstances
    claimed: list[DueInvitation] = field(default_factory=list)
    stopped: list[tuple[DueInvitation, Objection]] = field(default_factory=list)

    def judge(self, invitation: DueInvitation, person: Person) -> None:
        """Put an invitation where it belongs."""
        invitation.contact_id = person.id
        invitation.language = invitation.language or person.language
        objection = judge(invitation, self.facts)
        if objection is None:
            self.claimed.append(invitation)
        else:
            self.stopped.append((invitation, objection))


def _circumstances(
    tx: Transaction, project: Project, surveys: dict[str, Survey], people: dict[str, Person]
) -> Circumstances:
    connection = tx.connection
    later = {p.id: p.next_ask_at for p in people.values() if p.next_ask_at is not None}
    month_ago = tx.now - Window.MONTH.value
    return Circumstances(
        now=tx.now,
        limits=limits_of(project.settings),
        live_surveys={survey.id for survey in surveys.values() if survey.live},
        suppressed=suppressed_among(connection, project.id, list(people)),
        next_ask_at=later,
        asked_at=asked_at(
            connection,
            project.id,
            (person.id for person in people.values() if not person.new),
            month_ago,
        ),
        allowance=find_allowance(connection, project, tx.now),
    )
