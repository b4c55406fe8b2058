"""Say what is done about responses: progress, owner, tags, a note."""

from collections.abc import Sequence
from dataclasses import replace

from tellback.core.errors import Fault, Invalid, NotFound, Problem, TellbackError
from tellback.core.follow_ups import FollowUp, Progress
from tellback.core.model import Project
from tellback.core.outcomes import Done
from tellback.store.database import Transaction
from tellback.store.follow_ups import (
    UNTOUCHED,
    Care,
    has_response,
    insert_note,
    is_member,
    read_care,
    set_care,
    set_tags,
)
from tellback.store.ids import new_ids


def follow_up(
    tx: Transaction, jobs: Sequence[tuple[Project, FollowUp]]
) -> list[Done | TellbackError]:
    """Carry out each; `NotFound` without such a response, `Invalid` for an owner from elsewhere.

    Who does anything about a new response has opened it, unless they say otherwise.
    """
    return [_follow_up(tx, project.id, command) for project, command in jobs]


def _follow_up(tx: Transaction, project_id: str, command: FollowUp) -> Done | TellbackError:
    id_ = command.response_id
    if not has_response(tx.connection, project_id, id_):
        return NotFound("There is no such response.")
    if command.owner_id and not is_member(tx.connection, project_id, command.owner_id):
        return Invalid(Problem(Fault.VALUE, "must belong to the project", "owner"))
    before = read_care(tx.connection, project_id, [id_]).get(id_, UNTOUCHED)
    care = _after(before, command)
    if care != before or command.note is not None:
        set_care(tx.connection, project_id, id_, care, command.by, tx.now)
    if care.tags != before.tags:
        set_tags(tx.connection, project_id, id_, care.tags)
    if command.note is not None:
        insert_note(tx.connection, project_id, _note(command, command.note, tx.now))
    return Done(id_)


def _after(before: Care, command: FollowUp) -> Care:
    care = before
    if command.owner_id is not None:
        care = replace(care, owner_id=command.owner_id or None)
    if command.tags is not None:
        care = replace(care, tags=tuple(sorted(command.tags)))
    told = command.progress or care.progress
    touched = care != before or command.note is not None
    if touched and told is before.progress is Progress.NEW:
        told = Progress.OPEN
    return replace(care, progress=told)


def _note(command: FollowUp, text: str, now: int) -> dict[str, object]:
    return {
        "id": new_ids(1)[0],
        "response_id": command.response_id,
        "author_id": command.by,
        "text": text,
        "created_at": now,
    }
