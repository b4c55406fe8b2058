"""Invitations as their answers see them: may this one be answered, and that it was."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, func, select, update

from tellback.core.instants import SECOND
from tellback.core.invitation import COUNTED, WAITING, State, predecessors
from tellback.core.model import Channel, SurveyDefinition
from tellback.core.rollup import Source
from tellback.store.rollup_marks import mark_ids
from tellback.store.rows import chunks
from tellback.store.tables import invitations


@dataclass(frozen=True, slots=True)
class Answerable:
    """An invitation that somebody answers. ``attempts``: how often it was taken up for sending."""

    id: str
    survey_id: str
    contact_id: str | None
    conversation_id: str | None
    address: str | None
    language: str | None
    state: State
    attempts: int
    channel: str
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
) -> dict[int, str]:
    """The ids of the invitations that have these numbers."""
    found: dict[int, str] = {}
    for chunk in chunks(numbers):
        statement = select(invitations.c.number, invitations.c.id).where(
            invitations.c.project_id == project_id, invitations.c.number.in_(chunk)
        )
        found.update((number, id_) for number, id_ in connection.execute(statement))
    return found


def find_answerable(
    connection: Connection, project_id: str, ids: Collection[str]
) -> dict[str, Answerable]:
    """These invitations, by id."""
    table, found = invitations, {}
    for chunk in chunks(ids):
        statement = select(
            table.c.id,
            table.c.survey_id,
            table.c.contact_id,
            table.c.conversation_id,
            table.c.address,
            table.c.language,
            table.c.state,
            table.c.attempts,
            table.c.channel,
            table.c.sent_at,
        ).where(table.c.project_id == project_id, table.c.id.in_(chunk))
        for row in connection.execute(statement):
            found[row.id] = Answerable(
                id=row.id,
                survey_id=row.survey_id,
                contact_id=row.contact_id,
                conversation_id=row.conversation_id,
                address=row.address,
                language=row.language,
                state=State(row.state),
                attempts=row.attempts,
                channel=row.channel,
                sent_at=row.sent_at,
            )
    return found


def mark_responded(
    connection: Connection, project_id: str, answered: Sequence[tuple[str, str | None]], now: int
) -> None:
    """Note on invitations, given as (id, contact id), that they were answered.

    Where the sender has not finished with one, its state stays for the sender to move on.
    """
    if not answered:
        return
    table = invitations
    before = [str(state) for state in predecessors(State.RESPONDED)]
    statement = (
        update(table)
        .where(table.c.project_id == project_id, table.c.id == bindparam("the_id"))
        .values(
            responded_at=func.coalesce(table.c.responded_at, now),
            contact_id=func.coalesce(table.c.contact_id, bindparam("the_contact")),
            state=case((table.c.state.in_(before), str(State.RESPONDED)), else_=table.c.state),
        )
    )
    rows = [{"the_id": id_, "the_contact": contact_id} for id_, contact_id in answered]
    connection.execute(statement, rows)
    mark_ids(connection, project_id, Source.INVITATIONS, [id_ for id_, _ in answered])
