"""Keep the visits to the links of mails, and draw from them who opened and clicked.

The visits of the last hours are judged again when one comes: a scanner may give itself away late.
What it seemed to have opened is then taken back. What is older stays as it was found: it says the
same as long as it is kept, and must not say less when it is forgotten.
"""

from collections.abc import Sequence

from tellback.core.addresses import private_ip
from tellback.core.commands import RecordSignal
from tellback.core.invitation import State, predecessors
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.core.scanners import SETTLED, Kind, Scanner, Seen, Visit, first_seen, judge
from tellback.store.database import Transaction
from tellback.store.ids import new_id
from tellback.store.signals import (
    Watched,
    find_watched,
    insert_signals,
    mark_signals,
    update_seen,
)

#: Whoever has a link can follow it for ever; beyond this only visits of a new kind are kept.
MOST_PER_INVITATION = 100
_LONGEST = 300
_TAKEN_BACK = frozenset({State.OPENED, State.CLICKED})


def record_signals(tx: Transaction, jobs: Sequence[tuple[Project, RecordSignal]]) -> list[Done]:
    """Store each signal; one of an invitation that is gone is dropped."""
    projects: dict[str, list[tuple[Project, RecordSignal]]] = {}
    for project, command in jobs:
        projects.setdefault(project.id, []).append((project, command))
    for project_id, mine in projects.items():
        _record(tx, project_id, mine)
    return [Done() for _ in jobs]


def _record(tx: Transaction, project_id: str, jobs: Sequence[tuple[Project, RecordSignal]]) -> None:
    ids = {command.invitation_id for _, command in jobs}
    watched = find_watched(tx.connection, project_id, ids)
    new: list[tuple[str, Visit]] = []
    answer_links: dict[str, int] = {}
    for project, command in jobs:
        invitation = watched.get(command.invitation_id)
        if invitation is not None and _has_room(invitation, command):
            visit = _visit(project, command, tx.now)
            invitation.visits.append(visit)
            new.append((invitation.id, visit))
            answer_links[invitation.id] = command.answer_links
    insert_signals(tx.connection, project_id, new)
    marks: list[tuple[str, Scanner | None]] = []
    changes = []
    settled = tx.now - SETTLED
    for id_, links in answer_links.items():
        invitation = watched[id_]
        verdict = judge(invitation.visits, _sent_at(invitation, tx.now), links, settled)
        marks += [(v.id, verdict[v.id]) for v in invitation.visits if verdict[v.id] != v.scanner]
        newest = first_seen(invitation.visits, verdict, invitation.responded_at)
        seen = invitation.seen.before(settled).and_then(newest)
        if seen != invitation.seen:
            changes.append((invitation, seen, _state(invitation, seen)))
    mark_signals(tx.connection, project_id, marks)
    update_seen(tx.connection, project_id, changes)


def _has_room(invitation: Watched, command: RecordSignal) -> bool:
    if len(invitation.visits) < MOST_PER_INVITATION:
        return True
    return all(visit.kind != command.kind for visit in invitation.visits)


def _visit(project: Project, command: RecordSignal, now: int) -> Visit:
    return Visit(
        id=new_id(),
        kind=Kind(command.kind),
        at=now,
        link=command.link,
        agent=(command.user_agent or "")[:_LONGEST] or None,
        ip=private_ip(command.ip, project.settings.ip_privacy),
        scanner=None if command.scanner is None else Scanner(command.scanner),
    )


def _sent_at(invitation: Watched, now: int) -> int | None:
    """When the mail went; while that is not known yet it is going at this very moment."""
    return now if invitation.state is State.SENDING else invitation.sent_at


def _state(invitation: Watched, seen: Seen) -> State:
    before = invitation.state
    reached = State.CLICKED if seen.clicked_at else State.OPENED if seen.opened_at else None
    if before in _TAKEN_BACK:
        return reached or (State.DELIVERED if invitation.delivered_at else State.SENT)
    return reached if reached and before in predecessors(reached) else before
