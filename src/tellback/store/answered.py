"""Invitations as their answers see them: may this one be answered, and that it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    update,
)

from tellback.core.instants import SECOND
from tellback.core.invitation import COUNTED, WAITING, State, predecessors
from tellback.core.model import Channel, SurveyDefinition
from tellback.core.rollup import Source
from tellback.store.rollup_marks import mark_moments
from tellback.store.rows import among
from tellback.store.tables import invitations as table

_MINE = table.c.project_id == bindparam("project")
_THESE = among(table.c.id, "ids")
_ANSWERABLE: Select[Any] = select(
    table.c.id,
    table.c.number,
    table.c.survey_id,
    table.c.contact_id,
    table.c.conversation_id,
    table.c.address,
    table.c.language,
    table.c.state,
    table.c.attempts,
    table.c.channel,
    table.c.created_at,
    table.c.sent_at,
).where(_MINE)
_BY_ID = _ANSWERABLE.where(_THESE)
_BY_NUMBER = _ANSWERABLE.where(among(table.c.number, "numbers"))
# Where the sender has not finished with one, its state stays for the sender to move on.
_BEFORE = table.c.state.in_([literal_column(f"'{one}'") for one in predecessors(State.RESPONDED)])
_RESPONDED = (
    update(table)
    .where(_MINE, _THESE)
    .values(
        responded_at=func.coalesce(table.c.responded_at, bindparam("now", type_=BigInteger)),
        state=case((_BEFORE, State.RESPONDED.value), else_=table.c.state),
    )
)
_ANSWERED_BY = (
    update(table)
    .where(_MINE, table.c.id == bindparam("which"), table.c.contact_id.is_(None))
    .values(contact_id=bindparam("person"))
)


@dataclass(slots=True)
class Answerable:
    """An invitation that somebody answers. ``attempts``: how often it was taken up for sending.

    ``number`` is what wires that need an integer name it by; ``state`` is a `State`.
    """

    id: str
    number: int | None
    survey_id: str
    contact_id: str | None
    conversation_id: str | None
    address: str | None
    language: str | None
    state: str
    attempts: int
    channel: str
    created_at: int
    sent_at: int | None

    @property
    def may_be_answered(self) -> bool:
        """Whether a mail with a link to it was ever built, and not called off since."""
        return self.state in COUNTED or (self.state in WAITING and self.attempts > 0)

    def is_hidden(self, definition: SurveyDefinition, now: int) -> bool:
        """Whether it was sent into a conversation so long ago that it is not shown any more."""
        if definition.hide_after is None or self.channel != Channel.CHAT or self.sent_at is None:
            return False
        return now >= self.sent_at + definition.hide_after * SECOND


def find_numbered(
    connection: Connection, project_id: str, numbers: Collection[int]
) -> dict[int, Answerable]:
    """The invitations that have these numbers, by number."""
    rows = connection.execute(_BY_NUMBER, {"project": project_id, "numbers": numbers})
    found = (Answerable(*row) for row in rows)
    return {one.number: one for one in found if one.number is not None}


def find_answerable(
    connection: Connection, project_id: str, ids: Collection[str]
) -> dict[str, Answerable]:
    """These invitations, by id."""
    rows = connection.execute(_BY_ID, {"project": project_id, "ids": ids})
    return {row.id: Answerable(*row) for row in rows}


def mark_responded(
    connection: Connection,
    project_id: str,
    answered: Sequence[tuple[Answerable, str | None]],
    now: int,
) -> None:
    """Note on invitations that they were answered, and by whom.

    They are given with a contact's id; a contact that is known already stays.
    """
    if not answered:
        return
    ids = [one.id for one, _ in answered]
    connection.execute(_RESPONDED, {"project": project_id, "ids": ids, "now": now})
    people = [
        {"project": project_id, "which": one.id, "person": contact_id}
        for one, contact_id in answered
        if contact_id is not None
    ]
    if people:
        connection.execute(_ANSWERED_BY, people)
    moments = [one.created_at for one, _ in answered]
    mark_moments(connection, project_id, Source.INVITATIONS, moments)
